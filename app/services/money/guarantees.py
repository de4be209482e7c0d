"""履约保证金与质保金: what secures the contract, until when, what was taken from it, when it goes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.security.money_terms import GuaranteeDeed, GuaranteeForm, GuaranteeKind
from app.security.predicates import is_other
from app.services.act import Act, Refused, found
from app.services.money.amounts import amount_of, check_files
from app.services.verification.deadlines import Due, due_of
from app.store.contracts import ContractScope
from app.store.money_funds import Funds, Guarantee, GuaranteeEvent
from kpi.calendar import Deadline, WorkCalendar
from kpi.quantities import Money

#: So many days before a guarantee expires, or is to be returned, it is announced.
AHEAD = 30


@dataclass(frozen=True)
class Given:
    """A guarantee as typed."""

    kind: GuaranteeKind
    form: GuaranteeForm
    amount: str
    issuer: str
    letter_number: str
    received_on: date
    expires_on: date | None
    return_on: date | None
    note: str
    files: Sequence[int]


def enter(act: Act, scope: ContractScope, given: Given) -> Guarantee:
    """Registers a guarantee that was received."""
    amount = amount_of(given.amount)
    if given.received_on > act.today:
        raise Refused("收到日期不能晚于今天", "received_on")
    if given.form.expires:
        _check_letter(given)
    if given.return_on is not None and given.return_on < given.received_on:
        raise Refused("应退日期早于收到日期，请核对", "return_on")
    file_id = check_files(act, scope, given.files)
    funds = Funds(act.session, scope.contract_id)
    row = funds.add(
        Guarantee(
            kind=given.kind.value, form=given.form.value, amount_fen=amount.fen, left_fen=amount.fen, issuer=given.issuer.strip(),
            letter_number=given.letter_number.strip(), received_on=given.received_on, expires_on=given.expires_on,
            return_on=given.return_on, note=given.note.strip(), file_id=file_id, entered_by=act.person().user_id, entered_at=act.now,
        )
    )  # fmt: skip
    _note(act, funds, row, GuaranteeDeed.RECEIVED, given.received_on, amount)
    act.record("guarantee.entered", "guarantee", row.id, scope.contract_id, amount_fen=row.amount_fen, kind=given.kind.label)
    return row


def _check_letter(given: Given) -> None:
    if given.expires_on is None:
        raise Refused(f"{given.form.label}要填写到期日", "expires_on")
    if given.expires_on <= given.received_on:
        raise Refused("到期日应晚于收到日期，请核对", "expires_on")
    if not given.issuer.strip() or not given.letter_number.strip():
        name = "letter_number" if given.issuer.strip() else "issuer"
        raise Refused(f"{given.form.label}要填写出具机构和编号", name)


@dataclass(frozen=True)
class Deed:
    """What is done to a guarantee now, as typed."""

    deed: GuaranteeDeed
    on: date
    amount: str = ""
    until_on: date | None = None
    clause: str = ""
    reason: str = ""
    files: Sequence[int] = ()


def do(act: Act, scope: ContractScope, guarantee_id: int, given: Deed, seen: int) -> Guarantee:
    """延期, 扣除 or 退还. Nothing goes beyond what is left; what is taken or given back, another person does."""
    funds = Funds(act.session, scope.contract_id)
    row = found(funds.hold(Guarantee, guarantee_id))
    if row.version != seen:
        raise Refused("这笔保证金刚刚被别人处理过，请刷新页面后再办")
    if not row.received_on <= given.on <= act.today:
        raise Refused(f"日期应在收到日期 {row.received_on} 与今天之间", "on")
    _check_grounds(act, row, given)
    file_id = check_files(act, scope, given.files)
    amount = Money(0) if given.deed is GuaranteeDeed.EXTENDED else amount_of(given.amount)
    if given.deed is GuaranteeDeed.EXTENDED:
        _extend(row, given.until_on)
    elif amount.fen > row.left_fen:
        raise Refused(f"只剩 {Money(row.left_fen)}，不能{given.deed.label} {amount}", "amount")
    row.left_fen -= amount.fen
    act.session.flush()
    _note(act, funds, row, given.deed, given.on, amount, given, file_id)
    told = {"deed": given.deed.label, "amount_fen": amount.fen, "reason": given.reason.strip()}
    act.record("guarantee.done", "guarantee", row.id, scope.contract_id, **told)
    return row


def _check_grounds(act: Act, row: Guarantee, given: Deed) -> None:
    """Who may, with what reason, by which clause."""
    deed = given.deed
    if deed is not GuaranteeDeed.EXTENDED and not is_other(act.person(), row.entered_by):
        raise Refused(f"这笔保证金是您登记的，{deed.label}由另一名财务人员办理")
    early = deed is GuaranteeDeed.RETURNED and row.return_on is not None and given.on < row.return_on
    if (early or deed is not GuaranteeDeed.RETURNED) and not given.reason.strip():
        raise Refused(f"还没有到应退日期 {row.return_on}，提前退还要写明理由" if early else "请写明理由", "reason")
    if deed is GuaranteeDeed.DEDUCTED and not given.clause.strip():
        raise Refused("请写明扣除依据的合同条款", "clause")


def _extend(row: Guarantee, until_on: date | None) -> None:
    if row.expires_on is None:
        raise Refused("转账交纳的保证金没有到期日，不用延期", "until_on")
    if until_on is None or until_on <= row.expires_on:
        raise Refused(f"新的到期日应晚于现在的 {row.expires_on}", "until_on")
    row.expires_on = until_on


def _note(
    act: Act, funds: Funds, row: Guarantee, deed: GuaranteeDeed, on: date, amount: Money, given: Deed | None = None,
    file_id: int | None = None,
) -> None:  # fmt: skip
    funds.add(
        GuaranteeEvent(
            guarantee_id=row.id, deed=deed.value, happened_on=on, amount_fen=amount.fen,
            until_on=row.expires_on if deed is GuaranteeDeed.EXTENDED else None, clause=given.clause.strip()[:80] if given else "",
            reason=given.reason.strip() if given else "", file_id=file_id, by=act.person().user_id, at=act.now,
        )
    )  # fmt: skip


@dataclass(frozen=True)
class Watch:
    """What is to be watched about a guarantee, with until when."""

    word: str
    due: Due


def watched(row: Guarantee, calendar: WorkCalendar, today: date) -> list[Watch]:
    """Expiry of the letter and the day of return, while something is left."""
    if row.left_fen == 0:
        return []
    days = [(row.expires_on, "保函到期"), (row.return_on, "应退还")]
    return [Watch(word, due_of(calendar, Deadline(day), today)) for day, word in days if day is not None]

"""中途上线: signed scores and payments from before the console, entered by one person, confirmed by another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.security.predicates import is_other
from app.security.terms import ContractState, OpeningKind
from app.services.act import Act, Missing, Refused, found
from app.store import setup
from app.store.contracts import Contract, ContractScope
from app.store.setup import OpeningRecord
from kpi.quantities import Money, QuantityError, parse_exact, plain
from kpi.rulebook.document import Rulebook


@dataclass(frozen=True)
class Opening:
    """An opening record as entered; amount and score as typed."""

    kind: str
    title: str
    from_on: date
    until_on: date
    amount: str
    score: str
    tranche: str
    note: str
    file_id: int | None


def enter(act: Act, scope: ContractScope, opening: Opening) -> OpeningRecord:
    """Enters a record; it counts once another person has confirmed it."""
    contract = found(scope.contract())
    if contract.state == ContractState.CLOSED:
        raise Refused("合同已经结束，不能再补登")
    _check_days(act, contract, opening)
    _check_file(act, scope, opening)
    kind = OpeningKind.of(opening.kind)
    row = OpeningRecord(
        contract_id=scope.contract_id,
        kind=kind.value,
        title=opening.title.strip(),
        from_on=opening.from_on,
        until_on=opening.until_on,
        amount_fen=_amount(opening.amount) if kind is OpeningKind.PAYMENT else None,
        score=_score(opening.score) if kind is OpeningKind.SCORE else None,
        tranche=opening.tranche if kind is OpeningKind.PAYMENT else "",
        note=opening.note.strip(),
        file_id=opening.file_id,
        entered_by=act.person().user_id,
        entered_at=act.now,
    )
    setup.add_opening(act.session, row)
    said = {"kind": kind.label, "amount_fen": row.amount_fen, "score": row.score, "file": row.file_id}
    act.record("opening.entered", "opening", row.id, scope.contract_id, **said)
    return row


def _check_days(act: Act, contract: Contract, opening: Opening) -> None:
    if opening.until_on < opening.from_on:
        raise Refused("结束日期早于开始日期，请核对", "until_on")
    if opening.from_on < contract.starts_on:
        raise Refused(f"开始日期早于合同起始日 {contract.starts_on}，请核对", "from_on")
    if opening.until_on > act.today:
        raise Refused("补登的是已经发生的事，日期不能晚于今天", "until_on")
    if contract.live_on is not None and opening.from_on >= contract.live_on:
        raise Refused(f"系统从 {contract.live_on} 起正式运行，这一天以后的事请照常登记，不用补登", "from_on")


def _check_file(act: Act, scope: ContractScope, opening: Opening) -> None:
    if opening.file_id is not None and not setup.files(act.session, scope.contract_id, [opening.file_id]):
        raise Refused("没有找到上传的扫描件，请重新上传", "scan")


def _amount(typed: str) -> int:
    try:
        money = Money.parse(typed.strip().replace("，", ","))
    except QuantityError as error:
        raise Refused("请填写支付金额（元），最多两位小数，例如 120000.00", "amount") from error
    if not 0 < money.fen < 10**15:
        raise Refused("支付金额应大于 0", "amount")
    return money.fen


def _score(typed: str) -> str:
    try:
        score = parse_exact(typed.strip())
    except QuantityError as error:
        raise Refused("请填写签字的得分，例如 92.5", "score") from error
    if not 0 <= score <= 1000 or (score * 100).denominator != 1:
        raise Refused("得分应在 0 与 1000 之间，最多两位小数", "score")
    return plain(score)


def confirm(act: Act, scope: ContractScope, opening_id: int) -> None:
    """A second person confirms, with the scan before their eyes."""
    row = _of(scope, opening_id)
    if row.withdrawn_at is not None or row.confirmed_at is not None:
        raise Refused("这条补登已经处理过了，请刷新页面")
    if not is_other(act.person(), row.entered_by):
        raise Refused("自己补登的不能自己确认，请另一位有权限的人核对后确认")
    row.confirmed_by, row.confirmed_at = act.person().user_id, act.now
    act.session.flush()
    act.record("opening.confirmed", "opening", row.id, scope.contract_id, kind=OpeningKind.of(row.kind).label)


def withdraw(act: Act, scope: ContractScope, opening_id: int, reason: str) -> None:
    """Takes a record back; it stays readable and no longer counts."""
    row = _of(scope, opening_id)
    if row.withdrawn_at is not None:
        raise Refused("这条补登已经撤回了")
    if not reason.strip():
        raise Refused("请写明撤回的理由", "reason")
    row.withdrawn_at = act.now
    row.note = f"{row.note}\n撤回理由：{reason.strip()}".strip()
    act.session.flush()
    confirmed = row.confirmed_at is not None
    act.record("opening.withdrawn", "opening", row.id, scope.contract_id, confirmed=confirmed, reason=reason.strip())


def _of(scope: ContractScope, opening_id: int) -> OpeningRecord:
    row = setup.opening(scope.session, scope.contract_id, opening_id, to_change=True)
    if row is None:
        raise Missing
    return row


def tranches(rulebook: Rulebook | None) -> list[tuple[str, str]]:
    """Id and title of the payments that an opening payment can be for."""
    if rulebook is None or rulebook.payment is None:
        return []
    several = len(rulebook.payment.plans) > 1
    found_in: dict[str, str] = {}
    for plan in rulebook.payment.plans:
        for one in plan.tranches:
            found_in.setdefault(one.id, f"{one.title}（{plan.title}）" if several else one.title)
    return list(found_in.items())

"""异议: the contractor contests 质保金不予返还, the buyer upholds it with reasons or revokes it; 告知书 and 答复书 go out.

The days to object run from the day after the letter was served, as those of every notice do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.clock import business_day
from app.security.case_terms import DocumentKind, DocumentState
from app.security.settlement_terms import ForfeitGround, ForfeitState, SettlementDeed
from app.services import books, official
from app.services.act import Act, Refused, found
from app.services.official import Draft
from app.services.settlement import forfeits
from app.services.settlement.common import (
    ASKS,
    SIGNS,
    Done,
    check_files,
    checked_text,
    contract_of,
    for_buyer,
    holds,
    note,
    once,
)
from app.services.settlement.words import in_words
from app.store import documents, payments
from app.store.contracts import ContractScope
from app.store.documents import OfficialDocument
from app.store.settlement import RetentionForfeit, SettlementEvent
from kpi.calendar import chinese_date
from kpi.quantities import Money

D, S = SettlementDeed, ForfeitState
#: Working days that the letter gives for an objection where nobody says otherwise, and the most.
DAYS, MOST_DAYS = 5, 60
MOST = 500
TOLD, ANSWERED = "told", "answered"


@dataclass(frozen=True)
class Objection:
    """`letter`, `reply`: the documents that tell it, void ones left out. `until`: the last day to object, None before service.

    `raised`: what the contractor said against it; `answered`: what the buyer said to that.
    """

    letter: OfficialDocument | None = None
    reply: OfficialDocument | None = None
    served: date | None = None
    until: date | None = None
    raised: SettlementEvent | None = None
    answered: SettlementEvent | None = None

    @property
    def waits(self) -> bool:
        return self.raised is not None and self.answered is None

    @property
    def upheld(self) -> bool:
        return self.answered is not None and self.answered.deed == D.DISPUTE_DECIDED


def objection_of(scope: ContractScope, row: RetentionForfeit) -> Objection:
    """How it stands with the objection to one 不予返还."""
    events = forfeits.events(scope, row)
    raised = next((one for one in events if one.deed == D.DISPUTED), None)
    answers = [one for one in events if raised is not None and one.id > raised.id and one.deed in {D.DISPUTE_DECIDED, D.FORFEIT_REVOKED}]
    letters = letters_of(scope, row)
    served, until = _served(scope, letters.get(TOLD))
    return Objection(letters.get(TOLD), letters.get(ANSWERED), served, until, raised, answers[0] if answers else None)


def letters_of(scope: ContractScope, row: RetentionForfeit) -> dict[str, OfficialDocument]:
    """The standing documents about it, by what they say."""
    every = documents.register(scope.session, scope.contract_id, DocumentKind.OTHER.value, size=MOST)
    mine = [one for one in every if (one.content.get("about") or {}).get("forfeit") == row.id and one.state != DocumentState.VOID]
    return {one.content["about"]["says"]: one for one in mine}


def _served(scope: ContractScope, letter: OfficialDocument | None) -> tuple[date | None, date | None]:
    services = documents.services(scope.session, scope.contract_id, [letter.id]) if letter is not None else ()
    if letter is None or not services:
        return None, None
    first = services[0].served_on
    days = letter.content["about"]["days"]
    return first, books.calendar(scope.session, provisional=True).add_working_days(first, days).date


# -- the objection and its answer -----------------------------------------------------------------


def raise_one(act: Act, scope: ContractScope, forfeit_id: int, reason: str, files: Sequence[int], seen: int, key: str) -> Done:
    """异议: the contractor says why the sum is to be given back; once, and in time."""
    if not holds(act.person(), contract_of(scope), ASKS, supplier=True):
        raise Refused("由供应商一方有“申请付款”权限的人提出异议")
    return once(act, scope, key, D.DISPUTED, lambda: _raise(act, scope, forfeit_id, (reason, files), seen, key))


def _raise(act: Act, scope: ContractScope, forfeit_id: int, said: tuple[str, Sequence[int]], seen: int, key: str) -> Done:
    row = forfeits.held(scope, forfeit_id, seen, S.AGREED)
    so_far = objection_of(scope, row)
    if so_far.raised is not None:
        raise Refused("已经提出过异议，请看采购人的答复")
    if so_far.until is not None and act.today > so_far.until:
        raise Refused(f"告知书 {so_far.served} 送达，异议期到 {so_far.until} 为止，已经过了；意见可以在登记知悉时写明")
    reason, files = checked_text(said[0], "reason", "异议的理由"), said[1]
    check_files(scope, files)
    if row.seen_at is None:
        row.seen_by, row.seen_at = act.person().user_id, act.now
    row.seen_note = reason
    payments.touch(act.session, row)
    return note(act, scope, D.DISPUTED, key, forfeits.about(row), reason, files)


def uphold(act: Act, scope: ContractScope, forfeit_id: int, reason: str, seen: int, key: str) -> Done:
    """维持: the deputy head answers the objection; nothing moves. To give in is to revoke."""
    for_buyer(act, scope, SIGNS)
    return once(act, scope, key, D.DISPUTE_DECIDED, lambda: _uphold(act, scope, forfeit_id, reason, seen, key))


def _uphold(act: Act, scope: ContractScope, forfeit_id: int, reason: str, seen: int, key: str) -> Done:
    row = forfeits.held(scope, forfeit_id, seen, S.AGREED)
    forfeits.check_person(act, scope, row)
    if not objection_of(scope, row).waits:
        raise Refused("没有要答复的异议，请刷新页面")
    reason = checked_text(reason, "reason", "维持的理由")
    payments.touch(act.session, row)
    return note(act, scope, D.DISPUTE_DECIDED, key, forfeits.about(row), f"维持：{reason}", amount_fen=row.amount_fen)


# -- what goes out --------------------------------------------------------------------------------


def letter(act: Act, scope: ContractScope, forfeit_id: int, days: int) -> OfficialDocument:
    """告知书, numbered in the register: what is not given back, by which clause, until when it can be contested."""
    row = found(forfeits.find(scope, forfeit_id))
    if row.state != S.AGREED:
        raise Refused(f"第 {row.number} 号不予返还现在是“{S.of(row.state).label}”，认定以后才能出具告知书")
    if not 1 <= days <= MOST_DAYS:
        raise Refused(f"异议期应为 1 至 {MOST_DAYS} 个工作日", "days")
    if (known := letters_of(scope, row).get(TOLD)) is not None:
        raise Refused(f"告知书已经出具：{known.number or known.title}")
    return official.issue(act, scope, Draft(DocumentKind.OTHER, f"关于{row.title}不予返还的告知书", told_content(scope, row, days)))


def told_content(scope: ContractScope, row: RetentionForfeit, days: int) -> dict[str, object]:
    contract, amount = contract_of(scope), Money(row.amount_fen)
    decided = chinese_date(business_day(found(row.decided_at)))
    return {
        "about": {"forfeit": row.id, "says": TOLD, "days": days}, "served": True, "to": contract.supplier.name,
        "lead": [f"按照《{contract.title}》的约定，经我单位认定，下列款项不予返还，现告知如下："],
        "pairs": [
            ["款项", row.title], ["金额", f"{amount}（{in_words(amount)}）"],
            ["依据", f"{row.clause}，{ForfeitGround.of(row.ground).label}"], ["事实和理由", row.reason], ["认定日期", decided],
        ],
        "closing": [
            "上列金额不再支付；其余部分在合同约定的条件满足时返还。",
            f"对本告知书有异议的，请自送达次日起 {days} 个工作日内向我单位提出，写明理由并附证明材料；逾期没有提出的，按本告知书执行。",
        ],
    }  # fmt: skip


def reply(act: Act, scope: ContractScope, forfeit_id: int) -> OfficialDocument:
    """答复书: what the objection was, and what the buyer says to it."""
    row = found(forfeits.find(scope, forfeit_id))
    so_far = objection_of(scope, row)
    if so_far.raised is None or so_far.answered is None:
        raise Refused("还没有答复异议；先维持或撤销，再出具答复书")
    if so_far.reply is not None:
        raise Refused(f"答复书已经出具：{so_far.reply.number or so_far.reply.title}")
    return official.issue(act, scope, Draft(DocumentKind.OTHER, f"关于{row.title}不予返还异议的答复", _answer(scope, row, so_far)))


def _answer(scope: ContractScope, row: RetentionForfeit, so_far: Objection) -> dict[str, object]:
    raised, answered, contract = found(so_far.raised), found(so_far.answered), contract_of(scope)
    about = f"“{so_far.letter.number}”告知书" if so_far.letter is not None else f"第 {row.number} 号不予返还"
    end = "原认定继续执行。仍有不同意见的，按合同约定的争议解决方式办理。" if so_far.upheld else (
        f"{Money(row.amount_fen)} 恢复保留，合同约定的条件满足时核定返还。"
    )  # fmt: skip
    return {
        "about": {"forfeit": row.id, "says": ANSWERED}, "served": True, "to": contract.supplier.name,
        "lead": [f"你单位 {chinese_date(business_day(raised.at))}对{about}提出的异议收悉。经复核，答复如下："],
        "pairs": [
            ["异议的理由", raised.note], ["复核结论", "维持原认定" if so_far.upheld else "撤销原认定"],
            ["理由", answered.note.removeprefix("维持：")], ["答复日期", chinese_date(business_day(answered.at))],
        ],
        "closing": [end],
    }  # fmt: skip

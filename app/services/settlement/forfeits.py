"""质保金不予返还: proposed with its grounds, agreed to by a second person, seen by the contractor, revoked by reversal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.security.settlement_terms import Consent, ForfeitGround, ForfeitState, SettlementDeed
from app.services.act import Act, Refused, found
from app.services.assessments import segregation
from app.services.money import retention
from app.services.money.amounts import amount_of
from app.services.money.postings import Said
from app.services.settlement.common import (
    ASKS,
    CONFIRMS,
    SIGNS,
    Done,
    Moved,
    check_files,
    checked_text,
    contract_of,
    for_buyer,
    holds,
    note,
    once,
)
from app.services.settlement.plan import LineView, plan_of
from app.store import settlement
from app.store.contracts import ContractScope
from app.store.settlement import RetentionForfeit, SettlementEvent
from kpi.quantities import Money

D, S = SettlementDeed, ForfeitState
MOST_FILES = 20


@dataclass(frozen=True)
class Wish:
    """A proposal as typed."""

    line: str
    ground: ForfeitGround
    amount: str
    clause: str
    reason: str
    files: Sequence[int]


# -- proposing ------------------------------------------------------------------------------------


def propose(act: Act, scope: ContractScope, wish: Wish, key: str) -> Done:
    """The buyer's officer: how much of what is held for a line is not to be given back, by which clause, and why."""
    for_buyer(act, scope, CONFIRMS)
    return once(act, scope, key, D.FORFEIT_PROPOSED, lambda: _propose(act, scope, wish, key))


def _propose(act: Act, scope: ContractScope, wish: Wish, key: str) -> Done:
    line, left = held_for(scope, wish.line)
    if line.state == "ready" and wish.ground is ForfeitGround.NEVER:
        raise Refused("返还条件现在已经满足，应当核定返还；合同另有约定可以不予返还的，依据请选那一种", "ground")
    amount = amount_of(wish.amount, what="不予返还的金额")
    if amount > left:
        raise Refused(f"不能超过还保留的 {left}", "amount")
    clause = checked_text(wish.clause, "clause", "依据的合同条款", least=2, most=80)
    reason = checked_text(wish.reason, "reason", "不予返还的理由")
    if not 0 < len(set(wish.files)) <= MOST_FILES:
        raise Refused(f"请上传证明材料，最多 {MOST_FILES} 份", "files")
    check_files(scope, wish.files)
    row = settlement.add(
        act.session,
        RetentionForfeit(
            contract_id=scope.contract_id, number=settlement.next_number(act.session, RetentionForfeit, scope.contract_id),
            line=wish.line, title=line.line.title[:120], ground=wish.ground.value, clause=clause, amount_fen=amount.fen,
            reason=reason, state=S.PROPOSED.value, proposed_by=act.person().user_id, proposed_at=act.now,
        ),
    )  # fmt: skip
    text = f"{amount}，{wish.ground.label}（{clause}）：{reason}"
    return note(act, scope, D.FORFEIT_PROPOSED, key, about(row), text, wish.files, amount_fen=amount.fen)


def held_for(scope: ContractScope, line: str) -> tuple[LineView, Money]:
    """The line of the plan and what is held for it; Refused where nothing of it can be kept now."""
    view = plan_of(scope)
    past = view.past
    here = found(next((one for one in view.lines if one.line.id == line), None))
    if (row := past.live.get(line)) is not None:
        raise Refused(f"这一期已经核定返还（应付款核定单第 {row.number} 号）。对金额有意见的，在核定单上登记争议")
    if (waits := past.forfeited.proposed(line)) is not None:
        raise Refused(f"第 {waits.number} 号不予返还还没有认定，认定或撤回以后再提")
    left = past.forfeited.left.get(line, Money(0))
    if left.fen == 0:
        raise Refused("总账里没有为这一期保留的款，没有可以不予返还的")
    return here, left


def about(row: RetentionForfeit) -> Done:
    return Done(row.line, forfeit_id=row.id)


# -- deciding -------------------------------------------------------------------------------------


def decide(act: Act, scope: ContractScope, forfeit_id: int, consent: Consent, answer: str, seen: int, key: str) -> Done:
    """The deputy head agrees, and the sum leaves 保留 as a reduction; or does not agree, with the reason."""
    for_buyer(act, scope, SIGNS)
    deed = D.FORFEIT_AGREED if consent is Consent.AGREED else D.FORFEIT_DECLINED
    return once(act, scope, key, deed, lambda: _decide(act, scope, forfeit_id, (consent, answer, deed), seen, key))


def _decide(
    act: Act, scope: ContractScope, forfeit_id: int, said: tuple[Consent, str, SettlementDeed], seen: int, key: str
) -> Done:
    row = held(scope, forfeit_id, seen, S.PROPOSED)
    consent, answer, deed = said
    check_person(act, scope, row)
    if consent is Consent.DECLINED:
        answer = checked_text(answer, "note", "不同意的理由")
    row.answer, row.decided_by, row.decided_at = answer.strip()[:2000], act.person().user_id, act.now
    row.state = (S.AGREED if consent is Consent.AGREED else S.DECLINED).value
    act.session.flush()
    if consent is Consent.AGREED:
        said_of = Said(act.today, f"{row.title}：不予返还，{row.reason}"[:300], row.clause, f"{row.title}不予返还"[:120])
        retention.forfeit(act, scope, row.id, row.line, Money(row.amount_fen), said_of)
    return note(act, scope, deed, key, about(row), f"{Money(row.amount_fen)}；{row.answer}".rstrip("；"), amount_fen=row.amount_fen)


def check_person(act: Act, scope: ContractScope, row: RetentionForfeit) -> None:
    """Nobody agrees to the own proposal, nor to one that follows from the own scoring."""
    if row.proposed_by == act.person().user_id:
        raise Refused("自己提出的不能自己认定，请由分管领导认定")
    for one in carriers(scope, row.line):
        if not segregation.may_pay(scope, act.person(), one):
            raise Refused("您参与了留下这笔质保金的那次考核的评分，不能认定不予返还")


def carriers(scope: ContractScope, line: str) -> set[int]:
    """The assessments on which this line's sum was held back."""
    rows = settlement.live(scope.session, scope.contract_id).values()
    return {
        one.assessment_id for one in rows
        if one.assessment_id is not None and any(each["kind"] == "held" and each["id"] == line for each in one.content["lines"])
    }  # fmt: skip


def withdraw(act: Act, scope: ContractScope, forfeit_id: int, seen: int, key: str) -> Done:
    """Who proposed it takes it back before anybody has decided."""
    for_buyer(act, scope, CONFIRMS)
    return once(act, scope, key, D.FORFEIT_WITHDRAWN, lambda: _withdraw(act, scope, forfeit_id, seen, key))


def _withdraw(act: Act, scope: ContractScope, forfeit_id: int, seen: int, key: str) -> Done:
    row = held(scope, forfeit_id, seen, S.PROPOSED)
    if row.proposed_by != act.person().user_id:
        raise Refused("由提出的人撤回；不同意的，请分管领导不予认定")
    row.state = S.WITHDRAWN.value
    act.session.flush()
    return note(act, scope, D.FORFEIT_WITHDRAWN, key, about(row))


# -- afterwards -----------------------------------------------------------------------------------


def revoke(act: Act, scope: ContractScope, forfeit_id: int, reason: str, seen: int, key: str) -> Done:
    """It is to be given back after all: the posting is reversed, the sum stands in 保留 again."""
    for_buyer(act, scope, SIGNS)
    return once(act, scope, key, D.FORFEIT_REVOKED, lambda: _revoke(act, scope, forfeit_id, reason, seen, key))


def _revoke(act: Act, scope: ContractScope, forfeit_id: int, reason: str, seen: int, key: str) -> Done:
    row = held(scope, forfeit_id, seen, S.AGREED)
    row.revocation = checked_text(reason, "reason", "撤销的理由")
    row.state, row.revoked_by, row.revoked_at = S.REVOKED.value, act.person().user_id, act.now
    row.seen_by, row.seen_at, row.seen_note = None, None, ""  # the contractor is told anew; what it said stands in the history
    act.session.flush()
    retention.forfeit_revoked(act, scope, row.id, row.revocation)
    return note(act, scope, D.FORFEIT_REVOKED, key, about(row), row.revocation, amount_fen=row.amount_fen)


def see(act: Act, scope: ContractScope, forfeit_id: int, text: str, files: Sequence[int], seen: int, key: str) -> Done:
    """知悉: the contractor has read it, and may say what it has to say to it."""
    if not holds(act.person(), contract_of(scope), ASKS, supplier=True):
        raise Refused("由供应商一方有“申请付款”权限的人登记知悉")
    return once(act, scope, key, D.FORFEIT_SEEN, lambda: _see(act, scope, forfeit_id, (text, files), seen, key))


def _see(act: Act, scope: ContractScope, forfeit_id: int, said: tuple[str, Sequence[int]], seen: int, key: str) -> Done:
    row = held(scope, forfeit_id, seen, S.AGREED, S.REVOKED)
    text, files = said
    if row.seen_at is not None:
        raise Refused("已经登记过知悉了，请刷新页面")
    check_files(scope, files)
    row.seen_by, row.seen_at, row.seen_note = act.person().user_id, act.now, text.strip()[:2000]
    act.session.flush()
    return note(act, scope, D.FORFEIT_SEEN, key, about(row), row.seen_note, files)


def held(scope: ContractScope, forfeit_id: int, seen: int, *states: ForfeitState) -> RetentionForfeit:
    """The row as it is now, in one of these states; Moved where somebody was quicker."""
    row = found(settlement.find(scope.session, RetentionForfeit, scope.contract_id, forfeit_id, hold=True))
    now = S.of(row.state)
    if now not in states or row.version != seen:
        raise Moved(f"第 {row.number} 号不予返还", f"第 {seen} 次改动后的样子", f"第 {row.version} 次改动后的样子（{now.label}）")
    return row


def find(scope: ContractScope, forfeit_id: int) -> RetentionForfeit | None:
    return settlement.find(scope.session, RetentionForfeit, scope.contract_id, forfeit_id)


def events(scope: ContractScope, row: RetentionForfeit) -> list[SettlementEvent]:
    """What was done about it, oldest first."""
    return [one for one in settlement.past(scope.session, scope.contract_id, row.line) if one.forfeit_id == row.id]

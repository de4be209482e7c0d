"""履约验收: the group with each member's opinion, clause by clause, and its conclusion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.security.settlement_terms import AcceptanceState, ClauseResult, SettlementDeed
from app.services.act import Act, Refused, found
from app.services.settlement.basis import past_of
from app.services.settlement.common import (
    CONFIRMS,
    SIGNS,
    Done,
    Moved,
    checked_text,
    for_buyer,
    note,
    once,
    registered,
)
from app.services.settlement.preparing import prepared
from app.services.settlement.sitting import LEAST, check_group, eligible
from app.store import settlement
from app.store.contracts import ContractScope
from app.store.settlement import Acceptance, AcceptanceMember

S, D = AcceptanceState, SettlementDeed


@dataclass(frozen=True)
class Appointment:
    """Who appointed the group by which paper; `units`: what body each member comes from, by user."""

    line: str
    assessment_id: int | None
    paper: str
    on: date | None
    units: Mapping[int, str]
    head_id: int | None


def appoint(act: Act, scope: ContractScope, wish: Appointment, key: str) -> Done:
    """Begins the acceptance of a line; each clause stands with what the signed assessment says of it."""
    for_buyer(act, scope, CONFIRMS, SIGNS)
    return once(act, scope, key, D.APPOINTED, lambda: _appoint(act, scope, wish, key))


def _appoint(act: Act, scope: ContractScope, wish: Appointment, key: str) -> Done:
    check_group(act, scope, wish.units, wish.head_id, wish.on)
    if settlement.standing(act.session, scope.contract_id, wish.line) is not None:
        raise Refused("这一期已经有一次验收了，请打开它办理；确须重来的先作废")
    past = past_of(scope)
    made = prepared(scope, past, wish.line, wish.assessment_id)
    if made.tranche.advance:
        raise Refused("预付款不用验收")
    row = Acceptance(
        contract_id=scope.contract_id, number=settlement.next_number(act.session, Acceptance, scope.contract_id),
        line=wish.line, title=made.line.title[:120], assessment_id=made.row.id if made.row is not None else None,
        appointment=checked_text(wish.paper, "paper", "组成的文件或会议"), appointed_on=found(wish.on),
        clauses=clauses(made.made.evaluation), state=S.DRAFT.value, made_by=act.person().user_id, made_at=act.now,
    )  # fmt: skip
    settlement.add(act.session, row)
    for user_id, unit in wish.units.items():
        member = AcceptanceMember(
            contract_id=scope.contract_id, acceptance_id=row.id, user_id=user_id, unit=unit.strip()[:120] or "—",
            head=user_id == wish.head_id,
        )  # fmt: skip
        settlement.add(act.session, member)
    return note(act, scope, D.APPOINTED, key, Done(row.line, acceptance_id=row.id), row.appointment, members=sorted(wish.units))


def clauses(evaluation: Any) -> list[dict[str, str]]:
    """Every clause of the contract, as far as the signed result says whether it is met."""
    words = {True: ClauseResult.MET, False: ClauseResult.UNMET, None: ClauseResult.NONE}
    return [
        {"clause": one.id, "title": one.title, "result": words[evaluation.duties.get(one.id)].value, "note": ""}
        for one in evaluation.source.rulebook.clauses
    ]


def held(scope: ContractScope, acceptance_id: int, seen: int | None = None) -> Acceptance:
    """The acceptance while it is under way."""
    row = found(settlement.find(scope.session, Acceptance, scope.contract_id, acceptance_id, hold=True))
    if seen is not None and row.version != seen:
        raise Moved("这次验收", f"第 {seen} 版", f"第 {row.version} 版（{S.of(row.state).label}）")
    if row.state != S.DRAFT:
        raise Refused(f"这次验收现在是“{S.of(row.state).label}”，不能再改")
    return row


# -- the group ------------------------------------------------------------------------------------


def member_of(scope: ContractScope, acceptance_id: int, user_id: int) -> AcceptanceMember | None:
    rows = settlement.members(scope.session, scope.contract_id, acceptance_id)
    return next((one for one in rows if one.user_id == user_id), None)


def opine(act: Act, scope: ContractScope, acceptance_id: int, *, agrees: bool, opinion: str, key: str) -> Done:
    """A member's own opinion; it can be given anew until the group concludes."""
    return once(act, scope, key, D.OPINED, lambda: _opine(act, scope, acceptance_id, agrees, opinion, key))


def _opine(act: Act, scope: ContractScope, acceptance_id: int, agrees: bool, opinion: str, key: str) -> Done:
    row = held(scope, acceptance_id)
    member = member_of(scope, row.id, act.person().user_id)
    if member is None or member.recused_at is not None:
        raise Refused("只有没有回避的验收工作组成员可以出具意见")
    if act.person().user_id not in eligible(scope, act.today):
        raise Refused("您在这份合同里只能查看，不能出具验收意见；请登记回避，由采购人重新组成验收工作组")
    member.agrees, member.opinion, member.given_at = agrees, checked_text(opinion, "opinion", "意见", least=2), act.now
    act.session.flush()
    return note(act, scope, D.OPINED, key, Done(row.line, acceptance_id=row.id), agrees=agrees)


def recuse(act: Act, scope: ContractScope, acceptance_id: int, reason: str, key: str) -> Done:
    """A member steps back, with the reason; what was said before is taken out."""
    return once(act, scope, key, D.RECUSED, lambda: _recuse(act, scope, acceptance_id, reason, key))


def _recuse(act: Act, scope: ContractScope, acceptance_id: int, reason: str, key: str) -> Done:
    row = held(scope, acceptance_id)
    member = member_of(scope, row.id, act.person().user_id)
    if member is None or member.recused_at is not None:
        raise Refused("只有验收工作组的成员可以回避，回避一次就够了")
    member.recused_at, member.recusal = act.now, checked_text(reason, "reason", "回避的理由")
    member.agrees, member.opinion, member.given_at, member.head = None, "", None, False
    act.session.flush()
    return note(act, scope, D.RECUSED, key, Done(row.line, acceptance_id=row.id), member.recusal)


# -- clauses and conclusion -----------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """What the group found. `results`: result and note by clause; what is not named stays as it is."""

    results: Mapping[str, tuple[str, str]]
    third_parties: str = ""
    served: str = ""


def record(act: Act, scope: ContractScope, acceptance_id: int, what: Found, seen: int, key: str) -> Done:
    """The result of each clause, the opinions of third parties and of the people served."""
    return once(act, scope, key, D.CLAUSES, lambda: _record(act, scope, acceptance_id, what, seen, key))


def _record(act: Act, scope: ContractScope, acceptance_id: int, what: Found, seen: int, key: str) -> Done:
    row = held(scope, acceptance_id, seen)
    _check_inside(act, scope, row)
    changed = []
    for one in row.clauses:
        result, text = what.results.get(one["clause"], (one["result"], one["note"]))
        ClauseResult.of(result)
        if result == ClauseResult.UNMET and not text.strip():
            raise Refused(f"{one['clause']} 不符合，请写明情况", f"note-{one['clause']}")
        changed.append({**one, "result": result, "note": text.strip()[:500]})
    row.clauses, row.third_parties, row.served = changed, what.third_parties.strip(), what.served.strip()
    act.session.flush()
    unmet = sum(one["result"] == ClauseResult.UNMET for one in changed)
    return note(act, scope, D.CLAUSES, key, Done(row.line, acceptance_id=row.id), unmet=unmet)


def _check_inside(act: Act, scope: ContractScope, row: Acceptance) -> None:
    member = member_of(scope, row.id, act.person().user_id)
    if member is None or member.recused_at is not None:
        for_buyer(act, scope, CONFIRMS)


def conclude(
    act: Act, scope: ContractScope, acceptance_id: int, *, passed: bool, opinion: str, seen: int, key: str
) -> Done:
    """The head closes it with the group's opinion, once every member has given theirs."""
    return once(act, scope, key, D.ACCEPTED, lambda: _conclude(act, scope, acceptance_id, passed, opinion, seen, key))


def _conclude(act: Act, scope: ContractScope, acceptance_id: int, passed: bool, opinion: str, seen: int, key: str) -> Done:
    row = held(scope, acceptance_id, seen)
    sitting = [one for one in settlement.members(act.session, scope.contract_id, row.id) if one.recused_at is None]
    _check_sitting(sitting, act.person().user_id)
    for_it = sum(bool(one.agrees) for one in sitting)
    if passed and for_it * 2 <= len(sitting):
        raise Refused(f"{len(sitting)} 名成员里同意的只有 {for_it} 名，没有过半，不能作出合格的结论", "passed")
    unmet = [one["clause"] for one in row.clauses if one["result"] == ClauseResult.UNMET]
    if passed and unmet:
        raise Refused(f"{'、'.join(unmet[:5])} 不符合，不能作出合格的结论；整改后重新验收", "passed")
    row.opinion = checked_text(opinion, "opinion", "验收组意见")
    row.state, row.concluded_on = (S.PASSED if passed else S.FAILED).value, act.today
    act.session.flush()
    return note(act, scope, D.ACCEPTED, key, Done(row.line, acceptance_id=row.id), S.of(row.state).label)


def _check_sitting(sitting: Sequence[AcceptanceMember], user_id: int) -> None:
    if len(sitting) < LEAST or len(sitting) % 2 == 0:
        raise Refused(f"回避以后验收工作组剩 {len(sitting)} 人，应为不少于 {LEAST} 人的单数；请作废后重新组成")
    heads = [one.user_id for one in sitting if one.head]
    if not heads:
        raise Refused("组长已经回避，请作废后重新组成")
    if user_id not in heads:
        raise Refused("验收结论由组长作出")
    waiting = [one.user.display_name for one in sitting if one.agrees is None]
    if waiting:
        raise Refused(f"还有成员没有出具意见：{'、'.join(waiting)}")


def void(act: Act, scope: ContractScope, acceptance_id: int, reason: str, seen: int, key: str) -> Done:
    """作废: appointed or concluded by mistake; not once a statement rests on it."""
    for_buyer(act, scope, CONFIRMS, SIGNS)
    return once(act, scope, key, D.ACCEPTANCE_VOIDED, lambda: _void(act, scope, acceptance_id, reason, seen, key))


def _void(act: Act, scope: ContractScope, acceptance_id: int, reason: str, seen: int, key: str) -> Done:
    row = found(settlement.find(act.session, Acceptance, scope.contract_id, acceptance_id, hold=True))
    if row.version != seen:
        raise Moved("这次验收", f"第 {seen} 版", f"第 {row.version} 版（{S.of(row.state).label}）")
    if row.state == S.VOID:
        raise Refused("这次验收已经作废了")
    if any(one.acceptance_id == row.id for one in settlement.live(act.session, scope.contract_id).values()):
        raise Refused("已有核定单以这次验收为依据，不能作废")
    if (paper := registered(scope, row.id)) is not None:
        raise Refused(f"履约验收书已经编号（{paper.number}），先在公文登记里作废它，再作废这次验收")
    row.state = S.VOID.value
    text = checked_text(reason, "reason", "作废的理由")
    act.session.flush()
    return note(act, scope, D.ACCEPTANCE_VOIDED, key, Done(row.line, acceptance_id=row.id), text)

"""申诉: the contractor contests items of the proposal until the deadline; somebody who did not score them answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.security.terms import AppealOutcome, AssessmentDeed, AssessmentState, PaperUse
from app.services import books
from app.services.act import Act, Missing, Refused, found
from app.services.assessments import capsules, segregation
from app.services.assessments.common import (
    advance,
    check_state,
    check_supplier,
    checked_reason,
    contract_of,
    deeds,
    take,
)
from app.services.assessments.evaluating import need
from app.services.assessments.opens import open_keys, sum_up, unconfirmed
from app.services.assessments.papers import keep_papers
from app.services.assessments.places import places
from app.services.verification.deadlines import Due, due_of
from app.store import assessments, scoring
from app.store.assessments import Assessment
from app.store.contracts import ContractScope
from app.store.scoring import AssessmentAppeal
from kpi.calendar import Deadline

S, D = AssessmentState, AssessmentDeed
OPEN_TO_APPEAL = frozenset({S.PUBLISHED.value, S.APPEALED.value})


@dataclass(frozen=True)
class Raised:
    """An appeal as written."""

    item: str
    reason: str
    files: Sequence[int] = ()


@dataclass(frozen=True)
class Answer:
    """What came of an appeal."""

    outcome: str
    reason: str
    files: Sequence[int] = ()


def due(scope: ContractScope, row: Assessment, today: date) -> Due | None:
    """Until when can be contested, and what is left of it."""
    if row.appeal_until is None:
        return None
    return due_of(books.calendar(scope.session, provisional=True), Deadline(row.appeal_until), today)


def appeal(act: Act, scope: ContractScope, assessment_id: int, raised: Raised, seen: int) -> AssessmentAppeal:
    """Contests one item; until it is answered nobody signs."""
    check_supplier(act, contract_of(scope))
    row = take(scope, assessment_id, seen)
    check_state(row, OPEN_TO_APPEAL, "申诉")
    if row.appeal_until is None or act.today > row.appeal_until:
        raise Refused(f"申诉期限到 {row.appeal_until} 为止，已经过了")
    if any(one.side == "supplier" for one in assessments.signatures(act.session, scope.contract_id, row.id)):
        raise Refused("供应商已经签字，不能再申诉")
    work = need(scope, row)
    if raised.item not in {one.item or one.clause for one in places(work.rulebook).values()}:
        raise Refused("请选择要申诉的考核项", "item")
    earlier = [one for one in scoring.appeals(act.session, scope.contract_id, row.id) if one.item == raised.item]
    if earlier:
        word = "正在审查" if earlier[-1].outcome is None else "已经答复过"
        raise Refused(f"这一项的申诉{word}，不能再提", "item")
    made = AssessmentAppeal(
        contract_id=scope.contract_id, assessment_id=row.id, item=raised.item, reason=checked_reason(raised.reason),
        raised_by=act.person().user_id, raised_at=act.now,
    )  # fmt: skip
    act.session.add(made)
    act.session.flush()
    keep_papers(act, scope, row, PaperUse.APPEAL, made.id, raised.files)
    if row.state == S.PUBLISHED:
        advance(act, row, S.APPEALED, D.APPEALED, made.reason, item=raised.item)
    else:
        deeds(act, row, D.APPEALED, made.reason, item=raised.item)
    act.session.flush()
    return made


def answer(act: Act, scope: ContractScope, assessment_id: int, appeal_id: int, told: Answer) -> Assessment:
    """Answers one appeal with the reason; what it changes on the sheet was changed before. The last one fixes it anew."""
    row = take(scope, assessment_id)
    check_state(row, frozenset({S.APPEALED.value}), "答复申诉")
    made = found(scoring.held(act.session, scope.contract_id, AssessmentAppeal, appeal_id))
    if made.assessment_id != row.id:
        raise Missing
    if made.outcome is not None:
        raise Refused("这一项申诉刚刚已有人答复过，请刷新后再看")
    work = need(scope, row)
    segregation.check_reviews(act, scope, row, work, made.item)
    if told.outcome not in {each.value for each in AppealOutcome}:
        raise Refused("请选择是否采纳", "outcome")
    made.outcome, made.answer = told.outcome, checked_reason(told.reason, what="答复的理由")
    made.answered_by, made.answered_at = act.person().user_id, act.now
    act.session.flush()
    keep_papers(act, scope, row, PaperUse.ANSWER, made.id, told.files)
    deeds(act, row, D.APPEAL_ANSWERED, made.answer, item=made.item, outcome=told.outcome)
    if all(one.outcome is not None for one in scoring.appeals(act.session, scope.contract_id, row.id)):
        _settle(act, scope, row)
    return row


def _settle(act: Act, scope: ContractScope, row: Assessment) -> None:
    """Every appeal is answered: the proposal is fixed anew, with what was changed."""
    work = need(scope, row)
    if waiting := open_keys(work):
        raise Refused(f"还有 {len(waiting)} 处没有定，先在考核细则表上定下来，再答复最后一项申诉")
    if waiting := unconfirmed(work):
        raise Refused(f"{'、'.join(waiting)} 的手工认定还没有由第二人核对，核对以后再答复最后一项申诉")
    capsules.propose(act, scope, row, work)
    advance(act, row, S.DECIDED, D.APPEALS_DECIDED)
    sum_up(act, row, work)

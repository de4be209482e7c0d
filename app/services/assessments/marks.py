"""Individual sheets: each member of the group marks the clauses that are left to people; nobody sees the others' marks first."""

from __future__ import annotations

from dataclasses import dataclass

from app.services.act import Act, Refused, found
from app.services.assessments.common import SCORING, check_state, checked_reason, take
from app.services.assessments.decide import Desk as Sheet
from app.services.assessments.decide import finished
from app.services.assessments.evaluating import Work, need
from app.services.assessments.group import Group, group_of, own
from app.services.assessments.opens import if_unmet
from app.services.assessments.places import Place, Standing, places, standings
from app.services.ledger.reading import spoken
from app.store import scoring
from app.store.contracts import ContractScope
from app.store.scoring import AssessmentMark
from kpi.assessments.decisions import Range
from kpi.quantities import QuantityError, parse_exact, plain


@dataclass(frozen=True)
class Given:
    """A mark as typed."""

    key: str
    points: str
    reason: str = ""


def mark(act: Act, scope: ContractScope, assessment_id: int, given: Given) -> Work:
    """Keeps the member's mark; the sheet as it stands with it."""
    row = take(scope, assessment_id)
    check_state(row, SCORING, "打分")
    member = own(act, scope, row)
    if member.recused_at is not None:
        raise Refused("您已经回避，不再打分")
    group = group_of(scope, row.id)
    if group.wrong:
        raise Refused(group.wrong)
    work = need(scope, row)
    place = found(places(work.rulebook).get(given.key))
    points = _points(work, place, given.points)
    kept = AssessmentMark(
        contract_id=scope.contract_id, assessment_id=row.id, key=place.key, user_id=act.person().user_id, points=points,
        reason=checked_reason(given.reason, what="打分的理由"), marked_at=act.now,
    )  # fmt: skip
    scoring.mark(act.session, kept)
    act.record("assessment.marked", "assessment", row.id, scope.contract_id, place=place.key)
    fresh = need(scope, row)
    return finished(Sheet(act, scope, row, fresh))


def _points(work: Work, place: Place, typed: str) -> str:
    """The mark inside the range that is open, in the engine's words where it is not."""
    try:
        points = parse_exact(typed.strip().removesuffix("分"))
    except QuantityError as error:
        raise Refused(spoken(str(error)), "points") from error
    standing = standings(work.evaluation).get(place.key)
    if standing is None or not open_to_marks(standing):
        raise Refused("这一条由数据算定，不用打分")
    bounds = if_unmet(work).get(place.key, standing)
    allowed = Range(bounds.low, bounds.high, None if bounds.no_data else bounds.step)
    if points not in allowed and not (points == 0 and bounds is not standing):
        raise Refused(f"{plain(points)} 分不在允许范围内，允许{allowed}", "points")
    return plain(points)


def open_to_marks(standing: Standing) -> bool:
    """Whether the clause is left to people, marked or not."""
    return standing.proposed is None or standing.low != standing.high or standing.decided is not None


def shown_to(user_id: int, group: Group, key: str) -> bool:
    """Whether a person sees everybody's marks of a clause: members once they have given their own."""
    member = group.member(user_id)
    return member is None or member.recused_at is not None or user_id in group.marks.get(key, {})

"""A person decides what the engine leaves open: inside the range alone, with the reason, one revision after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.security.terms import AssessmentState
from app.services.act import Act, Refused, found
from app.services.assessments import segregation
from app.services.assessments.common import (
    MOST_REASON,
    SCORING,
    check_scores,
    check_state,
    checked_reason,
    contract_of,
    take,
)
from app.services.assessments.earlier import basis_of
from app.services.assessments.evaluating import Work, again, evaluated, need
from app.services.assessments.opens import idle, sum_up, without_data
from app.services.assessments.papers import cited
from app.services.assessments.places import Place, Standing, places, standings
from app.services.ledger.reading import spoken
from app.store import scoring
from app.store.assessments import Assessment
from app.store.contracts import ContractScope
from app.store.scoring import AssessmentDecision
from kpi.evaluation import Evaluation
from kpi.quantities import QuantityError, parse_exact, plain
from kpi.rulebook.given import Given

CHANGING = SCORING | {AssessmentState.APPEALED.value}


@dataclass(frozen=True)
class Wish:
    """What somebody decides: points as typed, whether a clause without data is met, or that it is exempt.

    `seen`: the revision that was seen.
    """

    key: str
    points: str = ""
    met: bool | None = None
    exempt: bool = False
    reason: str = ""
    cites: str = ""
    seen: int = 0


class Overtaken(Refused):
    """Somebody else has decided on the same clause meanwhile; `now` is that decision."""

    def __init__(self, now: AssessmentDecision) -> None:
        super().__init__(
            f"{now.decider.display_name} 刚刚已对这一条作了决定，您的没有保存。下面对照了两边，请核对后再定"
        )
        self.now = now


@dataclass
class Desk:
    """The held assessment, its sheet, and the place that is decided on."""

    act: Act
    scope: ContractScope
    row: Assessment
    work: Work
    known: Mapping[str, Place] = field(default_factory=dict)

    @classmethod
    def at(cls, act: Act, scope: ContractScope, assessment_id: int, seen: int | None = None) -> Desk:
        row = take(scope, assessment_id, seen)
        check_state(row, CHANGING, "再改评分")
        work = need(scope, row)
        return cls(act, scope, row, work, places(work.rulebook))

    @property
    def in_appeal(self) -> bool:
        return self.row.state == AssessmentState.APPEALED

    def place(self, key: str) -> Place:
        return found(self.known.get(key))

    def check_person(self, place: Place) -> None:
        """While scoring: who scores. While an appeal is open: its item alone, and not who scored it."""
        if self.in_appeal:
            segregation.check_reviews(self.act, self.scope, self.row, self.work, place.item or place.clause)
            return
        check_scores(self.act, contract_of(self.scope))
        if self.work.group.appointed is not None:
            raise Refused("这次考核由考核组评分，请各成员在自己的评分表上打分")


def decide(act: Act, scope: ContractScope, assessment_id: int, wish: Wish) -> Work:
    """Keeps one decision; the sheet as it stands with it. Overtaken where somebody was quicker."""
    desk = Desk.at(act, scope, assessment_id)
    place = desk.place(wish.key)
    desk.check_person(place)
    check_seen(desk.work, place.key, wish.seen)
    if wish.exempt:
        return _exempt(desk, place, wish)
    said = _said(wish)
    _check_whole(desk.work, place, said)
    standing = tried(desk.work, place, said)
    reason = _reason(desk.work, place, standing, said, wish.reason)
    _keep(desk, place, said, reason, standing, cited(scope, wish.cites))
    act.record("assessment.decided", "assessment", desk.row.id, scope.contract_id, place=place.key, points=said.get("points"))
    return finished(desk)


def _check_whole(work: Work, place: Place, said: Mapping[str, Any]) -> None:
    """Unmet, some clauses lose all they have: then nothing else may be decided, data or not."""
    if said.get("met") is not False or said.get("points") is None:
        return
    bounds = standings(work.trying(place.key, {"met": False})).get(place.key)
    if bounds is None or bounds.refused or bounds.high is None:
        return
    if bounds.low == bounds.high != parse_exact(str(said["points"])):
        raise Refused(f"未达标的只能扣 {plain(bounds.low)} 分，这一条没有别的扣法", "points")


def _exempt(desk: Desk, place: Place, wish: Wish) -> Work:
    """Nothing is taken off, by an exemption that was granted for a finding on this clause."""
    if not desk.work.register.exempted.get(place.clause):
        raise Refused("这一条在考核周期里没有准予的免责，不能免扣。免责在“整改”里申请和认定")
    reason = checked_reason(wish.reason, what="免扣的理由")
    standing = standings(desk.work.evaluation).get(place.key)
    _keep(desk, place, {"exempt": True}, reason, standing, cited(desk.scope, wish.cites))
    desk.act.record("assessment.decided", "assessment", desk.row.id, desk.scope.contract_id, place=place.key, points="0")
    return finished(desk)


def take_back(act: Act, scope: ContractScope, assessment_id: int, key: str, seen: int) -> Work:
    """Takes the decision on a place back: what the engine proposes stands there again."""
    desk = Desk.at(act, scope, assessment_id)
    place = desk.place(key)
    desk.check_person(place)
    check_seen(desk.work, key, seen)
    if key not in desk.work.decisions:
        raise Refused("这一条没有决定可以撤回")
    row = AssessmentDecision(
        contract_id=scope.contract_id, assessment_id=desk.row.id, key=key, clause=place.clause, withdrawn=True, exempt=False,
        in_appeal=desk.in_appeal, decided_by=act.person().user_id, decided_at=act.now, cites=[],
    )  # fmt: skip
    scoring.decide(act.session, row)
    act.record("assessment.taken_back", "assessment", desk.row.id, scope.contract_id, place=key)
    return finished(desk)


def decide_met(act: Act, scope: ContractScope, assessment_id: int, keys: Sequence[str], reason: str, seen: int) -> Work:
    """Decides many clauses without data at once: all of them are met, for the same reason."""
    desk = Desk.at(act, scope, assessment_id, seen)
    check_state(desk.row, SCORING, "批量认定")
    reason = checked_reason(reason)
    chosen = [desk.place(key) for key in dict.fromkeys(keys)]
    if not chosen:
        raise Refused("请先勾选要认定的条款", "keys")
    known = standings(desk.work.evaluation)
    for place in chosen:
        desk.check_person(place)
        if not without_data(desk.work, place, known.get(place.key)):
            raise Refused(f"{place.clause} 已有数据或已作决定，不能按“没有数据”批量认定", "keys")
        _keep(desk, place, {"met": True}, reason, known.get(place.key), [])
    act.record("assessment.decided", "assessment", desk.row.id, scope.contract_id, places=[one.key for one in chosen])
    return finished(desk)


def finished(desk: Desk) -> Work:
    """The sheet with what was just kept; total and tier stand on the row."""
    work = again(desk.scope, desk.work)
    sum_up(desk.act, desk.row, work)
    return work


# -- checks ---------------------------------------------------------------------------------------


def check_seen(work: Work, key: str, seen: int) -> None:
    latest = latest_of(work, key)
    if latest is not None and latest.revision != seen:
        raise Overtaken(latest)


def latest_of(work: Work, key: str) -> AssessmentDecision | None:
    """The latest revision, taken back or not."""
    own = [one.decision for one in work.every_decision if one.row.id == work.row.id and one.decision.key == key]
    return own[-1] if own else None


def _said(wish: Wish) -> dict[str, Any]:
    """The decision as the engine takes it."""
    typed = wish.points.strip().removesuffix("分").strip()
    if not typed and wish.met is None:
        raise Refused("请填写分数，或选择是否达标", "points")
    found: dict[str, Any] = {}
    if wish.met is not None:
        found["met"] = wish.met
    if typed:
        try:
            found["points"] = plain(parse_exact(typed))
        except QuantityError as error:
            raise Refused(spoken(str(error)), "points") from error
    return found


def tried(work: Work, place: Place, said: Mapping[str, Any]) -> Standing | None:
    """What the engine makes of it; Refused with the engine's own words where it does not take it."""
    if place.kind == "clause":
        _check_verdict(work, place, said)
        return None
    evaluation = work.trying(place.key, said)
    standing = standings(evaluation)[place.key]
    refused = [*standing.refused, *_stray(evaluation, place)]
    if refused:
        raise Refused(spoken(refused[0].reason), "points")
    return standing


def _stray(evaluation: Evaluation, place: Place) -> list[Any]:
    sheet = evaluation.assessment
    reasons = sheet.reasons if sheet is not None else ()
    return [one for one in reasons if one.clause == place.clause and one.kind in ("out_of_range", "bad_input")]


def _check_verdict(work: Work, place: Place, said: Mapping[str, Any]) -> None:
    """Without a rubric a decision only says whether a clause without data is met."""
    if "points" in said or said.get("met") is None:
        raise Refused("这份合同的条款不计分，请选择达标或未达标", "met")
    bare = work.decided()
    bare.pop(place.key, None)
    given = work.given_with(bare, work.stated)
    if known_without(work, given, place.clause) is not None:
        raise Refused("这一条按数据已有结论；要改，请用“手工认定”写明数据、理由和依据", "met")


def known_without(work: Work, given: Given, clause: str) -> bool | None:
    """What the data alone say of a clause."""
    return evaluated(work.source, given, work.figures).book.met(clause)


def _reason(work: Work, place: Place, standing: Standing | None, said: Mapping[str, Any], typed: str) -> str:
    """Needed for every choice within a range, without data, and where it differs from what is proposed."""
    before = standings(work.evaluation).get(place.key)
    needed = standing is None or standing.proposed is None or standing.low != standing.high
    needed = needed or (before is not None and idle(work, before))
    if needed or typed.strip():
        return checked_reason(typed, what="决定的理由")
    differs = "points" in said and parse_exact(said["points"]) != (standing.proposed if standing else None)
    return checked_reason(typed, what="决定的理由") if differs else ""


def _keep(
    desk: Desk, place: Place, said: Mapping[str, Any], reason: str, standing: Standing | None, cites: list[str]
) -> None:
    row = AssessmentDecision(
        contract_id=desk.scope.contract_id, assessment_id=desk.row.id, key=place.key, clause=place.clause,
        points=said.get("points"), met=said.get("met"), exempt=said.get("exempt", False), withdrawn=False,
        reason=reason[:MOST_REASON], cites=cites, basis=basis_of(desk.work, place), in_appeal=desk.in_appeal,
        proposed=_text(standing.proposed if standing else None), low=_text(standing.low if standing else None),
        high=_text(standing.high if standing else None), decided_by=desk.act.person().user_id, decided_at=desk.act.now,
    )  # fmt: skip
    scoring.decide(desk.act.session, row)


def _text(value: Any) -> str:
    return "" if value is None else plain(value)

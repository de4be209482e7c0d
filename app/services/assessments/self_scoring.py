"""自评: the contractor scores itself, item by item, with notes; before the supervisor or beside, never as a default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from app.security.terms import AssessmentDeed, AssessmentState
from app.services.act import Act, Refused
from app.services.assessments.common import (
    MOST_REASON,
    SCORING,
    advance,
    check_scores,
    check_state,
    check_supplier,
    checked_reason,
    contract_of,
    deeds,
    take,
)
from app.services.assessments.opens import judged
from app.services.books import book_by_text
from app.services.ledger.reading import spoken
from app.store import scoring
from app.store.assessments import Assessment
from app.store.contracts import ContractScope
from app.store.scoring import AssessmentSelfScore
from kpi.quantities import QuantityError, parse_exact, plain
from kpi.rulebook.answers import Answers
from kpi.rulebook.answers import Refused as Unanswered
from kpi.rulebook.document import Rulebook

S = AssessmentState


@dataclass(frozen=True)
class Line:
    """What is scored by itself: an item with its maximum (None: not stated), a bonus, or a clause without points; its clauses."""

    id: str
    title: str
    maximum: Fraction | None = None
    scored: bool = True
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Own:
    """A self score as typed."""

    points: str = ""
    note: str = ""


def lines(rulebook: Rulebook, answers: Answers) -> list[Line]:
    """The rows of the self-score sheet."""
    rubric = rulebook.rubric
    if rubric is None:
        titles = {one.id: one.title for one in rulebook.clauses}
        named = {one.clause: spoken(f"{one.clause} {titles.get(one.clause, '')}") for one in judged(rulebook)}
        return [Line(clause, title, scored=False, clauses=(clause,)) for clause, title in named.items()]
    found = []
    for item in rubric.items:
        try:
            most = None if item.maximum is None else answers.get(item.maximum)
        except Unanswered:
            most = None
        found.append(Line(item.id, spoken(item.title), most, clauses=tuple(item.clauses)))
    clauses = {one.id: one.title for one in rulebook.clauses}
    bonus = rubric.bonus.rules if rubric.bonus is not None else ()
    extra = (Line(one.id, spoken(f"加分：{clauses.get(one.clause, one.clause)}"), clauses=(one.clause,)) for one in bonus)
    return [*found, *extra]


def save(act: Act, scope: ContractScope, assessment_id: int, typed: Mapping[str, Own], *, send: bool, seen: int) -> Assessment:
    """Keeps what has changed; `send` hands it to the buyer, from then on it stays as it is."""
    check_supplier(act, contract_of(scope))
    row = take(scope, assessment_id, seen)
    check_state(row, SCORING | {S.SCORED.value}, "自评")
    if row.self_scored_at is not None:
        raise Refused("自评已经提交给采购人。要改，请采购人退回自评")
    book = book_by_text(scope, row.rulebook_text_id)
    known = {one.id: one for one in lines(book.rulebook, book.answers)}
    before = scoring.self_scores(act.session, scope.contract_id, row.id)
    for item, own in typed.items():
        if item in known:
            _keep(act, row, known[item], own, before.get(item))
    if send:
        _send(act, scope, row, [one for one in known.values() if one.scored and one.maximum is not None])
    act.record("assessment.self_score_saved", "assessment", row.id, scope.contract_id, sent=send)
    act.session.flush()
    return row


def _keep(act: Act, row: Assessment, line: Line, own: Own, before: AssessmentSelfScore | None) -> None:
    note, points = own.note.strip(), _points(line, own.points)
    if len(note) > MOST_REASON:
        raise Refused(f"{line.title}：说明最多 {MOST_REASON} 个字", f"n-{line.id}")
    if before is None and points is None and not note:
        return
    if before is not None and (before.points, before.note) == (points, note):
        return
    scoring.self_score(
        act.session,
        AssessmentSelfScore(
            contract_id=row.contract_id, assessment_id=row.id, item=line.id, points=points, note=note,
            scored_by=act.person().user_id, scored_at=act.now,
        ),
    )  # fmt: skip


def _points(line: Line, typed: str) -> str | None:
    text = typed.strip().removesuffix("分").strip()
    if not text or not line.scored:
        return None
    try:
        points = parse_exact(text)
    except QuantityError as error:
        raise Refused(f"{line.title}：{spoken(str(error))}", f"p-{line.id}") from error
    if points < 0 or (line.maximum is not None and points > line.maximum):
        most = "" if line.maximum is None else f"，满分 {plain(line.maximum)} 分"
        raise Refused(f"{line.title}：自评 {plain(points)} 分不在范围内{most}", f"p-{line.id}")
    return plain(points)


def _send(act: Act, scope: ContractScope, row: Assessment, wanted: list[Line]) -> None:
    own = scoring.self_scores(act.session, scope.contract_id, row.id)
    missing = [one for one in wanted if one.id not in own or own[one.id].points is None]
    if missing:
        listed = "、".join(one.title for one in missing[:5])
        raise Refused(f"还有 {len(missing)} 项没有填自评分（{listed}{'等' if len(missing) > 5 else ''}），填完再提交", f"p-{missing[0].id}")
    row.self_scored_at = act.now
    if row.state == S.DRAFT:
        advance(act, row, S.SELF_SCORED, AssessmentDeed.SELF_SCORED)
    else:
        deeds(act, row, AssessmentDeed.SELF_SCORED)


def give_back(act: Act, scope: ContractScope, assessment_id: int, reason: str, seen: int) -> Assessment:
    """The buyer lets the contractor change its self score."""
    check_scores(act, contract_of(scope))
    row = take(scope, assessment_id, seen)
    check_state(row, SCORING, "退回自评")
    if row.self_scored_at is None:
        raise Refused("供应商还没有提交自评，不用退回")
    row.self_scored_at = None
    advance(act, row, S.DRAFT, AssessmentDeed.SELF_SCORE_REOPENED, checked_reason(reason))
    act.session.flush()
    return row

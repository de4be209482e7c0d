"""手工认定: figures of a clause stated by hand, with reason and evidence; a second person confirms them.

A clause has one statement at a time; stating again replaces it. It stands before what was measured, and the sheet says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.security.terms import AssessmentState, PaperUse
from app.services.act import Act, Missing, Refused, found
from app.services.assessments import segregation
from app.services.assessments.boxes import Clause, clause_of, read, typed_of
from app.services.assessments.common import (
    INSIDE,
    check_scores,
    check_state,
    checked_reason,
    contract_of,
    decides_for_buyer,
    get,
    take,
)
from app.services.assessments.decide import Desk, finished
from app.services.assessments.evaluating import Work, evaluated, load, need, stated_of
from app.services.assessments.opens import sum_up
from app.services.assessments.papers import keep_papers
from app.services.ledger.reading import spoken
from app.store import scoring
from app.store.contracts import ContractScope
from app.store.scoring import AssessmentFact
from kpi.replay import fitting
from kpi.reports.plain_data import pack
from kpi.rulebook.given_names import mismatches


class Overtaken(Refused):
    """Somebody else has stated the same clause meanwhile."""

    def __init__(self, now: AssessmentFact) -> None:
        super().__init__(f"{now.stater.display_name} 刚刚已对这一条作了手工认定，您的没有保存。请看过现在的内容再填")
        self.now = now


# -- acts -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Statement:
    """What is stated: boxes as typed, why, on what evidence. `seen`: the revision seen; `undo`: take it back."""

    clause: str
    typed: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    files: Sequence[int] = ()
    seen: int = 0
    undo: bool = False


def state(act: Act, scope: ContractScope, assessment_id: int, said: Statement) -> Work:
    """States a clause by hand; the sheet as it stands with it."""
    desk = Desk.at(act, scope, assessment_id)
    work = desk.work
    if said.clause not in {one.id for one in work.rulebook.clauses}:
        raise Missing
    _check_person(desk, said.clause)
    _check_seen(work, said)
    reason = checked_reason(said.reason, what="认定的理由和依据")
    table = {} if said.undo else read(clause_of(work, said.clause), said.typed)
    if not table and not said.undo:
        raise Refused("没有填写任何数据。没有发生的时段填“无”", "")
    check_fits(work, said.clause, table)
    row = AssessmentFact(
        contract_id=scope.contract_id, assessment_id=desk.row.id, clause=said.clause, stated=pack(table), reason=reason,
        in_appeal=desk.in_appeal, stated_by=act.person().user_id, stated_at=act.now,
    )  # fmt: skip
    scoring.state(act.session, row)
    keep_papers(act, scope, desk.row, PaperUse.FACT, row.id, said.files)
    act.record("assessment.stated", "assessment", desk.row.id, scope.contract_id, clause=said.clause, undo=said.undo)
    return finished(desk)


def _check_person(desk: Desk, clause: str) -> None:
    if desk.in_appeal:
        items = [one.item or one.clause for one in desk.known.values() if one.clause == clause]
        segregation.check_reviews(desk.act, desk.scope, desk.row, desk.work, items[0] if items else clause)
        return
    check_scores(desk.act, contract_of(desk.scope))


def _check_seen(work: Work, said: Statement) -> None:
    own = [one for one in work.every_fact if one.clause == said.clause]
    if own and own[-1].revision != said.seen:
        raise Overtaken(own[-1])
    if said.undo and not (own and stated_of(own[-1])):
        raise Refused("这一条没有手工认定可以撤回")


def check_fits(work: Work, clause: str, table: Mapping[str, Any]) -> None:
    """Refuses what the rulebook cannot take, in the engine's words."""
    facts = {**work.stated, clause: dict(table)}
    if not table:
        facts.pop(clause)
    given = work.given_with(work.decided(), facts)
    wrong = [text for path, text in mismatches(work.rulebook, given) if path[:2] == ("facts", clause)]
    if wrong:
        raise Refused(spoken(wrong[0]), "")
    evaluated(work.source, fitting(work.rulebook, given)[0], work.figures)


def confirm(act: Act, scope: ContractScope, assessment_id: int, fact_ids: Sequence[int]) -> int:
    """A second person of the buyer confirms what was stated by hand; how many were."""
    row = take(scope, assessment_id)
    check_state(row, INSIDE | {AssessmentState.APPEALED.value}, "核对手工认定")
    if not decides_for_buyer(act.person(), contract_of(scope)):
        raise Refused("手工认定由采购人的另一人核对")
    done = 0
    for fact_id in dict.fromkeys(fact_ids):
        fact = found(scoring.held(act.session, scope.contract_id, AssessmentFact, fact_id))
        if fact.assessment_id != row.id:
            raise Missing
        done += _confirm(act, fact)
    if not done:
        raise Refused("没有等待核对的手工认定，请刷新后再看")
    act.session.flush()
    act.record("assessment.confirmed", "assessment", row.id, scope.contract_id, count=done)
    if (work := load(scope, row)) is not None:
        sum_up(act, row, work)
    return done


def _confirm(act: Act, fact: AssessmentFact) -> int:
    if fact.stated_by == act.person().user_id:
        raise Refused(f"{fact.clause} 是您自己认定的，请由采购人的另一人核对")
    if fact.confirmed_by is not None:
        return 0
    fact.confirmed_by, fact.confirmed_at = act.person().user_id, act.now
    return 1


def form_of(scope: ContractScope, assessment_id: int, clause: str) -> tuple[Clause, AssessmentFact | None, dict[str, str]]:
    """The boxes of a clause, the latest statement (taken back or not), and that as typed."""
    work = need(scope, get(scope, assessment_id))
    if clause not in {one.id for one in work.rulebook.clauses}:
        raise Missing
    own = [one for one in work.every_fact if one.clause == clause]
    boxes = clause_of(work, clause)
    now = own[-1] if own else None
    return boxes, now, typed_of(boxes, stated_of(now)) if now is not None else {}

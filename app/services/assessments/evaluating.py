"""One assessment with everything that stands on its sheet, evaluated: what every page and every act looks at."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from app.security.terms import AssessmentState
from app.services.act import Refused
from app.services.assessments.common import FROZEN, TOLD
from app.services.assessments.group import Group, group_of
from app.services.assessments.register import Register, register_of
from app.services.books import loaded
from app.store import assessments, scoring
from app.store.assessments import Assessment, AssessmentMeasure
from app.store.contracts import ContractScope
from app.store.scoring import AssessmentDecision, AssessmentFact, AssessmentSelfScore
from kpi.capsule import figure_of, figures_of, given_of
from kpi.evaluation import Evaluation, evaluate
from kpi.indicators.values import FigureValue
from kpi.quantities import parse_exact
from kpi.replay import fitting
from kpi.reports.plain_data import unpack
from kpi.rulebook.answers import Refused as Unanswered
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import Given, read_given
from kpi.rulebook.loader import Source
from kpi.rulebook.yaml_text import Places

NOT_MEASURED = "还没有取数。请先取数，再评分"


@dataclass(frozen=True)
class Earlier:
    """A decision on a clause, with the assessment it stood in."""

    decision: AssessmentDecision
    row: Assessment


@dataclass(frozen=True)
class Work:
    """What stands on the sheet. `decisions` and `facts` are the latest of each; what was taken back is left out.

    `body`: the capsule, where the contractor has been told: then it alone says what the result is.
    """

    row: Assessment
    source: Source
    measure: AssessmentMeasure
    every_decision: Sequence[Earlier]
    every_fact: Sequence[AssessmentFact]
    self_scores: Mapping[str, AssessmentSelfScore]
    group: Group
    register: Register = field(default_factory=Register)
    body: Mapping[str, Any] | None = None

    @property
    def rulebook(self) -> Rulebook:
        return self.source.rulebook

    @cached_property
    def base(self) -> Given:
        """The given data that the figures were measured under."""
        raw = {name: value for name, value in unpack(self.measure.base).items() if value is not None}
        return read_given(raw, Places("取数"))

    @cached_property
    def figures(self) -> list[FigureValue]:
        return [figure_of(one) for one in self.measure.figures]

    @cached_property
    def decisions(self) -> dict[str, AssessmentDecision]:
        own = {one.decision.key: one.decision for one in self.every_decision if one.row.id == self.row.id}
        return {key: one for key, one in own.items() if not one.withdrawn and self.group.lets(one)}

    @cached_property
    def facts(self) -> dict[str, AssessmentFact]:
        latest = {one.clause: one for one in self.every_fact}
        return {clause: one for clause, one in latest.items() if stated_of(one)}

    @cached_property
    def given(self) -> Given:
        return self.given_with(self.decided(), {clause: stated_of(one) for clause, one in self.facts.items()})

    @cached_property
    def fitted(self) -> tuple[Given, tuple[str, ...]]:
        """What is given without what the rulebook in force does not know, and what that is."""
        return fitting(self.rulebook, self.given)

    @cached_property
    def evaluation(self) -> Evaluation:
        if self.body is not None:
            return evaluated(self.source, given_of(self.body), figures_of(self.body))
        return evaluated(self.source, self.fitted[0], self.figures)

    # -- given ----------------------------------------------------------------------------------

    def decided(self) -> dict[str, Any]:
        """Decisions as the engine takes them: of one person, or the marks of the group."""
        found: dict[str, Any] = {key: said(one) for key, one in self.decisions.items() if not one.exempt}
        return {**{key: self.marked(key, marks) for key, marks in self.group.complete.items()}, **found}

    def marked(self, key: str, marks: Sequence[str]) -> dict[str, Any]:
        """Everybody's marks of a place. Where points are taken off and nobody takes any, a clause without data is met."""
        rubric = self.rulebook.rubric
        losing = {one.id for one in rubric.items if one.start != "zero"} if rubric is not None else set()
        none = key.partition("/")[0] in losing and all(parse_exact(one) == 0 for one in marks)
        return {"marks": marks, "met": True} if none else {"marks": marks}

    def given_with(self, decided: Mapping[str, Any], facts: Mapping[str, Any]) -> Given:
        """The base with decisions and facts."""
        rubric = self.rulebook.rubric
        items = {one.id for one in rubric.items} if rubric is not None else set()
        own = {item: parse_exact(one.points) for item, one in self.self_scores.items() if item in items and one.points}
        raw = {name: getattr(self.base, name) for name in Given.model_fields}
        raw |= {"decided": dict(decided), "facts": {**self.base.facts, **facts}, "self_scores": own}
        raw |= {"events": self.register.given_events(), "exempted": self.exempted()}
        return Given.model_validate(raw)

    def exempted(self) -> dict[str, str]:
        """Clauses that lose nothing by an exemption slip, with its text."""
        slips = {clause: "、".join(one.text for one in held) for clause, held in self.register.exempted.items()}
        return {one.clause: slips.get(one.clause, "免责认定单") for one in self.decisions.values() if one.exempt}

    def trying(self, key: str, decision: Mapping[str, Any]) -> Evaluation:
        """The evaluation if this were decided."""
        given, _ = fitting(self.rulebook, self.given_with({**self.decided(), key: dict(decision)}, self.stated))
        return evaluated(self.source, given, self.figures)

    @property
    def stated(self) -> dict[str, Any]:
        return {clause: stated_of(one) for clause, one in self.facts.items()}


def evaluated(source: Source, given: Given, figures: Sequence[FigureValue]) -> Evaluation:
    """The evaluation; Refused where what is given cannot be meant."""
    try:
        return evaluate(source, given, figures)
    except Unanswered as refused:
        raise Refused(refused.reason) from refused


def said(decision: AssessmentDecision) -> dict[str, Any]:
    """A decision as the engine takes it. Names of people stay out of what is frozen."""
    found: dict[str, Any] = {"reason": decision.reason}
    if decision.points is not None:
        found["points"] = decision.points
    if decision.met is not None:
        found["met"] = decision.met
    return found


def stated_of(fact: AssessmentFact) -> dict[str, Any]:
    """What a fact states, by figure (by member, then figure, where the clause is split)."""
    table: dict[str, Any] = unpack(fact.stated)
    return table


#: The result is what the contractor was told; during an appeal the sheet moves again.
SETTLED = (TOLD | FROZEN) - {AssessmentState.APPEALED.value}


def load(scope: ContractScope, row: Assessment, *, as_told: bool = False) -> Work | None:
    """Everything of one sheet; None before anything was measured. `as_told`: as the contractor was told, appeals aside."""
    settled = row.state in SETTLED or (as_told and row.state in TOLD)
    session, contract_id = scope.session, scope.contract_id
    kept = assessments.measure(session, contract_id, row.id)
    if kept is None:
        return None
    return Work(
        row, loaded(row.text.text), kept,
        [Earlier(decision, other) for decision, other in scoring.decisions(session, contract_id)],
        scoring.facts(session, contract_id, row.id),
        scoring.self_scores(session, contract_id, row.id),
        group_of(scope, row.id), register_of(scope, row), told(scope, row) if settled else None,
    )  # fmt: skip


def told(scope: ContractScope, row: Assessment) -> dict[str, Any] | None:
    """What stands in the capsule that was signed, or told last; None before."""
    kept = assessments.capsule(scope.session, scope.contract_id, row.id, row.signed_revision, text=True)
    body: dict[str, Any] | None = json.loads(kept.text) if kept is not None else None
    return body


def need(scope: ContractScope, row: Assessment) -> Work:
    """Everything of one sheet; Refused before anything was measured."""
    work = load(scope, row)
    if work is None:
        raise Refused(NOT_MEASURED)
    return work


def again(scope: ContractScope, work: Work) -> Work:
    """The same after a decision or a fact: what stands on the sheet is read anew, the rest is kept."""
    return replace(
        work,
        every_decision=[Earlier(one, other) for one, other in scoring.decisions(scope.session, scope.contract_id)],
        every_fact=scoring.facts(scope.session, scope.contract_id, work.row.id),
    )

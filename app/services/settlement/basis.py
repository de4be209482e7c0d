"""What a payment is computed from: a signed capsule and what was settled before, put to the engine."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from app.security.case_terms import Verdict
from app.security.terms import AssessmentState, OpeningKind
from app.services import books
from app.services.act import Refused, found
from app.services.assessments.basis import confirmed
from app.services.books import Book, book_of, fits, loaded
from app.services.settlement.common import contract_of
from app.services.settlement.forfeited import NONE_FORFEITED, Forfeited, forfeited_of
from app.services.standing.inputs import paid as paid_before
from app.store import assessments, settlement
from app.store.assessments import Assessment, AssessmentCapsule
from app.store.cases import Cases
from app.store.contracts import Contract, ContractScope
from app.store.settlement import SettlementStatement
from kpi.capsule import figures_of, given_of
from kpi.evaluation import Evaluation, evaluate
from kpi.indicators.values import FigureValue
from kpi.payments import Line, PaymentDecision, PlanOutcome, pay
from kpi.quantities import Money
from kpi.replay import fitting
from kpi.rulebook.answers import Answers
from kpi.rulebook.answers import Refused as Unanswered
from kpi.rulebook.given import Days, Given
from kpi.rulebook.loader import Source
from kpi.rulebook.payments import Plan, Tranche

NO_PAYMENT = "规则书没有写付款安排；请先在“合同设置”里换用写明付款的规则书"


@dataclass(frozen=True)
class Past:
    """What of a contract has been settled: statements that count, and payments from before the console."""

    contract: Contract
    book: Book
    live: Mapping[str, SettlementStatement]
    opened: Mapping[str, Money]
    signed: Sequence[Assessment]
    every: Sequence[Assessment]
    events: Sequence[Mapping[str, Any]]
    forfeited: Forfeited = NONE_FORFEITED

    def paid(self, beside: str = "") -> dict[str, Money]:
        """What each settled line comes to, by line, without one of them. Of what is wholly kept nothing is paid."""
        stated = {line: Money(row.payable_fen) for line, row in self.live.items() if line != beside}
        return {**dict.fromkeys(self.forfeited.whole - {beside}, Money(0)), **self.opened, **stated}

    @property
    def over(self) -> set[str]:
        """Lines about which nothing is left to be stated."""
        return {*self.live, *self.opened, *self.forfeited.whole}

    def carried(self, beside: str = "") -> Money | None:
        """What reductions exceed the last settled payment by."""
        rows = [row for line, row in self.live.items() if line != beside and not row.advance]
        latest = max(rows, key=lambda row: row.id, default=None)
        return Money(latest.carried_fen) if latest is not None and latest.carried_fen else None

    def used(self, row: Assessment, beside: str) -> SettlementStatement | None:
        """The statement of another line that has charged the reductions of this assessment already."""
        return next(
            (one for one in self.live.values() if one.assessment_id == row.id and one.line != beside and one.reduction_fen), None
        )


def past_of(scope: ContractScope) -> Past:
    """Reads it; Refused where the contract has no rulebook with payments."""
    contract = contract_of(scope)
    book = book_of(scope, contract)
    if book.rulebook.payment is None:
        raise Refused(NO_PAYMENT)
    rows = assessments.every(scope.session, scope.contract_id)
    openings = [one for one in confirmed(scope) if one.kind == OpeningKind.PAYMENT]
    events = [one for one in Cases(scope.session, scope.contract_id).events() if one.outcome is not None]
    live, opened = settlement.live(scope.session, scope.contract_id), paid_before(book, openings)
    return Past(
        contract, book, live, opened,
        [one for one in rows if one.state == AssessmentState.SIGNED], rows,
        [{"kind": one.kind, "date": one.happened_on, "decided": one.outcome, "number": f"事件{one.number}"}
         for one in sorted(events, key=lambda one: one.number) if one.outcome == Verdict.UPHELD.value],
        forfeited_of(scope, book.rulebook.payment, {*live, *opened}),
    )  # fmt: skip


@dataclass(frozen=True)
class Computed:
    """The engine's decision for one basis. `row` and `capsule` are None before anything was signed.

    `filled`: answers given after the signature to what was open then.
    """

    past: Past
    source: Source
    evaluation: Evaluation
    decision: PaymentDecision
    answers: Answers
    given: Given
    row: Assessment | None = None
    capsule: AssessmentCapsule | None = None
    filled: Mapping[str, Any] = field(default_factory=dict)
    moved: str = ""

    @cached_property
    def plan(self) -> PlanOutcome | None:
        return self.decision.plans.get(self.decision.chosen or "")

    @cached_property
    def rule(self) -> Plan | None:
        payment = self.source.rulebook.payment
        plans = payment.plans if payment is not None else ()
        return next((one for one in plans if one.id == self.decision.chosen), None)

    def line(self, line_id: str) -> Line:
        """A line of the chosen plan; Missing where it has none."""
        plan = found(self.plan)
        return found(next((one for one in plan.lines if one.id == line_id), None))

    def tranche(self, line_id: str) -> Tranche:
        """The tranche that a line belongs to."""
        return found(tranche_of(self.rule, line_id))


def tranche_of(plan: Plan | None, line_id: str) -> Tranche | None:
    """A line is a tranche, or a numbered instalment of it."""
    tranches = plan.tranches if plan is not None else ()
    for one in tranches:
        stem, _, number = line_id.rpartition("_")
        if one.id == line_id or (one.id == stem and number.isdigit()):
            return one
    return None


def computed(scope: ContractScope, past: Past, row: Assessment | None, beside: str = "") -> Computed:
    """What the engine says on the basis of a signed assessment, or of the contract alone (advances).

    `beside`: the line that is to be settled, or settled anew.
    """
    capsule, filled, signed = None, dict[str, Any](), None
    if row is None:
        source, given, figures = past.book.source, _bare(scope, past), list[FigureValue]()
    else:
        capsule = found(assessments.capsule(scope.session, scope.contract_id, row.id, row.signed_revision, text=True))
        body = json.loads(capsule.text)
        source, figures = loaded(body["rulebook"]["text"]), figures_of(body)
        signed = given_of(body)
        given, filled = _filled(past, source, signed)
    given = given.model_copy(update={"paid": past.paid(beside), "carried": past.carried(beside), "papers": _papers(source)})
    given = given.model_copy(update={"forfeited": dict(past.forfeited.sums)})
    try:
        evaluation = evaluate(source, given, figures)
    except Unanswered as refused:
        raise Refused(refused.reason) from refused
    told = given.model_copy(update={"events": Given.model_validate({"events": past.events}).events})
    decision = _decision(source, evaluation, told)
    moved = _moved(source, signed, figures, evaluation) if signed is not None and filled else ""
    return Computed(past, source, evaluation, decision, evaluation.answers, told, row, capsule, filled, moved)


def _bare(scope: ContractScope, past: Past) -> Given:
    """What is given without an assessment."""
    contract = past.contract
    given = Given(
        price=Money(contract.price_fen) if contract.price_fen is not None else None,
        term=Days(start=contract.starts_on, end=contract.ends_on), answers=past.book.given, members=past.book.members,
        calendar=books.calendar_data(scope.session),
    )  # fmt: skip
    return fitting(past.book.rulebook, given)[0]


def _filled(past: Past, source: Source, given: Given) -> tuple[Given, dict[str, Any]]:
    """The capsule's given data; what was open then and has been answered since is filled in, nothing else."""
    later = {
        name: value for name, value in past.book.given.items()
        if name not in given.answers and fits(source.rulebook, name, value)
    }  # fmt: skip
    changed: dict[str, Any] = {"answers": {**given.answers, **later}}
    if given.price is None and past.contract.price_fen is not None:
        changed["price"] = Money(past.contract.price_fen)
    return given.model_copy(update=changed), later


def _papers(source: Source) -> dict[str, tuple[str, ...]]:
    """Papers are looked at when the payment is submitted, not when it is computed."""
    payment = source.rulebook.payment
    plans = payment.plans if payment is not None else ()
    return {one.id: tuple(paper.id for paper in one.papers) for plan in plans for one in plan.tranches}


def _decision(source: Source, evaluation: Evaluation, given: Given) -> PaymentDecision:
    """The decision under the events as they were decided since; score and tier are those of the evaluation."""
    payment = source.rulebook.payment
    if payment is None:
        raise Refused(NO_PAYMENT)
    tier = evaluation.tier
    waiting = tier.undecided if tier is not None else [one for one in evaluation.consequences if one.kind == "penalty" and one.held is None]
    undecided = tuple(one.text for one in waiting)
    return pay(payment, evaluation.book, evaluation.answers, given, evaluation.score, tier.tier if tier else None, undecided)


def _moved(source: Source, signed: Given, figures: Sequence[FigureValue], now: Evaluation) -> str:
    """Why the capsule can no longer be paid on: answers given since would change what was signed."""
    then = evaluate(source, signed, figures)
    tiers = tuple(one.tier.tier if one.tier else None for one in (then, now))
    if then.score == now.score and tiers[0] == tiers[1]:
        return ""
    return "签字以后的答复会改变考核结果，签字的考核不能直接用来付款；请走“重开考核”，按现在的答复重新签字"

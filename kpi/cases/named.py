"""Results by the names that cases use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kpi.evaluation import Evaluation
from kpi.payments import PlanOutcome
from kpi.quantities import QuantityError, parse_exact
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.loader import Source
from kpi.tiers import tier_of


def _scores(evaluation: Evaluation, wanted: Any) -> Any:
    return {one.id: one.score for one in evaluation.assessment.items} if evaluation.assessment else {}


def _deductions(evaluation: Evaluation, wanted: Any) -> Any:
    return dict(evaluation.assessment.deductions) if evaluation.assessment else {}


def _bonus(evaluation: Evaluation, wanted: Any) -> Any:
    return dict(evaluation.assessment.bonus) if evaluation.assessment else {}


def _total(evaluation: Evaluation, wanted: Any) -> Any:
    if evaluation.combined is not None:
        return evaluation.combined.total
    return evaluation.assessment.total if evaluation.assessment else None


def _score(evaluation: Evaluation, wanted: Any) -> Any:
    return evaluation.score


def _tier(evaluation: Evaluation, wanted: Any) -> Any:
    return evaluation.tier.tier if evaluation.tier else None


def _refused(evaluation: Evaluation, wanted: Any) -> Any:
    return sorted(evaluation.refused)


def _figures(evaluation: Evaluation, wanted: Any) -> Any:
    found: dict[str, Any] = {}
    for name in wanted:
        derived = evaluation.derived.get(name)
        if derived is None:
            found[name] = evaluation.book.value(name)
        elif derived.numerator is not None and isinstance(wanted[name], Mapping):
            found[name] = {"numerator": derived.numerator, "denominator": derived.denominator}
        else:
            found[name] = derived.value
    return found


def _met(evaluation: Evaluation, wanted: Any) -> Any:
    found: dict[str, Any] = {}
    for clause, expected in wanted.items():
        values = evaluation.indicators.get(clause, [])
        if isinstance(expected, Mapping):
            found[clause] = {name: one.met for value in values for name, one in value.members.items()}
        else:
            found[clause] = evaluation.book.met(clause)
    return found


def _plan(plan: PlanOutcome) -> dict[str, Any]:
    amounts = {"advance": plan.advance, "in_all": plan.in_all, "remaining": plan.remaining}
    return {**amounts, **{line.id: line.amount for line in plan.lines if line.id not in amounts}}


def _payments(evaluation: Evaluation, wanted: Any) -> Any:
    return (
        {name: _plan(plan) for name, plan in evaluation.payment.plans.items()} if evaluation.payment else {}
    )


def _tranches(evaluation: Evaluation, wanted: Any) -> Any:
    decision = evaluation.payment
    if decision is None or decision.chosen not in decision.plans:
        return None
    return [line.amount for line in decision.plans[decision.chosen].lines]


def _reductions(evaluation: Evaluation, wanted: Any) -> Any:
    decision = evaluation.payment
    if decision is None:
        return {}
    return {**{line.id: line.amount for line in decision.reductions}, "total": decision.reduction_total}


def _status(evaluation: Evaluation, wanted: Any) -> Any:
    return evaluation.payment.status if evaluation.payment else None


def _payable(evaluation: Evaluation, wanted: Any) -> Any:
    return evaluation.payment.payable if evaluation.payment else None


def _tier_of(evaluation: Evaluation, wanted: Any) -> Any:
    tiers = evaluation.source.rulebook.tiers
    if tiers is None:
        return {}
    return {score: _one_tier(evaluation, score) for score in wanted}


def _one_tier(evaluation: Evaluation, score: str) -> str | None:
    tiers = evaluation.source.rulebook.tiers
    try:
        return tier_of(tiers, parse_exact(score), evaluation.answers).tier if tiers else None
    except (Refused, QuantityError):
        return None


def _record_scores(evaluation: Evaluation, wanted: Any) -> Any:
    return [one.score for one in evaluation.records]


def _record_qualified(evaluation: Evaluation, wanted: Any) -> Any:
    return [one.qualified for one in evaluation.records]


def _reminders(evaluation: Evaluation, wanted: Any) -> Any:
    return {name: day for steps in evaluation.reminders.values() for name, day in steps.items()}


def _taken(evaluation: Evaluation, wanted: Any) -> Any:
    return Answers(evaluation.source.rulebook, evaluation.given.answers).taken()


RESULTS: dict[str, Callable[[Evaluation, Any], Any]] = {
    "scores": _scores,
    "deductions": _deductions,
    "bonus": _bonus,
    "total": _total,
    "score": _score,
    "tier": _tier,
    "refused": _refused,
    "figures": _figures,
    "met": _met,
    "payments": _payments,
    "tranches": _tranches,
    "reductions": _reductions,
    "payment": _status,
    "payable": _payable,
    "tier_of": _tier_of,
    "record_scores": _record_scores,
    "record_qualified": _record_qualified,
    "reminders": _reminders,
    "answers": _taken,
}


#: Results that are compared name by name, and those compared in order.
TABLES = frozenset(
    {"scores", "deductions", "bonus", "figures", "met", "payments", "reductions", "tier_of", "reminders", "answers"}
)
LISTS = frozenset({"refused", "tranches", "record_scores", "record_qualified"})


def known_results(source: Source) -> set[str]:
    rulebook = source.rulebook
    return {*RESULTS, *(one.id for one in rulebook.verdicts), *(one.id for one in rulebook.rights)}


def result(evaluation: Evaluation, key: str, wanted: Any) -> Any:
    """A result by its name in `expect`; verdicts as their label, rights as yes or no."""
    if key in RESULTS:
        return RESULTS[key](evaluation, wanted)
    for verdict in evaluation.verdicts:
        if verdict.id == key:
            return verdict.text
    return next((right.value for right in evaluation.rights if right.id == key), None)

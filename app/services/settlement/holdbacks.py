"""质保金 as a line of the plan: which line before it withholds it, what it comes to, whether it may be given back."""

from __future__ import annotations

from collections.abc import Iterator

from app.services.act import found
from app.services.settlement.basis import Computed
from app.services.settlement.blocking import Blocker
from kpi.expressions import Expression
from kpi.payments import Line, pay
from kpi.payments.decision import PlanOutcome
from kpi.rulebook.payments import Holdback, Payment, Tranche

ALWAYS = Expression("1")


def withheld(made: Computed, line_id: str) -> list[Line]:
    """The lines that give back later what this one withholds: those behind it before anything else is earned.

    Their amounts are what they come to once their condition holds.
    """
    if made.rule is None or not any(isinstance(one.amount, Holdback) for one in made.rule.tranches):
        return []
    carrier, listed = "", list[str]()
    for one in found(made.plan).lines:
        tranche = made.tranche(one.id)
        if isinstance(tranche.amount, Holdback):
            listed += [one.id] if carrier == line_id else []
        elif not tranche.advance:
            carrier = one.id
    settled = made.past.live.keys() | made.past.opened.keys()
    return [one for one in _given_back(made).lines if one.id in listed and one.id not in settled and (one.amount is None or one.amount.fen)]


def against(made: Computed, line: Line, tranche: Tranche) -> Iterator[Blocker]:
    """A line that gives back waits for its condition; nothing is stated of it before."""
    if not isinstance(tranche.amount, Holdback) or line.amount is None or line.amount.fen:
        return
    whole = next(one for one in _given_back(made).lines if one.id == line.id)
    if whole.amount is not None and whole.amount.fen:
        yield Blocker("gate", f"返还条件还没有满足（{line.clause}）：{line.explanation}", "采购人认定条件满足后，用新的签字考核")


def _given_back(made: Computed) -> PlanOutcome:
    """The plan as it would be if every condition of giving back held."""
    payment, evaluation = found(made.source.rulebook.payment), made.evaluation
    tier = evaluation.tier.tier if evaluation.tier else None
    decision = pay(_free(payment), evaluation.book, evaluation.answers, made.given, evaluation.score, tier)
    return decision.plans[found(made.decision.chosen)]


def _free(payment: Payment) -> Payment:
    def free(one: Tranche) -> Tranche:
        if not isinstance(one.amount, Holdback):
            return one
        return one.model_copy(update={"amount": one.amount.model_copy(update={"release": ALWAYS})})

    plans = tuple(plan.model_copy(update={"tranches": tuple(free(one) for one in plan.tranches)}) for plan in payment.plans)
    return payment.model_copy(update={"plans": plans})

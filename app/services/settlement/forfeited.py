"""What of the 质保金 is not given back: read with the plan, so that every sum of it reckons with that."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from app.security.settlement_terms import ForfeitState
from app.services.money import retention
from app.store import settlement
from app.store.contracts import ContractScope
from app.store.settlement import RetentionForfeit
from kpi.quantities import Money
from kpi.rulebook.payments import Holdback, Payment


@dataclass(frozen=True)
class Forfeited:
    """`sums`: what was agreed to, by line; `left`: what is held back; `whole`: lines of which nothing is left to give back."""

    rows: Sequence[RetentionForfeit] = ()
    sums: Mapping[str, Money] = field(default_factory=dict)
    left: Mapping[str, Money] = field(default_factory=dict)
    whole: frozenset[str] = frozenset()

    def standing(self, line: str) -> list[RetentionForfeit]:
        """What was agreed to of a line, oldest first."""
        return [one for one in self.rows if one.line == line and one.state == ForfeitState.AGREED]

    def proposed(self, line: str) -> RetentionForfeit | None:
        """What waits for a decision about a line."""
        return next((one for one in self.rows if one.line == line and one.state == ForfeitState.PROPOSED), None)

    def of(self, line: str) -> Money:
        return self.sums.get(line, Money(0))


NONE_FORFEITED = Forfeited()


def forfeited_of(scope: ContractScope, payment: Payment | None, settled: Collection[str]) -> Forfeited:
    """Nothing is asked where the rulebook keeps nothing back. `settled`: lines that have been stated or paid."""
    if not retains(payment):
        return Forfeited()
    rows, sums = settlement.forfeits(scope.session, scope.contract_id), dict[str, Money]()
    for one in rows:
        if one.state == ForfeitState.AGREED:
            sums[one.line] = sums.get(one.line, Money(0)) + Money(one.amount_fen)
    left = retention.kept(scope)
    return Forfeited(rows, sums, left, frozenset(line for line in sums if line not in left and line not in settled))


def retains(payment: Payment | None) -> bool:
    """Whether the rulebook keeps something back at all."""
    plans = payment.plans if payment is not None else ()
    return any(isinstance(one.amount, Holdback) for plan in plans for one in plan.tranches)

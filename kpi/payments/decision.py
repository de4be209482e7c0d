"""What the payment stage hands over. Amounts are Money; None is "cannot be computed" with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kpi.quantities import Money

NOTHING = Money(0)


@dataclass(frozen=True, slots=True)
class GateOutcome:
    """One condition of a tranche. `met` None: nothing is known yet."""

    id: str
    clause: str
    title: str
    met: bool | None
    otherwise: Literal["suspend", "block"]
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One payment of a plan: its amount before reductions, how it comes about, what must hold first."""

    id: str
    title: str
    clause: str
    amount: Money | None
    explanation: str
    advance: bool = False
    by_hand: bool = False
    gates: tuple[GateOutcome, ...] = ()
    missing_papers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    due: str = ""
    paid: Money | None = None

    @property
    def open(self) -> bool:
        """Not paid yet."""
        return self.paid is None


@dataclass(frozen=True, slots=True)
class PlanOutcome:
    """All lines of a plan. `advance` what is prepaid, `in_all` everything, `remaining` in_all − advance."""

    id: str
    title: str
    lines: tuple[Line, ...]
    reason: str = ""

    @property
    def advance(self) -> Money | None:
        return _sum([line for line in self.lines if line.advance])

    @property
    def in_all(self) -> Money | None:
        return _sum(list(self.lines))

    @property
    def remaining(self) -> Money | None:
        return _sum([line for line in self.lines if not line.advance])


def _sum(lines: list[Line]) -> Money | None:
    amounts = [line.amount for line in lines]
    if any(amount is None for amount in amounts):
        return None
    return Money(sum(amount.fen for amount in amounts if amount is not None))


@dataclass(frozen=True, slots=True)
class ReductionLine:
    """A 扣款. `amount` None: cannot be computed."""

    id: str
    title: str
    clause: str
    amount: Money | None
    explanation: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaymentDecision:
    """`status`: payable, suspended (rectification first), blocked (something must be decided), none.

    `due`: the next unpaid line of the chosen plan; `payable`: its amount less the reductions, `carried`:
    what the reductions exceed it by. `reasons`: why nothing may be paid now, and who can clear it.
    `reduction_note`: what the cap on all reductions did, None where it did nothing.
    """

    status: Literal["payable", "suspended", "blocked", "none"]
    plans: dict[str, PlanOutcome]
    chosen: str | None
    reductions: tuple[ReductionLine, ...]
    reduction_total: Money | None
    due: Line | None = None
    payable: Money | None = None
    carried: Money = NOTHING
    reasons: tuple[str, ...] = ()
    explanation: str = ""
    reduction_note: str | None = None

    @property
    def net(self) -> Money | None:
        """Everything the chosen plan pays less the reductions; None where it cannot be computed."""
        plan = self.plans.get(self.chosen or "")
        in_all = plan.in_all if plan is not None else None
        if in_all is None or self.reduction_total is None:
            return None
        return in_all - self.reduction_total

"""What the assessment stage hands over: outcomes of rules, clauses, items, bonus lines and the sheet.

All points are exact rationals. An item's score and deduction are rounded half up to two places and totals
add those (domain.md, rules of counting 10). None is "cannot be computed"; the reasons stand beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from kpi.rulebook.answers import RefusalKind, Refused

NOTHING = Fraction(0)

Effect = Literal["deduct", "earn", "none"]


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """One scoring rule applied. `low` to `high` is what may be decided, `proposed` what the system says.

    `met` None: not known. `zero`: the whole item is lost. `step`: grid of a discretionary range. `refused`
    says why there is no result; `no_data` marks those that a decision can settle. `decided` stays None
    until somebody decides. `off`: the rule does not apply (its `when` does not hold).
    """

    clause: str
    mechanic: str
    met: bool | None
    low: Fraction = NOTHING
    high: Fraction = NOTHING
    proposed: Fraction = NOTHING
    explanation: str = ""
    sources: tuple[str, ...] = ()
    zero: bool = False
    refused: Refused | None = None
    no_data: bool = False
    effect: Effect = "none"
    step: Fraction | None = None
    decided: Fraction | None = None
    label: str = ""
    off: bool = False


@dataclass(frozen=True, slots=True)
class RefusedResult:
    """Something that cannot be computed: about which clause, of what kind, and a Chinese sentence why."""

    clause: str
    kind: RefusalKind
    reason: str


@dataclass(frozen=True, slots=True)
class ClauseScore:
    """A clause inside an item: its rules, the allowed range, what is proposed, decided and taken in the end.

    `deducted` and `earned` are after the decision, the clause cap and the pool cap. `exempted` is the reason
    of an exemption slip, or None.
    """

    clause: str
    outcomes: tuple[RuleOutcome, ...]
    low: Fraction = NOTHING
    high: Fraction | None = NOTHING
    proposed: Fraction | None = NOTHING
    decided: Fraction | None = None
    deducted: Fraction = NOTHING
    earned: Fraction = NOTHING
    zero: bool = False
    exempted: str | None = None
    refused: tuple[RefusedResult, ...] = ()
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class ItemScore:
    """An item of the sheet. `score` None: refused, or no maximum is known (then only the deduction is)."""

    id: str
    title: str
    clauses: tuple[str, ...]
    maximum: Fraction | None
    deduction: Fraction
    score: Fraction | None
    outcomes: tuple[RuleOutcome, ...] = ()
    by_clause: tuple[ClauseScore, ...] = ()
    refused: tuple[RefusedResult, ...] = ()
    explanation: str = ""
    self_score: Fraction | None = None


@dataclass(frozen=True, slots=True)
class PoolScore:
    """A pot of points shared by items or clauses. `score` only where its items have no maxima of their own."""

    id: str
    items: tuple[str, ...]
    maximum: Fraction | None
    lost: Fraction
    score: Fraction | None = None


@dataclass(frozen=True, slots=True)
class BonusLine:
    """A line of bonus: points after its own cap, None where refused."""

    id: str
    clause: str
    points: Fraction | None
    outcome: RuleOutcome
    decided: Fraction | None = None
    refused: tuple[RefusedResult, ...] = ()
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class AssessmentScore:
    """One sheet. `base` is before bonus, `total` after; None with `reasons` where something is refused.

    Where bonus is added after several sheets are combined, `total` is this sheet without it. `order`: the order of
    operations that the rulebook states, None where it is the usual one.
    """

    title: str
    full: Fraction
    items: tuple[ItemScore, ...]
    pools: tuple[PoolScore, ...] = ()
    bonus_lines: tuple[BonusLine, ...] = ()
    bonus_total: Fraction | None = NOTHING
    base: Fraction | None = None
    total: Fraction | None = None
    reasons: tuple[RefusedResult, ...] = ()
    self_scores: Mapping[str, Fraction] = field(default_factory=dict)
    explanation: str = ""
    order: str | None = None

    @property
    def refused(self) -> tuple[str, ...]:
        """Ids of the clauses without a result, each once, in the order of the sheet."""
        return tuple(dict.fromkeys(one.clause for one in self.reasons))

    @property
    def bonus(self) -> dict[str, Fraction]:
        """Points by bonus line, as far as they are known."""
        return {line.id: line.points for line in self.bonus_lines if line.points is not None}

    @property
    def scores(self) -> dict[str, Fraction]:
        """Scores by item, as far as they are known."""
        return {item.id: item.score for item in self.items if item.score is not None}

    @property
    def deductions(self) -> dict[str, Fraction]:
        """Points lost by item; items without a result are left out."""
        return {item.id: item.deduction for item in self.items if not item.refused}

    @property
    def outcomes(self) -> tuple[RuleOutcome, ...]:
        """Every rule of the sheet with what came out, bonus last."""
        rules = [outcome for item in self.items for outcome in item.outcomes]
        return (*rules, *(line.outcome for line in self.bonus_lines))

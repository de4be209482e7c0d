"""Payment plans, tranches, reductions: one small type per mechanic. Evaluation stands in kpi.payments.

`base` names what a share is taken of: `price` (the contract sum), `plan` (what is left after earlier
tranches of the plan) or a parameter / figure in yuan given as an expression.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, field_validator

from kpi.rulebook.base import Answerable, Exact, Expr, Identifier, Rule, Ruled, Stated, Texts
from kpi.rulebook.mechanics import Band


class ShareOfPrice(Rule):
    """A fixed share. The last tranche of a plan whose shares sum to 100% balances to the fen."""

    pays: Literal["share"]
    share: Answerable[Exact] | None
    base: Expr | None = None


class TierShare(Rule):
    """Share by tier of (`base` − what `outside` holds), less the tranches named in `less`.

    A tier without a share is refused; a tier in `stops` pays nothing more: what was paid is decided by hand.
    """

    pays: Literal["tier_share"]
    shares: dict[str, Answerable[Exact]]
    base: Expr | None = None
    outside: Answerable[Texts] = ()  # tranches that are kept outside the assessed sum
    less: Answerable[Texts] = ()  # tranches (advances) that are offset
    stops: dict[str, Answerable[Literal["keep", "refund", "pro_rata"]]] = Field(default_factory=dict)
    stated: tuple[Stated, ...] = ()


class LinearInScore(Rule):
    """score / `full` of the base, less `less`; below `floor` nothing, above `ceiling` no more."""

    pays: Literal["linear"]
    full: Exact
    base: Expr | None = None
    less: Texts = ()
    floor: Exact | None = None
    ceiling: Exact | None = None

    @field_validator("full")
    @classmethod
    def _positive(cls, full: Fraction) -> Fraction:
        if full <= 0:
            raise ValueError("满分要大于 0,例如 full: 100")
        return full


class Interpolated(Rule):
    """Share interpolated between points (score → share); outside the points refused unless `clamp`."""

    pays: Literal["interpolated"]
    points: tuple[tuple[Exact, Exact], ...]
    base: Expr | None = None
    less: Texts = ()
    clamp: bool = False

    @field_validator("points")
    @classmethod
    def _apart(cls, points: tuple[tuple[Fraction, Fraction], ...]) -> tuple[tuple[Fraction, Fraction], ...]:
        if len(points) < 2 or len({score for score, _ in points}) != len(points):
            raise ValueError("内插至少要两个点,每个得分只写一次,例如 [[60, 50%], [90, 100%]]")
        return points


class Holdback(Rule):
    """A retained share that is released when `release` holds."""

    pays: Literal["holdback"]
    share: Answerable[Exact]
    base: Expr | None = None
    release: Expr


class Instalments(Rule):
    """Equal instalments; the last balances to the fen. Reductions come off each."""

    pays: Literal["instalments"]
    number: Answerable[Exact] | None
    base: Expr | None = None


class UnitPrice(Rule):
    """Unit price × verified count; with `cap` True never above the price, with an expression above that."""

    pays: Literal["unit_price"]
    unit_price: Answerable[Expr]
    count: Expr
    cap: Expr | None = None
    less: Texts = ()


class Stage(Rule):
    """A stage of a per-head fee."""

    title: str
    count: Expr
    each: Answerable[Expr]


class PerHead(Rule):
    """Per head in stages, each person once per stage (`excluded` heads pay nothing)."""

    pays: Literal["per_head"]
    stages: tuple[Stage, ...]
    excluded: Expr | None = None
    cap: Expr | None = None


class RateRow(Rule):
    group: str
    count: Expr
    rate: Answerable[Expr]


class RateTable(Rule):
    """Rates by group, plus `reimbursed` costs, all out of a `pot` where one is stated."""

    pays: Literal["rate_table"]
    rows: tuple[RateRow, ...]
    reimbursed: Expr | None = None
    pot: Expr | None = None


class Slabs(Rule):
    """The slab of the whole quantity sets the share (or the sum) of the whole. No slab covers: refused."""

    pays: Literal["slabs"]
    value: Expr
    table: tuple[Band, ...]  # points = share of the base
    base: Expr | None = None


class CohortResult(Rule):
    """Paid on a cohort's later result: `amount` per head still there at `check_after_months`."""

    pays: Literal["cohort"]
    count: Expr
    each: Answerable[Expr]
    check_after_months: int
    known: Expr  # whether the result is in; until then nothing is due


class Balance(Rule):
    """What is left of the base after the tranches before it."""

    pays: Literal["balance"]
    base: Expr | None = None


Amount = Annotated[
    ShareOfPrice
    | TierShare
    | LinearInScore
    | Interpolated
    | Holdback
    | Instalments
    | UnitPrice
    | PerHead
    | RateTable
    | Slabs
    | CohortResult
    | Balance,
    Field(discriminator="pays"),
]


class GateRule(Rule):
    """A condition of a tranche. `met` names clauses whose indicators must be met; `require` is any condition.

    `otherwise` suspend: nothing is due until it is met (rectification); block: refused until decided.
    """

    id: Identifier
    clause: str
    title: str
    met: Texts = ()
    require: Answerable[Expr] | None = None
    otherwise: Literal["suspend", "block"] = "block"
    stated: tuple[Stated, ...] = ()


class Paper(Rule):
    """A paper that must be on file before the tranche is paid."""

    id: Identifier
    title: str
    clause: str = ""
    stated: tuple[Stated, ...] = ()


class Tranche(Ruled):
    """One payment of a plan. `advance` marks a prepayment; `working_days` after the invoice.

    `review_working_days`: the buyer's days for checking the application, None where nobody set them.
    """

    id: Identifier
    title: str
    amount: Amount
    advance: bool = False
    gates: tuple[GateRule, ...] = ()
    papers: tuple[Paper, ...] = ()
    approvals: Texts = ()
    working_days: int | None = None
    review_working_days: Answerable[Exact] | None = None
    calendar_days: int | None = None
    stage: str = ""


class Plan(Ruled):
    """One way to pay the `sum`. Two plans for the same sum contradict each other until one is chosen."""

    id: Identifier
    title: str
    sum: str = "合同价款"
    tranches: tuple[Tranche, ...]


class SharePerStep(Rule):
    """`share` of the base for each step (count); for example 0.1% of the price per 0.1 point."""

    reduces: Literal["share_per_step"]
    steps: Expr
    share: Answerable[Exact]
    base: Expr | None = None
    up_to: Answerable[Exact] | None = None


class FixedPerRecord(Rule):
    """A fixed sum per failing record or event. `population`: which records are meant; None: not stated."""

    reduces: Literal["fixed_per_record"]
    count: Answerable[Expr]
    each: Answerable[Expr]
    population: Answerable[str] | None = None
    up_to: Answerable[Expr] | None = None


class Escalating(Rule):
    """Incident by incident: first `shares[0]`, second `shares[1]`, … the last repeats."""

    reduces: Literal["escalating"]
    count: Expr
    shares: tuple[Answerable[Exact], ...] = Field(min_length=1)
    base: Expr | None = None


class StepTableShare(Rule):
    """Share of the month's (period's) sum by a step table; replaceable from a date on by a later version."""

    reduces: Literal["step_table"]
    value: Expr
    table: tuple[Band, ...]  # points = share of the base
    base: Expr | None = None
    from_date: str = ""
    later: tuple[Band, ...] = ()


ReductionAmount = Annotated[
    SharePerStep | FixedPerRecord | Escalating | StepTableShare, Field(discriminator="reduces")
]


class Reduction(Ruled):
    """A 扣款. Takes effect only where `when` holds. They stack; of one `group` only the largest counts."""

    id: Identifier
    title: str
    amount: ReductionAmount
    when: Answerable[Expr] | None = None
    group: str = ""


class Payment(Ruled):
    """Plans, reductions and what suspends payment.

    `above_due`: a reduction above the payment due is carried forward, capped, or refused.
    """

    plans: tuple[Plan, ...]
    plan: Answerable[str] | None = None
    reductions: tuple[Reduction, ...] = ()
    suspend: Answerable[Expr] | None = None
    suspend_title: str = ""
    above_due: Answerable[Literal["carry_forward", "cap"]] = "carry_forward"
    price: Answerable[Literal["total", "unit"]] = "total"
    unit_price: Answerable[Expr] | None = None
    quantity: Expr | None = None
    taxes: str = ""

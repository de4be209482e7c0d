"""Payment plans, tranches, reductions: one small type per mechanic. Evaluation stands in kpi.payments.

`base` names what a share is taken of: `price` (the contract sum), `plan` (what is left after earlier
tranches of the plan) or a parameter / figure in yuan given as an expression.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from kpi.rulebook.base import Answerable, Exact, Expr, Identifier, Rule, Ruled, Shares, Stated, Texts
from kpi.rulebook.mechanics import Band
from kpi.rulebook.rounding import MoneyRounding, Rounding


class _Computed(Rule):
    """A sum that is worked out. `rounding` None: as the payment says, else half up to the fen."""

    rounding: Answerable[MoneyRounding] | None = None


class _Offsetting(_Computed):
    """A sum that earlier tranches (advances) are offset against: whole, or the share that `less` gives for each."""

    less: Answerable[Shares] = Field(default_factory=dict)


class ShareOfPrice(_Computed):
    """A fixed share. The last tranche of a plan whose shares sum to 100% balances to the fen."""

    pays: Literal["share"]
    share: Answerable[Exact] | None
    base: Expr | None = None


class TierShare(_Offsetting):
    """Share by tier of (`base` − what `outside` holds), less the tranches named in `less`.

    A tier without a share is refused; a tier in `stops` pays nothing more: what was paid is decided by hand.
    `ratio_rounding`: of the share of the score where a tier stops `pro_rata`.
    """

    pays: Literal["tier_share"]
    shares: dict[str, Answerable[Exact]]
    base: Expr | None = None
    outside: Answerable[Texts] = ()  # tranches that are kept outside the assessed sum
    stops: dict[str, Answerable[Literal["keep", "refund", "pro_rata"]]] = Field(default_factory=dict)
    ratio_rounding: Rounding | None = None
    stated: tuple[Stated, ...] = ()


class LinearInScore(_Offsetting):
    """score / `full` of the base, less `less`; below `floor` nothing, above `ceiling` no more.

    `floor_paid`: whether a score of just `floor` is paid.
    """

    pays: Literal["linear"]
    full: Exact
    base: Expr | None = None
    floor: Exact | None = None
    floor_paid: Answerable[bool] = True
    ceiling: Exact | None = None
    ratio_rounding: Rounding | None = None

    @field_validator("full")
    @classmethod
    def _positive(cls, full: Fraction) -> Fraction:
        if full <= 0:
            raise ValueError("满分要大于 0，例如 full: 100")
        return full


class Interpolated(_Offsetting):
    """Share interpolated between points (score → share); outside the points refused unless `clamp`."""

    pays: Literal["interpolated"]
    points: tuple[tuple[Exact, Exact], ...]
    base: Expr | None = None
    clamp: bool = False
    ratio_rounding: Rounding | None = None

    @field_validator("points")
    @classmethod
    def _apart(cls, points: tuple[tuple[Fraction, Fraction], ...]) -> tuple[tuple[Fraction, Fraction], ...]:
        if len(points) < 2 or len({score for score, _ in points}) != len(points):
            raise ValueError("内插至少要两个点，每个得分只写一次，例如 [[60, 50%], [90, 100%]]")
        return points


class Holdback(_Computed):
    """A retained share that is released when `release` holds."""

    pays: Literal["holdback"]
    share: Answerable[Exact]
    base: Expr | None = None
    release: Expr


class Instalments(_Computed):
    """Equal instalments; the last balances to the fen. Reductions come off each."""

    pays: Literal["instalments"]
    number: Answerable[Exact] | None
    base: Expr | None = None


class UnitPrice(_Offsetting):
    """Unit price × verified count; with `cap` never above that."""

    pays: Literal["unit_price"]
    unit_price: Answerable[Expr]
    count: Expr
    cap: Expr | None = None


class Stage(Rule):
    """A stage of a per-head fee: `count` persons, less those `excluded` and those `paid_before` in this stage."""

    title: str
    count: Expr
    each: Answerable[Expr]
    excluded: Expr | None = None
    paid_before: Expr | None = None


class PerHead(_Offsetting):
    """Per head in stages. `excluded`: heads that no stage pays, beside those that a stage leaves out itself.

    `once` stage: each stage pays a person once; highest: a person is paid for the last stage reached only.
    There the stages follow one another, whoever reached one has reached those before it.
    """

    pays: Literal["per_head"]
    stages: tuple[Stage, ...] = Field(min_length=1)
    once: Answerable[Literal["stage", "highest"]] = "stage"
    excluded: Expr | None = None
    cap: Expr | None = None


class RateRow(Rule):
    group: str
    count: Expr
    rate: Answerable[Expr]


class RateTable(_Offsetting):
    """Rates by group, plus `reimbursed` costs, all out of a `pot` where one is stated."""

    pays: Literal["rate_table"]
    rows: tuple[RateRow, ...]
    reimbursed: Expr | None = None
    pot: Expr | None = None


class Slabs(_Offsetting):
    """The slab that holds `value` sets what the whole is paid. No slab covers: refused.

    `gives`: what `points` of a slab are, a share of the base, a unit price of the whole quantity, or a sum.
    """

    pays: Literal["slabs"]
    value: Expr
    gives: Literal["share", "unit_price", "sum"] = "share"
    table: tuple[Band, ...]
    base: Expr | None = None


class CohortResult(_Offsetting):
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

    `review_working_days`, `review_calendar_days`: the agreed time for acceptance, after the contractor has asked for it; None
    where nobody set one. What takes longer does not put off the payment: the law's days run from its end.
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
    review_calendar_days: Answerable[Exact] | None = None
    calendar_days: int | None = None
    stage: str = ""

    @model_validator(mode="after")
    def _one_time_for_acceptance(self) -> Tranche:
        if self.review_working_days is not None and self.review_calendar_days is not None:
            raise ValueError("验收期限只写一种：review_working_days（工作日）或 review_calendar_days（日历天）")
        return self


class Plan(Ruled):
    """One way to pay the `sum`. Two plans for the same sum contradict each other until one is chosen."""

    id: Identifier
    title: str
    sum: str = "合同价款"
    tranches: tuple[Tranche, ...]


class SharePerStep(_Computed):
    """`share` of the base for each step (count); for example 0.1% of the price per 0.1 point."""

    reduces: Literal["share_per_step"]
    steps: Expr
    share: Answerable[Exact]
    base: Expr | None = None
    up_to: Answerable[Exact] | None = None


class FixedPerRecord(_Computed):
    """A fixed sum per failing record or event. `population`: which records are meant; None: not stated."""

    reduces: Literal["fixed_per_record"]
    count: Answerable[Expr]
    each: Answerable[Expr]
    population: Answerable[str] | None = None
    up_to: Answerable[Expr] | None = None


class Escalating(_Computed):
    """Incident by incident: first `shares[0]`, second `shares[1]`, … the last repeats.

    `before`: incidents of earlier periods, after which those of this one go on.
    """

    reduces: Literal["escalating"]
    count: Expr
    before: Expr | None = None
    shares: tuple[Answerable[Exact], ...] = Field(min_length=1)
    base: Expr | None = None


class StepTableShare(_Computed):
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

    `above_due`: a reduction above the payment due is carried forward, capped, or refused. `reduction_cap`: all
    reductions of a period together never take more yuan than this. `rounding`: of every sum that says nothing else.
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
    rounding: Answerable[MoneyRounding] = MoneyRounding()
    reduction_cap: Answerable[Expr] | None = None
    taxes: str = ""

"""How an item is scored: one small type per mechanic. Evaluation stands in kpi.assessments.

Deducting mechanics take points off the item's maximum; earning mechanics add from zero (an item with
`start: zero`). All counts and conditions are expressions over the clause's figures.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kpi.rulebook.base import Answerable, Exact, Expr, Rule, Stated


class _Mechanic(Rule):
    """`clause` defaults to the item's clause; `when` switches the rule off where it does not hold."""

    clause: str = ""
    label: str = ""
    when: Expr | None = None
    stated: tuple[Stated, ...] = ()
    reading: str = ""


class AllOrNothing(_Mechanic):
    """Not fulfilled: `worth` points are lost (None: the item's maximum). `met` None asks the indicator."""

    mechanic: Literal["all_or_nothing"]
    met: Expr | None = None
    worth: Answerable[Exact] | None = None


class Checklist(_Mechanic):
    """Each missing thing of a list −`each`. `missing` counts them."""

    mechanic: Literal["checklist"]
    conditions: tuple[str, ...] = ()
    missing: Expr
    each: Answerable[Exact]


class PerUnit(_Mechanic):
    """Each unit, event or case −`each`; the first `free` cost nothing; never more than `up_to` points."""

    mechanic: Literal["per_unit"]
    count: Expr | Annotated[tuple[Expr, ...], Field(min_length=1)]
    each: Answerable[Exact]
    free: Answerable[Exact] = Field(default=0, validate_default=True)
    up_to: Answerable[Exact] | None = None
    unit: str = ""


class PerPoint(_Mechanic):
    """Each percentage point short −`each`. `of`: points of the rate itself or of the completion ratio.

    `actual` and `target` are in the same unit; `step` is the size of a point (0.1 for tenths);
    `rounding`: whole (begun steps do not count), ceiling (they do), pro_rata.
    """

    mechanic: Literal["per_point"]
    actual: Expr
    target: Expr
    of: Literal["rate", "completion"] = "rate"
    each: Answerable[Exact]
    step: Answerable[Exact] = Field(default=1, validate_default=True)
    rounding: Answerable[Literal["whole", "ceiling", "pro_rata"]] = "whole"
    up_to: Answerable[Exact] | None = None
    unit: str = ""


class Band(Rule):
    """`at_least` ≤ value < `below`; None is open. `inclusive_top` moves the boundary into the band."""

    at_least: Answerable[Exact] | None = None
    below: Answerable[Exact] | None = None
    inclusive_top: bool = False
    points: Answerable[Exact]


class Steps(_Mechanic):
    """Points by a step table on `value` (for example a shortfall): taken off, or earned. No band covers: refused."""

    mechanic: Literal["steps"]
    value: Expr
    gives: Literal["deduct", "earn"] = "deduct"
    table: tuple[Band, ...]
    unit: str = ""


class ZeroIf(_Mechanic):
    """The item scores 0 where the condition holds (未举办不得分). Needs the item's maximum."""

    mechanic: Literal["zero_if"]
    condition: Expr
    share: Expr | None = None  # only this share of the maximum is lost (that quarter's share)


class Gate(_Mechanic):
    """A condition apart from the target: unmet gives 0 or `refuse` (cannot be computed)."""

    mechanic: Literal["gate"]
    require: Expr
    otherwise: Answerable[Literal["zero", "refuse", "pass"]] = "zero"


class AnyFailing(_Mechanic):
    """Any sub-unit (outlet, window) of a list below `at_least` gives 0."""

    mechanic: Literal["any_failing"]
    values: Expr
    at_least: Expr
    unit: str = ""


class Discretion(_Mechanic):
    """Unmet: the assessor picks between `low` and `high` in steps of `step`; `low` is proposed.

    `gives` earn: where it is met, the points picked are earned (酌情加分). `count`: each case has the range
    (发生一件…), the total range is count × range. `met` None asks the indicator of the clause. `per`: once a
    period, or once for each due window that was missed.
    """

    mechanic: Literal["discretion"]
    gives: Literal["deduct", "earn"] = "deduct"
    met: Expr | None = None
    low: Answerable[Exact]
    high: Answerable[Exact]
    step: Answerable[Exact] = Field(default="0.1", validate_default=True)
    count: Expr | None = None
    per: Answerable[Literal["period", "window", "criterion"]] = "period"


class NoDeduction(_Mechanic):
    """A requirement without stated deduction: met or unmet is shown, no points move."""

    mechanic: Literal["no_deduction"]
    met: Expr | None = None


class EarnCondition(Rule):
    when: Expr
    points: Answerable[Exact]
    label: str = ""


class EarnPerCondition(_Mechanic):
    """Points for each condition met."""

    mechanic: Literal["earn_per_condition"]
    conditions: tuple[EarnCondition, ...]


class EarnPerUnit(_Mechanic):
    """`each` points per unit above `above`, at most `up_to`. `base` points once `above` is reached."""

    mechanic: Literal["earn_per_unit"]
    count: Expr
    each: Answerable[Exact]
    base: Answerable[Exact] = Field(default=0, validate_default=True)
    above: Answerable[Exact] = Field(default=0, validate_default=True)
    up_to: Answerable[Exact] | None = None
    unit: str = ""


class Proportional(_Mechanic):
    """Points linear between `low` (gives `low_points`) and `high` (gives `high_points`), clamped outside."""

    mechanic: Literal["proportional"]
    value: Expr
    low: Answerable[Exact]
    high: Answerable[Exact]
    low_points: Answerable[Exact] = Field(default=0, validate_default=True)
    high_points: Answerable[Exact]
    percent: bool = False


class HalfCredit(_Mechanic):
    """`full` holds: all of `worth`; else `half` holds: half of it; else nothing."""

    mechanic: Literal["half_credit"]
    full: Expr
    half: Expr
    worth: Answerable[Exact] | None = None


class ByRank(_Mechanic):
    """Points by rank: 1st, 2nd, … Ranks beyond the list give 0."""

    mechanic: Literal["by_rank"]
    rank: Expr
    points: tuple[Answerable[Exact], ...]


class PerExtra(_Mechanic):
    """Points for each unit beyond `beyond`, at most `up_to` (None: no cap is stated)."""

    mechanic: Literal["per_extra"]
    count: Expr
    beyond: Answerable[Exact] = Field(default=0, validate_default=True)
    each: Answerable[Exact]
    up_to: Answerable[Exact] | None = None
    unit: str = ""


Mechanic = Annotated[
    AllOrNothing
    | Checklist
    | PerUnit
    | PerPoint
    | Steps
    | ZeroIf
    | Gate
    | AnyFailing
    | Discretion
    | NoDeduction
    | EarnPerCondition
    | EarnPerUnit
    | Proportional
    | HalfCredit
    | ByRank
    | PerExtra,
    Field(discriminator="mechanic"),
]

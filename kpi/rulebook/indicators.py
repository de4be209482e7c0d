"""Indicators: figures measured on ledgers over windows and members, and the criteria they must meet."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from kpi.calendar import WindowKind
from kpi.rulebook.base import Answerable, Expr, Identifier, Rule, Ruled


class _Measured(Rule):
    """What all measures on a ledger share.

    `window`: None takes one value over the whole assessment period, else a list with one value per due
    window (None where nothing was recorded). `empty` says what a period without any entry is worth.
    """

    ledger: Identifier
    where: Expr | None = None
    label: str = ""
    unit: str = ""
    window: Answerable[WindowKind] | None = None
    empty: Literal["no_data", "zero"] = "no_data"


class Count(_Measured):
    """Number of entries."""

    measure: Literal["count"] = "count"


class Sum(_Measured):
    """Sum of a field."""

    measure: Literal["sum"]
    field: Identifier


class Distinct(_Measured):
    """Distinct values of a field (enterprise, person: by their key) or of several fields together.

    `first`: each value counts once in the whole term, where it first occurs.
    """

    measure: Literal["distinct"]
    field: Identifier | tuple[Identifier, ...]
    first: bool = False


class Latest(_Measured):
    """Value of a field in the entry with the latest business date."""

    measure: Literal["latest"]
    field: Identifier


class NetGrowth(_Measured):
    """Latest minus earliest value of a running figure, summed over `per` (for example channels)."""

    measure: Literal["net_growth"]
    field: Identifier
    per: Identifier | None = None


class Statistic(_Measured):
    """Smallest, largest or mean value of a field."""

    measure: Literal["min", "max", "mean"]
    field: Identifier


class Rate(_Measured):
    """Share of the entries (or of a field's sum) for which `hits` holds. 0/0 is no data."""

    measure: Literal["rate"]
    hits: Expr
    field: Identifier | None = None


class WindowsMet(_Measured):
    """Number of due windows with at least `at_least` entries (or distinct/sum of `field`)."""

    measure: Literal["windows_met"]
    window: Answerable[WindowKind]
    at_least: Answerable[Expr] = Field(default=1, validate_default=True)
    field: Identifier | None = None
    of: Literal["count", "sum", "distinct"] = "count"


class WindowsDue(Rule):
    """Number of windows that are due in the assessment period."""

    measure: Literal["windows_due"]
    window: Answerable[WindowKind]
    label: str = ""
    unit: str = ""


class MembersMet(_Measured):
    """Members (outlets, townships, channels) with at least `at_least` entries or distinct/sum of `field`.

    `window`: the member must reach it in each due window.
    """

    measure: Literal["members_met"]
    members: Identifier
    by: Identifier
    at_least: Answerable[Expr] = Field(default=1, validate_default=True)
    field: Identifier | None = None
    of: Literal["count", "sum", "distinct"] = "count"


class MembersDue(Rule):
    """Number of members of a set."""

    measure: Literal["members_due"]
    members: Identifier
    label: str = ""
    unit: str = ""


class Failing(_Measured):
    """Per-event check: number of entries that do not fulfil `require`."""

    measure: Literal["failing"]
    require: Expr


class Sustained(_Measured):
    """Distinct `key`s employed for at least `months` months, from `start` to `end` (blank: still employed).

    The month is complete when its day of the month comes round; `inside_term` counts only stays that
    are complete by the end of the period.
    """

    measure: Literal["sustained"]
    key: Identifier
    start: Identifier
    end: Identifier
    months: int
    inside_term: Answerable[bool] = True


class Streak(_Measured):
    """Longest run of due windows with at least `at_least` entries (N consecutive months).

    With `within`, the number of such windows among the last `within` due ones (k of n).
    """

    measure: Literal["streak"]
    window: Answerable[WindowKind]
    at_least: int = 1
    within: int | None = None


class Repeats(_Measured):
    """Number of keys that occur more than `allowed` times."""

    measure: Literal["repeats"]
    field: Identifier
    allowed: int = 1


class ByHand(Rule):
    """Entered by hand by the buyer; facts or the manual figures of the set-up give it."""

    measure: Literal["by_hand"]
    label: str = ""
    unit: str = ""
    type: Literal["number", "yes_no", "money", "text", "date"] = "number"
    empty: Literal["no_data", "zero"] = "no_data"
    window: Answerable[WindowKind] | None = None


Figure = Annotated[
    Count
    | Sum
    | Distinct
    | Latest
    | NetGrowth
    | Statistic
    | Rate
    | WindowsMet
    | WindowsDue
    | MembersMet
    | MembersDue
    | Failing
    | Sustained
    | Streak
    | Repeats
    | ByHand,
    Field(discriminator="measure"),
]


class Criterion(Rule):
    """One condition. `value` over the indicator's figures, compared with a bound.

    Where `value` reads a figure that is a list per window, every due window must meet it.
    """

    value: Expr
    at_least: Answerable[Expr] | None = None
    at_most: Answerable[Expr] | None = None
    more_than: Answerable[Expr] | None = None
    equals: Answerable[Expr] | None = None
    label: str = ""
    unit: str = ""
    percent: bool = False
    scored: bool = True
    stated_value: Any = None


class Indicator(Ruled):
    """An indicator: figures, criteria, stage of service. Met when every criterion is met."""

    id: Identifier | None = None
    title: str
    figures: dict[Identifier, Figure] = Field(default_factory=dict)
    criteria: tuple[Criterion, ...] = ()
    window: Answerable[WindowKind] = WindowKind.PERIOD
    once_by: Answerable[str] | None = None
    by: Identifier | None = None
    members: Identifier | None = None
    duty: Literal["scored", "duty"] = "scored"
    stage: str = ""

"""A window: the span over which a target is due (rules of counting 2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Literal

from kpi.calendar.deadlines import Span, chinese_span
from kpi.calendar.errors import WindowsUndecided

Anchor = Literal["calendar", "anniversary"]
Partial = Literal["whole", "include", "pro_rata"]


class WindowKind(StrEnum):
    """The values are the words of the rulebook."""

    EACH = "each"
    DAY = "day"
    WORKING_DAY = "working_day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    HOLIDAY = "holiday"
    YEAR = "year"
    TERM = "term"
    PERIOD = "period"
    ONCE = "once"


@dataclass(frozen=True, order=True, slots=True)
class Window:
    """Days `start` to `end`, both inside.

    `key` is unique among the windows of one kind, anchor and term, and does not depend on how partial
    windows are treated. `fraction` is the share of the whole window's days that lie inside the term
    (1 unless pro rata was decided). `provisional` (暂定): it rests on a year without published holidays.
    """

    kind: WindowKind
    start: date
    end: date
    key: str
    label: str
    fraction: Fraction = Fraction(1)
    provisional: bool = False

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def days(self) -> int:
        """Days from `start` to `end`, at least 1."""
        return (self.end - self.start).days + 1


def fit(window: Window, term: Span, partial: Partial) -> Window | None:
    """`window` as it is due in `term`, None if it is not: partly outside, `partial` decides."""
    if term.start <= window.start and window.end <= term.end:
        return window
    if partial == "whole" or window.end < term.start or term.end < window.start:
        return None
    if partial not in ("include", "pro_rata"):
        raise WindowsUndecided(
            f"不完整周期的处理方式“{partial}”无法识别；请选择 whole（不计）、include（计入）或 pro_rata（按天折算）"
        )
    inside = replace(window, start=max(window.start, term.start), end=min(window.end, term.end))
    share = Fraction(inside.days, window.days) if partial == "pro_rata" else Fraction(1)
    return replace(inside, fraction=share, label=f"{window.label}（{chinese_span(inside)}）")

"""Days and spans without a work calendar: shifts by months, the business date, days of the year."""

from __future__ import annotations

import calendar as gregorian
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

from kpi.calendar.errors import TermInvalid

LEAP_YEAR = 2024
# A fixed offset, because China has kept no daylight saving time since 1992 and a server without
# a time zone database must give the same business date as one with it.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


class Span(Protocol):
    """Days `start` to `end`, both inside: a contract term, a `Period`, a `Window`."""

    @property
    def start(self) -> date: ...

    @property
    def end(self) -> date: ...


@dataclass(frozen=True, order=True, slots=True)
class Deadline:
    """A last day for something. `provisional` (暂定): it rests on a year without published holidays."""

    date: date
    provisional: bool = False

    def __str__(self) -> str:
        return f"{chinese_date(self.date)}{'（暂定）' if self.provisional else ''}"


def check_span(span: Span) -> None:
    """Raise TermInvalid unless `span` has at least one day."""
    if span.end < span.start:
        raise TermInvalid(
            f"终止日{chinese_date(span.end)}早于起始日{chinese_date(span.start)}，没有可计算的日期；"
            "请核对合同或周期的起止日期"
        )


def chinese_date(day: date) -> str:
    """2026年3月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_span(span: Span) -> str:
    """3月17日至3月31日 within a year, with both years otherwise."""
    if span.start.year == span.end.year:
        return f"{span.start.month}月{span.start.day}日至{span.end.month}月{span.end.day}日"
    return f"{chinese_date(span.start)}至{chinese_date(span.end)}"


def business_date(instant: datetime) -> date:
    """The local date (Asia/Shanghai) of an instant; ValueError if it has no time zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone has no business date")
    return instant.astimezone(UTC).astimezone(SHANGHAI).date()


def shift(day: date, *, months: int = 0, days: int = 0) -> date:
    """`day` moved by whole months, then by days; either may be negative.

    A day that the target month does not have becomes its last: 2026-03-31 minus a month is 2026-02-28.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = gregorian.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)) + timedelta(days=days)


def first_occurrence(month: int, day: int, term: Span) -> date | None:
    """The first `month`-`day` inside `term` (31 August: 8, 31), or None if there is none.

    29 February is taken as the last of February in years without it. TermInvalid for a day that no
    year has and for a term that ends before it starts.
    """
    check_span(term)
    if not 1 <= month <= 12 or not 1 <= day <= gregorian.monthrange(LEAP_YEAR, month)[1]:
        raise TermInvalid(f"没有“{month}月{day}日”这一天，无法确定截止日期；请改写考核方案中的月份和日期")
    for year in range(term.start.year, term.end.year + 1):
        found = date(year, month, min(day, gregorian.monthrange(year, month)[1]))
        if term.start <= found <= term.end:
            return found
    return None

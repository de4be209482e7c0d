"""Shifts by months, the business date, a day of the year inside a term."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.calendar import Deadline, TermInvalid, business_date, chinese_span, first_occurrence, shift
from kpi.quantities import Period

DAYS = st.dates(date(2004, 1, 1), date(2050, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "days", "expected"),
    [
        (date(2026, 3, 31), -1, 0, date(2026, 2, 28)),
        (date(2024, 3, 31), -1, 0, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, 0, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, 0, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, 0, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, 0, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, 0, date(2025, 12, 15)),
        (date(2026, 1, 31), 1, 1, date(2026, 3, 1)),
        (date(2026, 3, 1), 0, -1, date(2026, 2, 28)),
        (date(2026, 6, 17), 0, 60, date(2026, 8, 16)),
    ],
)
def test_shift(day: date, months: int, days: int, expected: date) -> None:
    assert shift(day, months=months, days=days) == expected


@given(DAYS, st.integers(-60, 60))
def test_shift_moves_by_exactly_the_months_and_never_past_the_day(day: date, months: int) -> None:
    moved = shift(day, months=months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or (moved.day < day.day and (moved + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (datetime(2026, 3, 4, 15, 59, 59, 999999, tzinfo=UTC), date(2026, 3, 4)),
        (datetime(2026, 3, 4, 16, 0, tzinfo=UTC), date(2026, 3, 5)),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2028, 2, 28, 16, 0, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_business_date_turns_at_midnight_in_shanghai(instant: datetime, expected: date) -> None:
    assert business_date(instant) == expected


def test_business_date_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        business_date(datetime(2026, 3, 5, 8, 0))


@pytest.mark.parametrize(
    ("month", "day", "start", "end", "expected"),
    [
        (8, 31, date(2026, 3, 17), date(2027, 3, 16), date(2026, 8, 31)),
        (8, 31, date(2026, 9, 1), date(2027, 8, 31), date(2027, 8, 31)),
        (8, 31, date(2026, 8, 31), date(2026, 8, 31), date(2026, 8, 31)),
        (8, 31, date(2026, 9, 1), date(2026, 10, 30), None),
        (2, 29, date(2026, 1, 1), date(2026, 12, 31), date(2026, 2, 28)),
        (2, 29, date(2028, 1, 1), date(2028, 12, 31), date(2028, 2, 29)),
    ],
)
def test_first_occurrence(month: int, day: int, start: date, end: date, expected: date | None) -> None:
    assert first_occurrence(month, day, Period(start, end)) == expected


@pytest.mark.parametrize(("month", "day"), [(13, 1), (0, 1), (4, 31), (2, 30), (1, 0)])
def test_first_occurrence_refuses_a_day_that_no_year_has(month: int, day: int) -> None:
    with pytest.raises(TermInvalid, match=f"{month}月{day}日"):
        first_occurrence(month, day, Period(date(2026, 1, 1), date(2026, 12, 31)))


def test_texts() -> None:
    assert str(Deadline(date(2027, 1, 4), provisional=True)) == "2027年1月4日（暂定）"
    assert str(Deadline(date(2026, 1, 4))) == "2026年1月4日"
    assert chinese_span(Period(date(2026, 12, 28), date(2027, 1, 3))) == "2026年12月28日至2027年1月3日"

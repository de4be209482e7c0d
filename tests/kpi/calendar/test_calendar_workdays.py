"""Working days across make-up days, year ends and years without data."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.calendar import CalendarError, CalendarMissing, Deadline, TermInvalid, WorkCalendar
from kpi.quantities import Period

STRICT = WorkCalendar()
FORECAST = WorkCalendar(provisional=True)
# The library may learn later years; this one stays unpublished for the length of a career.
UNKNOWN = 2071


@pytest.mark.parametrize(
    ("day", "workday", "holiday"),
    [
        (date(2025, 9, 28), True, None),  # Sunday, made up
        (date(2025, 10, 1), False, "国庆节"),
        (date(2025, 10, 6), False, "中秋节"),
        (date(2025, 10, 8), False, "国庆节"),
        (date(2025, 10, 9), True, None),
        (date(2025, 10, 11), True, None),  # Saturday, made up
        (date(2025, 10, 12), False, None),
        (date(2026, 1, 4), True, None),
        (date(2026, 2, 14), True, None),
        (date(2026, 2, 23), False, "春节"),
        (date(2026, 2, 28), True, None),
        (date(2026, 4, 6), False, "清明节"),
        (date(2026, 5, 5), False, "劳动节"),
        (date(2026, 6, 19), False, "端午节"),
        (date(2018, 12, 31), False, "元旦"),
        (date(2018, 12, 29), True, None),
        (date(2020, 10, 1), False, "国庆节、中秋节"),
        (date(2024, 2, 29), True, None),
    ],
)
def test_days(day: date, workday: bool, holiday: str | None) -> None:
    assert STRICT.is_workday(day) is workday
    assert STRICT.holiday_name(day) == holiday
    assert STRICT.is_public_holiday(day) is (holiday is not None)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (date(2025, 9, 26), 5, date(2025, 10, 10)),
        (date(2025, 9, 26), 7, date(2025, 10, 13)),
        (date(2025, 9, 30), 5, date(2025, 10, 14)),
        (date(2025, 10, 4), 1, date(2025, 10, 9)),
        (date(2026, 2, 12), 5, date(2026, 2, 26)),
        (date(2026, 2, 12), 7, date(2026, 2, 28)),
        (date(2026, 2, 13), 5, date(2026, 2, 27)),
        (date(2025, 12, 29), 5, date(2026, 1, 6)),
        (date(2024, 2, 27), 3, date(2024, 3, 1)),
        (date(2026, 3, 14), 0, date(2026, 3, 14)),
        (date(2025, 10, 9), -2, date(2025, 9, 29)),
    ],
)
def test_add_working_days(start: date, days: int, expected: date) -> None:
    assert STRICT.add_working_days(start, days) == Deadline(expected, provisional=False)


def test_nearest_working_days() -> None:
    assert STRICT.workday_on_or_before(date(2026, 2, 20)).date == date(2026, 2, 14)
    assert STRICT.workday_on_or_after(date(2026, 2, 20)).date == date(2026, 2, 24)
    assert STRICT.workday_on_or_before(date(2026, 2, 14)).date == date(2026, 2, 14)


# Weekdays less the statutory days (11 until 2024, 13 from 2025): make-up days never change a year's sum.
@pytest.mark.parametrize(
    ("year", "count"), [(2023, 260 - 11), (2024, 262 - 11), (2025, 261 - 13), (2026, 261 - 13)]
)
def test_working_days_of_a_year(year: int, count: int) -> None:
    days = STRICT.working_days(Period(date(year, 1, 1), date(year, 12, 31)))
    assert len(days) == count
    between = STRICT.working_days_between(date(year - 1, 12, 31), date(year, 12, 31))
    assert (between.days, between.provisional) == (count, False)


def test_a_year_without_data_is_refused_with_the_way_to_load_it() -> None:
    with pytest.raises(CalendarMissing) as refusal:
        STRICT.is_workday(date(UNKNOWN, 3, 4))
    assert refusal.value.year == UNKNOWN
    assert isinstance(refusal.value, CalendarError)
    for part in ("2071年没有已公布的放假调休数据", "导入2071年的放假调休表", "holidays", "workdays"):
        assert part in str(refusal.value)


def test_a_deadline_that_reaches_a_year_without_data_is_refused() -> None:
    covered = STRICT.with_overrides([], published=[UNKNOWN - 1])
    assert covered.add_working_days(date(UNKNOWN - 1, 12, 24), 3).date.year == UNKNOWN - 1
    with pytest.raises(CalendarMissing, match=str(UNKNOWN)):
        covered.add_working_days(date(UNKNOWN - 1, 12, 24), 7)


def test_a_forecast_counts_weekdays_and_says_so() -> None:
    # 2071-10-01 is a Thursday: a weekday is counted even where a holiday of fixed date will be.
    assert FORECAST.add_working_days(date(UNKNOWN, 9, 30), 5) == Deadline(date(UNKNOWN, 10, 7), True)
    assert FORECAST.look_up(date(UNKNOWN, 10, 1)).workday
    assert FORECAST.holiday_name(date(UNKNOWN, 10, 1)) == "国庆节"
    assert FORECAST.working_days_between(date(UNKNOWN, 1, 1), date(UNKNOWN, 1, 8)).provisional
    assert FORECAST.workday_on_or_after(date(UNKNOWN, 1, 3)).provisional
    assert not FORECAST.add_working_days(date(2026, 2, 12), 5).provisional
    assert STRICT.as_provisional().look_up(date(UNKNOWN, 1, 1)).provisional
    assert not STRICT.provisional


def test_instants_and_reversed_spans_are_refused() -> None:
    with pytest.raises(TypeError):
        STRICT.is_workday(datetime(2026, 3, 5, 8, 0))
    with pytest.raises(TermInvalid, match="早于"):
        STRICT.working_days_between(date(2026, 3, 5), date(2026, 3, 4))


@given(st.dates(date(2010, 1, 1), date(2025, 6, 30)), st.integers(1, 60))
def test_counting_undoes_adding(start: date, days: int) -> None:
    due = STRICT.add_working_days(start, days).date
    assert STRICT.is_workday(due)
    assert STRICT.working_days_between(start, due).days == days
    assert STRICT.working_days_between(start, due - timedelta(days=1)).days == days - 1


@given(st.dates(date(2010, 1, 1), date(2025, 6, 30)), st.integers(1, 30), st.integers(1, 30))
def test_adding_in_two_steps_is_adding_at_once(start: date, first: int, second: int) -> None:
    middle = STRICT.add_working_days(start, first).date
    assert STRICT.add_working_days(middle, second) == STRICT.add_working_days(start, first + second)

"""Windows of a term, those due in a period, and the periods: one table of cases per rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import pytest

from kpi.calendar import (
    Anchor,
    CalendarMissing,
    Partial,
    TermInvalid,
    WindowKind,
    WindowsUndecided,
    WorkCalendar,
    due_windows,
    periods,
    windows,
)
from kpi.quantities import Period

K = WindowKind
XG = Period(date(2026, 3, 17), date(2027, 3, 16))
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
STRICT = WorkCalendar()


@dataclass(frozen=True)
class Reversed:
    start: date = date(2026, 3, 2)
    end: date = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("kind", "term", "anchor", "partial", "count", "first", "last"),
    [
        (K.MONTH, XG, "anniversary", "whole", 12, ("M01", "第1合同月"), ("M12", "第12合同月")),
        (K.MONTH, XG, "calendar", "whole", 11, ("2026-04", "2026年4月"), ("2027-02", "2027年2月")),
        (
            K.MONTH,
            XG,
            "calendar",
            "include",
            13,
            ("2026-03", "2026年3月（3月17日至3月31日）"),
            ("2027-03", "2027年3月（3月1日至3月16日）"),
        ),
        (
            K.QUARTER,
            XG,
            "calendar",
            "whole",
            3,
            ("2026-Q2", "2026年第2季度"),
            ("2026-Q4", "2026年第4季度"),
        ),
        (K.QUARTER, XG, "anniversary", "whole", 4, ("Q01", "第1合同季度"), ("Q04", "第4合同季度")),
        (K.HALF_YEAR, XG, "calendar", "whole", 1, ("2026-H2", "2026年下半年"), ("2026-H2", "2026年下半年")),
        (K.HALF_YEAR, XG, "anniversary", "whole", 2, ("H01", "第1合同半年"), ("H02", "第2合同半年")),
        (K.YEAR, XG, "calendar", "whole", 1, ("Y01", "第1合同年"), ("Y01", "第1合同年")),
        (K.TERM, XG, "calendar", "whole", 1, ("term", "合同期"), ("term", "合同期")),
        (K.WEEK, XG, "calendar", "whole", 51, ("2026-W13", "2026年第13周"), ("2027-W10", "2027年第10周")),
        (
            K.DAY,
            XG,
            "calendar",
            "whole",
            365,
            ("2026-03-17", "2026年3月17日"),
            ("2027-03-16", "2027年3月16日"),
        ),
    ],
)
def test_a_term_from_17_march(
    kind: WindowKind,
    term: Period,
    anchor: Anchor,
    partial: Partial,
    count: int,
    first: tuple[str, str],
    last: tuple[str, str],
) -> None:
    found = windows(kind, term, anchor=anchor, partial=partial)
    assert len(found) == count
    assert (found[0].key, found[0].label) == first
    assert (found[-1].key, found[-1].label) == last
    assert list(found) == sorted(found)


def test_pro_rata_keeps_the_exact_share() -> None:
    found = windows(K.MONTH, XG, partial="pro_rata")
    assert [found[0].fraction, found[1].fraction, found[-1].fraction] == [
        Fraction(15, 31),
        Fraction(1),
        Fraction(16, 31),
    ]
    assert all(window.fraction == 1 for window in windows(K.MONTH, XG, partial="include"))


def test_anniversary_months_of_the_31st_clamp_and_come_back() -> None:
    found = windows(K.MONTH, Period(date(2027, 1, 31), date(2028, 1, 30)), anchor="anniversary")
    assert [window.start for window in found[:4]] == [
        date(2027, 1, 31),
        date(2027, 2, 28),
        date(2027, 3, 31),
        date(2027, 4, 30),
    ]
    assert len(found) == 12
    assert found[-1].end == date(2028, 1, 30)


def test_contract_years_from_29_february() -> None:
    found = windows(K.YEAR, Period(date(2024, 2, 29), date(2028, 2, 28)))
    assert [(window.start, window.end) for window in found] == [
        (date(2024, 2, 29), date(2025, 2, 27)),
        (date(2025, 2, 28), date(2026, 2, 27)),
        (date(2026, 2, 28), date(2027, 2, 27)),
        (date(2027, 2, 28), date(2028, 2, 28)),
    ]


@pytest.mark.parametrize(
    ("day", "key"),
    [
        (date(2026, 12, 31), "2026-W53"),
        (date(2027, 1, 3), "2026-W53"),
        (date(2027, 1, 4), "2027-W01"),
        (date(2024, 12, 30), "2025-W01"),
        (date(2028, 2, 29), "2028-W09"),
    ],
)
def test_iso_weeks_at_year_ends(day: date, key: str) -> None:
    (found,) = windows(K.WEEK, Period(day, day), partial="include")
    assert (found.key, found.start, found.end) == (key, day, day)


@pytest.mark.parametrize(
    ("start", "end", "weeks"),
    [
        # a week cut by the term's first day is not due
        (date(2026, 1, 1), date(2026, 3, 31), 12),
        (date(2021, 1, 1), date(2021, 3, 31), 12),
        (date(2023, 10, 1), date(2023, 12, 31), 14),
        (date(2026, 4, 1), date(2026, 6, 30), 13),
    ],
)
def test_a_quarter_holds_12_to_14_weeks(start: date, end: date, weeks: int) -> None:
    term = Period(date(start.year, 1, 1), date(start.year, 12, 31))
    assert len(due_windows(windows(K.WEEK, term), Period(start, end))) == weeks


def test_a_window_is_due_in_the_period_that_it_ends_in() -> None:
    weeks = windows(K.WEEK, YEAR)
    due = [due_windows(weeks, month) for month in periods(K.MONTH, YEAR)]
    # Week 5 runs from 26 January to 1 February.
    assert due[0][-1].key == "2026-W04"
    assert due[1][0].key == "2026-W05"
    assert sum(due, ()) == weeks


def test_a_term_of_one_day() -> None:
    day = Period(date(2026, 3, 5), date(2026, 3, 5))
    for kind in (K.DAY, K.TERM, K.ONCE):
        assert [window.days for window in windows(kind, day)] == [1]
    assert [window.key for window in windows(K.WORKING_DAY, day, calendar=STRICT)] == ["2026-03-05"]
    for kind in (K.WEEK, K.MONTH, K.QUARTER, K.HALF_YEAR, K.YEAR):
        assert windows(kind, day) == ()
    (month,) = windows(K.MONTH, day, partial="pro_rata")
    assert month.fraction == Fraction(1, 31)


def test_60_days_hold_no_contract_year() -> None:
    term = Period(date(2026, 3, 17), date(2026, 5, 15))
    assert windows(K.YEAR, term) == ()
    assert [window.end for window in periods(K.YEAR, term)] == [term.end]


def test_working_days_across_make_up_days() -> None:
    term = Period(date(2025, 9, 26), date(2025, 10, 13))
    found = windows(K.WORKING_DAY, term, calendar=STRICT)
    assert [window.start.day for window in found] == [26, 28, 29, 30, 9, 10, 11, 13]
    assert not any(window.provisional for window in found)


def test_scoring_a_period_needs_no_later_year() -> None:
    term = Period(date(2026, 7, 1), date(2071, 6, 30))
    autumn = Period(date(2026, 10, 1), date(2026, 12, 31))
    with pytest.raises(CalendarMissing):
        windows(K.WORKING_DAY, term, calendar=STRICT)
    due = windows(K.WORKING_DAY, term, calendar=STRICT, within=autumn)
    assert len(due) == STRICT.working_days_between(date(2026, 9, 30), date(2026, 12, 31)).days
    (live,) = windows(K.HOLIDAY, term, calendar=STRICT, holidays=["国庆"], within=autumn)
    assert live.label == "国庆节2026"


def test_a_forecast_marks_windows_of_a_year_without_data() -> None:
    term = Period(date(2071, 1, 1), date(2071, 1, 8))
    found = windows(K.WORKING_DAY, term, calendar=STRICT.as_provisional())
    assert [window.start.day for window in found] == [1, 2, 5, 6, 7, 8]
    assert all(window.provisional for window in found)


def test_once_runs_from_the_start_to_its_date() -> None:
    (found,) = windows(K.ONCE, XG, once_by=date(2026, 8, 31))
    assert (found.start, found.end) == (XG.start, date(2026, 8, 31))
    assert (found.key, found.label) == ("by-2026-08-31", "截至2026年8月31日")
    assert windows(K.ONCE, XG)[0].end == XG.end
    assert windows(K.ONCE, XG, once_by=date(2027, 4, 1)) == (), "ends outside the term"
    assert windows(K.ONCE, XG, once_by=date(2027, 4, 1), partial="include")[0].end == XG.end
    with pytest.raises(TermInvalid, match="早于合同起始日"):
        windows(K.ONCE, XG, once_by=date(2026, 3, 16))


@pytest.mark.parametrize("kind", [K.PERIOD, K.EACH])
def test_period_and_each_take_the_assessment_periods(kind: WindowKind) -> None:
    quarters = periods(K.QUARTER, XG)
    found = windows(kind, XG, periods=quarters)
    assert [(window.key, window.start, window.end) for window in found] == [
        (quarter.key, quarter.start, quarter.end) for quarter in quarters
    ]
    assert {window.kind for window in found} == {kind}
    assert due_windows(found, quarters[2]) == (found[2],)


def test_periods_cover_the_term_unless_told_otherwise() -> None:
    found = periods(K.QUARTER, XG)
    assert [period.key for period in found] == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1"]
    assert (found[0].start, found[-1].end) == (XG.start, XG.end)
    assert len(periods(K.QUARTER, XG, partial="whole")) == 3
    assert [period.label for period in periods(K.QUARTER, XG, anchor="anniversary")] == [
        f"第{number}合同季度" for number in range(1, 5)
    ]


def test_what_was_not_decided_is_refused() -> None:
    with pytest.raises(WindowsUndecided, match="考核周期"):
        windows(K.PERIOD, XG)
    with pytest.raises(WindowsUndecided, match="工作日历"):
        windows(K.WORKING_DAY, XG)
    with pytest.raises(WindowsUndecided, match="不能是“week”"):
        periods(K.WEEK, XG)
    with pytest.raises(WindowsUndecided, match="起算方式"):
        windows(K.MONTH, XG, anchor="fiscal")  # type: ignore[arg-type]
    with pytest.raises(WindowsUndecided, match="不完整周期"):
        windows(K.MONTH, XG, partial="some")  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", list(WindowKind))
def test_a_term_that_ends_before_it_starts_is_refused(kind: WindowKind) -> None:
    with pytest.raises(TermInvalid, match="终止日2026年3月1日早于起始日2026年3月2日"):
        windows(kind, Reversed(), calendar=STRICT, holidays=["元旦"])

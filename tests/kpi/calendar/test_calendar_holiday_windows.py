"""Holiday windows: the run of days off around each chosen holiday."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from kpi.calendar import (
    CalendarMissing,
    OverrideDay,
    Window,
    WindowKind,
    WindowsUndecided,
    WorkCalendar,
    undated_holidays,
    windows,
)
from kpi.quantities import Period

STRICT = WorkCalendar()
THREE = ("五一", "国庆", "元旦")
UNKNOWN = 2071


def found(start: date, end: date, *names: str, calendar: WorkCalendar = STRICT) -> tuple[Window, ...]:
    return windows(WindowKind.HOLIDAY, Period(start, end), calendar=calendar, holidays=names)


def texts(*runs: Window) -> list[str]:
    return [f"{run.label} {run.start}/{run.end}" for run in runs]


@pytest.mark.parametrize(
    ("start", "end", "names", "expected"),
    [
        (
            date(2025, 3, 17),
            date(2026, 3, 16),
            THREE,
            [
                "劳动节2025 2025-05-01/2025-05-05",
                "国庆节2025 2025-10-01/2025-10-08",
                "元旦2026 2026-01-01/2026-01-03",
            ],
        ),
        # one run of days off, two festivals: one window that is owed once
        (
            date(2025, 9, 1),
            date(2025, 12, 31),
            ("中秋节", "国庆节"),
            ["国庆节、中秋节2025 2025-10-01/2025-10-08"],
        ),
        (date(2025, 9, 1), date(2025, 12, 31), ("中秋",), ["中秋节2025 2025-10-01/2025-10-08"]),
        (
            date(2023, 9, 1),
            date(2023, 10, 31),
            ("国庆节", "中秋节"),
            ["中秋节、国庆节2023 2023-09-29/2023-10-06"],
        ),
        # both on one day, which the published data name once
        (date(2020, 9, 1), date(2020, 10, 31), ("中秋节",), ["中秋节2020 2020-10-01/2020-10-08"]),
        # apart in 2026
        (
            date(2026, 9, 1),
            date(2026, 10, 31),
            ("中秋节", "国庆节"),
            ["中秋节2026 2026-09-25/2026-09-27", "国庆节2026 2026-10-01/2026-10-07"],
        ),
        # across the year's end
        (date(2018, 12, 1), date(2019, 1, 31), ("元旦",), ["元旦2019 2018-12-30/2019-01-01"]),
        (date(2007, 12, 1), date(2008, 1, 31), ("元旦",), ["元旦2008 2007-12-30/2008-01-01"]),
        (date(2022, 12, 1), date(2023, 1, 15), ("元旦",), ["元旦2023 2022-12-31/2023-01-02"]),
        # a single day joined to its weekend
        (date(2024, 6, 1), date(2024, 6, 30), ("端午",), ["端午节2024 2024-06-08/2024-06-10"]),
        # the term begins or ends inside the run: not wholly inside, not due
        (date(2025, 10, 2), date(2025, 12, 31), ("国庆",), []),
        (date(2018, 6, 1), date(2018, 12, 31), ("元旦",), []),
    ],
)
def test_runs(start: date, end: date, names: tuple[str, ...], expected: list[str]) -> None:
    assert texts(*found(start, end, *names)) == expected


def test_keys_are_the_year_and_the_names() -> None:
    both = found(date(2025, 9, 1), date(2026, 1, 31), "国庆", "中秋", "元旦")
    assert [run.key for run in both] == ["2025-国庆节+中秋节", "2026-元旦"]


def test_a_clipped_run() -> None:
    term = Period(date(2025, 10, 7), date(2025, 12, 31))
    (run,) = windows(WindowKind.HOLIDAY, term, partial="pro_rata", calendar=STRICT, holidays=["国庆"])
    assert (run.start, run.end, run.fraction) == (date(2025, 10, 7), date(2025, 10, 8), Fraction(1, 4))
    assert run.label == "国庆节2025（10月7日至10月8日）"


def test_a_holiday_split_by_a_working_day_keeps_its_keys_apart() -> None:
    calendar = STRICT.with_overrides([OverrideDay(date(2026, 10, 4), working=True)])
    runs = found(date(2026, 9, 1), date(2026, 10, 31), "国庆", calendar=calendar)
    assert [run.key for run in runs] == ["2026-国庆节", "2026-国庆节-2"]


def test_a_holiday_of_an_imported_year() -> None:
    calendar = STRICT.with_overrides([OverrideDay(date(2026, 7, 1), False, "建党纪念日")])
    (run,) = found(date(2026, 6, 1), date(2026, 7, 31), "建党纪念日", calendar=calendar)
    assert run.label == "建党纪念日2026"
    with pytest.raises(WindowsUndecided, match="“建党纪念日”不在放假安排中"):
        found(date(2026, 6, 1), date(2026, 7, 31), "建党纪念日")


def test_holidays_must_be_chosen() -> None:
    with pytest.raises(WindowsUndecided, match="没有选定节假日"):
        found(date(2026, 1, 1), date(2026, 12, 31))


def test_a_year_without_data_is_refused_or_forecast() -> None:
    term = Period(date(UNKNOWN, 1, 1), date(UNKNOWN, 12, 31))
    with pytest.raises(CalendarMissing):
        found(term.start, term.end, *THREE)
    forecast = STRICT.as_provisional()
    runs = found(term.start, term.end, *THREE, "春节", calendar=forecast)
    # 1 January 2071 is a Thursday, 1 May a Friday: the fixed days, with the weekends that touch them.
    assert texts(*runs) == [
        "元旦2071 2071-01-01/2071-01-01",
        "劳动节2071 2071-05-01/2071-05-03",
        "国庆节2071 2071-10-01/2071-10-04",
    ]
    assert all(run.provisional for run in runs)
    assert undated_holidays((*THREE, "春节"), term, forecast) == ((UNKNOWN, "春节"),)
    assert undated_holidays(("春节",), Period(date(2026, 1, 1), date(2026, 12, 31)), forecast) == ()

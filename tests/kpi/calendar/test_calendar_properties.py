"""What holds for every term, kind and anchor."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kpi.calendar import (
    PERIOD_KINDS,
    STATUTORY_HOLIDAYS,
    Anchor,
    Partial,
    Window,
    WindowIndex,
    WindowKind,
    WindowsUndecided,
    WorkCalendar,
    due_windows,
    periods,
    shift,
    windows,
)
from kpi.quantities import Period

ONE_DAY = timedelta(days=1)
CALENDAR = WorkCalendar()
TILING = [
    WindowKind.DAY,
    WindowKind.WEEK,
    WindowKind.MONTH,
    WindowKind.QUARTER,
    WindowKind.HALF_YEAR,
    WindowKind.YEAR,
    WindowKind.TERM,
    WindowKind.PERIOD,
    WindowKind.EACH,
    WindowKind.ONCE,
]
TERMS = st.builds(
    lambda start, days: Period(start, start + timedelta(days=days)),
    st.dates(date(2010, 1, 1), date(2022, 12, 31)),
    st.integers(0, 1200),
)
ANCHORS = st.sampled_from(get_args(Anchor))
PARTIALS = st.sampled_from(get_args(Partial))


def made(kind: WindowKind, term: Period, anchor: Anchor, partial: Partial) -> tuple[Window, ...]:
    return windows(
        kind,
        term,
        anchor=anchor,
        partial=partial,
        calendar=CALENDAR,
        holidays=STATUTORY_HOLIDAYS,
        periods=periods(WindowKind.MONTH, term, anchor=anchor),
    )


@settings(deadline=None)
@given(st.sampled_from(list(WindowKind)), TERMS, ANCHORS, PARTIALS)
def test_windows_are_ordered_disjoint_inside_the_term_and_named_once(
    kind: WindowKind, term: Period, anchor: Anchor, partial: Partial
) -> None:
    found = made(kind, term, anchor, partial)
    assert all(before.end < after.start for before, after in pairwise(found))
    assert all(term.start <= window.start <= window.end <= term.end for window in found)
    assert len({window.key for window in found}) == len({window.label for window in found}) == len(found)
    assert all(0 < window.fraction <= 1 for window in found)


@settings(deadline=None)
@given(st.sampled_from(TILING), TERMS, ANCHORS)
def test_included_windows_cover_the_term_and_every_day_finds_its_window(
    kind: WindowKind, term: Period, anchor: Anchor
) -> None:
    found = made(kind, term, anchor, "include")
    assert sum(window.days for window in found) == term.days
    index = WindowIndex(found)
    for offset in range(term.days):
        day = term.start + ONE_DAY * offset
        place = index.at(day)
        assert place is not None
        assert day in found[place]
    assert index.at(term.start - ONE_DAY) is None
    assert index.at(term.end + ONE_DAY) is None


@settings(deadline=None)
@given(st.sampled_from(list(WindowKind)), TERMS, ANCHORS)
def test_whole_windows_are_the_uncut_ones_among_those_pro_rata(
    kind: WindowKind, term: Period, anchor: Anchor
) -> None:
    pro_rata = made(kind, term, anchor, "pro_rata")
    assert made(kind, term, anchor, "whole") == tuple(window for window in pro_rata if window.fraction == 1)
    included = made(kind, term, anchor, "include")
    assert [window.key for window in included] == [window.key for window in pro_rata]


@settings(deadline=None)
@given(st.sampled_from(list(WindowKind)), TERMS, ANCHORS, st.sampled_from(sorted(PERIOD_KINDS)))
def test_each_window_is_due_in_exactly_one_period(
    kind: WindowKind, term: Period, anchor: Anchor, period_kind: WindowKind
) -> None:
    found = made(kind, term, anchor, "whole")
    due = [due_windows(found, period) for period in periods(period_kind, term, anchor=anchor)]
    assert sum(due, ()) == found


@settings(deadline=None)
@given(st.sampled_from(list(WindowKind)), TERMS, PARTIALS, st.data())
def test_asking_within_a_span_is_filtering(
    kind: WindowKind, term: Period, partial: Partial, data: st.DataObject
) -> None:
    start = data.draw(st.dates(term.start, term.end))
    span = Period(start, data.draw(st.dates(start, term.end)))
    months = periods(WindowKind.MONTH, term)
    asked = {"calendar": CALENDAR, "holidays": STATUTORY_HOLIDAYS, "periods": months}
    every = windows(kind, term, partial=partial, **asked)  # type: ignore[arg-type]
    some = windows(kind, term, partial=partial, within=span, **asked)  # type: ignore[arg-type]
    assert some == due_windows(every, span)


@given(st.dates(date(2010, 1, 1), date(2025, 1, 1)), st.integers(1, 36))
def test_a_term_of_whole_months_has_that_many_anniversary_months(start: date, months: int) -> None:
    end = shift(start, months=months) - ONE_DAY
    found = windows(WindowKind.MONTH, Period(start, end), anchor="anniversary")
    assert len(found) == months
    assert all(28 <= window.days <= 31 for window in found)
    assert found[-1].end == end


@given(st.integers(1990, 2090), st.integers(1, 4))
def test_any_quarter_holds_12_to_14_iso_weeks(year: int, quarter: int) -> None:
    start = date(year, quarter * 3 - 2, 1)
    span = Period(start, shift(start, months=3) - ONE_DAY)
    around = Period(date(year - 1, 1, 1), date(year + 1, 12, 31))
    assert 12 <= len(due_windows(windows(WindowKind.WEEK, around), span)) <= 14


@given(TERMS)
def test_working_day_windows_are_the_working_days(term: Period) -> None:
    found = windows(WindowKind.WORKING_DAY, term, calendar=CALENDAR)
    assert len(found) == CALENDAR.working_days_between(term.start - ONE_DAY, term.end).days
    index = WindowIndex(found)
    for offset in range(term.days):
        day = term.start + ONE_DAY * offset
        assert (index.at(day) is not None) is CALENDAR.is_workday(day)


@settings(deadline=None)
@given(TERMS, st.lists(st.sampled_from(STATUTORY_HOLIDAYS), min_size=1, unique=True))
def test_every_chosen_holiday_day_lies_in_a_window_of_days_off(term: Period, names: list[str]) -> None:
    index = WindowIndex(
        windows(WindowKind.HOLIDAY, term, partial="include", calendar=CALENDAR, holidays=names)
    )
    for offset in range(term.days):
        day = term.start + ONE_DAY * offset
        chosen = not set(names).isdisjoint(CALENDAR.look_up(day).holidays)
        assert index.at(day) is not None or not chosen
        assert index.at(day) is None or not CALENDAR.is_workday(day)


@given(TERMS)
def test_windows_that_overlap_have_no_index(term: Period) -> None:
    assume(term.days > 40)
    months = windows(WindowKind.MONTH, term, partial="include")
    with pytest.raises(WindowsUndecided, match="重叠"):
        WindowIndex([*months, *windows(WindowKind.TERM, term)])


def test_an_index_of_nothing_finds_nothing() -> None:
    index = WindowIndex(())
    assert len(index) == 0
    assert index.at(date(1, 1, 1)) is None
    assert index.at(date(2026, 1, 1)) is None

"""The windows of a contract term, those due in an assessment period, and the periods themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from kpi.calendar.deadlines import Span, check_span
from kpi.calendar.errors import WindowsUndecided
from kpi.calendar.generators import Request, touching
from kpi.calendar.holidays import canonical_holiday, has_fixed_date
from kpi.calendar.window import Anchor, Partial, Window, WindowKind, fit
from kpi.calendar.workdays import WorkCalendar

PERIOD_KINDS = frozenset(
    {WindowKind.MONTH, WindowKind.QUARTER, WindowKind.HALF_YEAR, WindowKind.YEAR, WindowKind.TERM}
)


def windows(
    kind: WindowKind,
    term: Span,
    *,
    anchor: Anchor = "calendar",
    partial: Partial = "whole",
    calendar: WorkCalendar | None = None,
    holidays: Iterable[str] = (),
    once_by: date | None = None,
    periods: Sequence[Window] = (),
    within: Span | None = None,
) -> tuple[Window, ...]:
    """The due windows of `kind` in a contract term, in order, never overlapping.

    `partial` decides on windows that lie partly outside the term: not due, due as cut to the term, or
    due as cut with their `fraction`. `calendar` is needed for working days and holidays, `holidays`
    (names; 五一 and the like are understood) for holidays. `once_by` is the last day of `once` (default: the
    term's end). `periods` are the assessment periods, which are the windows of `period` and `each`.
    `within` keeps the windows that end inside it, so that scoring a period does not need the holidays
    of a later year.

    Raises TermInvalid, WindowsUndecided, CalendarMissing.
    """
    check_span(term)
    since, until = term.start, term.end
    if within is not None:
        check_span(within)
        since, until = max(since, within.start), min(until, within.end)
    asked = Request(kind, term, since, until, anchor, calendar, tuple(holidays), once_by, periods)
    fitted = (fit(window, term, partial) for window in touching(asked))
    due = tuple(window for window in fitted if window is not None)
    return due if within is None else due_windows(due, within)


def due_windows(windows: Iterable[Window], period: Span) -> tuple[Window, ...]:
    """The windows that end inside the assessment period, wherever they begin."""
    return tuple(window for window in windows if period.start <= window.end <= period.end)


def periods(
    kind: WindowKind, term: Span, *, anchor: Anchor = "calendar", partial: Partial = "include"
) -> tuple[Window, ...]:
    """The assessment periods of a term: month, quarter, half-year, contract year or the whole term.

    By default they cover the term without a gap, a first or last piece included: what falls outside every
    period would never be assessed. Raises TermInvalid, WindowsUndecided.
    """
    if kind not in PERIOD_KINDS:
        raise WindowsUndecided(f"考核周期不能是“{kind}”；请选择月、季度、半年、合同年或整个合同期")
    return windows(kind, term, anchor=anchor, partial=partial)


def undated_holidays(names: Iterable[str], term: Span, calendar: WorkCalendar) -> tuple[tuple[int, str], ...]:
    """(year, name) of the chosen holidays that a forecast cannot place: no notice, no fixed date.

    Displays name them beside the provisional windows, so that nothing is left out in silence.
    """
    check_span(term)
    moving = [name for name in map(canonical_holiday, names) if not has_fixed_date(name)]
    years = [year for year in range(term.start.year, term.end.year + 1) if not calendar.covers(year)]
    return tuple((year, name) for year in years for name in moving)

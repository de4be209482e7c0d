"""Term, assessment period and due windows of a collection, under the answers in force."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypeVar

from kpi.calendar import (
    CalendarError,
    CalendarMissing,
    Partial,
    Span,
    Window,
    WindowKind,
    WorkCalendar,
    chinese_span,
    first_occurrence,
    shift,
    windows,
)
from kpi.indicators.spec import Slots
from kpi.quantities import Period
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import Given
from kpi.rulebook.indicators import Indicator

T = TypeVar("T")

#: Spans shorter than that are followed week by week, longer ones month by month.
WEEKS_BELOW = 100

_MONTH_DAY = re.compile(r"(?:0?(\d{1,2}))\s*[-/月]\s*(\d{1,2})\s*日?\Z")
_AT_THE_END = frozenset({"term_end", "end_of_term", "end", "end_of_contract_year", "合同期末", "合同年末"})
_PERIOD_KINDS = frozenset({WindowKind.PERIOD, WindowKind.EACH})


def term_of(rulebook: Rulebook, answers: Answers, given: Given) -> Period:
    """The contract term: as given, else from the day of signing; Refused("bad_input") without either."""
    if given.term is not None:
        return Period(given.term.start, given.term.end)
    if given.signed is None:
        raise Refused("bad_input", "没有合同期的起止日期；请在合同设置里填写 term(start、end)或 signed（签订日期）", "term")
    length = rulebook.term
    years, months, days = (int(answers.get(part)) for part in (length.years, length.months, length.days))
    return Period(given.signed, shift(given.signed, months=years * 12 + months, days=days - 1))


def period_of(rulebook: Rulebook, answers: Answers, given: Given) -> Period:
    """The assessment period: as given, else the whole term. One that leaves the term is refused."""
    term = term_of(rulebook, answers, given)
    if given.period is None:
        return term
    period = Period(given.period.start, given.period.end)
    if period.start < term.start or period.end > term.end:
        raise Refused("bad_input", f"考核周期 {period} 超出合同期 {term}；请核对起止日期", "period")
    return period


class Schedule:
    """The cells that figures are counted in. Windows of one kind are computed once.

    `closed`: the last day that is over. Windows that end later are not judged yet, while values over the
    whole period still count what happened since. `finer`: single values and long windows are counted step by step
    (see kpi.indicators.finer), so that they can be followed over time; such counters give no values themselves.
    """

    def __init__(
        self, rulebook: Rulebook, answers: Answers, given: Given, calendar: WorkCalendar | None,
        closed: date | None = None, finer: bool = False,
    ) -> None:  # fmt: skip
        self.rulebook, self.answers, self.calendar, self.closed = rulebook, answers, calendar, closed
        self.finer = finer
        self.term = term_of(rulebook, answers, given)
        self.period = period_of(rulebook, answers, given)
        self._known: dict[tuple[Any, ...], Slots] = {}

    def slots(self, kind: WindowKind | str | None, indicator: Indicator) -> Slots:
        """The cells of a figure: its due windows, or the one span that its single value covers.

        Where the indicator is due once by a date, a single value covers the term up to that date.
        """
        once = self._once_by(indicator)
        if kind is None:
            own = WindowKind(self.answers.get(indicator.window))
            until = min(once, self.period.end) if own is WindowKind.ONCE and once else None
            return self._kept((until,), lambda: self._span(until))
        chosen = WindowKind(kind)
        key = (chosen, once if chosen is WindowKind.ONCE else None)
        return self._kept(key, lambda: Slots(self._steps(self._due(chosen, once))))

    def _kept(self, key: tuple[Any, ...], make: Callable[[], Slots]) -> Slots:
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    def _steps(self, due: tuple[Window, ...]) -> list[Window]:
        """Windows, long ones step by step where that is wanted."""
        return [each for one in due for each in (steps(one) if self.finer and one.days > WEEKS_BELOW else [one])]

    def _span(self, until: date | None) -> Slots:
        span: Span = self.period if until is None else Period(min(self.term.start, until), until)
        return Slots(steps(span) if self.finer else [_window(span)], listed=False)

    def _due(self, kind: WindowKind, once: date | None) -> tuple[Window, ...]:
        choice, last = self.rulebook.windows, self.period.end
        if self.closed is not None:
            last = min(last, self.closed)
        if last < self.period.start:
            return ()
        partial: Partial = "include" if kind in _PERIOD_KINDS else self.answers.get(choice.partial)
        holidays = self.answers.get(choice.holidays) if kind is WindowKind.HOLIDAY else ()
        try:
            return windows(
                kind, self.term, anchor=self.answers.get(choice.anchor), partial=partial,
                calendar=self.calendar, holidays=tuple(holidays or ()), once_by=once,
                periods=(_window(self.period),), within=Period(self.period.start, last),
            )  # fmt: skip
        except CalendarMissing as error:
            raise Refused("blocked", str(error), "calendar") from error
        except CalendarError as error:
            raise Refused("bad_input", str(error), "windows") from error

    def _once_by(self, indicator: Indicator) -> date | None:
        if indicator.once_by is None:
            return None
        chosen: Any = self.answers.get(indicator.once_by)
        if isinstance(chosen, date):
            return chosen
        text = str(chosen).strip()
        if text in _AT_THE_END:
            return self.term.end
        try:
            return date.fromisoformat(text) if len(text) == len("2026-08-31") else self._in_term(text)
        except (ValueError, CalendarError) as error:
            reason = f"“{indicator.title}”的截止日期“{text}”读不懂；请写成 08-31（合同期内第一个）或 2026-08-31"
            raise Refused("bad_input", reason, indicator.clause) from error

    def _in_term(self, text: str) -> date:
        found = _MONTH_DAY.match(text)
        if found is None:
            raise ValueError(text)
        day = first_occurrence(int(found[1]), int(found[2]), self.term)
        if day is None:
            raise ValueError(text)
        return day


def steps(span: Span) -> list[Window]:
    """The calendar months of a span, its weeks from Monday where it is short; cut at both ends."""
    short = (span.end - span.start).days < WEEKS_BELOW
    found, start = [], span.start
    while start <= span.end:
        whole = start + timedelta(days=6 - start.weekday()) if short else _last_of_month(start)
        end = min(whole, span.end)
        found.append(_window(Period(start, end)))
        start = end + timedelta(days=1)
    return found


def _last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _window(span: Span) -> Window:
    return Window(WindowKind.PERIOD, span.start, span.end, f"{span.start}/{span.end}", chinese_span(span))

"""Figures at the end of a period, if it goes on at the present pace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from kpi.calendar import CalendarError, Window, WindowKind, windows
from kpi.indicators.values import FigureValue
from kpi.quantities import Period
from kpi.rulebook.answers import Answers
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import Given, work_calendar

#: measures that grow with time; everything else is a level that stays
FLOWS = frozenset({"count", "sum", "distinct", "net_growth", "failing", "sustained", "repeats", "windows_met"})


@dataclass(frozen=True, slots=True)
class Held:
    """What a figure held when the forecast was made, and how many windows of its kind were to come then."""

    value: Any
    to_come: int = 0


@dataclass(frozen=True, slots=True)
class Running:
    """What the window that has begun holds so far, and which share of it is gone (0 to 1)."""

    value: Any
    gone: Fraction


class Pace:
    """Counts, sums and the like go on at the mean pace of the days gone by.

    Lists per window are continued by the window that runs and those still to come, each at the mean of those
    that are over, or at the running one's own pace where none is over; rates, latest and extreme values
    stay as they are. `provisional`: a year without published holidays was counted.
    """

    def __init__(
        self, rulebook: Rulebook, given: Given, span: Period, as_of: date,
        running: Mapping[tuple[str, str], Running], closed: date,
    ) -> None:  # fmt: skip
        assert given.term is not None
        self.rulebook, self.given, self.span, self.running, self.closed = rulebook, given, span, running, closed
        self.answers = Answers(rulebook, given.answers)
        self.term = Period(given.term.start, given.term.end)
        self.gone = Fraction((as_of - span.start).days + 1, (span.end - span.start).days + 1)
        self.provisional = False
        self._windows: dict[WindowKind, tuple[Window, ...]] = {}
        self._declared = {
            (one.clause, name): figure for one in rulebook.indicators for name, figure in one.figures.items()
        }

    def project(self, figure: FigureValue) -> FigureValue:
        """The figure at the end of the period."""
        declared = self._declared.get((figure.clause, figure.name))
        running = self.running.get((figure.clause, figure.name))
        value = self._judged(figure) if getattr(declared, "measure", "") == "windows_met" else None
        value = self._value(figure.value, declared, running) if value is None else value
        return replace(figure, value=value, entries=(), windows=())

    def _value(self, value: Any, declared: Any, running: Running | None) -> Any:
        measure = getattr(declared, "measure", "by_hand")
        if isinstance(value, dict):
            return {member: self._value(one, declared, _of(running, member)) for member, one in value.items()}
        if isinstance(value, list):
            return self._continued(value, declared, running)
        if measure == "windows_due":
            return self._due_in_span(self.answers.get(declared.window))
        if measure in FLOWS and is_number(value):
            return (Fraction(value) / self.gone).__floor__()
        return value

    def _judged(self, figure: FigureValue) -> int | None:
        """How many windows will be met: of those still open the share that was met of those that are over.

        None where none is over, or the figure is told by member.
        """
        due = self.due(figure.clause, figure.name)
        over = sum(1 for one in due if one.end <= self.closed)
        if not over or not is_number(figure.value):
            return None
        ahead = min(Fraction(1), Fraction(figure.value, over)) * (len(due) - over)
        return int(min(len(due), figure.value + ahead.__floor__()))

    def _continued(self, values: list[Any], declared: Any, running: Running | None) -> list[Any] | None:
        """The list with the windows still to come; None where not one has begun: there is no pace yet."""
        window = getattr(declared, "window", None)
        due = self._due_in_span(self.answers.get(window)) if window is not None else 0
        missing = max(0, due - len(values))
        if missing and not values and running is None:
            return None
        found, ahead = list(values), _mean([one for one in values if is_number(one)], len(values))
        if missing and running is not None:
            found.append(_at_end(running, declared.measure in FLOWS, ahead))
            ahead = ahead if values else found[-1]
            missing -= 1
        return [*found, *[ahead] * missing]

    def held(self, figures: Iterable[FigureValue]) -> dict[tuple[str, str], Held]:
        """What the figures hold now, with the number of their windows still to come."""
        found = {}
        for figure in figures:
            due = self.due(figure.clause, figure.name)
            found[figure.clause, figure.name] = Held(figure.value, sum(one.end > self.closed for one in due))
        return found

    def due(self, clause: str, name: str) -> tuple[Window, ...]:
        """The windows in which a figure is due inside the span; none where it is one value."""
        window = getattr(self._declared.get((clause, name)), "window", None)
        return self._in_span(self.answers.get(window)) if window is not None else ()

    def _due_in_span(self, kind: WindowKind) -> int:
        return len(self._in_span(kind))

    def _in_span(self, kind: WindowKind) -> tuple[Window, ...]:
        """The windows of a kind that are due in the span."""
        if kind not in self._windows:
            self._windows[kind] = self._found(kind)
        return self._windows[kind]

    def _found(self, kind: WindowKind) -> tuple[Window, ...]:
        rules = self.rulebook.windows
        whole = Window(WindowKind.PERIOD, self.span.start, self.span.end, "period", "考核周期")
        single = kind in (WindowKind.PERIOD, WindowKind.EACH)
        options: dict[str, Any] = {
            "anchor": self.answers.get(rules.anchor),
            "partial": "include" if single else self.answers.get(rules.partial),
            "holidays": self.answers.get(rules.holidays), "periods": (whole,), "within": self.span,
        }  # fmt: skip
        calendar = work_calendar(self.given)
        try:
            return windows(kind, self.term, calendar=calendar, **options)
        except CalendarError:
            self.provisional = True
            return windows(kind, self.term, calendar=calendar.as_provisional(), **options)


def is_number(value: Any) -> bool:
    """Whether it is a count or an amount."""
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


def _of(running: Running | None, member: str) -> Running | None:
    """The part of one member."""
    if running is None or not isinstance(running.value, Mapping):
        return None
    return replace(running, value=running.value.get(member))


def _mean(held: list[Any], length: int) -> Any:
    """The mean over all windows, those not held as nothing; counts stay whole."""
    if not held:
        return None
    mean = Fraction(sum(held)) / length
    return mean.__floor__() if all(isinstance(one, int) for one in held) else mean


def _at_end(running: Running, flows: bool, usual: Any) -> Any:
    """A running window at its end: what it holds, and of the rest of it what is `usual`; begun units count.

    Where no window is over yet, its own pace; None where it has none.
    """
    value = running.value
    if not flows or not (value is None or is_number(value)):
        return value
    if usual is not None:
        return (value or 0) + (Fraction(usual) * (1 - running.gone)).__ceil__()
    return (Fraction(value) / running.gone).__floor__() if value is not None and running.gone else None

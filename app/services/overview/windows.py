"""The windows that are still open, one by one: what each needs, what it protects, and what follows if it holds something else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from app.services.overview.outcomes import as_texts, read, shown, whole, worth
from app.services.standing.ahead import Ahead
from app.services.standing.criteria import say
from app.services.standing.view import StandingView
from kpi.calendar import Window
from kpi.evaluation import Evaluation, evaluate
from kpi.forecast.pace import Pace, is_number
from kpi.forecast.repair import Bounded
from kpi.indicators.values import FigureValue
from kpi.quantities import Money, Period, parse_exact, plain
from kpi.rulebook.loader import Source

#: So many windows are priced, those that run first: each costs two evaluations.
MOST_PRICED = 24
#: So many windows of a figure are listed; the others are like the last.
MOST_LISTED = 14
Key = tuple[str, str]


@dataclass(frozen=True)
class OpenWindow:
    """A window that is not over. Numbers as texts; `name` is its box, `now` what it holds (blank before it begins).

    `points` and `yuan`: what reaching the target protects, against nothing more being done in it.
    """

    name: str
    label: str
    first: date
    last: date
    runs: bool
    now: str
    end: str
    exact: str
    target: str
    unit: str
    need: str
    points: str = ""
    yuan: str = ""
    priced: bool = False

    @property
    def gain(self) -> str:
        return "、".join(filter(None, [f"{self.points} 分" if self.points else "", self.yuan]))

    @property
    def advice(self) -> str:
        """`再做 2 场（已有 2 场，应有 4 场）`; `应做 4 场` before it begins."""
        if not self.need:
            return "已经做到"
        if not self.runs:
            return f"应做 {self.target}{self.unit}"
        return f"再做 {self.need}{self.unit}（已有 {self.now or '0'}，应有 {self.target}{self.unit}）"

    @property
    def weight(self) -> tuple[int, Fraction]:
        return Money.parse(self.yuan.lstrip("¥").replace(",", "")).fen if self.yuan else 0, parse_exact(self.points or "0")


@dataclass(frozen=True)
class Listed:
    """The open windows of a figure. `more`: how many later ones are not listed."""

    clause: str
    title: str
    windows: tuple[OpenWindow, ...]
    more: int = 0

    @property
    def weight(self) -> tuple[int, Fraction]:
        return max(one.weight for one in self.windows)


class Windows:
    """Lists per window that a target bounds from below, under one forecast."""

    def __init__(self, source: Source, kept: Ahead, view: StandingView, base: Evaluation, bounds: Iterable[Bounded]) -> None:
        self.source, self.ahead, self.view, self.base = source, kept, view, base
        self.bounds = {one.key: one for one in bounds if one.below and isinstance(self._value(one), list | tuple)}

    def _value(self, bound: Bounded) -> Any:
        return self.base.book.figures[bound.key].value

    @cached_property
    def pace(self) -> Pace:
        """Knows which windows are due in the period; nothing is projected with it again."""
        given, day = self.ahead.given, self.view.day
        assert given.period is not None
        return Pace(self.source.rulebook, given, Period(given.period.start, given.period.end), day, {}, day)

    @cached_property
    def holds(self) -> Mapping[str, str | None]:
        """What the window that runs holds so far, by figure."""
        every = (found for one in self.view.indicators for found in one.criteria if found.get("now"))
        return {str(one["figure"]): one["now"].get("exact") for one in every}

    def open(self, bound: Bounded) -> list[tuple[int, Window]]:
        """The places in the list whose windows are not over, with the windows."""
        held = self.ahead.held.get(bound.key)
        over = len(held.value) if held is not None and isinstance(held.value, list | tuple) else 0
        due = self.pace.due(bound.clause, bound.name)
        return [(place, due[place]) for place in range(over, min(len(due), len(self._value(bound))))]

    # -- listed ---------------------------------------------------------------------------------

    @cached_property
    def running(self) -> list[tuple[Listed, OpenWindow]]:
        """The windows that run now and need something, what protects most first."""
        return [(one, window) for one in self.listed for window in one.windows if window.runs and window.need]

    @cached_property
    def done(self) -> list[tuple[Listed, OpenWindow]]:
        """Those that run and hold what they must already."""
        return [(one, window) for one in self.listed for window in one.windows if window.runs and not window.need]

    @cached_property
    def later(self) -> list[tuple[Listed, OpenWindow]]:
        """Those that have not begun."""
        return [(one, window) for one in self.listed for window in one.windows if not window.runs]

    @cached_property
    def listed(self) -> list[Listed]:
        """What protects most first."""
        left, found = MOST_PRICED, []
        for bound in sorted(self.bounds.values(), key=lambda one: not self._short(one)):
            places = self.open(bound)
            if not places:
                continue
            priced = left > 0 and places[0][1].start <= self.view.day and self.now(bound) < whole(bound)
            left -= priced
            windows = tuple(self.window(bound, *one, priced=priced and at == 0) for at, one in enumerate(places[:MOST_LISTED]))
            title = self.base.book.figures[bound.key].title
            found.append(Listed(bound.clause, title, windows, max(0, len(places) - MOST_LISTED)))
        return sorted(found, key=lambda one: (-one.weight[0], -one.weight[1], one.clause))

    def _short(self, bound: Bounded) -> bool:
        """Whether an open window misses its target at the present pace."""
        return any((_number(self._value(bound)[place]) or 0) < whole(bound) for place, _ in self.open(bound))

    def window(self, bound: Bounded, place: int, window: Window, *, priced: bool) -> OpenWindow:
        figure, target = self.base.book.figures[bound.key], whole(bound)
        runs = window.start <= self.view.day
        now = self.now(bound) if runs else Fraction(0)
        end = _number(figure.value[place])
        points, yuan = as_texts(self.worth(bound, place, now)) if priced else ("", "")
        return OpenWindow(
            box(bound, place), window.label, window.start, window.end, runs, say(now, figure.unit) if runs else "",
            "" if end is None else say(end, figure.unit), "" if end is None else plain(end), shown(target), figure.unit,
            plain(target - now) if now < target else "", points, yuan, priced,
        )  # fmt: skip

    def now(self, bound: Bounded) -> Fraction:
        """What the window that runs holds; nothing where that is not told as a number."""
        text = self.holds.get(f"{bound.clause}/{bound.name}")
        try:
            return parse_exact(text or "0")
        except ValueError:
            return Fraction(0)

    def worth(self, bound: Bounded, place: int, now: Fraction) -> dict[str, Any]:
        """The window at its target against nothing more being done in it, all else as forecast."""
        sides = [self.with_values({bound.key: {place: value}}) for value in (max(now, whole(bound)), now)]
        better, idle = (evaluate(self.source, self.ahead.given, figures) for figures in sides)
        return worth(better, idle)

    # -- changed --------------------------------------------------------------------------------

    def with_values(self, new: Mapping[Key, Mapping[int, Fraction]]) -> list[FigureValue]:
        """The forecast's figures with other values in these places of lists."""
        return [_with(one, new.get((one.clause, one.name), {})) for one in self.ahead.figures]

    def changed(self, typed: Mapping[str, str]) -> list[FigureValue]:
        """The figures with what is typed for single windows; Refused where a box cannot be read."""
        new: dict[Key, dict[int, Fraction]] = {}
        for bound, place, window in self._boxes():
            text = typed.get(box(bound, place), "").strip()
            if text:
                title = f"{self.base.book.figures[bound.key].title}（{window.label}）"
                new.setdefault(bound.key, {})[place] = read(text, title, box(bound, place))
        return self.with_values(new)

    def _boxes(self) -> Iterator[tuple[Bounded, int, Window]]:
        for bound in self.bounds.values():
            yield from ((bound, place, window) for place, window in self.open(bound))


def box(bound: Bounded, place: int) -> str:
    return f"w-{bound.clause}/{bound.name}@{place}"


def _number(value: Any) -> Fraction | None:
    return Fraction(value) if is_number(value) else None


def _with(figure: FigureValue, new: Mapping[int, Fraction]) -> FigureValue:
    if not new:
        return figure
    values = list(figure.value)
    for place, value in new.items():
        values[place] = value.numerator if value.denominator == 1 else value
    return replace(figure, value=values, entries=(), windows=())

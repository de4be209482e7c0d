"""One criterion of an indicator as it stands: so far, in the window that runs, and window by window."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from app.services.standing.measuring import Cell, Gone, Key, Measured
from app.services.standing.pace import Pace, Progress, progress
from kpi.calendar import Window
from kpi.forecast.repair import Bounded, bounds_of
from kpi.indicators.book import FigureBook, names_in_order, text_of
from kpi.indicators.criteria import evaluate_indicators
from kpi.indicators.values import CriterionValue, FigureValue, IndicatorValue
from kpi.quantities import plain
from kpi.rulebook.indicators import Criterion, Indicator

Strip = list[list[str]]
WORDS = (("at_least", "不少于"), ("at_most", "不超过"), ("more_than", "大于"), ("equals", "等于"))
#: How a rulebook writes what is yes or no.
TRUTHS = frozenset({"true", "false"})
MOST_NAMED = 6
#: Whole numbers of so many digits that people want commas; not the decimals behind a point.
LONG = re.compile(r"(?<![\d.])\d{5,}")
#: How a window stands in a strip.
MET, MISSED, EMPTY, RUNS = "met", "missed", "no_data", "runs"


@dataclass(frozen=True)
class Side:
    """All indicators over one set of figures."""

    book: FigureBook
    values: dict[str, list[IndicatorValue]]

    @classmethod
    def of(cls, measured: Measured, figures: list[FigureValue]) -> Side:
        book = FigureBook(measured.inputs.book.rulebook, measured.inputs.book.answers, figures)
        return cls(book, evaluate_indicators(book))

    def criterion(self, indicator: Indicator, number: int, place: int) -> CriterionValue | None:
        criteria = self.values[indicator.clause][number].criteria
        return criteria[place] if place < len(criteria) else None


class Sides:
    """The figures so far and those of the windows that run, verified and claimed each."""

    def __init__(self, measured: Measured) -> None:
        self.measured, self.gone = measured, Gone(measured.inputs)
        self.cells = measured.cells()
        over = measured.over()
        self.now = Side.of(measured, over)
        self.claimed = Side.of(measured, [_claimed(one) for one in over])
        inside = [self._inside(one) for one in over]
        self.running = Side.of(measured, [value for value, _ in inside])
        self.running_claimed = Side.of(measured, [claim for _, claim in inside])

    def _inside(self, figure: FigureValue) -> tuple[FigureValue, FigureValue]:
        """A list as the one value of its window that runs today; other figures as they are."""
        cell = self.cells.get((figure.clause, figure.name))
        if not self.measured.windows((figure.clause, figure.name)):
            return figure, _claimed(figure)
        value, claim = (cell.value, cell.claimed) if cell is not None else (None, None)
        return replace(figure, value=value, windows=()), replace(figure, value=claim, windows=())

    def main(self, indicator: Indicator, rule: Criterion) -> Bounded | None:
        """The figure that the criterion bounds."""
        found = (one for side in (self.running, self.now) for one in bounds_of(side.book, indicator, rule))
        return next(found, None)

    def key(self, indicator: Indicator, rule: Criterion) -> Key | None:
        """The figure whose windows the criterion goes by: the bounded one, else the first that has windows."""
        bound = self.main(indicator, rule)
        if bound is not None:
            return bound.key
        for name in names_in_order(rule.value):
            figure = self.now.book.figure(name, indicator.clause)
            if figure is not None and self.measured.windows((figure.clause, figure.name)):
                return figure.clause, figure.name
        return None


def _claimed(figure: FigureValue) -> FigureValue:
    return replace(figure, value=figure.claimed, claimed=None)


def criterion_row(sides: Sides, indicator: Indicator, number: int, place: int) -> tuple[dict[str, Any], Strip]:
    """The criterion as plain data, and its windows."""
    rule = indicator.criteria[place]
    value, claim = sides.now.criterion(indicator, number, place), sides.claimed.criterion(indicator, number, place)
    assert value is not None
    key = sides.key(indicator, rule)
    unit = "%" if rule.percent else rule.unit or _unit(sides, key)
    target = target_of(value, sides.main(indicator, rule))
    row: dict[str, Any] = {
        "label": rule.label or _title(sides, indicator, rule), "unit": unit, "text": value.text, "met": value.met,
        "scored": rule.scored, "wanted": wanted(rule, target, unit), **_place(sides, indicator, rule, key),
    }  # fmt: skip
    listed = key is not None and isinstance(sides.now.book.figures[key].value, list)
    if listed and key is not None:
        row |= _windowed(sides, indicator, number, place, key, value, unit)
        return row, _strip(sides, key, value)
    row |= _single(sides, indicator, rule, value, claim, unit)
    judged = _judged(sides, key)
    return row, judged


def _place(sides: Sides, indicator: Indicator, rule: Criterion, key: Key | None) -> dict[str, str]:
    """The figure that the criterion goes by, and in which windows it is judged."""
    names = [name for name in names_in_order(rule.value) if sides.now.book.figure(name, indicator.clause) is not None]
    figure = key or (_own(sides, indicator, names[0]) if names else None)
    window = sides.measured.kind(key) if key is not None else ""
    return {"figure": f"{figure[0]}/{figure[1]}" if figure else "", "window": window or _kind(sides, indicator.window)}


def _own(sides: Sides, indicator: Indicator, name: str) -> Key:
    found = sides.now.book.figure(name, indicator.clause)
    assert found is not None
    return found.clause, found.name


def _kind(sides: Sides, window: Any) -> str:
    return str(sides.now.book.answers.get(window))


def wanted(rule: Criterion, target: Any, unit: str) -> str:
    """`不少于50家`; blank where the target is not known."""
    for name, words in WORDS:
        if getattr(rule, name) is not None and target is not None:
            truth = isinstance(target, bool) or str(getattr(rule.equals, "text", rule.equals)).lower() in TRUTHS
            return f"为“{text_of(bool(target))}”" if truth else f"{words}{say(target, unit)}"
    return ""


def target_of(value: CriterionValue, bound: Bounded | None) -> Any:
    """The target, also where there is no data to hold against it."""
    if value.target is not None or bound is None or bound.shared:
        return value.target
    return bound.target


def _title(sides: Sides, indicator: Indicator, rule: Criterion) -> str:
    bound = sides.main(indicator, rule)
    names = [bound.name] if bound is not None else names_in_order(rule.value)
    return "、".join(dict.fromkeys(sides.now.book.title(name, indicator.clause) for name in names))


def _unit(sides: Sides, key: Key | None) -> str:
    return sides.now.book.figures[key].unit if key is not None else ""


# -- one value ------------------------------------------------------------------------------------


def _single(
    sides: Sides, indicator: Indicator, rule: Criterion, value: CriterionValue, claim: CriterionValue | None, unit: str
) -> dict[str, Any]:
    bound = sides.main(indicator, rule)
    span = sides.measured.single(bound.key) if bound is not None else sides.measured.inputs.span
    gone = sides.gone.share(span)
    claimed = claim.actual if claim is not None else None
    held, done = (value.actual, claimed) if bound is None else _held(sides, bound)
    found = progress(bound, value.met, held, done, gone)
    if bound is not None and bound.measure == "windows_met" and value.met is False and _lost(sides, bound):
        found = Progress(Pace.MISSED)
    return {
        **figures(value, unit, bound), "claimed": _other(claimed, value.actual, unit), "pace": found.pace.value,
        "expected": "" if found.expected is None else say(found.expected, unit),
    }  # fmt: skip


def _lost(sides: Sides, bound: Bounded) -> bool:
    """Whether so many windows are due as are over: then one that is not met is missed, not still to come."""
    span, closed = sides.measured.inputs.span, sides.measured.inputs.closed
    over = sum(1 for window, _ in sides.measured.judged(bound.key) if span.start <= window.end <= closed)
    return bool(bound.target <= over)


def _held(sides: Sides, bound: Bounded) -> tuple[Any, Any]:
    """The bounded figure itself, verified and claimed: of a rate its numerator."""
    claimed = sides.claimed.book.figures.get(bound.key)
    return sides.now.book.figures[bound.key].value, claimed.value if claimed is not None else None


def figures(value: CriterionValue, unit: str, bound: Bounded | None) -> dict[str, Any]:
    """Actual and target, exact and as people read them; a rate with both its parts."""
    target = target_of(value, bound)
    row: dict[str, Any] = {
        "actual": say(value.actual, unit), "target": "" if target is None else say(target, unit),
        "exact": exact(value.actual), "exact_target": exact(target),
    }  # fmt: skip
    if value.denominator is not None:
        row |= {"numerator": say(value.numerator), "denominator": say(value.denominator)}
    return row


def say(value: Any, unit: str = "") -> str:
    """A figure for people, long numbers with commas: `37,980,000元`."""
    return LONG.sub(lambda found: f"{int(found[0]):,}", text_of(value, unit))


def exact(value: Any) -> str | None:
    """The exact number as text; other values as people read them."""
    if value is None:
        return None
    try:
        return plain(value)
    except (TypeError, AttributeError):
        return text_of(value)


def _other(claimed: Any, held: Any, unit: str) -> str:
    """What is claimed, where it is something else."""
    return "" if claimed is None or claimed == held else say(claimed, unit)


# -- windows --------------------------------------------------------------------------------------


def _windowed(
    sides: Sides, indicator: Indicator, number: int, place: int, key: Key, value: CriterionValue, unit: str
) -> dict[str, Any]:
    """Windows due, met, missed and without data, and the one that runs."""
    due = value.windows_due
    lost, empty = len(value.missed), len(value.without_data)
    row: dict[str, Any] = {
        "actual": f"{due - lost - empty}/{due} 期", "target": "", "numerator": str(due - lost - empty),
        "denominator": str(due), "due": due, "missed": lost, "empty": empty, "claimed": "",
        "named": list(value.missed[:MOST_NAMED]), "expected": "",
    }  # fmt: skip
    cell = sides.cells.get(key)
    if cell is None:
        row["pace"] = (Pace.MISSED if lost else Pace.EMPTY if empty else Pace.KEPT if due else Pace.NO_DATA).value
        return row
    now = _running(sides, indicator, number, place, cell, unit)
    return row | {"now": now, "pace": now["pace"], "expected": now["expected"]}


def _running(
    sides: Sides, indicator: Indicator, number: int, place: int, cell: Cell, unit: str
) -> dict[str, Any]:
    """The window that runs today: done, claimed, wanted, and how much of it is left."""
    rule = indicator.criteria[place]
    held = sides.running.criterion(indicator, number, place)
    claim = sides.running_claimed.criterion(indicator, number, place)
    assert held is not None
    bound = sides.main(indicator, rule)
    gone, days = sides.gone.days(cell.window)
    share = sides.gone.share(cell.window)
    found = progress(bound, held.met, held.actual, claim.actual if claim is not None else None, share)
    empty = held.actual is None and (claim is None or claim.actual is None)
    pace = Pace.ON if empty and found.pace is Pace.NO_DATA else found.pace
    return {
        **figures(held, unit, bound), "claimed": _other(claim.actual if claim else None, held.actual, unit),
        "label": cell.window.label, "from": cell.window.start.isoformat(), "to": cell.window.end.isoformat(),
        "gone": gone, "days": days, "pace": pace.value,
        "expected": "" if found.expected is None else say(found.expected, unit),
    }  # fmt: skip


def _strip(sides: Sides, key: Key, value: CriterionValue) -> Strip:
    """[first day, last day, state, what it held] for each window that is over or runs."""
    held = sides.now.book.figures[key].value
    lost, empty = set(value.missed), set(value.without_data)
    found = []
    for place, window in enumerate(sides.measured.windows(key)):
        if place < len(held):
            state = MISSED if window.label in lost else EMPTY if window.label in empty else MET
            found.append(_piece(window, state, held[place]))
    if (cell := sides.cells.get(key)) is not None:
        found.append(_piece(cell.window, RUNS, cell.value))
    return found


def _piece(window: Window, state: str, held: Any) -> list[str]:
    return [window.start.isoformat(), window.end.isoformat(), state, "" if held is None else say(held)]


def _judged(sides: Sides, key: Key | None) -> Strip:
    """The windows that a single figure judges by itself (so many of them met)."""
    if key is None:
        return []
    day, closed = sides.measured.inputs.today, sides.measured.inputs.closed
    found = []
    for window, met in sides.measured.judged(key):
        if window.end <= closed:
            found.append(_piece(window, {True: MET, False: MISSED, None: EMPTY}[met], None))
        elif day in window:
            found.append(_piece(window, RUNS, None))
    return found

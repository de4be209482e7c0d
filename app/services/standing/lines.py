"""How a single figure went, step by step, beside what it should have been; and where each criterion ends at this pace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from app.services.standing.criteria import Side, Sides, say, target_of
from app.services.standing.measuring import Key, Measured
from app.services.standing.pace import GROWS
from kpi.forecast.pace import is_number
from kpi.forecast.repair import Bounded
from kpi.indicators.scope import WEEKS_BELOW, steps
from kpi.indicators.values import CriterionValue, FigureValue, IndicatorValue
from kpi.quantities import Period, plain
from kpi.rulebook.indicators import Indicator

#: [day, verified, claimed, what it should have been], exact numbers as texts; None where there is none.
Line = list[list[str | None]]


def foresee(row: dict[str, Any], end: IndicatorValue, measured: Measured) -> None:
    """Writes into an indicator's row what each criterion comes to at the end, and how many entries were looked into."""
    behind = measured.kept[0].behind if measured.kept is not None else {}
    for found, value in zip(row["criteria"], end.criteria, strict=False):
        found["end"] = _at_end(value, found["unit"])
        found["end_met"] = value.met
        if found["figure"] in behind:
            found["behind"] = list(behind[found["figure"]])


def _at_end(value: CriterionValue, unit: str) -> str:
    if value.windows_due:
        kept = value.windows_due - len(value.missed) - len(value.without_data)
        return f"{kept}/{value.windows_due} 期"
    return "" if value.actual is None else say(value.actual, unit)


def lines(sides: Sides) -> dict[str, Line]:
    """The line of each criterion over one number, or over a long window that runs, by its place (clause/number/place)."""
    measured = sides.measured
    if measured.kept is None:
        return {}
    days = ends(measured)
    points = [Point.of(measured, day, figures) for day in days[:-1] if (figures := measured.until(day)) is not None]
    points.append(Point(days[-1], sides.running, sides.running_claimed))
    found: dict[str, Line] = {}
    for indicator, number, place in every_criterion(sides):
        line = _line(sides, points, indicator, number, place)
        if line:
            found[f"{indicator.clause}/{number}/{place}"] = line
    return found


def ends(measured: Measured) -> list[date]:
    """The last day of each step of the period that has begun; the last of them is today."""
    span = measured.inputs.span
    found = [one.end for one in steps(span) if one.start <= measured.inputs.as_of]
    return [*found[:-1], measured.inputs.as_of]


def every_criterion(sides: Sides) -> Iterator[tuple[Indicator, int, int]]:
    """Each criterion: its indicator, that one's number in the clause, its place."""
    numbers: dict[str, int] = {}
    for indicator in sides.now.book.rulebook.indicators:
        number = numbers[indicator.clause] = numbers.get(indicator.clause, -1) + 1
        for place in range(len(indicator.criteria)):
            yield indicator, number, place


@dataclass(frozen=True)
class Point:
    """The figures as they stood at the end of a day."""

    day: date
    held: Side
    claimed: Side

    @classmethod
    def of(cls, measured: Measured, day: date, figures: list[FigureValue]) -> Point:
        claims = [replace(one, value=one.claimed, claimed=None) for one in figures]
        return cls(day, Side.of(measured, figures), Side.of(measured, claims))


def _line(sides: Sides, points: list[Point], indicator: Indicator, number: int, place: int) -> Line:
    rule = indicator.criteria[place]
    key, bound = sides.key(indicator, rule), sides.main(indicator, rule)
    span = _span(sides, key)
    if span is None:
        return []
    found: Line = []
    for one in points:
        held, claim = one.held.criterion(indicator, number, place), one.claimed.criterion(indicator, number, place)
        if held is None or isinstance(held.actual, bool) or not span.start <= one.day <= span.end:
            continue
        target = target_of(held, bound)
        row = [_number(held.actual), _number(claim.actual if claim is not None else None)]
        found.append([one.day.isoformat(), *row, _expected(sides.measured, bound, target, one.day, span)])
    return found if any(row[1] or row[2] for row in found) else []


def _span(sides: Sides, key: Key | None) -> Period | None:
    """The days that a criterion covers; None where it goes by windows too short to follow."""
    if key is None or not sides.measured.windows(key):
        return sides.measured.inputs.span
    cell = sides.cells.get(key)
    if cell is None:
        return None if isinstance(sides.now.book.figures[key].value, list) else sides.measured.inputs.span
    return Period(cell.window.start, cell.window.end) if cell.window.days > WEEKS_BELOW else None


def _number(value: Any) -> str | None:
    return plain(value) if is_number(value) else None


def _expected(measured: Measured, bound: Bounded | None, target: Any, day: date, span: Period) -> str | None:
    """What should be done by a day: of what grows its share by working days, else the bound itself."""
    if not is_number(target):
        return None
    if bound is None or bound.shared or bound.measure not in GROWS or bound.below is not True:
        return plain(target)
    calendar = measured.inputs.calendar
    gone = len(calendar.working_days(Period(span.start, day)))
    every = len(calendar.working_days(span)) or 1
    return plain((Fraction(target) * gone / every).__floor__())

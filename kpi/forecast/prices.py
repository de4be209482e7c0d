"""What one more shortfall of a clause would take, in points and yuan: the marginal loss under the forecast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from kpi.assessments.items import rules_by_clause
from kpi.evaluation import Evaluation, evaluate
from kpi.forecast.levers import Outlook, points_between, yuan_between
from kpi.forecast.repair import Bounded, bounded
from kpi.indicators.values import FigureValue
from kpi.quantities import Money
from kpi.rulebook.given import Given
from kpi.rulebook.loader import Source

#: More units than that are no “one more shortfall”.
_MOST_UNITS = 1 << 20
Shifted = Callable[[int], Evaluation]


@dataclass(frozen=True, slots=True)
class Price:
    """`units` more short of the target (or over it) take `points` and `yuan`; fewer take nothing.

    `units` 0: the clause simply counts as not met. `yuan` None: cannot be computed. `unit` names what is counted.
    """

    clause: str
    points: Fraction
    yuan: Money | None
    units: int = 0
    unit: str = ""


def prices(outlook: Outlook) -> dict[str, Price]:
    """The price of every clause that can cost something."""
    found = {}
    for clause in _clauses(outlook.base):
        price = _dearest(clause, outlook)
        if price is not None:
            found[clause] = price
    return found


def _clauses(base: Evaluation) -> list[str]:
    """Clauses that can cost something: with a scoring rule, or any where money goes by figures directly."""
    book = base.source.rulebook
    scored = [clause for item in book.rubric.items for clause in rules_by_clause(item)] if book.rubric else []
    direct = book.rubric is None or (book.payment is not None and book.payment.reductions)
    return list(dict.fromkeys([*scored, *(one.clause for one in book.indicators if direct)]))


def _dearest(clause: str, outlook: Outlook) -> Price | None:
    """The dearest of the criteria; where none moves anything, the clause as a whole not met."""
    found, base = [], outlook.base
    for one in bounded(base.book, clause):
        if one.below is None:
            continue

        def shifted(units: int, one: Bounded = one) -> Evaluation:
            return evaluate(outlook.source, outlook.given, _worsened(outlook.figures, one, units))

        if (price := _cheapest_loss(clause, one, shifted, base)) is not None:
            found.append(price)
    if not found:
        unmet = _not_met(clause, outlook.source, outlook.given, outlook.figures)
        found = [price for price in [_price(clause, unmet, base, 0, "")] if price is not None]
    return max(found, key=lambda one: ((one.yuan or Money(0)).fen, one.points), default=None)


def _cheapest_loss(clause: str, one: Bounded, shifted: Shifted, base: Evaluation) -> Price | None:
    """The fewest units that take something, found by halving between one and the whole target."""
    nearest = _price(clause, shifted(1), base, 1, one.unit)
    most = min(_MOST_UNITS, abs(Fraction(one.target)).__ceil__()) if one.whole else 1
    if nearest is not None or most <= 1:
        return nearest
    low, price = 1, _price(clause, shifted(most), base, most, one.unit)
    while price is not None and price.units - low > 1:
        middle = (price.units + low) // 2
        nearer = _price(clause, shifted(middle), base, middle, one.unit)
        low, price = (low, nearer) if nearer is not None else (middle, price)
    return price


def _price(clause: str, worse: Evaluation, base: Evaluation, units: int, unit: str) -> Price | None:
    """None where nothing is lost."""
    lost, yuan = points_between(base, worse), yuan_between(base, worse)
    if lost <= 0 and (yuan is None or yuan.fen <= 0):
        return None
    return Price(clause, max(lost, Fraction(0)), yuan, units, unit)


def _worsened(figures: list[FigureValue], one: Bounded, units: int) -> list[FigureValue]:
    """The figures with this one `units` steps beyond its bound; of a list one window more."""
    key = (one.clause, one.name)
    return [
        replace(each, value=_beyond(each.value, one, units)) if (each.clause, each.name) == key else each
        for each in figures
    ]


def _beyond(value: Any, one: Bounded, units: int) -> Any:
    if isinstance(value, list):
        return _one_window(value, one, units)
    step = units if one.whole else Fraction(units, 100)
    if not isinstance(value, int | Fraction) or isinstance(value, bool):
        return one.target - step if one.below else one.target + step
    return max(Fraction(0), min(value, one.target) - step) if one.below else max(value, one.target) + step


def _one_window(values: list[Any], one: Bounded, units: int) -> list[Any]:
    """The last window that holds its bound goes beyond it; where none does, the last one goes further."""
    places = [place for place, value in enumerate(values) if value is not None and _holds(value, one)]
    place = places[-1] if places else len(values) - 1
    return [_beyond(value, one, units) if at == place else value for at, value in enumerate(values)]


def _holds(value: Any, one: Bounded) -> bool:
    return bool(value >= one.target) if one.below else bool(value <= one.target)


def _not_met(clause: str, source: Source, given: Given, figures: list[FigureValue]) -> Evaluation:
    """The clause counts as not met, whatever its figures say."""
    kept = [figure for figure in figures if figure.clause != clause]
    facts = {name: table for name, table in given.facts.items() if name != clause} | {clause: {"met": False}}
    decided = {name: value for name, value in given.decided.items() if name.rpartition("/")[2] != clause}
    return evaluate(source, given.model_copy(update={"facts": facts, "decided": decided}), kept)

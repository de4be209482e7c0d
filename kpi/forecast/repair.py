"""A clause brought up to its target, as far as that is still possible: which figures would have to be what."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from kpi.expressions import Expression, ExpressionError, NoData
from kpi.forecast.pace import FLOWS, Held, is_number
from kpi.indicators.book import FigureBook
from kpi.indicators.values import FigureValue
from kpi.rulebook.answers import Refused
from kpi.rulebook.indicators import Criterion, Indicator

#: bound → whether a value that misses it is too small
_BOUNDS = (("at_least", True), ("at_most", False), ("equals", None))
_UNKNOWN = (NoData, Refused, ExpressionError, TypeError)


@dataclass(frozen=True, slots=True)
class Bounded:
    """A figure that a criterion bounds. `below`: values under the target miss it, else those over it.

    None: those other than it. `whole`: it is counted in units; else it is a share. `unit` names the unit.
    `shared`: it is the top of a rate, whose bottom the target is reckoned with.
    """

    clause: str
    name: str
    target: Any
    below: bool | None
    whole: bool = True
    unit: str = ""
    measure: str = ""
    shared: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return self.clause, self.name


def repaired(
    book: FigureBook, figures: Sequence[FigureValue], clauses: Iterable[str], held: Mapping[tuple[str, str], Held]
) -> list[FigureValue]:
    """The figures with those of the clauses raised (or lowered) to what their criteria ask for.

    Only what can still be changed is: windows that are over and cases that have happened stay (`held`). What no
    criterion names directly, or as the top of a rate, stays as well.
    """
    new: dict[tuple[str, str], Any] = {}
    for clause in set(clauses):
        for one in bounded(book, clause):
            new[one.key] = _possible(book.figures[one.key].value, one, held.get(one.key))
    return [
        replace(one, value=new[one.clause, one.name]) if (one.clause, one.name) in new else one for one in figures
    ]


def spent(book: FigureBook, clause: str, held: Mapping[tuple[str, str], Held]) -> bool:
    """Whether something of the clause is lost for good: a window missed or empty, a case too many."""
    for one in bounded(book, clause):
        found = held.get(one.key)
        if found is None:
            continue
        if isinstance(found.value, list):
            if any(value is None or not _holds(value, one) for value in found.value):
                return True
        elif one.measure == "windows_met" and one.below and is_number(found.value):
            if found.value + found.to_come < one.target:
                return True
        elif one.below is False and one.measure in FLOWS and is_number(found.value) and found.value > one.target:
            return True
    return False


def bounded(book: FigureBook, clause: str) -> Iterator[Bounded]:
    """The figures that the clause's criteria bound, those by member left out."""
    for indicator in book.rulebook.indicators:
        if indicator.clause == clause and indicator.by is None:
            for criterion in indicator.criteria:
                yield from bounds_of(book, indicator, criterion)


def bounds_of(book: FigureBook, indicator: Indicator, criterion: Criterion) -> Iterator[Bounded]:
    """The figure that a criterion bounds, with each of its bounds; nothing where it cannot be told."""
    for field, below in _BOUNDS:
        bound = getattr(criterion, field)
        if bound is None:
            continue
        try:
            target = book.over(book.answers.get(bound), indicator.clause)
            name, factor = _figure_of(book, criterion.value, indicator.clause)
            found = book.figure(name, indicator.clause)
            if found is not None and target is not None:
                yield _bounded(book, found, criterion, target * factor, below, shared=_is_rate(book, criterion))
        except _UNKNOWN:
            continue


def _is_rate(book: FigureBook, criterion: Criterion) -> bool:
    """Whether the value is one figure by another."""
    tree = criterion.value.tree
    if isinstance(tree, ast.Name):
        derived = next((one for one in book.rulebook.derived if one.id == tree.id), None)
        return derived is not None and derived.numerator is not None
    return isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Div)


def _bounded(
    book: FigureBook, figure: FigureValue, criterion: Criterion, target: Any, below: bool | None, *, shared: bool
) -> Bounded:
    measure = next(
        (one.figures[figure.name].measure for one in book.rulebook.indicators
         if one.clause == figure.clause and figure.name in one.figures), "",
    )  # fmt: skip
    whole = shared or not (criterion.percent or measure == "rate")
    unit = (figure.unit or criterion.unit) if whole else "个百分点"
    return Bounded(figure.clause, figure.name, target, below, whole, unit, measure, shared)


def _figure_of(book: FigureBook, expression: Expression, clause: str) -> tuple[str, Fraction]:
    """The figure that moves the value, and what the target is multiplied with (a rate's denominator)."""
    tree = expression.tree
    match tree:
        case ast.Name(id=name):
            derived = next((one for one in book.rulebook.derived if one.id == name), None)
            if derived is None:
                return name, Fraction(1)
            if derived.numerator is not None:
                _, bottom = book.rate(derived)
                return _figure_of(book, book.answers.get(derived.numerator), derived.clause)[0], Fraction(bottom)
            if derived.value is not None:
                return _figure_of(book, book.answers.get(derived.value), derived.clause)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            name, _ = _figure_of(book, Expression(ast.unparse(left)), clause)
            return name, Fraction(book.over(Expression(ast.unparse(right)), clause))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            chosen = body if book.over(Expression(ast.unparse(test)), clause) else orelse
            return _figure_of(book, Expression(ast.unparse(chosen)), clause)
    raise NoData(expression.text)


def _possible(value: Any, one: Bounded, held: Held | None) -> Any:
    """The value, or each window still open, no worse than the target, as far as that is still possible."""
    if isinstance(value, list | tuple):
        over = len(held.value) if held is not None and isinstance(held.value, list) else 0
        return [*value[:over], *(_moved(each, one) for each in value[over:])]
    moved = _moved(value, one)
    if held is None or not is_number(held.value):
        return moved
    if one.measure == "windows_met" and one.below:
        return min(moved, held.value + held.to_come)
    return max(moved, held.value) if one.below is False and one.measure in FLOWS else moved


def _moved(value: Any, one: Bounded) -> Any:
    """The value no worse than the target; counts stay whole."""
    exact = Fraction(one.target)
    whole = exact if not one.whole else exact.__ceil__() if one.below is not False else exact.__floor__()
    if value is None or one.below is None:
        return whole
    return max(value, whole) if one.below else min(value, whole)


def _holds(value: Any, one: Bounded) -> bool:
    return bool(value == one.target if one.below is None else value >= one.target if one.below else value <= one.target)


"""A clause brought up to its target: which figures would have to be what."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from kpi.evaluation import Evaluation
from kpi.expressions import Expression, ExpressionError, NoData
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
    """

    clause: str
    name: str
    target: Any
    below: bool | None
    whole: bool = True
    unit: str = ""


def repaired(evaluation: Evaluation, figures: Sequence[FigureValue], clauses: Iterable[str]) -> list[FigureValue]:
    """The figures with those of the clauses raised (or lowered) to what their criteria ask for.

    What no criterion names directly, or as the top of a rate, stays as it is.
    """
    new: dict[tuple[str, str], Any] = {}
    for clause in set(clauses):
        for one in bounded(evaluation, clause):
            held = evaluation.book.figures[one.clause, one.name]
            new[one.clause, one.name] = _moved(held.value, one.target, one.below)
    return [
        replace(one, value=new[one.clause, one.name]) if (one.clause, one.name) in new else one for one in figures
    ]


def bounded(evaluation: Evaluation, clause: str) -> Iterator[Bounded]:
    """The figures that the clause's criteria bound, those by member left out."""
    for indicator in evaluation.source.rulebook.indicators:
        if indicator.clause == clause and indicator.by is None:
            for criterion in indicator.criteria:
                yield from _bounded(evaluation, indicator, criterion)


def _bounded(evaluation: Evaluation, indicator: Indicator, criterion: Criterion) -> Iterator[Bounded]:
    book, clause = evaluation.book, indicator.clause
    for field, below in _BOUNDS:
        bound = getattr(criterion, field)
        if bound is None:
            continue
        try:
            target = book.over(book.answers.get(bound), clause)
            name, factor = _figure_of(evaluation, criterion.value, clause)
            found = book.figure(name, clause)
            if found is not None and target is not None:
                rates = {one for one, figure in indicator.figures.items() if figure.measure == "rate"}
                whole = factor != 1 or not (criterion.percent or name in rates)
                unit = (found.unit or criterion.unit) if whole else "个百分点"
                yield Bounded(found.clause, found.name, target * factor, below, whole, unit)
        except _UNKNOWN:
            continue


def _figure_of(evaluation: Evaluation, expression: Expression, clause: str) -> tuple[str, Fraction]:
    """The figure that moves the value, and what the target is multiplied with (a rate's denominator)."""
    tree, book = expression.tree, evaluation.book
    match tree:
        case ast.Name(id=name):
            derived = next((one for one in book.rulebook.derived if one.id == name), None)
            if derived is None:
                return name, Fraction(1)
            if derived.numerator is not None:
                _, bottom = book.rate(derived)
                return _figure_of(evaluation, book.answers.get(derived.numerator), derived.clause)[0], Fraction(bottom)
            if derived.value is not None:
                return _figure_of(evaluation, book.answers.get(derived.value), derived.clause)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            name, _ = _figure_of(evaluation, Expression(ast.unparse(left)), clause)
            return name, Fraction(book.over(Expression(ast.unparse(right)), clause))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            chosen = body if book.over(Expression(ast.unparse(test)), clause) else orelse
            return _figure_of(evaluation, Expression(ast.unparse(chosen)), clause)
    raise NoData(expression.text)


def _moved(value: Any, target: Any, below: bool | None) -> Any:
    """The value, or each of a list, no worse than the target; counts stay whole."""
    if isinstance(value, list | tuple):
        return [_moved(one, target, below) for one in value]
    whole = Fraction(target).__ceil__() if below is not False else Fraction(target).__floor__()
    if value is None or below is None:
        return whole
    return max(value, whole) if below else min(value, whole)

"""A clause brought up to its target: which figures would have to be what."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
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


def repaired(evaluation: Evaluation, figures: Sequence[FigureValue], clauses: Iterable[str]) -> list[FigureValue]:
    """The figures with those of the clauses raised (or lowered) to what their criteria ask for.

    What no criterion names directly, or as the top of a rate, stays as it is.
    """
    wanted = set(clauses)
    book = evaluation.source.rulebook
    new = {
        (clause, name): value
        for indicator in book.indicators
        if indicator.clause in wanted and indicator.by is None
        for criterion in indicator.criteria
        for clause, name, value in _needed(evaluation, indicator, criterion)
    }
    return [
        replace(one, value=new[one.clause, one.name]) if (one.clause, one.name) in new else one for one in figures
    ]


def _needed(evaluation: Evaluation, indicator: Indicator, criterion: Criterion) -> Iterator[tuple[str, str, Any]]:
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
                yield found.clause, found.name, _moved(found.value, target * factor, below)
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
        case ast.BinOp(left=ast.Name(id=name), op=ast.Div(), right=right):
            return name, Fraction(book.over(Expression(ast.unparse(right)), clause))
    raise NoData(expression.text)


def _moved(value: Any, target: Any, below: bool | None) -> Any:
    """The value, or each of a list, no worse than the target; counts stay whole."""
    if isinstance(value, list | tuple):
        return [_moved(one, target, below) for one in value]
    whole = Fraction(target).__ceil__() if below is not False else Fraction(target).__floor__()
    if value is None or below is None:
        return whole
    return max(value, whole) if below else min(value, whole)

"""Figures against their bounds: is an indicator met, in which windows not, and with what figures."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from kpi.expressions import FUNCTIONS, Expression, ExpressionError, NoData
from kpi.indicators.book import FigureBook, names_in_order, text_of
from kpi.indicators.values import CriterionValue, IndicatorValue, all_met
from kpi.rulebook.answers import Refused
from kpi.rulebook.indicators import Criterion, Indicator

#: functions whose argument is a whole list of windows, so that the list is not tested window by window
_WHOLE_LIST = frozenset(
    {"sum", "len", "held", "missing", "shortfall", "below", "mean", "min", "max", "weighted", "rank"}
)
_OF_TWO = frozenset({"shortfall", "below", "weighted", "rank"})

_BOUNDS = (("at_least", "不少于"), ("at_most", "不超过"), ("more_than", "大于"), ("equals", "等于"))


def evaluate_indicators(book: FigureBook) -> dict[str, list[IndicatorValue]]:
    """Every indicator of the rulebook by clause; `book.mets` is filled for `of('clause', 'met')`.

    Later indicators may read earlier ones' `met`.
    """
    values: dict[str, list[IndicatorValue]] = {}
    for indicator in book.rulebook.indicators:
        value = _indicator(book, indicator)
        values.setdefault(indicator.clause, []).append(value)
        book.mets[indicator.clause] = all_met([one.met for one in values[indicator.clause]])
    return values


def _indicator(book: FigureBook, indicator: Indicator) -> IndicatorValue:
    scored = indicator.duty == "scored"
    plain = book.given_met.get(indicator.clause)
    if plain is None and book.otherwise_met and not book.has_figures(indicator.clause):
        plain = True
    if plain is not None and not book.has_figures(indicator.clause):
        return IndicatorValue(indicator.clause, indicator.title, plain, reason="按给定的结论", scored=scored)
    if indicator.by is not None:
        return _by_member(book, indicator, scored)
    return _whole(book, indicator, {}, indicator.title, scored)


def _by_member(book: FigureBook, indicator: Indicator, scored: bool) -> IndicatorValue:
    """Each member must meet the criteria. Figures are dicts by member."""
    tables = {name: book.value(name, indicator.clause) for name in indicator.figures}
    tables = {name: table for name, table in tables.items() if isinstance(table, Mapping)}
    names = list(dict.fromkeys(member for table in tables.values() for member in table))
    members = {
        member: _whole(
            book, indicator, {name: table.get(member) for name, table in tables.items()}, member, scored
        )
        for member in names
    }
    if not members:
        return _whole(book, indicator, {}, indicator.title, scored)
    met = all_met([one.met for one in members.values()])
    failed = [member for member, one in members.items() if one.met is False]
    reason = f"{len(members)} 个中 {len(failed)} 个未达标" + (f"：{'、'.join(failed)}" if failed else "")
    return IndicatorValue(indicator.clause, indicator.title, met, (), members, reason, scored)


def _whole(
    book: FigureBook, indicator: Indicator, own: Mapping[str, Any], title: str, scored: bool
) -> IndicatorValue:
    if not indicator.criteria:
        return _recorded(book, indicator, own, title, scored)
    criteria = tuple(_criterion(book, indicator, criterion, own) for criterion in indicator.criteria)
    met = all_met([one.met for one in criteria])
    reason = "；".join(one.text for one in criteria)
    return IndicatorValue(indicator.clause, title, met, criteria, {}, reason, scored)


def _recorded(
    book: FigureBook, indicator: Indicator, own: Mapping[str, Any], title: str, scored: bool
) -> IndicatorValue:
    """Figures without a target: fulfilled once they are recorded."""
    values = {name: own.get(name, book.value(name, indicator.clause)) for name in indicator.figures}
    met = True if values and all(value is not None for value in values.values()) else None
    shown = "，".join(
        f"{figure.label or name}{text_of(values[name], figure.unit)}"
        for name, figure in indicator.figures.items()
    )
    return IndicatorValue(indicator.clause, title, met, (), {}, f"{shown}（只作记录，没有目标）", scored)


def _criterion(
    book: FigureBook, indicator: Indicator, criterion: Criterion, own: Mapping[str, Any]
) -> CriterionValue:
    try:
        series = _series(book, indicator, criterion, own)
        if series:
            return _each_window(book, indicator, criterion, own, series)
        return _once(book, indicator, criterion, own)
    except NoData as missing:
        text = f"没有“{book.title(missing.what, indicator.clause)}”的数据"
    except Refused as refused:
        text = refused.reason
    except (ExpressionError, TypeError) as error:
        text = f"“{criterion.value.text}”不能与目标比较，请核对数据和规则书的算式（{_types(error)}）"
    return CriterionValue(text, None, unit=criterion.unit, scored=criterion.scored)


def _types(error: Exception) -> str:
    return str(error) if isinstance(error, ExpressionError) else "两边不是同一类数据"


def _series(
    book: FigureBook, indicator: Indicator, criterion: Criterion, own: Mapping[str, Any]
) -> dict[str, list[Any]]:
    """The lists that the criterion tests window by window."""
    whole = _inside_list_functions(criterion.value)
    found: dict[str, list[Any]] = {}
    for name in names_in_order(criterion.value):
        if name in whole:
            continue
        figure = book.figure(name, indicator.clause)
        value = own.get(name, figure.value if figure is not None else None)
        if isinstance(value, list | tuple):
            found[name] = list(value)
    return found


def _inside_list_functions(expression: Expression) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(expression.tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id in _WHOLE_LIST and (len(node.args) == 1 or node.func.id in _OF_TWO):
            parts = node.args if node.func.id in ("weighted", "rank") else node.args[:1]
            names |= {part.id for one in parts for part in ast.walk(one) if isinstance(part, ast.Name)}
    return names - FUNCTIONS.keys()


def _bounds(book: FigureBook, indicator: Indicator, criterion: Criterion) -> list[tuple[str, str, Any]]:
    found = []
    for name, words in _BOUNDS:
        bound = getattr(criterion, name)
        if bound is not None:
            found.append((name, words, book.over(book.answers.get(bound), indicator.clause)))
    return found


def _holds(actual: Any, bounds: list[tuple[str, str, Any]]) -> bool:
    tests = {
        "at_least": lambda a, b: a >= b,
        "at_most": lambda a, b: a <= b,
        "more_than": lambda a, b: a > b,
        "equals": lambda a, b: a == b,
    }
    if not bounds:
        return bool(actual)
    return all(tests[name](actual, target) for name, _, target in bounds)


def _once(
    book: FigureBook, indicator: Indicator, criterion: Criterion, own: Mapping[str, Any]
) -> CriterionValue:
    bounds = _bounds(book, indicator, criterion)
    top, bottom = _fraction(book, indicator, criterion.value, own)
    actual = book.over(criterion.value, indicator.clause, own)
    met = _holds(actual, bounds)
    unit = "%" if criterion.percent else criterion.unit
    names = "、".join(book.title(name, indicator.clause) for name in names_in_order(criterion.value))
    label = criterion.label or ("" if own else names)
    shown = f"{label} {text_of(actual, unit)}".strip()
    if bottom is not None:
        shown += f"（{text_of(top)}/{text_of(bottom)}）"
    text = f"{shown}，{_wanted(bounds, unit)}{'达标' if met else '未达标'}"
    target = bounds[0][2] if bounds else None
    return CriterionValue(text, met, actual, target, top, bottom, criterion.unit, scored=criterion.scored)


def _wanted(bounds: list[tuple[str, str, Any]], unit: str) -> str:
    wanted = "、".join(f"{words}{text_of(target, unit)}" for _, words, target in bounds)
    return f"应{wanted}，" if wanted else ""


def _fraction(
    book: FigureBook, indicator: Indicator, expression: Expression, own: Mapping[str, Any]
) -> tuple[Any, Any]:
    """Numerator and denominator where the value is a rate."""
    tree = expression.tree
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Div):
        parts = [Expression(ast.unparse(part)) for part in (tree.left, tree.right)]
        top, bottom = (book.over(part, indicator.clause, own) for part in parts)
        return top, bottom
    if isinstance(tree, ast.Name):
        figure = book.figure(tree.id, indicator.clause)
        if figure is not None and figure.denominator is not None:
            return figure.numerator, figure.denominator
        derived = next((one for one in book.rulebook.derived if one.id == tree.id), None)
        if derived is not None and derived.numerator is not None:
            return book.rate(derived)
    return None, None


def _each_window(
    book: FigureBook,
    indicator: Indicator,
    criterion: Criterion,
    own: Mapping[str, Any],
    series: dict[str, list[Any]],
) -> CriterionValue:
    """Every due window must hold. None in a list is no data (or not held), never zero."""
    bounds = _bounds(book, indicator, criterion)
    length = max(len(values) for values in series.values())
    labels = _labels(book, indicator, series, length)
    missed: dict[str, str] = {}
    empty: list[str] = []
    for index in range(length):
        here = {name: values[index] if index < len(values) else None for name, values in series.items()}
        try:
            actual = book.over(criterion.value, indicator.clause, {**own, **here})
            if not _holds(actual, bounds):
                missed[labels[index]] = f"{labels[index]}{text_of(actual, criterion.unit)}"
        except NoData:
            empty.append(labels[index])
    met = False if missed else None if empty or not length else True
    text = _window_text(book, indicator, criterion, bounds, length, list(missed.values()), empty)
    target = bounds[0][2] if bounds else None
    held = length - len(missed) - len(empty)
    return CriterionValue(
        text, met, held, target, held, length, criterion.unit, length, tuple(missed), tuple(empty),
        criterion.scored,
    )  # fmt: skip


def _labels(book: FigureBook, indicator: Indicator, series: dict[str, list[Any]], length: int) -> list[str]:
    for name in series:
        figure = book.figure(name, indicator.clause)
        if figure is not None and len(figure.windows) == length:
            return list(figure.windows)
    return [f"第{number}期" for number in range(1, length + 1)]


def _window_text(
    book: FigureBook,
    indicator: Indicator,
    criterion: Criterion,
    bounds: list[tuple[str, str, Any]],
    length: int,
    missed: list[str],
    empty: list[str],
) -> str:
    titles = [book.title(name, indicator.clause) for name in names_in_order(criterion.value)]
    label = criterion.label or "、".join(titles)
    text = f"{label}每期{_wanted(bounds, '%' if criterion.percent else criterion.unit)}应考核 {length} 期"
    text += f"，未达标 {len(missed)} 期" + (f"（{_some(missed)}）" if missed else "")
    return text + (f"，无数据 {len(empty)} 期（{_some(empty)}）" if empty else "")


def _some(names: list[str], most: int = 5) -> str:
    return "、".join(names[:most]) + (" 等" if len(names) > most else "")

"""Indicators as a report shows them: one line for each condition, in the period and so far, against its target.

A condition that is judged window by window shows how many windows are met; one with a single window (the year, a
date) shows how much has come together in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from kpi.calendar import WindowKind
from kpi.expressions import Expression, ExpressionError, NoData
from kpi.indicators.book import FigureBook, names_in_order
from kpi.indicators.values import CriterionValue, IndicatorValue
from kpi.reports.lines import Line, Value
from kpi.reports.pace import paced, plainly
from kpi.reports.spans import Judged, Measured
from kpi.rulebook.answers import Refused
from kpi.rulebook.indicators import Criterion, Indicator

#: How a window reads before a target, and how many of them.
EACH: dict[WindowKind, tuple[str, str]] = {
    WindowKind.DAY: ("每天", "天"), WindowKind.WORKING_DAY: ("每个工作日", "个工作日"), WindowKind.WEEK: ("每周", "周"),
    WindowKind.MONTH: ("每月", "个月"), WindowKind.QUARTER: ("每季度", "个季度"), WindowKind.HALF_YEAR: ("每半年", "个半年"),
    WindowKind.HOLIDAY: ("每个节假日", "个节假日"), WindowKind.YEAR: ("每年", "年"),
}  # fmt: skip
#: A name of so many characters says enough by itself.
TELLING = 5
_BOUNDS = (("at_least", "不少于"), ("at_most", "不超过"), ("more_than", "大于"), ("equals", "等于"))


def lines(measured: Measured, clauses: Collection[str] = ()) -> list[Line]:
    """Every condition of the indicators of these clauses; of all where none is named."""
    due, now = measured.judged(), measured.judged("now")
    assert due is not None
    assert now is not None
    spans = [now, measured.judged("before"), measured.judged("year_before"), measured.judged("so_far")]
    outcomes = [[(one.book, outcome) for _, outcome in one.each()] if one is not None else None for one in spans]
    found: list[Line] = []
    for place, (indicator, outcome) in enumerate(due.each()):
        if not clauses or indicator.clause in clauses:
            others = [one[place] if one is not None else None for one in outcomes]
            found += _lines(measured, due, indicator, outcome, others)
    return found


def _lines(
    measured: Measured, due: Judged, indicator: Indicator, outcome: IndicatorValue,
    others: list[tuple[FigureBook, IndicatorValue] | None],
) -> Iterator[Line]:
    ledgers = tuple(dict.fromkeys(filter(None, (getattr(one, "ledger", None) for one in indicator.figures.values()))))
    if outcome.members:
        held = sum(1 for one in outcome.members.values() if one.met is True)
        standing = plainly(outcome.met)
        yield Line(
            indicator.clause, "met", indicator.title, "个", "", None, standing, None, None, None, None,
            members=(held, len(outcome.members)), ledgers=ledgers, text=outcome.reason,
        )  # fmt: skip
        return
    for place, value in enumerate(outcome.criteria):
        rule = indicator.criteria[place]
        if _settled(due.book, indicator, rule):
            continue
        spans = [_at(one, rule, place) for one in others]
        read = tuple(dict.fromkeys((*ledgers, *_further(due.book, indicator, rule))))
        yield _line(measured, due, indicator, rule, value, spans, read)


def _further(book: FigureBook, indicator: Indicator, rule: Criterion) -> Iterator[str]:
    """Ledgers of other clauses' figures that a derived value or target rests on: a coverage rests on who was taken out of its base."""
    bounds = [getattr(rule, name) for name, _ in _BOUNDS if getattr(rule, name) is not None]
    try:
        told = [rule.value, *(book.answers.get(one) for one in bounds)]
        sources = book.sources([one for one in told if isinstance(one, Expression)], indicator.clause)
    except Refused:
        return
    figures = {f"{one.clause}/{name}": figure for one in book.rulebook.indicators for name, figure in one.figures.items()}
    yield from (ledger for name in sources if (ledger := getattr(figures.get(name), "ledger", None)))


def _at(span: tuple[FigureBook, IndicatorValue] | None, rule: Criterion, place: int) -> Value | None:
    """The value of a condition in another span, even where its target is not known there; None where there is no such span."""
    if span is None or place >= len(span[1].criteria):
        return None
    book, outcome = span
    found = _value(outcome.criteria[place])
    if found.value is not None:
        return found
    try:
        return Value(book.over(rule.value, outcome.clause))
    except (NoData, ExpressionError, Refused, TypeError):
        return found


def _value(found: CriterionValue) -> Value:
    of = (found.numerator, found.denominator) if found.denominator is not None else None
    return Value(found.actual, of)


def _line(
    measured: Measured, due: Judged, indicator: Indicator, rule: Criterion, value: CriterionValue,
    spans: list[Value | None], ledgers: tuple[str, ...],
) -> Line:  # fmt: skip
    names = names_in_order(rule.value)
    bound = next((words for name, words in _BOUNDS if getattr(rule, name) is not None), "")
    several = value.windows_due > 1
    windows = (value.windows_due - len(value.missed) - len(value.without_data), value.windows_due) if several else None
    title = rule.label or "、".join(dict.fromkeys(due.book.title(name, indicator.clause) for name in names)) or indicator.title
    made = Line(
        indicator.clause, _name(indicator, names), _titled(indicator, title),
        "%" if rule.percent else rule.unit or _unit(due, indicator, names), bound, value.target, plainly(value.met),
        spans[0], spans[1], spans[2], None if several else _so_far(due.book, indicator, rule, value, spans[3]),
        windows, None, _each(measured, indicator, names), ledgers, value.text,
    )  # fmt: skip
    return paced(made, measured.spans.gone, value, indicator.once_by is not None)


def _settled(book: FigureBook, indicator: Indicator, rule: Criterion) -> bool:
    """Whether the answers leave the condition without any figure: it does not apply here.

    A derived figure (a coverage, an accuracy) rests on figures as well, however far down they stand.
    """

    def find(name: str) -> Any:
        if name in indicator.figures or book.sources_of_name(name, indicator.clause):
            raise NoData(name)
        return book.value(name, indicator.clause)

    try:
        rule.value.over(find)
    except (NoData, ExpressionError, Refused, TypeError):
        return False
    return True


def _so_far(
    book: FigureBook, indicator: Indicator, rule: Criterion, value: CriterionValue, over_all: Value | None
) -> Value | None:
    """What has come together: in the one window that is due, else since the assessment period began."""
    if not _windowed(book, indicator, rule):
        return _value(value)
    if value.windows_due == 0:
        return over_all
    own = {
        name: figure.value[0]
        for name in names_in_order(rule.value)
        if (figure := book.figure(name, indicator.clause)) is not None and isinstance(figure.value, list) and figure.value
    }
    try:
        return Value(book.over(rule.value, indicator.clause, own))
    except (NoData, ExpressionError, Refused, TypeError):
        return over_all


def _windowed(book: FigureBook, indicator: Indicator, rule: Criterion) -> bool:
    figures = (book.figure(name, indicator.clause) for name in names_in_order(rule.value))
    return any(one is not None and isinstance(one.value, list) for one in figures)


def _each(measured: Measured, indicator: Indicator, names: list[str]) -> tuple[str, str]:
    for name in names:
        window = getattr(indicator.figures.get(name), "window", None)
        if window is not None:
            return EACH.get(WindowKind(measured.answers.get(window)), ("每期", "期"))
    return "每期", "期"


def _name(indicator: Indicator, names: list[str]) -> str:
    """What the line is called: its first figure of the clause itself."""
    own = [name for name in names if name in indicator.figures] or names
    return own[0].rpartition("/")[2] if own else "value"


def _titled(indicator: Indicator, title: str) -> str:
    """The condition's own name; the indicator's where it has but one, both where the name alone says little."""
    if len(indicator.criteria) == 1 or title in indicator.title:
        return indicator.title if len(indicator.criteria) == 1 else title
    return title if len(title) >= TELLING else f"{indicator.title}：{title}"


def _unit(due: Judged, indicator: Indicator, names: list[str]) -> str:
    figure = due.book.figure(names[0], indicator.clause) if len(names) == 1 else None
    return figure.unit if figure is not None else ""

"""Ledgers, indicators and surveys measure what they can: types, bounds, dates, choices, points."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from kpi.calendar import WindowKind
from kpi.checkup.findings import Book, Finding, constant
from kpi.checkup.names import Names, row_of, seen_from
from kpi.checkup.walk import Node
from kpi.expressions import Expression
from kpi.quantities import percent, points
from kpi.rulebook.indicators import Criterion, Indicator, NetGrowth, Rate, Statistic, Sum
from kpi.rulebook.ledgers import FieldType, Ledger
from kpi.rulebook.survey import ElementTable, Survey

_DATES = frozenset({FieldType.DATE, FieldType.DATETIME})
_NUMBERS = frozenset(
    {FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY, FieldType.PERCENT, FieldType.DURATION}
)
_CHOICES = frozenset({FieldType.CHOICE, FieldType.MULTIPLE_CHOICE})


def fields(book: Book) -> Iterator[Finding]:
    """Fields have what their type needs; the business date is a date."""
    for node, ledger in book.all(Ledger):
        dated = ledger.field(ledger.date)
        if dated is not None and dated.type not in _DATES:
            yield book.finding(
                "error",
                "date_field",
                (*node.path, "date"),
                f"台账“{ledger.name}”的业务日期字段“{dated.name}”不是日期",
                f"台账“{ledger.name}”以哪一天为业务日期？",
            )
        for index, field in enumerate(ledger.fields):
            path = (*node.path, "fields", index)
            if field.type in _CHOICES and not field.choices:
                yield book.finding(
                    "error",
                    "no_choices",
                    path,
                    f"选择字段“{field.name}”没有列出选项",
                    f"“{field.name}”有哪些选项？",
                )
            if field.type is FieldType.REFERENCE and not field.ledger:
                yield book.finding(
                    "error",
                    "no_ledger",
                    path,
                    f"引用字段“{field.name}”没有写引用哪本台账（ledger）",
                    f"“{field.name}”引用哪本台账？",
                )
            if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
                yield book.finding(
                    "error",
                    "empty_range",
                    path,
                    f"字段“{field.name}”的最小值大于最大值",
                    f"“{field.name}”从多少到多少？",
                )


def figures(book: Book) -> Iterator[Finding]:
    """Figures read fields of a fitting type, and something reads the figures."""
    for node in book.nodes:
        rule = node.value
        if isinstance(rule, Sum | NetGrowth | Statistic | Rate) and rule.field is not None:
            ledger = book.rulebook.ledger(rule.ledger)
            field = ledger.field(rule.field) if ledger is not None else None
            allowed = _NUMBERS | _DATES if isinstance(rule, Statistic) else _NUMBERS
            if field is not None and field.type not in allowed:
                yield book.finding(
                    "error",
                    "not_a_number",
                    (*node.path, "field"),
                    f"字段“{field.name}”不是数字，不能求和、求平均或比较大小",
                    f"应汇总哪个数字字段，而不是“{field.name}”？",
                )
    yield from _unused(book)


def _unused(book: Book) -> Iterator[Finding]:
    names = Names(book.rulebook)
    read: set[tuple[str, str]] = set()
    for node in book.nodes:
        if isinstance(node.value, Expression) and row_of(node, book.rulebook) is None:
            read |= set(node.value.of_clause) | set(_owned(node, names))
    for index, indicator in enumerate(book.rulebook.indicators):
        for name, figure in indicator.figures.items():
            if (indicator.clause, name) not in read and name != "met":
                yield book.finding(
                    "warning",
                    "unused_figure",
                    ("indicators", index, "figures", name),
                    f"没有目标、评分或付款规则用到数据“{figure.label or name}”",
                    f"“{figure.label or name}”用来考核什么？",
                )


def _owned(node: Node, names: Names) -> Iterator[tuple[str, str]]:
    """(clause, figure) that the names of an expression mean."""
    for name in node.value.names:
        owners = names.owners.get(name, [])
        own = [clause for clause in seen_from(node) if clause in owners]
        yield from ((clause, name) for clause in own or owners)


def criteria(book: Book) -> Iterator[Finding]:
    """Targets can be reached: no rate above 100%, no lower bound above the upper one."""
    for node, criterion in book.all(Criterion):
        low, high = _bound(book, criterion.at_least), _bound(book, criterion.at_most)
        more = _bound(book, criterion.more_than)
        floor = max((one for one in (low, more) if one is not None), default=None)
        if floor is not None and high is not None and (floor > high or more == high):
            yield book.finding(
                "error",
                "criterion_empty",
                node.path,
                f"目标自相矛盾：不低于 {points(floor)}，又不高于 {points(high)}",
                "目标值是多少？",
            )
        if floor is not None and _is_rate(book, node, criterion) and (floor > 1 or more == 1):
            yield book.finding(
                "question",
                "criterion_unreachable",
                node.path,
                f"比率的目标 {percent(floor)} 达不到（比率最多 100%）",
                "这个比率的目标值是多少？",
                about=[criterion.at_least, criterion.more_than],
            )
    for index, indicator in enumerate(book.rulebook.indicators):
        if indicator.window is WindowKind.ONCE and indicator.once_by is None:
            yield book.finding(
                "question",
                "once_without_date",
                ("indicators", index),
                f"“{indicator.title}”只做一次，没有写明何时之前完成",
                f"“{indicator.title}”应在哪一天之前完成？",
                quotes=indicator.stated,
            )


def _bound(book: Book, value: Any) -> Fraction | None:
    """A bound as read, where it is a plain number."""
    expression = book.read(value)
    if not isinstance(expression, Expression):
        return None
    number = constant(expression)
    return Fraction(number) if isinstance(number, int | Fraction) and not isinstance(number, bool) else None


def _is_rate(book: Book, node: Node, criterion: Criterion) -> bool:
    """A criterion on a figure that is a share of entries (not a ratio to a target, which may exceed 100%)."""
    indicator = next(rule for rule in node.trail if isinstance(rule, Indicator))
    figure = indicator.figures.get(criterion.value.text)
    return isinstance(figure, Rate)


def surveys(book: Book) -> Iterator[Finding]:
    """Element tables: a record can qualify, names stand once, all tables are worth the same."""
    for node, survey in book.all(Survey):
        totals = {
            table.branch: sum((Fraction(one.points) for one in table.elements), Fraction(0))
            for table in survey.tables
        }
        if len(set(totals.values())) > 1:
            shown = "、".join(f"{branch} {points(total)} 分" for branch, total in totals.items())
            yield book.finding(
                "question",
                "element_totals",
                (*node.path, "tables"),
                f"各张要素分值表的总分不同：{shown}",
                "每张要素分值表总分是多少？",
            )
    for node, table in book.all(ElementTable):
        total = sum((Fraction(one.points) for one in table.elements), Fraction(0))
        limit = book.read(table.qualified_at)
        if limit is not None and limit > total:
            yield book.finding(
                "error",
                "cannot_qualify",
                node.path,
                f"“{table.branch}”全对也只有 {points(total)} 分，到不了合格线 {points(limit)} 分",
                f"“{table.branch}”记录几分合格？",
            )
        names = [one.name for one in table.elements]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield book.finding(
                "error", "duplicate_id", node.path, f"要素“{name}”写了两次", f"要素“{name}”计几分？"
            )

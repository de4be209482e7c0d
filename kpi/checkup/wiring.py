"""Rules that lean on one another: indicators that are asked, fields of the right kind, survey branches."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from typing import Any

from kpi.checkup.findings import Book, Finding
from kpi.checkup.names import near, row_of
from kpi.checkup.walk import Node, Path
from kpi.expressions import Expression
from kpi.rulebook.ledgers import Field, FieldType
from kpi.rulebook.mechanics import AllOrNothing, Discretion, NoDeduction
from kpi.rulebook.payments import GateRule
from kpi.rulebook.rubric import Consequence, Verdict
from kpi.rulebook.survey import Survey, _Check

_KINDS: dict[FieldType, str] = {
    FieldType.YES_NO: "是否",
    FieldType.INTEGER: "整数",
    FieldType.DECIMAL: "数字",
    FieldType.MONEY: "金额",
    FieldType.PERCENT: "百分比",
    FieldType.DURATION: "时长",
    FieldType.DATE: "日期",
    FieldType.DATETIME: "日期时间",
    FieldType.TIME: "时刻",
}


def indicators(book: Book) -> Iterator[Finding]:
    """Whoever asks whether a clause is met needs an indicator of that clause."""
    measured = {one.clause for one in book.rulebook.indicators if one.criteria or one.figures}
    for node in book.rules:
        rule = node.value
        if isinstance(rule, AllOrNothing | Discretion | NoDeduction) and rule.met is None:
            asked = book.clauses_at(node.path)
            if asked and not measured & set(asked):
                yield _unmeasured(book, node.path, "、".join(asked))
        for name in _required(rule):
            if name in book.clause_titles and name not in measured:
                yield _unmeasured(book, node.path, name)


def _required(rule: Any) -> tuple[str, ...]:
    if isinstance(rule, Verdict):
        return tuple(rule.requires)
    return tuple(rule.met) if isinstance(rule, GateRule) else ()


def _unmeasured(book: Book, path: Path, clause: str) -> Finding:
    return book.finding(
        "error",
        "no_indicator",
        path,
        f"这里要看条款 {clause} 是否达标，这一条却没有指标；请写 met 的算式，或补上指标",
        f"条款 {clause} 怎样算达标？",
    )


def comparisons(book: Book) -> Iterator[Finding]:
    """A field is compared with a value of its own kind: text never equals a number, a date or yes / no."""
    for node in book.nodes:
        ledger_id = row_of(node, book.rulebook) if isinstance(node.value, Expression) else None
        ledger = book.rulebook.ledger(ledger_id) if ledger_id is not None else None
        if ledger is None:
            continue
        for name, text in compared(node.value):
            field = ledger.field(name)
            if field is not None:
                yield from _comparison(book, node, field, text)


def _comparison(book: Book, node: Node, field: Field, text: str) -> Iterator[Finding]:
    shown = f"算式“{node.value.text}”"
    if field.choices and text not in field.choices:
        yield book.finding(
            "error",
            "unknown_choice",
            node.path,
            f"{shown}：字段“{field.name}”没有选项“{text}”；现有 {'、'.join(field.choices)}",
            f"“{text}”应是“{field.name}”的哪个选项？",
        )
    elif field.type in _KINDS:
        yield book.finding(
            "error",
            "wrong_kind",
            node.path,
            f"{shown}：字段“{field.name}”是{_KINDS[field.type]}，永远不等于文字“{text}”；{_instead(field, text)}",
            f"“{field.name}”应与什么比较？",
        )


def _instead(field: Field, text: str) -> str:
    if field.type is FieldType.YES_NO:
        return f"请写 {field.id} 或 not {field.id}"
    if field.type in (FieldType.DATE, FieldType.DATETIME):
        return f"请写 date('{text if _is_date(text) else '2026-03-05'}')"
    return "请写 time('19:00') 的样子" if field.type is FieldType.TIME else "请写不带引号的数"


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def compared(expression: Expression) -> Iterator[tuple[str, str]]:
    """(field, text) of every comparison of a name with a text or a list of texts."""
    for node in ast.walk(expression.tree):
        if isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
            names = [part.id for part in parts if isinstance(part, ast.Name)]
            texts = [leaf.value for part in parts for leaf in _leaves(part) if isinstance(leaf.value, str)]
            yield from ((name, text) for name in names for text in texts)


def _leaves(node: ast.expr) -> list[ast.Constant]:
    parts = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    return [part for part in parts if isinstance(part, ast.Constant)]


def consequences(book: Book) -> Iterator[Finding]:
    """A consequence says how far: the tier it stops at, the points it takes."""
    for node, rule in book.all(Consequence):
        if rule.kind == "at_most" and not rule.tier:
            yield book.finding(
                "error",
                "incomplete",
                node.path,
                f"“{rule.title}”没有写最高到哪一档（tier）",
                f"“{rule.title}”最高到哪一档？",
            )
        if rule.kind == "penalty" and rule.points is None:
            yield book.finding(
                "question",
                "points_not_stated",
                node.path,
                f"“{rule.title}”没有写明扣几分",
                f"“{rule.title}”扣几分？",
                quotes=rule.stated,
            )
        if rule.kind in ("veto", "downgrade", "at_most") and book.rulebook.tiers is None:
            yield book.finding(
                "error",
                "no_tiers",
                node.path,
                f"“{rule.title}”要改档次，规则书却没有档次（tiers）",
                "考核结果分哪几档？",
            )


def surveys(book: Book) -> Iterator[Finding]:
    """Checks name elements and branches that the tables have; every branch that can be chosen has a table."""
    for node, survey in book.all(Survey):
        branches = [table.branch for table in survey.tables]
        elements = {element.name for table in survey.tables for element in table.elements}
        ledger = book.rulebook.ledger(survey.ledger)
        field = ledger.field(survey.branch) if ledger is not None else None
        for choice in field.choices if field is not None and survey.tables else ():
            if choice not in branches:
                yield book.finding(
                    "error",
                    "branch_without_table",
                    (*node.path, "tables"),
                    f"分支“{choice}”没有要素分值表",
                    f"“{choice}”的记录怎样计分？",
                )
        for index, check in enumerate(survey.checks):
            yield from _check(book, (*node.path, "checks", index), check, branches, elements)


def _check(
    book: Book, path: Path, check: _Check, branches: list[str], elements: set[str]
) -> Iterator[Finding]:
    for name in check.elements:
        if elements and name not in elements:
            yield book.finding(
                "error",
                "unknown_element",
                path,
                f"要素分值表里没有“{name}”{near(name, elements)}",
                f"“{name}”是哪个要素？",
            )
    for name in check.branches:
        if branches and name not in branches:
            yield book.finding(
                "error",
                "unknown_branch",
                path,
                f"没有“{name}”这个分支{near(name, branches)}",
                f"“{name}”是哪个分支？",
            )

"""Answers fit: every option is handled, every default is allowed, every answer can be used where it is read."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from fractions import Fraction
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from kpi.checkup.findings import Book, Finding, as_number
from kpi.checkup.walk import Node, Path
from kpi.expressions import Expression
from kpi.rulebook.answers import as_key
from kpi.rulebook.assumptions import Assumption
from kpi.rulebook.base import Answer


def answers(book: Book) -> Iterator[Finding]:
    """Options, defaults and the rules that the answers decide fit together; every assumption is read."""
    read: set[str] = set()
    for node, answer in book.all(Answer):
        assumption = book.rulebook.assumption(answer.answer)
        read.add(answer.answer)
        if assumption is not None and answer.when is not None:
            yield from _when(book, node.path, answer, assumption)
        elif assumption is not None:
            yield from _as_value(book, node, assumption)
    for index, assumption in enumerate(book.rulebook.assumptions):
        yield from _assumption(book, ("assumptions", index), assumption, assumption.id in read)


def _when(book: Book, path: Path, answer: Answer[Any], assumption: Assumption) -> Iterator[Finding]:
    options = set(assumption.options)
    asked = f"“{assumption.question}”可以怎样回答？"
    for key in sorted(set(answer.when or {}) - options) if options else ():
        yield book.finding(
            "error",
            "unknown_option",
            (*path, "when", key),
            f"待确认事项“{assumption.id}”没有“{key}”这个选项；现有 {'、'.join(assumption.options)}",
            asked,
        )
    for key in sorted(options - set(answer.when or {})):
        yield book.finding(
            "error",
            "unhandled_option",
            path,
            f"待确认事项“{assumption.id}”答“{key}”（{assumption.options[key]}）时这里没有写怎么办；请在 when 里补上",
            asked,
        )


def _as_value(book: Book, node: Node, assumption: Assumption) -> Iterator[Finding]:
    """An answer that is the value itself must be one of the words, or the number, that the rule takes."""
    parts = _parts(type(node.owner), node.field)
    words = _words(parts)
    unfit = [option for option in assumption.options if words and option not in words]
    asked = f"“{assumption.question}”的回答怎样用到这里？"
    if unfit:
        yield book.finding(
            "error",
            "unfit_option",
            node.path,
            f"待确认事项“{assumption.id}”的选项 {'、'.join(unfit)} 不能直接用在这里；请写 when，可用的值有 {'、'.join(words)}",
            asked,
        )
    if Expression in parts:
        yield book.finding(
            "error",
            "answer_needs_when",
            node.path,
            "这里要算式，回答不能直接当算式；请写 when，或把回答放进参数、在算式里用参数名",
            asked,
        )
    if Fraction in parts and assumption.type not in ("number", "percent", "money"):
        yield book.finding(
            "error",
            "unfit_type",
            node.path,
            f"这里要数字，待确认事项“{assumption.id}”答的不是数字；请写 when，或把它的 type 改为 number、percent 或 money",
            asked,
        )


def _parts(owner: type[Any], field: str) -> list[Any]:
    """What a field may hold when no answer decides it."""
    info = owner.model_fields.get(field)
    return list(_flat(info.annotation)) if info is not None else []


def _words(parts: list[Any]) -> tuple[str, ...]:
    """The words that a field takes; none: any text."""
    words = [word for part in parts if get_origin(part) is Literal for word in get_args(part)]
    words += [
        word.value for part in parts if isinstance(part, type) and issubclass(part, StrEnum) for word in part
    ]
    return tuple(words) or (("true", "false") if bool in parts else ())


def _flat(annotation: Any) -> Iterator[Any]:
    """An annotation's parts outside of `Answer`, with literals whole."""
    if get_origin(annotation) is Literal:
        yield annotation
    elif get_origin(annotation) in (Annotated, Union, UnionType):
        for part in get_args(annotation):
            yield from _flat(part)
    elif isinstance(annotation, type):
        yield annotation


def _assumption(book: Book, path: Path, assumption: Assumption, is_read: bool) -> Iterator[Finding]:
    default = assumption.default
    if assumption.options and default is not None and as_key(default) not in assumption.options:
        yield book.finding(
            "error",
            "default_not_an_option",
            (*path, "default"),
            f"默认读法“{as_key(default)}”不在选项里；可选 {'、'.join(assumption.options)}",
            assumption.question,
        )
    if (
        default is not None
        and assumption.type in ("number", "percent", "money")
        and as_number(default) is None
    ):
        yield book.finding(
            "error",
            "default_not_a_number",
            (*path, "default"),
            f"默认读法“{default}”不是数字",
            assumption.question,
        )
    if not assumption.question.strip():
        yield book.finding(
            "error", "empty_question", path, f"待确认事项“{assumption.id}”没有写问题", "要请采购人确认什么？"
        )
    if not is_read:
        yield book.finding(
            "warning",
            "unread_assumption",
            path,
            f"没有规则用到待确认事项“{assumption.id}”，怎样回答都不起作用",
            assumption.question,
        )

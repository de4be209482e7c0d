"""Definitions hold together: nothing defined twice or in a circle, answers fit their questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from fractions import Fraction
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from kpi.checkup.findings import Book, Finding, as_number
from kpi.checkup.walk import Node, Path
from kpi.expressions import Expression
from kpi.rulebook.answers import as_key
from kpi.rulebook.assumptions import Assumption, Derived
from kpi.rulebook.base import Answer, Stated
from kpi.rulebook.ledgers import Ledger

#: Lists of the rulebook whose members are told apart by id.
_LISTS = (
    "clauses", "assumptions", "parameters", "members", "ledgers", "derived", "surveys", "consequences",
    "verdicts", "rights", "events", "reports", "schedules",
)


def duplicates(book: Book) -> Iterator[Finding]:
    """An id that stands twice in one list."""
    for path, ids in _identified(book):
        first: dict[str, int] = {}
        for index, name in enumerate(ids):
            if name in first and name:
                line = book.source.places.line((*path, first[name]))
                yield book.finding(
                    "error", "duplicate_id", (*path, index), f"“{name}”写了两次(第一次在第 {line} 行);请改名或合并",
                    f"两处“{name}”是同一件事吗?以哪一处为准?",
                )
            first.setdefault(name, index)


def _identified(book: Book) -> Iterator[tuple[Path, list[str]]]:
    rulebook = book.rulebook
    for name in _LISTS:
        yield (name,), [one.id for one in getattr(rulebook, name)]
    yield ("indicators",), [one.id or "" for one in rulebook.indicators]
    yield ("parameters",), [*(one.id for one in rulebook.parameters), *(one.id for one in rulebook.derived)]
    for index, ledger in enumerate(rulebook.ledgers):
        yield ("ledgers", index, "fields"), [field.id for field in ledger.fields]
    if rulebook.rubric is not None:
        yield ("rubric", "items"), [item.id for item in rulebook.rubric.items]
        yield ("rubric", "pools"), [pool.id for pool in rulebook.rubric.pools]
    if rulebook.tiers is not None:
        yield ("tiers", "bands"), [band.tier for band in rulebook.tiers.bands]
    if rulebook.payment is not None:
        yield ("payment", "plans"), [plan.id for plan in rulebook.payment.plans]
        yield ("payment", "reductions"), [one.id for one in rulebook.payment.reductions]
        for index, plan in enumerate(rulebook.payment.plans):
            yield ("payment", "plans", index, "tranches"), [one.id for one in plan.tranches]


def circles(book: Book) -> Iterator[Finding]:
    """Derived figures, and fields required by each other, that lead back to themselves."""
    derived = {one.id: one for one in book.rulebook.derived}
    needs = {name: _reads(one) & derived.keys() for name, one in derived.items()}
    for index, one in enumerate(book.rulebook.derived):
        if one.id in _reach(one.id, needs):
            yield book.finding(
                "error", "circular_derived", ("derived", index), f"推算项“{one.title}”绕了一圈又用到自己;请改写算式",
                f"“{one.title}”应由哪些数据算出?",
            )
    for index, ledger in enumerate(book.rulebook.ledgers):
        yield from _required_in_a_circle(book, index, ledger)


def _reads(derived: Derived) -> set[str]:
    parts: list[Any] = []
    for value in (derived.value, derived.numerator, derived.denominator):
        parts += (value.when or {}).values() if isinstance(value, Answer) else [value]
    return {name for part in parts if part is not None for name in part.names}


def _required_in_a_circle(book: Book, index: int, ledger: Ledger) -> Iterator[Finding]:
    needs = {
        field.id: set(field.required_if.names) if field.required_if is not None else set()
        for field in ledger.fields
    }
    for number, field in enumerate(ledger.fields):
        if field.id in _reach(field.id, needs):
            yield book.finding(
                "error", "circular_required", ("ledgers", index, "fields", number),
                f"字段“{field.name}”是否必填绕了一圈又取决于自己;请改写 required_if", f"什么情况下必须填“{field.name}”?",
            )


def _reach(start: str, needs: Mapping[str, Iterable[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(needs.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += needs.get(name, ())
    return found


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
    asked = f"“{assumption.question}”可以怎样回答?"
    for key in sorted(set(answer.when or {}) - options) if options else ():
        yield book.finding(
            "error", "unknown_option", (*path, "when", key),
            f"待确认事项“{assumption.id}”没有“{key}”这个选项;现有 {'、'.join(assumption.options)}", asked,
        )
    for key in sorted(options - set(answer.when or {})):
        yield book.finding(
            "error", "unhandled_option", path,
            f"待确认事项“{assumption.id}”答“{key}”({assumption.options[key]})时这里没有写怎么办;请在 when 里补上", asked,
        )


def _as_value(book: Book, node: Node, assumption: Assumption) -> Iterator[Finding]:
    """An answer that is the value itself must be one of the words, or the number, that the rule takes."""
    parts = _parts(type(node.owner), node.field)
    words = _words(parts)
    unfit = [option for option in assumption.options if words and option not in words]
    asked = f"“{assumption.question}”的回答怎样用到这里?"
    if unfit:
        yield book.finding(
            "error", "unfit_option", node.path,
            f"待确认事项“{assumption.id}”的选项 {'、'.join(unfit)} 不能直接用在这里;请写 when,可用的值有 {'、'.join(words)}", asked,
        )
    if Expression in parts:
        yield book.finding(
            "error", "answer_needs_when", node.path, "这里要算式,回答不能直接当算式;请写 when,或把回答放进参数、在算式里用参数名", asked
        )
    if Fraction in parts and assumption.type not in ("number", "percent", "money"):
        yield book.finding(
            "error", "unfit_type", node.path,
            f"这里要数字,待确认事项“{assumption.id}”答的不是数字;请写 when,或把它的 type 改为 number、percent 或 money", asked,
        )


def _parts(owner: type[Any], field: str) -> list[Any]:
    """What a field may hold when no answer decides it."""
    info = owner.model_fields.get(field)
    return list(_flat(info.annotation)) if info is not None else []


def _words(parts: list[Any]) -> tuple[str, ...]:
    """The words that a field takes; none: any text."""
    words = [word for part in parts if get_origin(part) is Literal for word in get_args(part)]
    words += [word.value for part in parts if isinstance(part, type) and issubclass(part, StrEnum) for word in part]
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
            "error", "default_not_an_option", (*path, "default"),
            f"默认读法“{as_key(default)}”不在选项里;可选 {'、'.join(assumption.options)}", assumption.question,
        )
    if default is not None and assumption.type in ("number", "percent", "money") and as_number(default) is None:
        yield book.finding(
            "error", "default_not_a_number", (*path, "default"), f"默认读法“{default}”不是数字", assumption.question
        )
    if not assumption.question.strip():
        yield book.finding("error", "empty_question", path, f"待确认事项“{assumption.id}”没有写问题", "要请采购人确认什么?")
    if not is_read:
        yield book.finding(
            "warning", "unread_assumption", path, f"没有规则用到待确认事项“{assumption.id}”,怎样回答都不起作用",
            assumption.question,
        )


def quotes(book: Book) -> Iterator[Finding]:
    """A quote is never empty."""
    for node, stated in book.all(Stated):
        if not stated.quote.strip():
            yield book.finding(
                "error", "empty_quote", node.path, "引文是空的;请抄录原文,没有原文就删去 stated", "这一条依据文件的哪一句?"
            )

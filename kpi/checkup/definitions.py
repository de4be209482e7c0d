"""Definitions hold together: nothing is defined twice, in a circle, or by an empty quote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kpi.checkup.findings import Book, Finding
from kpi.checkup.walk import Path
from kpi.rulebook.assumptions import Derived
from kpi.rulebook.base import Answer, Stated
from kpi.rulebook.ledgers import Ledger

#: Lists of the rulebook whose members are told apart by id.
_LISTS = (
    "clauses",
    "assumptions",
    "parameters",
    "members",
    "ledgers",
    "derived",
    "surveys",
    "consequences",
    "verdicts",
    "rights",
    "events",
    "reports",
    "schedules",
    "checklists",
    "complaints",
    "polls",
    "spot_plans",
)


def duplicates(book: Book) -> Iterator[Finding]:
    """An id that stands twice in one list."""
    for path, ids in _identified(book):
        first: dict[str, int] = {}
        for index, name in enumerate(ids):
            if name in first and name:
                line = book.source.places.line((*path, first[name]))
                yield book.finding(
                    "error",
                    "duplicate_id",
                    (*path, index),
                    f"“{name}”写了两次（第一次在第 {line} 行）；请改名或合并",
                    f"两处“{name}”是同一件事吗？以哪一处为准？",
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
                "error",
                "circular_derived",
                ("derived", index),
                f"推算项“{one.title}”绕了一圈又用到自己；请改写算式",
                f"“{one.title}”应由哪些数据算出？",
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
                "error",
                "circular_required",
                ("ledgers", index, "fields", number),
                f"字段“{field.name}”是否必填绕了一圈又取决于自己；请改写 required_if",
                f"什么情况下必须填“{field.name}”？",
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


def quotes(book: Book) -> Iterator[Finding]:
    """A quote is never empty."""
    for node, stated in book.all(Stated):
        if not stated.quote.strip():
            yield book.finding(
                "error",
                "empty_quote",
                node.path,
                "引文是空的；请抄录原文，没有原文就删去 stated",
                "这一条依据文件的哪一句？",
            )

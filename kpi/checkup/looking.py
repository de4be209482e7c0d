"""What is looked into on the spot can be entered: the fields that are named are there, and take what is put in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kpi.checkup.findings import Book, Finding
from kpi.checkup.names import near
from kpi.checkup.walk import Path
from kpi.rulebook.inspections import CheckItem, Checklist, Complaints, Poll, SpotPlan
from kpi.rulebook.ledgers import Field, FieldType, Ledger

_PICKED = frozenset({FieldType.CHOICE, FieldType.MULTIPLE_CHOICE})


def checklists(book: Book) -> Iterator[Finding]:
    """Items are choices of the ledger's field; a checklist has a button for what does not conform."""
    for node, one in book.all(Checklist):
        ledger = book.rulebook.ledger(one.ledger) if one.ledger else None
        if {outcome.conforms for outcome in one.outcomes} != {True, False}:
            yield _wrong(book, node.path, f"检查表“{one.title}”要有合格、不合格两种结果（outcomes）", f"“{one.title}”有哪几种结果？")
        if ledger is None:
            if not one.items:
                yield _wrong(book, node.path, f"检查表“{one.title}”没有写查什么（items）", f"“{one.title}”查哪几项？")
            continue
        named = [one.item, one.people, one.note, one.outlet, *(name for item in one.items for name in item.asks)]
        yield from _fields(book, node.path, ledger, named)
        tables = [one.sets, *(each.sets for each in one.outcomes), *(each.conforming for each in one.items)]
        yield from _values(book, node.path, ledger, tables)
        yield from _items(book, node.path, ledger.field(one.item), one.items)


def _items(book: Book, path: Path, field: Field | None, items: Iterable[CheckItem]) -> Iterator[Finding]:
    if field is None:
        yield _wrong(book, path, "检查表没有写检查事项记在台账的哪个字段（item）", "检查事项记在哪个字段？")
        return
    for place, item in enumerate(items):
        if item.value not in field.choices:
            text = f"“{field.name}”没有“{item.value}”这个选项{near(item.value, field.choices)}"
            yield _wrong(book, (*path, "items", place), text, f"“{item.value}”是哪一个选项？")


def complaints(book: Book) -> Iterator[Finding]:
    """A complaint's fields are those of its ledger."""
    for node, one in book.all(Complaints):
        ledger = book.rulebook.ledger(one.ledger) if one.ledger else None
        if ledger is None:
            continue
        yield from _fields(book, node.path, ledger, [*one.asks, one.channel, one.content, one.decision, one.handled])
        decided = [{one.decision: value} for value in (one.upheld, one.dismissed) if one.decision and value is not None]
        channels = [{one.channel: value} for value in one.channels.values() if one.channel]
        yield from _values(book, node.path, ledger, [one.sets, *decided, *channels])


def polls(book: Book) -> Iterator[Finding]:
    """A survey has a question that counts, and what it feeds is there."""
    parameters = {one.id for one in book.rulebook.parameters}
    for node, one in book.all(Poll):
        if not any(each.satisfied for each in one.questions):
            yield _wrong(book, node.path, f"调查“{one.title}”没有写哪些回答算满意（satisfied）", f"“{one.title}”哪些回答算满意？")
        for place, question in enumerate(one.questions):
            for answer in set(question.satisfied) - set(question.choices):
                text = f"“{question.text}”没有“{answer}”这个选项{near(answer, question.choices)}"
                yield _wrong(book, (*node.path, "questions", place), text, f"“{answer}”是哪一个选项？")
        for name in (one.minimum, one.target):
            if name and name not in parameters:
                yield _wrong(book, node.path, f"没有叫“{name}”的参数{near(name, parameters)}", f"“{name}”是哪一个参数？")
        yield from _fed(book, node.path, one)


def _fed(book: Book, path: Path, one: Poll) -> Iterator[Finding]:
    if (ledger := book.rulebook.ledger(one.ledger) if one.ledger else None) is not None:
        yield from _fields(book, path, ledger, [one.group, one.answered, one.satisfied])
        yield from _values(book, path, ledger, [{one.group: name} for name in one.groups if one.group])
    yield from _figures(book, path, one.clause, one.figures.values())


def _figures(book: Book, path: Path, clause: str, names: Iterable[str]) -> Iterator[Finding]:
    """What is proposed is one number of the clause, not one for each window."""
    known = {name: figure for each in book.rulebook.indicators if each.clause == clause for name, figure in each.figures.items()}
    for name in names:
        if name not in known:
            yield _wrong(book, path, f"条款 {clause} 没有叫“{name}”的数据{near(name, known)}", f"“{name}”是哪一个数据？")
        elif getattr(known[name], "window", None) is not None:
            text = f"“{name}”按时段分别计，不能用一个数代替；请换一个整个考核期的数据"
            yield _wrong(book, path, text, f"用哪一个整个考核期的数据代替“{name}”？")


def plans(book: Book) -> Iterator[Finding]:
    """A spot check's strata are a field of its ledger, or outlets and people."""
    for node, one in book.all(SpotPlan):
        ledger = book.rulebook.ledger(one.ledger)
        if ledger is not None and one.by not in ("", "outlet", "township", "author"):
            yield from _fields(book, node.path, ledger, [one.by])
        yield from _figures(book, node.path, one.clause, [one.figure] if one.figure else [])
        if (one.projection == "rate") != bool(one.figure):
            text = f"抽查“{one.title}”写折算（projection: rate）的，要写折算后代替哪个数据（figure）；不折算的不写"
            yield _wrong(book, node.path, text, f"“{one.title}”折算后的数是哪一个数据？")


def _fields(book: Book, path: Path, ledger: Ledger, names: Iterable[str]) -> Iterator[Finding]:
    known = [field.id for field in ledger.fields]
    for name in dict.fromkeys(names):
        if name and name not in known:
            yield _wrong(book, path, f"台账“{ledger.name}”没有字段“{name}”{near(name, known)}", f"“{name}”是哪个字段？")


def _values(book: Book, path: Path, ledger: Ledger, tables: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    """What is put in the fields fits them."""
    for table in tables:
        yield from _fields(book, path, ledger, table)
        for name, value in table.items():
            field = ledger.field(name)
            if field is not None and not _fits(field, value):
                yield _wrong(book, path, f"字段“{field.name}”填不了“{value}”；请按字段的类型和选项写", f"“{field.name}”应填什么？")


def _fits(field: Field, value: Any) -> bool:
    if field.type is FieldType.YES_NO:
        return isinstance(value, bool)
    return value in field.choices if field.type in _PICKED else True


def _wrong(book: Book, path: Path, message: str, question: str) -> Finding:
    return book.finding("error", "cannot_be_entered", path, message, question)

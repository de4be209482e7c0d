"""The columns of an export: which values of an entry, how each reads; people masked, in full, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from typing import Any

from app.documents.entry_table import Kind, Value
from app.security.terms import EntryState
from app.services.imports.targets import PIECES
from app.services.ledger import people, stored
from app.services.ledger.desk import Desk
from app.services.ledger.people import Known
from app.store import people_index
from app.store.entries import number_text
from app.store.ledger_listing import Line
from app.store.people_index import Person
from kpi.rulebook.ledgers import Field, FieldType

HIDDEN = "＊＊＊"
KINDS: Mapping[FieldType, Kind] = {
    FieldType.INTEGER: "number", FieldType.DECIMAL: "number", FieldType.DURATION: "number",
    FieldType.MONEY: "money", FieldType.PERCENT: "percent",
}  # fmt: skip


#: Kept as the very text that is shown.
AS_STORED = frozenset({FieldType.TEXT, FieldType.CHOICE, FieldType.DATE, FieldType.TIME, FieldType.DATETIME})
YES_NO: Mapping[Any, Value] = {True: "是", False: "否", "": None, None: None}


class Shows(Enum):
    """How much of personal data an export shows."""

    NOTHING = auto()
    MASKS = auto()
    FULL = auto()


People = Mapping[int, Known]
Read = Callable[[Line, People], Value]


@dataclass(frozen=True)
class Column:
    """One column: its heading, what kind of values, how a value is read from an entry."""

    title: str
    kind: Kind
    read: Read


def columns_of(desk: Desk, fields: Sequence[Field], shows: Shows) -> list[Column]:
    """The columns of an export of these fields, with what every entry has around them."""
    ledger = desk.ledger
    found = [Column("编号", "text", lambda line, _: number_text(ledger.id, line.number))]
    if ledger.field(ledger.date) is None:
        found.append(Column("业务日期", "text", lambda line, _: line.business_date.isoformat()))
    for field in fields:
        found += field_columns(desk, field, shows)
    if ledger.nil_return:
        found.append(Column("零报告", "text", lambda line, _: "是" if line.nil else ""))
    return [
        *found,
        Column("状态", "text", lambda line, _: EntryState.of(line.state).label),
        Column("填报人", "text", lambda line, _: line.author),
        Column(PIECES, "number", lambda line, _: line.evidence),
    ]


def field_columns(desk: Desk, field: Field, shows: Shows) -> Iterator[Column]:
    """A person has three columns, an enterprise two, so that the file can be read in again."""
    name = field.id
    if field.type is FieldType.EVIDENCE:
        return
    if field.type is FieldType.PERSON:
        for part, word in (("name", "姓名"), ("id_number", "身份证号"), ("phone", "手机号")):
            yield Column(f"{field.name}{word}", "text", person_part(name, part))
    elif field.type is FieldType.ENTERPRISE and not field.personal:
        yield Column(field.name, "text", lambda line, _: part_of(line.fields.get(name), "name"))
        yield Column(f"{field.name}统一社会信用代码", "text", lambda line, _: part_of(line.fields.get(name), "code"))
    elif stored.is_personal_text(field):
        yield Column(field.name, "text", personal_text(desk, field, shows))
    else:
        yield Column(field.name, KINDS.get(field.type, "text"), value(field))


def part_of(value: Mapping[str, str] | None, part: str) -> str:
    return value[part] if value else ""


def person_part(name: str, part: str) -> Read:
    def read(line: Line, found: People) -> Value:
        value = line.fields.get(name)
        known = found.get(value[stored.PERSON]) if value else None
        return getattr(known, part) if known is not None else HIDDEN if value else ""

    return read


def personal_text(desk: Desk, field: Field, shows: Shows) -> Read:
    vault, contract_id, ledger_id, name = desk.act.vault, desk.contract.id, desk.ledger.id, field.id

    def read(line: Line, _: People) -> Value:
        value = line.fields.get(name)
        if not value:
            return ""
        if shows is Shows.FULL:
            return stored.opened(vault, contract_id, ledger_id, field, value)
        return str(value.get("mask", "")) if shows is Shows.MASKS else HIDDEN

    return read


def value(field: Field) -> Read:
    """Numbers exact, everything else as lists show it; most of a county's cells are texts just as they are stored."""
    name = field.id
    if field.type in KINDS:
        return lambda line, _: number(line.fields.get(name))
    if field.type is FieldType.YES_NO:
        return lambda line, _: YES_NO[line.fields.get(name)]
    if field.type in AS_STORED:
        return lambda line, _: line.fields.get(name)
    return lambda line, _: stored.shown(line.fields.get(name), field)


def number(value: Any) -> Value:
    return None if value is None or value == "" else Decimal(str(value))


def people_of(desk: Desk, fields: Sequence[Field], lines: Sequence[Line], shows: Shows) -> People:
    """The people of some lines by id: in full, or what may be shown of them."""
    names = [field.id for field in fields if field.type is FieldType.PERSON]
    keys = {line.fields[name][stored.PERSON] for line in lines for name in names if line.fields.get(name)}
    if not keys or shows is Shows.NOTHING:
        return {}
    rows = people_index.by_ids(desk.act.session, desk.contract.id, keys)
    return {key: people.opened(desk.act.vault, row) if shows is Shows.FULL else masks(row) for key, row in rows.items()}


def masks(row: Person) -> Known:
    return Known(row.name_mask, row.id_mask, row.phone_mask)

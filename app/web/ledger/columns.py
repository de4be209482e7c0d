"""The columns of a list: which fields, how each cell reads. Compiled once a request, run for every row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.services.ledger import stored
from app.store.ledger_listing import Line
from kpi.rulebook.ledgers import Field, FieldType, Ledger

USUAL = 5
LONGEST = 60
HIDDEN_PERSON = "＊＊＊"
Cell = Callable[[dict[str, Any]], str]
Masks = Mapping[int, str]
#: What stands in the row as it is read.
PLAIN = frozenset({
    FieldType.INTEGER, FieldType.DECIMAL, FieldType.DURATION, FieldType.DATE, FieldType.TIME, FieldType.DATETIME,
    FieldType.CHOICE, FieldType.OUTLET, FieldType.REFERENCE,
})  # fmt: skip
ENDS = frozenset({FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY, FieldType.PERCENT, FieldType.DURATION})


@dataclass(frozen=True)
class Column:
    """A column of the ledger's own: its heading, how its cells read and stand."""

    field: Field
    cell: Cell

    @property
    def title(self) -> str:
        unit = self.field.unit or ("分钟" if self.field.type is FieldType.DURATION else "")
        return f"{self.field.name}（{unit}）" if unit else self.field.name

    @property
    def align(self) -> str:
        return "end" if self.field.type in ENDS else ""


def offered(ledger: Ledger) -> list[Field]:
    """The fields that can be shown in a list: all but the business date, which always shows, and files."""
    return [each for each in ledger.fields if each.id != ledger.date and each.type is not FieldType.EVIDENCE]


def usual(ledger: Ledger) -> list[str]:
    """The columns of a list for which nobody has chosen any: what must be filled in comes first."""
    fields = offered(ledger)
    ranked = {each.id for each in sorted(fields, key=lambda each: not each.required)[:USUAL]}
    return [each.id for each in fields if each.id in ranked]


def chosen(ledger: Ledger, names: Sequence[str]) -> list[Field]:
    """The fields of these names, in the ledger's order; the usual ones where none of them is there."""
    known = {each.id: each for each in offered(ledger)}
    found = [known[name] for name in known if name in names]
    return found or [known[name] for name in usual(ledger)]


def compiled(fields: Sequence[Field], masks: Masks, *, personal: bool) -> list[Column]:
    """`personal`: masked personal data may show."""
    return [Column(field, cell_of(field, masks, personal)) for field in fields]


def cell_of(field: Field, masks: Masks, personal: bool) -> Cell:
    name = field.id
    if not personal and (field.personal or field.type is FieldType.PERSON):
        return lambda fields: HIDDEN_PERSON if fields.get(name) else ""
    if field.type is FieldType.PERSON:
        return lambda fields: masks.get(fields[name][stored.PERSON], HIDDEN_PERSON) if fields.get(name) else ""
    if field.personal:
        return lambda fields: stored.shown(fields.get(name), field)
    if field.type is FieldType.TEXT:
        return lambda fields: short(fields.get(name) or "")
    if field.type in PLAIN:
        return lambda fields: str(fields.get(name, ""))
    return lambda fields: stored.shown(fields.get(name), field)


def short(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def people_in(fields: Sequence[Field], rows: Sequence[Mapping[str, Any]]) -> set[int]:
    """Ids of the people that the rows name in these fields."""
    names = [field.id for field in fields if field.type is FieldType.PERSON]
    return {row[name][stored.PERSON] for row in rows for name in names if row.get(name)}


def flags_of(line: Line) -> dict[str, bool]:
    """The marks of a line."""
    return {
        "nil": line.nil, "trial": line.trial, "opening": line.opening, "contested": line.contested,
        "true": line.validated is True, "untrue": line.validated is False,
    }  # fmt: skip

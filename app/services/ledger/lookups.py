"""What a form proposes: enterprises that the contract's entries name already, entries that may be referred to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.services.ledger import stored
from app.services.ledger.desk import Desk
from app.store.entries import LedgerEntry, number_of, number_text
from app.store.ledger_figures import Figures
from kpi.rulebook.ledgers import FieldType, Ledger

SHOWN = 8
LABEL_FIELDS = 3
TITLES = frozenset({FieldType.TEXT, FieldType.ENTERPRISE, FieldType.CHOICE, FieldType.OUTLET})


def enterprises(desk: Desk, text: str) -> list[dict[str, str]]:
    """Enterprises of the contract whose name or code begins with (else holds) the text: `code`, `name`."""
    fields = [
        (ledger.id, field.id)
        for ledger in desk.rulebook.ledgers
        for field in ledger.fields
        if field.type is FieldType.ENTERPRISE
    ]
    typed = text.strip()
    if len(typed) < 2 or not fields:
        return []
    ids = Figures(desk.act.session, desk.contract.id).enterprises(fields, typed, SHOWN * 2)
    names = {name for _, name in fields}
    found: dict[tuple[str, str], dict[str, str]] = {}
    for entry in desk.entries.by_ids(set(ids)):
        for value in named(entry.fields, names):
            if typed in value["name"] or value["code"].startswith(typed.upper()):
                found.setdefault((value["code"], value["name"]), value)
    coded = {value["name"] for value in found.values() if value["code"]}
    return [value for value in found.values() if value["code"] or value["name"] not in coded][:SHOWN]


def named(fields: Mapping[str, Any], names: Iterable[str]) -> list[dict[str, str]]:
    """The enterprises among an entry's values."""
    return [fields[name] for name in names if isinstance(fields.get(name), dict) and "code" in fields[name]]


def references(desk: Desk, ledger_id: str, text: str) -> list[tuple[str, str]]:
    """Entries of another ledger by number or by what they are about, else its latest: (number, label)."""
    other = desk.rulebook.ledger(ledger_id)
    if other is None:
        return []
    typed, figures = text.strip(), Figures(desk.act.session, desk.contract.id)
    number = number_of(typed, ledger_id)
    if number is None and typed.isascii() and typed.isdigit() and len(typed) < 16:
        number = int(typed)
    if number is not None and (one := desk.entries.by_number(ledger_id, number)) is not None:
        return [(number_text(ledger_id, one.number), label(other, one))]
    ids = figures.keyed_like(ledger_id, typed, SHOWN) if typed else figures.latest(ledger_id, SHOWN)
    entries = sorted(desk.entries.by_ids(ids), key=lambda each: -each.id)
    return [(number_text(ledger_id, each.number), label(other, each)) for each in entries]


def label(ledger: Ledger, entry: LedgerEntry) -> str:
    """What an entry is about, in a few words that name no person."""
    words = [
        stored.shown(entry.fields[field.id], field)[:20]
        for field in ledger.fields
        if field.type in TITLES and not field.personal and entry.fields.get(field.id)
    ]
    return " · ".join([entry.business_date.isoformat(), *words[:LABEL_FIELDS]])

"""An entry as it is written: plain data for JSON Lines, in the form that kpi.ledger reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any

from kpi.quantities import plain
from kpi.rulebook.ledgers import Field, FieldType, Ledger
from kpi.sampledata.people import Enterprise, Person
from kpi.sampledata.plan import States
from kpi.sampledata.rows import Row

_TEXTS = frozenset({FieldType.TEXT, FieldType.CHOICE, FieldType.OUTLET})


def entry_of(row: Row, entry_id: str) -> dict[str, Any]:
    """`{id, ledger, date, version, state, outlet, author, verifier, evidence, fields}` without the blank ones.

    A fixed key that is also a field of the ledger is left to the field.
    """
    ledger = row.drawing.ledger
    fields = _fields(row)
    fixed: dict[str, Any] = {"date": row.day.isoformat(), **_standing(row), "outlet": _outlet(row, ledger)}
    _sign(row, ledger, fixed)
    if row.slot.nil:
        return {"id": entry_id, "ledger": ledger.id, **_free(ledger, fixed), "nil": True, "fields": {}}
    if evidence := _evidence(row, ledger):
        fixed["evidence"] = evidence
    return {"id": entry_id, "ledger": ledger.id, **_free(ledger, fixed), "fields": fields}


def _free(ledger: Ledger, fixed: Mapping[str, Any]) -> dict[str, Any]:
    own = {field.id for field in ledger.fields} - {ledger.date}
    return {key: value for key, value in fixed.items() if value not in ("", None) and key not in own}


def _fields(row: Row) -> dict[str, Any]:
    if row.slot.nil:
        return {}
    ledger = row.drawing.ledger
    values = {field.id: row[field.id] for field in ledger.fields}
    for spoil in row.drawing.batch.spoil:
        if row.draws.chance(spoil.share):
            names = [*spoil.blank, *spoil.wrong]
            for name in row.draws.some(names, row.draws.integer(*spoil.number)):
                row.put(name, spoil.wrong.get(name))
                values[name] = row[name]
    found = {field.id: written(values[field.id], field) for field in ledger.fields}
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def written(value: Any, field: Field) -> Any:
    """A typed value as JSON holds it: numbers with decimals as texts, never binary fractions."""
    if type(value) is str or value is None:
        return value
    if isinstance(value, Person):
        return value.name if field.type in _TEXTS else dict(zip(("name", "id_number", "phone"), value, strict=False))
    if isinstance(value, Enterprise):
        return value.name if field.type in _TEXTS else value._asdict()
    if isinstance(value, Fraction):
        return plain(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat() if field.type is not FieldType.DATETIME else f"{value:%Y-%m-%d} 09:00"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if field.type is FieldType.TEXT and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _states(row: Row) -> States:
    variant = row.slot.variant
    if variant is not None and variant.states is not None:
        return variant.states
    return row.drawing.batch.states or row.drawing.world.plan.states


def _standing(row: Row) -> dict[str, Any]:
    states, draws = _states(row), row.draws
    for state in ("withdrawn", "draft", "returned", "submitted"):
        if draws.chance(getattr(states, state)):
            return {"version": 1, "state": state}
    found: dict[str, Any] = {"version": 2 if draws.chance(states.corrected) else 1, "state": "verified"}
    if draws.chance(states.checked):
        found["validated"] = not draws.chance(states.untrue)
    return found


def _outlet(row: Row, ledger: Ledger) -> str:
    outlet = next((field.id for field in ledger.fields if field.type is FieldType.OUTLET), None)
    value = row.get(outlet) if outlet is not None and not row.slot.nil else None
    return str(value or "")


def _sign(row: Row, ledger: Ledger, fixed: dict[str, Any]) -> None:
    """Who entered and who verified it: never the same one."""
    plan = row.drawing.world.plan
    author = _name_from(row, plan.verifiers if ledger.enters == "buyer" else plan.authors, "")
    fixed["author"] = author
    if fixed["state"] == "verified":
        fixed["verifier"] = _name_from(row, plan.verifiers, author)


def _name_from(row: Row, pool: str | None, but: str) -> str:
    """A name from a pool other than `but`."""
    if pool is None:
        return ""
    people = row.pool(pool)
    place = row.draws.integer(0, len(people) - 1)
    names = (people[(place + step) % len(people)].name for step in range(len(people)))
    return next((name for name in names if name != but), "")


def _evidence(row: Row, ledger: Ledger) -> list[dict[str, str]]:
    if not ledger.evidence or not row.draws.chance(row.drawing.batch.evidence):
        return []
    return [
        {"kind": due.kind, "sha256": row.draws.digest()}
        for due in ledger.evidence
        if due.when is None or row.holds(due.when)
        for _ in range(due.at_least)
    ]

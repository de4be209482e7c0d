"""Inputs of a form by name ↔ values of a ledger: `v-<field>`, `v-<field>-<part>`; another ledger's `o-<ledger>-<field>`.

Evidence comes as `evidence:<kind>_kept` (another ledger's: `evidence:<ledger>.<kind>_kept`), file ids in order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from app.services.ledger import stored
from app.services.ledger.reading import DATE
from kpi.rulebook.ledgers import Field, FieldType, Ledger

PERSON_PARTS = ("name", "id_number", "phone")
ENTERPRISE_PARTS = ("name", "code")
OTHER_EVIDENCE = "其他材料"
PLAIN_NUMBER = re.compile(r"[+-]?[\d０-９][\d０-９,.．]*")
YES_NO = {"yes": "是", "no": "否"}
Inputs = MultiDict[str, str]


def prefix_of(other: str = "") -> str:
    """What names of a ledger's inputs begin with; `other`: a ledger that is recorded along with the form's own."""
    return f"o-{other}-" if other else "v-"


def evidence_name(kind: str, other: str = "") -> str:
    """The name of the upload of one kind of evidence."""
    return f"evidence:{other}.{kind}" if other else f"evidence:{kind}"


def kinds_of(ledger: Ledger) -> list[str]:
    """Kinds of evidence that a form of the ledger offers: what may be due, file fields, anything else."""
    due = [due.kind for due in ledger.evidence]
    fields = [field.name for field in ledger.fields if field.type is FieldType.EVIDENCE]
    by_id = {field.id: field.name for field in ledger.fields if field.type is FieldType.EVIDENCE}
    named = [by_id.get(kind, kind) for kind in due]
    return list(dict.fromkeys([*named, *fields, OTHER_EVIDENCE]))


def files_in(ledger: Ledger, given: Inputs, other: str = "") -> dict[str, list[int]]:
    """File ids by kind, in order; what is no id is left out here and found missing by the service."""
    found = {}
    for kind in kinds_of(ledger):
        keys = [key for key in given.getlist(f"{evidence_name(kind, other)}_kept") if key.isdecimal() and len(key) < 19]
        if keys:
            found[kind] = list(dict.fromkeys(map(int, keys)))
    return found


def raw_in(ledger: Ledger, given: Inputs, other: str = "") -> dict[str, Any]:
    """The values as `write.Typed` takes them, by field id; blanks are left out."""
    prefix = prefix_of(other)
    raw = {field.id: value_in(field, given, f"{prefix}{field.id}") for field in ledger.fields}
    if ledger.field(ledger.date) is None:
        raw[DATE] = given.get(f"{prefix}{DATE}", "").strip()
    return {name: value for name, value in raw.items() if value not in (None, "", [], {})}


def value_in(field: Field, given: Inputs, name: str) -> Any:
    if field.type is FieldType.PERSON:
        return person_in(given, name)
    if field.type is FieldType.ENTERPRISE:
        return parts_in(given, name, ENTERPRISE_PARTS)
    if field.type is FieldType.MULTIPLE_CHOICE:
        return [each for each in given.getlist(name) if each]
    text = given.get(name, "").strip()
    if stored.is_personal_text(field) and not text and given.get(f"{name}-kept") and not given.get(f"{name}-clear"):
        return {stored.KEPT: True}
    if field.type is FieldType.YES_NO:
        return YES_NO.get(text, text)
    if field.type is FieldType.PERCENT and PLAIN_NUMBER.fullmatch(text):
        return f"{text}%"
    return text


def person_in(given: Inputs, name: str) -> dict[str, Any]:
    """What was typed of a person; where nothing was, the one who stands there already."""
    typed = parts_in(given, name, PERSON_PARTS)
    kept = given.get(f"{name}-kept", "")
    if not typed and kept.isdecimal() and len(kept) < 19 and not given.get(f"{name}-clear"):
        return {stored.PERSON: int(kept)}
    return typed


def parts_in(given: Inputs, name: str, parts: tuple[str, ...]) -> dict[str, str]:
    texts = {part: given.get(f"{name}-{part}", "").strip() for part in parts}
    return {part: text for part, text in texts.items() if text}


def inputs_of(ledger: Ledger, fields: Mapping[str, Any], prefix: str = "v-") -> Inputs:
    """The inputs that show a row's values; people and personal texts stay behind their marks."""
    found: Inputs = MultiDict()
    for field in ledger.fields:
        value = fields.get(field.id)
        if value is not None:
            for name, text in texts_of(field, value):
                found.add(f"{prefix}{field.id}{name}", text)
    return found


def texts_of(field: Field, value: Any) -> list[tuple[str, str]]:
    """(rest of the input's name, text) of one stored value."""
    if field.type is FieldType.PERSON:
        return [("-kept", str(value[stored.PERSON]))]
    if field.type is FieldType.ENTERPRISE:
        return [(f"-{part}", value[part]) for part in ENTERPRISE_PARTS]
    if stored.is_personal_text(field):
        return [("-kept", "1")]
    if isinstance(value, list):
        return [("", str(each)) for each in value]
    if field.type is FieldType.YES_NO:
        return [("", "yes" if value else "no")]
    return [("", str(stored.as_input(value, field)))]


def captured_in(given: Inputs, now: datetime) -> datetime | None:
    """When the entry was written, as the phone says; never later than now."""
    try:
        found = datetime.fromisoformat(given.get("captured_at", ""))
    except ValueError:
        return None
    return min(found, now) if found.tzinfo is not None else None

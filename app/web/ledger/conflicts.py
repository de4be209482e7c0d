"""Two versions of an entry side by side: what stands there now, and what the person typed."""

from __future__ import annotations

from typing import Any

from app.services.ledger import stored
from app.services.ledger.desk import Desk
from app.services.ledger.reading import DATE
from app.store.entries import LedgerEntry
from app.store.evidence import links
from app.web.ledger import inputs
from app.web.ledger.forms import EntryForm
from app.web.ledger.inputs import Inputs
from app.web.ledger.sheet import kept_people, masks_of
from kpi.rulebook.ledgers import Field, FieldType

YES_NO = {"yes": "是", "no": "否"}


def conflict_items(form: EntryForm, entry: LedgerEntry) -> list[dict[str, str]]:
    """Label, what is there now, what was typed; of every field, and of the evidence by number."""
    desk = form.desk
    now = inputs.inputs_of(desk.ledger, entry.fields)
    if desk.ledger.field(desk.ledger.date) is None:
        now[f"v-{DATE}"] = entry.business_date.isoformat()
    masks = masks_of(desk, kept_people(now) | kept_people(form.given)) if form.sees else {}
    fields = [each for each in desk.ledger.fields if each.type is not FieldType.EVIDENCE]
    if form.only is not None:
        fields = [each for each in fields if each.id in form.only]
    items = [
        {
            "label": each.name,
            "before": words(each, now, masks, entry),
            "after": words(each, form.given, masks, entry),
        }
        for each in fields
    ]
    return items + proof_items(desk, form, entry)


def words(each: Field, given: Inputs, masks: dict[int, str], entry: LedgerEntry) -> str:
    """What the inputs of one field say."""
    name = f"v-{each.id}"
    kept = given.get(f"{name}-kept", "")
    if each.type is FieldType.PERSON:
        typed = [given.get(f"{name}-{part}", "") for part in inputs.PERSON_PARTS]
        if any(typed):
            return " ".join(filter(None, typed))
        return masks.get(int(kept), "") if kept.isdecimal() and len(kept) < 19 else ""
    if each.type is FieldType.ENTERPRISE:
        return " ".join(filter(None, (given.get(f"{name}-{part}", "") for part in inputs.ENTERPRISE_PARTS)))
    if stored.is_personal_text(each):
        return given.get(name, "") or (str((entry.fields.get(each.id) or {}).get("mask", "")) if kept else "")
    text = "、".join(given.getlist(name))
    return YES_NO.get(text, text) if each.type is FieldType.YES_NO else text


def proof_items(desk: Desk, form: EntryForm, entry: LedgerEntry) -> list[dict[str, Any]]:
    """How many files of each kind there are on either side."""
    if form.only is not None:
        return []
    now = links.files_of(desk.act.session, desk.contract.id, entry.id)
    typed = inputs.files_in(desk.ledger, form.given)
    return [
        {"label": kind, "before": f"{len(now.get(kind, ()))} 份", "after": f"{len(typed.get(kind, ()))} 份"}
        for kind in dict.fromkeys([*now, *typed])
    ]

"""The history of an entry as a timeline: who did what when and why, and what changed field by field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.clock import SHANGHAI
from app.security.terms import EntryDeed
from app.services.ledger import stored
from app.services.ledger.write import PROOF
from app.store.entries import EntryEvent
from app.web.ledger.columns import HIDDEN_PERSON, Masks
from kpi.rulebook.ledgers import Field, FieldType, Ledger

D = EntryDeed
LOOKS = {
    D.ENTERED: ("plus", "idle"), D.IMPORTED: ("table-import", "idle"), D.CHANGED: ("pencil", "accent"),
    D.SENT: ("send", "accent"), D.SUBMITTED: ("send", "accent"), D.CHECKED: ("check", "good"),
    D.SENT_BACK: ("arrow-back-up", "bad"), D.RETURNED: ("arrow-back-up", "bad"), D.VERIFIED: ("circle-check", "good"),
    D.WITHDRAWN: ("ban", "idle"), D.CONTESTED: ("hand-stop", "warn"), D.ANSWERED: ("message-circle", "accent"),
    D.HANDED_OVER: ("arrows-exchange", "idle"), D.REOPENED: ("arrow-back-up", "warn"),
    D.SPOT_CHECKED: ("shield-check", "accent"),
}  # fmt: skip


def people_in(events: Sequence[EntryEvent], ledger: Ledger) -> set[int]:
    """Ids of the people that the changes name."""
    names = {each.id for each in ledger.fields if each.type is FieldType.PERSON}
    return {
        side[stored.PERSON]
        for event in events
        for name, sides in event.changes.items()
        if name in names
        for side in sides
        if side
    }


def timeline(events: Sequence[EntryEvent], ledger: Ledger, masks: Masks, *, personal: bool) -> list[dict[str, Any]]:
    """One item a deed, oldest first."""
    return [
        {
            "what": EntryDeed.of(event.deed).label,
            "who": event.actor.display_name if event.actor is not None else "系统",
            "at": event.at.astimezone(SHANGHAI),
            "icon": LOOKS[EntryDeed.of(event.deed)][0],
            "tone": LOOKS[EntryDeed.of(event.deed)][1],
            "reason": event.reason,
            "version": event.version,
            "changes": differences(event.changes, ledger, masks, personal=personal),
        }
        for event in events
    ]


def differences(changes: dict[str, Any], ledger: Ledger, masks: Masks, *, personal: bool) -> list[dict[str, str]]:
    """What changed, as texts."""
    found = []
    for name, (before, after) in changes.items():
        each = ledger.field(name)
        if each is not None:
            sides = [said(value, each, masks, personal=personal) for value in (before, after)]
            found.append({"label": each.name, "before": sides[0], "after": sides[1]})
        else:
            found.append({"label": name.removeprefix(PROOF), "before": str(before or ""), "after": str(after or "")})
    return found


def said(value: Any, each: Field, masks: Masks, *, personal: bool) -> str:
    """One side of a change."""
    if value in (None, ""):
        return "（空）"
    if not personal and (each.personal or each.type is FieldType.PERSON):
        return HIDDEN_PERSON
    if each.type is FieldType.PERSON:
        return masks.get(value[stored.PERSON], HIDDEN_PERSON)
    if stored.is_personal_text(each):
        return str(value)
    return stored.shown(value, each)

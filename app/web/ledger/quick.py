"""One row above the list: the fields that must be filled in, as data for its template."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from app.services.ledger import stored
from app.services.ledger.desk import Desk
from app.services.ledger.reading import DATE, Trouble
from app.web.ledger import forms
from app.web.ledger.forms import with_lookups
from app.web.ledger.inputs import Inputs
from app.web.ledger.shared import sees_people
from app.web.ledger.sheet import Sheet
from kpi.rulebook.ledgers import FieldType, Ledger

MOST = 6


@dataclass
class Quick:
    """The row: its controls, what it says."""

    desk: Desk
    given: Inputs
    troubles: Sequence[Trouble] = ()
    refusal: str = ""
    note: str = ""
    note_url: str = ""
    focus: bool = False

    @property
    def action(self) -> str:
        return url_for("ledger.quick", contract_id=self.desk.contract.id, ledger=self.desk.ledger.id)

    @property
    def client_key(self) -> str:
        return self.given.get("client_key") or str(uuid.uuid4())

    @property
    def sheet(self) -> Sheet:
        desk, outlets = self.desk, ()
        names = frozenset(fields_of(desk.ledger))
        if any(each.type is FieldType.OUTLET and each.id in names for each in desk.ledger.fields):
            outlets = desk.scope.outlets()
        return Sheet(desk, desk.ledger, self.given, self.troubles, only=names, outlets=outlets, ids="q-")

    @property
    def controls(self) -> list[dict[str, Any]]:
        found = with_lookups(self.sheet.controls, self.desk.contract.id)
        for each in found:
            if each["kind"] == "plain":
                each["args"] |= {"help": None, "mark_optional": False}
                if each["args"]["type"] == "textarea":
                    each["args"]["type"] = "text"
                if each["args"]["type"] == "choice":
                    each["args"]["as_"] = "select"
            else:
                each["help"] = None
        return found

    @property
    def general(self) -> list[str]:
        """What is wrong with no cell of its own."""
        names = set(fields_of(self.desk.ledger))
        fields = {each.id: each.name for each in self.desk.ledger.fields}
        found = [self.refusal] if self.refusal else []
        outside = [each for each in self.troubles if each.field not in names]
        return found + [f"{fields[each.field]}：{each.message}" if each.field in fields else each.message for each in outside]


def fields_of(ledger: Ledger) -> list[str]:
    """The fields of the row: the day, what must be filled in, then what is looked up most; six at most."""
    usable = [
        each for each in ledger.fields
        if each.type not in {FieldType.EVIDENCE, FieldType.MULTIPLE_CHOICE} and not (each.type is FieldType.TEXT and each.max_length > 1000)
    ]  # fmt: skip
    required = [each.id for each in usable if each.required and each.id != ledger.date]
    keyed = [each.id for each in usable if not each.required and each.type in {FieldType.OUTLET, FieldType.CHOICE, FieldType.INTEGER}]
    chosen = {ledger.date, *(required + keyed)[: MOST - 1]}
    return [each.id for each in ledger.fields if each.id in chosen]


def quick_form(desk: Desk, given: Inputs | None = None, **told_more: Any) -> Quick | None:
    """The row; none where its fields hold personal data that the person may not see."""
    if stored.has_personal(desk.ledger) and not sees_people(desk):
        return None
    return Quick(desk, forms.blank(desk) if given is None else given, **told_more)


def next_row(desk: Desk, given: Inputs) -> Inputs:
    """The next row: blank but for the day and the outlet, which mostly stay."""
    blank = forms.blank(desk)
    stays = [each.id for each in desk.ledger.fields if each.type is FieldType.OUTLET or each.id == desk.ledger.date]
    kept: Inputs = MultiDict(blank)
    for name in (f"v-{field}" for field in [*stays, DATE]):
        if given.get(name):
            kept[name] = given[name]
    return kept

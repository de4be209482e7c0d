"""What stands in the form of an entry: its sheets, what was typed before, what is recorded along with it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from app.services.ledger import gates, stored, together
from app.services.ledger.desk import Desk
from app.services.ledger.drafts import Kept
from app.services.ledger.reading import DATE, Trouble
from app.services.ledger.together import Also
from app.services.ledger.write import Typed
from app.store.contracts import Outlet
from app.store.entries import LedgerEntry
from app.web.access import current_person
from app.web.ledger import inputs
from app.web.ledger.inputs import Inputs
from app.web.ledger.shared import entry_url, list_url, sees_people, writes
from app.web.ledger.sheet import Sheet, kept_people, masks_of
from kpi.rulebook.ledgers import FieldType, Ledger

#: Inputs of the page itself, which a draft does not keep.
OWN = frozenset({"csrf_token", "do"})
NEXT_DRAFT, NEXT_AGAIN = "draft", "again"


@dataclass
class EntryForm:
    """The form of one entry, new or there already. `errors`: by ledger, the form's own first."""

    desk: Desk
    given: Inputs
    entry: LedgerEntry | None = None
    errors: Mapping[str, Sequence[Trouble]] = field(default_factory=dict)
    refusal: str = ""
    restored: Kept | None = None
    waiting: Kept | None = None
    only: frozenset[str] | None = None
    copied: str = ""

    def __post_init__(self) -> None:
        self.ledger = self.desk.ledger
        self.outlets: Sequence[Outlet] = self.desk.scope.outlets() if self.has_outlet else ()
        self.masks = masks_of(self.desk, kept_people(self.given)) if self.personal and self.sees else {}
        self.client_key = self.given.get("client_key") or str(uuid.uuid4())

    @property
    def has_outlet(self) -> bool:
        ledgers = [self.ledger, *self.others]
        return any(each.type is FieldType.OUTLET for ledger in ledgers for each in ledger.fields)

    @property
    def window(self) -> str:
        """Until when entries of a day may come in, as it concerns a new one; blank where the contract sets nothing."""
        found = gates.entry_window(self.desk.act, self.desk.contract) if self.entry is None else None
        return found.text if found is not None else ""

    @property
    def personal(self) -> bool:
        return any(stored.has_personal(ledger) for ledger in (self.ledger, *self.others))

    @property
    def sees(self) -> bool:
        """Whether personal data may be typed and shown."""
        if not hasattr(self, "_sees"):
            self._sees = not self.personal or sees_people(self.desk)
        return self._sees

    @property
    def others(self) -> list[Ledger]:
        """Ledgers that can be recorded along with a new entry."""
        if self.entry is not None:
            return []
        found = [self.desk.rulebook.ledger(name) for name in self.ledger.also_records]
        return [ledger for ledger in found if ledger is not None and writes(ledger)]

    @property
    def sheet(self) -> Sheet:
        return self.sheet_of(self.ledger, only=self.only)

    def sheet_of(self, ledger: Ledger, other: str = "", skip: frozenset[str] = frozenset(),
                 only: frozenset[str] | None = None) -> Sheet:  # fmt: skip
        return Sheet(
            self.desk, ledger, self.given, self.errors.get(ledger.id, ()), self.entry if not other else None, other,
            skip, only, self.outlets, self.masks,
        )  # fmt: skip

    @property
    def also(self) -> list[dict[str, Any]]:
        """The further ledgers: whether ticked, their sheets without what the form has already."""
        found = []
        for ledger in self.others:
            shared = together.shared_fields(self.ledger, ledger)
            sheet = self.sheet_of(ledger, ledger.id, frozenset(shared))
            due = [due.kind for due in ledger.evidence if due.kind not in {each.kind for each in self.ledger.evidence}]
            found.append(
                {
                    "id": ledger.id, "name": ledger.name, "ticked": ledger.id in self.given.getlist("also"),
                    "sheet": sheet, "due": due, "all_photos": self.given.get(f"photos-{ledger.id}", "1") == "1",
                    "shared": [ledger.field(name).name for name in shared],
                }
            )  # fmt: skip
        return found

    @property
    def controls(self) -> list[dict[str, Any]]:
        """The controls of the own ledger, with where they look things up."""
        return with_lookups(self.sheet.controls, self.desk.contract.id)

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """Every error, for the summary above the form."""
        lines = [("", self.refusal)] if self.refusal else []
        lines += self.sheet.error_list
        for each in self.also:
            lines += each["sheet"].error_list
        return lines

    # -- where it goes --------------------------------------------------------------------------

    def at(self, endpoint: str, **values: Any) -> str:
        return url_for(endpoint, contract_id=self.desk.contract.id, ledger=self.ledger.id, **values)

    @property
    def record(self) -> int | None:
        return self.entry.id if self.entry is not None else None

    @property
    def action(self) -> str:
        if self.entry is None:
            return self.at("ledger.new")
        return entry_url(self.entry, "ledger.complete" if self.only is not None else "ledger.edit")

    @property
    def back(self) -> str:
        return list_url(self.ledger) if self.entry is None else entry_url(self.entry)

    # -- what it says ---------------------------------------------------------------------------

    def typed(self, *, send: bool) -> Typed:
        """The own ledger's part for the service."""
        return Typed(
            inputs.raw_in(self.ledger, self.given),
            inputs.files_in(self.ledger, self.given),
            send,
            client_key=(self.given.get("client_key") or "")[:64] or None,
            captured_at=inputs.captured_in(self.given, self.desk.act.now),
        )

    def further(self, own: Typed) -> list[Also]:
        """The parts of the ledgers that are ticked, with the shared values and photos."""
        found = []
        for ledger in self.others:
            if ledger.id not in self.given.getlist("also"):
                continue
            raw = inputs.raw_in(ledger, self.given, ledger.id)
            shared = together.shared_fields(self.ledger, ledger)
            raw |= {name: own.raw[source] for name, source in shared.items() if source in own.raw}
            if ledger.field(ledger.date) is None and (day := own.raw.get(self.ledger.date) or own.raw.get(DATE)):
                raw[DATE] = day
            due = [each.kind for each in ledger.evidence]
            files = together.shared_files(
                own.files, inputs.files_in(ledger, self.given, ledger.id), due,
                all_photos=self.given.get(f"photos-{ledger.id}", "") == "1",
            )  # fmt: skip
            found.append(Also(ledger.id, Typed(raw, files, own.send, captured_at=own.captured_at)))
        return found


def with_lookups(controls: list[dict[str, Any]], contract_id: int) -> list[dict[str, Any]]:
    """Controls that propose something know where to ask."""
    for each in controls:
        if each["kind"] in {"enterprise", "reference"}:
            each["lookup"] = url_for(
                "ledger.lookup", contract_id=contract_id, ledger=each["ledger"], field=each["field"]
            )
    return controls


def posted() -> Inputs:
    """The inputs of the request; several of one name stay several."""
    return MultiDict(request.form)


def blank(desk: Desk) -> Inputs:
    """A new entry's form: today, the person's own outlet, the ledger's defaults."""
    given: Inputs = MultiDict()
    defaults = {name: value for name, value in desk.ledger.defaults.items() if desk.ledger.field(name) is not None}
    for name, value in inputs.inputs_of(desk.ledger, plain_defaults(desk, defaults)).items(multi=True):
        given.add(name, value)
    date_field = desk.ledger.date if desk.ledger.field(desk.ledger.date) is not None else DATE
    given[f"v-{date_field}"] = today_for(desk, date_field)
    outlet = next((each for each in desk.ledger.fields if each.type is FieldType.OUTLET), None)
    if outlet is not None and f"v-{outlet.id}" not in given:
        present = desk.scope.present(current_person().user_id)
        if present is not None and present.outlet_id is not None:
            names = {key: name for name, key in desk.outlets.items()}
            given[f"v-{outlet.id}"] = names.get(present.outlet_id, "")
    return given


def plain_defaults(desk: Desk, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Defaults as a row would hold them."""
    converters = desk.reader().checker.columns.converters
    return {name: stored.stored(converters[name](value), desk.ledger.field(name)) for name, value in defaults.items()}


def today_for(desk: Desk, date_field: str) -> str:
    """Today, as the date input (or the date-and-time input) takes it."""
    each = desk.ledger.field(date_field)
    day = min(desk.act.today, desk.term.end).isoformat()
    return f"{day}T09:00" if each is not None and each.type is FieldType.DATETIME else day


def of_entry(desk: Desk, entry: LedgerEntry, files: Mapping[str, Sequence[int]]) -> Inputs:
    """The form of an entry as it is now."""
    given = inputs.inputs_of(desk.ledger, entry.fields)
    if desk.ledger.field(desk.ledger.date) is None:
        given[f"v-{DATE}"] = entry.business_date.isoformat()
    for kind, keys in files.items():
        given.setlist(f"{inputs.evidence_name(kind)}_kept", [str(key) for key in keys])
    return given


def copy_of(desk: Desk, entry: LedgerEntry) -> Inputs:
    """A new form with an earlier entry's values and today's date; its evidence stays where it is.

    Personal texts are not copied: what one person said belongs to one entry.
    """
    fields = {
        each.id: entry.fields[each.id]
        for each in desk.ledger.fields
        if each.id in entry.fields and not stored.is_personal_text(each)
    }
    given = inputs.inputs_of(desk.ledger, fields)
    date_field = desk.ledger.date if desk.ledger.field(desk.ledger.date) is not None else DATE
    given[f"v-{date_field}"] = today_for(desk, date_field)
    return given


def of_draft(kept: Kept) -> Inputs:
    """The form as it was left."""
    return MultiDict(kept.pairs)


def draft_pairs(given: Inputs) -> list[tuple[str, str]]:
    """What of a form is kept as a draft."""
    return [(name, value) for name, value in given.items(multi=True) if name not in OWN]

"""One entry: its values, evidence, history, what it serves, and what can be done with it now."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from app.clock import SHANGHAI, business_day
from app.security.permissions import P
from app.security.predicates import may
from app.security.terms import EntryState
from app.services.act import Refused
from app.services.evidence import showing
from app.services.ledger import completing, gates, revealing, stored, write
from app.services.ledger.desk import Desk
from app.services.setup.document.basics import anchor
from app.store.entries import EntryEvent, LedgerEntry
from app.store.locks import Held
from app.web.access import current_scope, in_contract
from app.web.htmx import render
from app.web.ledger.blueprint import bp
from app.web.ledger.columns import HIDDEN_PERSON, Masks
from app.web.ledger.filling import cannot
from app.web.ledger.history import people_in, timeline
from app.web.ledger.looks import Signs, signs
from app.web.ledger.shared import (
    READERS,
    attempt,
    desk_here,
    entry_here,
    entry_url,
    link_if,
    sees_people,
    told,
    writes,
)
from app.web.ledger.sheet import masks_of
from kpi.rulebook.ledgers import Field, FieldType

S = EntryState
PERSONAL_KINDS = frozenset({FieldType.PERSON, FieldType.ENTERPRISE})


@bp.get("/<ledger>/entries/<int:record_id>")
@in_contract(*READERS)
def entry(contract_id: int, ledger: str, record_id: int) -> Response:
    desk = desk_here(ledger)
    row = entry_here(desk, record_id)
    return render("ledger/entry.html", **Detail(desk, row).context())


class Detail:
    """What the page of one entry shows."""

    def __init__(self, desk: Desk, entry: LedgerEntry) -> None:
        self.desk, self.entry = desk, entry
        # What was recorded is read by the rulebook that it was checked by.
        self.then = desk if entry.rulebook_text_id == desk.text_id else self.as_recorded()
        self.ledger = self.then.ledger
        self.events = desk.entries.history(entry.id)
        self.personal = not stored.has_personal(self.ledger) or sees_people(desk)
        self.masks = self.found_masks()

    def as_recorded(self) -> Desk:
        return Desk.at(self.desk.act, self.desk.scope, self.entry.ledger, self.entry.rulebook_text_id)

    def found_masks(self) -> Masks:
        if not stored.has_personal(self.ledger) or not self.personal:
            return {}
        keys = people_in(self.events, self.ledger) | {
            self.entry.fields[each.id][stored.PERSON]
            for each in self.ledger.fields
            if each.type is FieldType.PERSON and self.entry.fields.get(each.id)
        }
        return masks_of(self.desk, keys)

    def context(self) -> dict[str, Any]:
        entry, drawn = self.entry, signs()
        flags = {
            "nil": entry.nil, "trial": entry.trial, "opening": entry.opening, "contested": entry.contested,
            "true": entry.validated is True, "untrue": entry.validated is False,
        }  # fmt: skip
        ledgers = {each.id: each.name for each in self.desk.rulebook.ledgers}
        return {
            "ledger": self.ledger, "entry": entry, "number": told(entry), "groups": self.groups(),
            "standing": drawn.status(entry.state, flags, []), "warnings": entry.warnings, "dates": self.dates(),
            "evidence": showing.evidence_of(self.desk.scope, [entry.id], ledgers)[entry.id],
            "events": timeline(self.events, self.ledger, self.masks, personal=self.personal),
            "activity": self.activity(ledgers, drawn), "clauses": self.clauses(), "version": self.rulebook_version(),
            "may": self.may(), "objection": self.objection(), "returned": self.returned(),
            "late_change": self.late_change(), "review_url": link_if("review.one", contract_id=entry.contract_id, record_id=entry.id),
        }  # fmt: skip

    def late_change(self) -> bool:
        """Whether it was touched after its day had been locked."""
        held = Held.of(self.desk.scope.session, self.entry.contract_id, self.desk.act.today)
        return held.changed_since(self.desk.scope.session, self.entry)

    # -- values ---------------------------------------------------------------------------------

    def groups(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Fields in two groups: the work, and the people and enterprises it was with."""
        parts: dict[str, list[dict[str, Any]]] = {"业务内容": [], "人员与单位": []}
        for each in self.ledger.fields:
            if each.type is not FieldType.EVIDENCE:
                about = each.type in PERSONAL_KINDS or each.personal
                parts["人员与单位" if about else "业务内容"].append(self.item(each))
        return [(title, items) for title, items in parts.items() if items]

    def item(self, each: Field) -> dict[str, Any]:
        value = self.entry.fields.get(each.id)
        personal = each.personal or each.type is FieldType.PERSON
        text = self.text(each, value)
        unit = each.unit or ("分钟" if each.type is FieldType.DURATION else "")
        return {
            "id": each.id, "label": each.name, "text": f"{text} {unit}".strip() if text else "",
            "code": value["code"] if each.type is FieldType.ENTERPRISE and value else "",
            "reveal": bool(personal and value and self.personal), "url": self.reference_url(each, value),
        }  # fmt: skip

    def text(self, each: Field, value: Any) -> str:
        if value is None:
            return ""
        if (each.personal or each.type is FieldType.PERSON) and not self.personal:
            return HIDDEN_PERSON
        if each.type is FieldType.PERSON:
            return self.masks.get(value[stored.PERSON], HIDDEN_PERSON)
        return stored.shown(value, each)

    def reference_url(self, each: Field, value: Any) -> str:
        if each.type is not FieldType.REFERENCE or not value:
            return ""
        return link_if("ledger.entries", contract_id=self.entry.contract_id, ledger=each.ledger, number=value)

    # -- dates ----------------------------------------------------------------------------------

    def dates(self) -> list[tuple[str, str]]:
        """When it happened, when it was written, when it arrived, and how long that took."""
        entry = self.entry
        arrived = entry.entered_at.astimezone(SHANGHAI)
        lag = (business_day(entry.entered_at) - entry.business_date).days
        found = [("业务日期", entry.business_date.isoformat())]
        if entry.captured_at is not None:
            found.append(("手机填写", f"{entry.captured_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"))
        found.append(("登记时间", f"{arrived:%Y-%m-%d %H:%M}（{lag_text(lag)}）"))
        if entry.submitted_at is not None:
            found.append(("提交时间", f"{entry.submitted_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"))
        if entry.verified_at is not None:
            found.append(("审核时间", f"{entry.verified_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"))
        return found

    # -- around it ------------------------------------------------------------------------------

    def activity(self, ledgers: dict[str, str], signs: Signs) -> list[dict[str, Any]]:
        return [
            {
                "title": f"{ledgers.get(each.ledger, each.ledger)} {told(each)}", "url": entry_url(each),
                "status": signs.states[each.state],
            }
            for each in self.desk.entries.activity(self.entry)
        ]  # fmt: skip

    def clauses(self) -> list[tuple[str, str, str]]:
        """Id, title and address of each clause that the ledger serves."""
        titles = {each.id: each.title for each in self.then.rulebook.clauses}
        page = link_if("rulebook.document", contract_id=self.entry.contract_id)
        return [(name, titles.get(name, ""), f"{page}#{anchor('clause', name)}" if page else "") for name in self.ledger.clauses]

    def rulebook_version(self) -> str:
        book = self.then.rulebook
        return f"{book.title} 第 {book.version} 版" + ("" if self.then is self.desk else "（登记时的版本）")

    # -- what can be done -----------------------------------------------------------------------

    def may(self) -> dict[str, bool]:
        """The acts that are open to this person in this state."""
        entry, desk = self.entry, self.desk
        person, contract = desk.act.person(), desk.contract
        changeable = writes(desk.ledger) and not cannot(lambda: write.check_change(desk, entry))
        inside = may(person, P.ENTRY_CHECK, contract.id) and entry.author_id != person.user_id
        ours = may(person, P.ENTRY_WRITE, contract.id) or may(person, P.ENTRY_CHECK, contract.id)
        decided = entry.state in {S.SUBMITTED.value, S.VERIFIED.value}
        return {
            "edit": changeable, "withdraw": changeable,
            "resend": changeable and entry.state in {S.DRAFT.value, S.RETURNED.value},
            "check": inside and entry.state == S.TO_CHECK.value,
            "contest": desk.ledger.enters == "buyer" and ours and decided and not entry.contested,
            "answer": entry.contested and may(person, gates.writes(desk.ledger), contract.id),
            "complete": completing.may_complete(person, contract, desk.ledger, entry),
            "review": may(person, P.ENTRY_VERIFY, contract.id) and entry.author_id != person.user_id and decided,
        }  # fmt: skip

    def returned(self) -> dict[str, str] | None:
        """Who returned it and why."""
        if self.entry.state != S.RETURNED.value:
            return None
        event = last(self.events, {"returned", "sent_back"})
        who = event.actor.display_name if event is not None and event.actor is not None else "审核人"
        when = f"{event.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if event is not None else ""
        return {"who": who, "when": when, "reason": self.entry.return_reason}

    def objection(self) -> str:
        event = last(self.events, {"contested"}) if self.entry.contested else None
        return event.reason if event is not None else ""


def last(events: Any, deeds: set[str]) -> EntryEvent | None:
    """The latest of these deeds."""
    return next((event for event in reversed(events) if event.deed in deeds), None)


def lag_text(days: int) -> str:
    """How late an entry was made."""
    if days <= 0:
        return "当天登记"
    return f"业务发生后 {days} 天登记"


@bp.post("/<ledger>/entries/<int:record_id>/reveal/<field>")
@in_contract(P.PERSONAL_DATA)
def reveal(contract_id: int, ledger: str, record_id: int, field: str) -> Response:
    """Shows one person or personal text in full, in place, for a reason."""
    desk = desk_here(ledger)
    entry_here(desk, record_id)
    reason = request.form.get("reason", "")
    try:
        parts = attempt(lambda act: revealing.reveal(act, current_scope(), record_id, field, reason))
    except Refused as refused:
        return render("ledger/_reveal.html", status=422, parts=[], why=refused.message, asked=reason, field=field,
                      action=request.path)  # fmt: skip
    return render("ledger/_reveal.html", parts=parts, why="", asked="", field=field, action=request.path)

"""One drawn entry: what it says, what was found before, and the form for what is found now. Made for a phone."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from app.security.case_terms import PaperOf
from app.security.field_terms import SpotOutcome
from app.security.terms import EntryDeed, EntryState, Signature, SpotCheckWay
from app.services.act import Missing
from app.services.fieldwork import visits as services
from app.services.fieldwork.rates import Line, result_of
from app.services.fieldwork.rounds import round_text
from app.services.fieldwork.visits import Visit, drawn_entry
from app.services.official.people import ISSUERS
from app.services.rectification.findings import finding_text
from app.store import documents
from app.store.cases import Cases
from app.store.entries import Entries, LedgerEntry
from app.store.sampling import SpotRound
from app.web.access import current_scope, in_contract
from app.web.fieldwork.blueprint import bp
from app.web.fieldwork.forms import VisitForm
from app.web.fieldwork.rounds import TONES, here
from app.web.fieldwork.shared import (
    Performed,
    address,
    clause_choices,
    colleague_choices,
    met_of,
    now_text,
    tabs_of,
)
from app.web.htmx import redirect_to, render
from app.web.papers import cards, file_ids, picked, today
from app.web.replies import FormView


@bp.route("/rounds/<int:round_id>/entries/<int:record_id>", methods=["GET", "POST"])
@in_contract(*ISSUERS)
def visit(contract_id: int, round_id: int, record_id: int) -> Response:
    row, form, scope = here(round_id, listing=True), visit_form(), current_scope()
    entry = drawn_entry(scope, row, record_id)
    if request.method == "GET":
        form.on.data, form.time.data, form.clause.data = today(), now_text(), row.clause
        form.way.data, form.signature.data = SpotCheckWay.SITE.value, Signature.SIGNED.value
    sent = Performed(form, lambda act: services.record(act, scope, row.id, entry.id, visit_of(form)))
    if sent.done is not None:
        return redirect_to(next_url(here(round_id, listing=True)), told=told(sent.done.value.outcome))
    return visit_page(here(round_id, listing=True), drawn_entry(scope, row, record_id), form, sent.status)


def visit_form() -> VisitForm:
    form = VisitForm()
    form.second_id.choices, form.clause.choices = colleague_choices(), clause_choices()
    return form


def visit_of(form: VisitForm) -> Visit:
    """What the valid form says."""
    return Visit(
        outcome=SpotOutcome.of(form.outcome.data), way=SpotCheckWay.of(form.way.data), on=form.on.data, time=form.time.data or "",
        place=form.place.data or "", second_id=form.second_id.data, met=met_of(form), note=form.note.data,
        clause=form.clause.data, files=file_ids(),
    )  # fmt: skip


def told(outcome: str) -> str:
    word = SpotOutcome.of(outcome)
    ends = {
        SpotOutcome.GENUINE: "这条记录标为已抽查属实。", SpotOutcome.UNTRUE: "这条记录不再计入，已登记为问题。",
        SpotOutcome.PARTLY: "已登记为问题，这条记录请退回改正。", SpotOutcome.UNKNOWN: "无法核实的不算属实，也不扣减。",
    }  # fmt: skip
    return f"{word.label}：{ends[word]}"


def next_url(row: SpotRound) -> str:
    """The next drawn entry that nobody has looked into; the round where there is none."""
    left = [one for one in result_of(current_scope(), row).lines if not one.checks]
    return address("visit", round_id=row.id, record_id=left[0].entry_id) if left else address("round", round_id=row.id)


def visit_page(row: SpotRound, entry: LedgerEntry, form: VisitForm, status: int) -> Response:
    result = result_of(current_scope(), row)
    line = next((one for one in result.lines if one.entry_id == entry.id), None)
    if line is None:
        raise Missing
    kept = list(cards(file_ids()).values()) if request.method == "POST" else []
    done = sum(1 for one in result.lines if one.checks)
    view = FormView(form, address("visit", round_id=row.id, record_id=entry.id), "登记结果", "visit-form")
    context: dict[str, Any] = {
        "row": row, "number": round_text(row.number), "entry": entry, "line": line, "view": view, "kept": kept, "tabs": tabs_of("rounds"),
        "changed": changed_since(entry, line), "state": EntryState.of(entry.state), "done": done, "total": row.size,
        "entry_url": url_for("review.one", contract_id=entry.contract_id, record_id=entry.id),
        "back": (round_text(row.number), address("round", round_id=row.id)), "past": past_of(line),
    }  # fmt: skip
    return render("fieldwork/visit.html", "fieldwork/_visit.html", status=status, **context)


def changed_since(entry: LedgerEntry, line: Line) -> bool:
    """Whether somebody has changed the entry after the list was frozen; a spot check of it is no change."""
    if entry.version == line.frozen_version:
        return False
    history = Entries(current_scope().session, entry.contract_id).history(entry.id)
    return any(one.version > line.frozen_version and one.deed != EntryDeed.SPOT_CHECKED for one in history)


def past_of(line: Line) -> list[dict[str, Any]]:
    """Earlier records of the entry, oldest first, with their photos and findings."""
    scope = current_scope()
    papers = documents.papers(scope.session, scope.contract_id, [(PaperOf.SPOT_CHECK, one.id) for one in line.checks])
    known = cards(key for keys in papers.values() for key in keys)
    ids = [one.finding_id for one in line.checks if one.finding_id is not None]
    numbers = {one.id: finding_text(one.number) for one in Cases(scope.session, scope.contract_id).findings_by_ids(ids)} if ids else {}
    return [
        {
            "row": one, "word": SpotOutcome.of(one.outcome).label, "tone": TONES[SpotOutcome.of(one.outcome)],
            "way": SpotCheckWay.of(one.way).label, "signature": Signature.of(one.signature).label,
            "spoken_to": one.spoken_to.get("mask", ""), "finding_url": finding_url(one.finding_id),
            "people": "、".join(each.display_name for each in (one.checker, one.second) if each is not None),
            "files": picked(known, papers.get((PaperOf.SPOT_CHECK.value, one.id), ())), "finding": numbers.get(one.finding_id or 0, ""),
        }
        for one in line.checks
    ]  # fmt: skip


def finding_url(finding_id: int | None) -> str:
    if finding_id is None:
        return ""
    return url_for("rectification.finding", contract_id=current_scope().contract_id, finding_id=finding_id)

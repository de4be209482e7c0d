"""现场检查: the list, a plan, one inspection as its record or as the walk that it still is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Response, request, url_for

from app.security.case_terms import PaperOf
from app.security.field_terms import InspectionState, ItemResult
from app.security.permissions import P
from app.security.terms import Signature
from app.services.act import Missing, found
from app.services.books import book_of
from app.services.evidence.showing import Shown
from app.services.fieldwork import inspections as services
from app.services.fieldwork.checklists import Sheet, checklists, kind_of, proposals
from app.services.fieldwork.closing import open_points
from app.services.fieldwork.inspections import OPEN, Plan, inspection_text, sheet_for
from app.services.official.people import ISSUERS
from app.services.rectification.findings import finding_text
from app.store import documents
from app.store.cases import Cases
from app.store.entries import Entries, number_text
from app.store.fieldwork import Fieldwork, Inspection, InspectionItem
from app.web.access import as_member, current_contract, current_person, current_scope, in_contract
from app.web.fieldwork.blueprint import bp
from app.web.fieldwork.forms import PlanForm
from app.web.fieldwork.shared import (
    BOX,
    HOME,
    Performed,
    address,
    colleague_choices,
    outlet_choices,
    tabs_of,
)
from app.web.htmx import redirect_to, render
from app.web.papers import cards, paper_form, picked, today
from app.web.replies import FormView
from app.web.sides import issues, of_supplier

S = InspectionState
TONES = {S.PLANNED: "submitted", S.UNDER_WAY: "running", S.DONE: "done", S.CANCELLED: "withdrawn"}
RESULTS = {ItemResult.PASS: "met", ItemResult.FAIL: "unmet", ItemResult.NONE: "closed"}
NO_LISTS = "规则书里没有检查表"


def here(inspection_id: int) -> Inspection:
    """The inspection of the address; the contractor finds it once it is closed."""
    scope = current_scope()
    row = found(Fieldwork(scope.session, scope.contract_id).find(Inspection, inspection_id))
    if of_supplier() and row.state != S.DONE.value:
        raise Missing
    return row


def titles() -> list[tuple[str, str]]:
    contract = current_contract()
    if contract.rulebook_text_id is None:
        return []
    return [(one.id, one.title) for one in checklists(book_of(current_scope(), contract)).values()]


@bp.get("/inspections", endpoint="inspections")
@as_member(P.CONTRACT_READ)
def every(contract_id: int) -> Response:
    scope = current_scope()
    fieldwork = Fieldwork(scope.session, contract_id)
    rows = [one for one in fieldwork.register(Inspection) if not of_supplier() or one.state == S.DONE.value]
    by_row: dict[int, list[InspectionItem]] = {}
    for item in fieldwork.items([one.id for one in rows]):
        by_row.setdefault(item.inspection_id, []).append(item)
    lines = [line_of(one, by_row.get(one.id, [])) for one in rows]
    known = titles()
    return render(
        "fieldwork/inspections.html", tabs=tabs_of("inspections"), due=[one for one in lines if one["row"].state in OPEN],
        ended=[one for one in lines if one["row"].state not in OPEN], new_url=address("plan") if issues() and known else "",
        none=NO_LISTS if not known else "",
    )  # fmt: skip


def line_of(row: Inspection, items: Sequence[InspectionItem]) -> dict[str, Any]:
    state = S.of(row.state)
    people = [row.inspector.display_name, *([row.second.display_name] if row.second is not None else [])]
    return {
        "row": row, "number": inspection_text(row.number), "url": address("inspection", inspection_id=row.id), "tone": TONES[state],
        "word": state.label, "people": "、".join(people), "total": len(items), "done": sum(one.result is not None for one in items),
        "failed": sum(one.result == ItemResult.FAIL for one in items), "late": state is S.PLANNED and row.planned_on < today(),
    }  # fmt: skip


@bp.route("/inspections/new", methods=["GET", "POST"])
@in_contract(*ISSUERS)
def plan(contract_id: int) -> Response:
    form, scope = PlanForm(), current_scope()
    own = (current_person().user_id, f"{current_person().name}（本人）")
    form.checklist.choices, form.outlet_id.choices = titles(), outlet_choices()
    form.inspector_id.choices = form.second_id.choices = [own, *colleague_choices()]
    if request.method == "GET":
        form.planned_on.data = today()
        form.checklist.data = request.args.get("checklist") or (form.checklist.choices[0][0] if form.checklist.choices else None)
    sent = Performed(form, lambda act: services.plan(act, scope, plan_of(form)))
    if sent.done is not None:
        row = sent.done.value
        return redirect_to(address("inspection", inspection_id=row.id), told=f"{inspection_text(row.number)}已列入，可以开始逐项检查。")
    view = FormView(form, address("plan"), "列入检查", "plan-form")
    return paper_form("安排现场检查", view, (HOME, address("inspections")))


def plan_of(form: PlanForm) -> Plan:
    """What the valid form says."""
    return Plan(
        form.checklist.data, form.outlet_id.data, form.place.data or "", form.planned_on.data, form.inspector_id.data, form.second_id.data
    )


@bp.get("/inspections/<int:inspection_id>", endpoint="inspection")
@as_member(P.CONTRACT_READ)
def one(contract_id: int, inspection_id: int) -> Response:
    return render("fieldwork/inspection.html", **view_of(here(inspection_id)))


def view_of(row: Inspection) -> dict[str, Any]:
    """The whole inspection: its head, its items, what this person may do."""
    scope = current_scope()
    items = Fieldwork(scope.session, scope.contract_id).items([row.id])
    own = row.state in OPEN and current_person().user_id in {row.inspector_id, row.second_id} and issues()
    papers = documents.papers(scope.session, scope.contract_id, [(PaperOf.INSPECTION, row.id)])
    signed = list(cards(papers.get((PaperOf.INSPECTION.value, row.id), ())).values())
    return {
        **line_of(row, items), "items": item_views(row, items, walks=own), "walks": own, "left": open_points(items) if own else [],
        "signature": Signature.of(row.signature).label, "spoken_to": row.spoken_to.get("mask", ""), "witness": row.witness.get("mask", ""),
        "signed": signed, "back": (HOME, address("inspections")),
        "close_url": address("close", inspection_id=row.id) if own and current_person().user_id == row.inspector_id else "",
        "cancel_url": address("cancel", inspection_id=row.id) if row.state in OPEN and issues() else "",
    }  # fmt: skip


def item_views(row: Inspection, items: Sequence[InspectionItem], *, walks: bool) -> list[dict[str, Any]]:
    """Items with photos, findings and entries; a few look-ups for all of them."""
    scope, sheet = current_scope(), sheet_for(current_scope(), row)
    papers = documents.papers(scope.session, scope.contract_id, [(PaperOf.INSPECTION_ITEM, one.id) for one in items])
    known = cards(key for keys in papers.values() for key in keys)
    ids = [one.finding_id for one in items if one.finding_id is not None]
    numbers = {one.id: finding_text(one.number) for one in Cases(scope.session, scope.contract_id).findings_by_ids(ids)} if ids else {}
    entries = Entries(scope.session, scope.contract_id).numbers_of([one.entry_id for one in items if one.entry_id is not None])
    costs = proposals(book_of(scope, current_contract()), [one.clause for one in items])
    views = []
    for one in items:
        number = number_text(sheet.ledger.id, entries[one.entry_id]) if sheet.ledger is not None and one.entry_id in entries else ""
        files = picked(known, papers.get((PaperOf.INSPECTION_ITEM.value, one.id), ()))
        views.append(
            {
                **item_view(sheet, row, one, walks=walks), "files": [own_use(each, number) for each in files], "entry": number,
                "finding": numbers.get(one.finding_id or 0, ""), "finding_url": finding_url(one), "cost": costs.get(one.clause, ""),
            }
        )  # fmt: skip
    return views


def own_use(card: Shown, number: str) -> Shown:
    """The card of a photo: that it proves the very entry of this item is no use elsewhere."""
    return replace(card, reused="", reused_url="") if number and number in card.reused else card


def finding_url(item: InspectionItem) -> str:
    if item.finding_id is None:
        return ""
    return url_for("rectification.finding", contract_id=item.contract_id, finding_id=item.finding_id)


def item_view(sheet: Sheet, row: Inspection, item: InspectionItem, *, walks: bool) -> dict[str, Any]:
    """One item as its card: buttons in the order of the rulebook, then 不适用."""
    result = ItemResult.of(item.result) if item.result is not None else None
    rule = sheet.items.get(item.value)
    return {
        "item": item, "tone": RESULTS[result] if result is not None else "undecided", "word": item.label or "未查",
        "buttons": [(one.label, one.label, "pass" if one.conforms else "fail", one.label == item.label) for one in sheet.outcomes]
        + [("", ItemResult.NONE.label, "none", result is ItemResult.NONE)],
        "asked": [asked(one, item) for one in sheet.asked(item.value)] if walks else [], "help": rule.help if rule is not None else "",
        "url": address("tap", inspection_id=row.id, item_id=item.id) if walks else "", "failed": result is ItemResult.FAIL,
    }  # fmt: skip


def asked(field: Any, item: InspectionItem) -> dict[str, Any]:
    """A further field of the ledger as the field component takes it."""
    kind, value = kind_of(field), item.fields.get(field.id)
    return {
        "name": BOX + field.id, "label": field.name, "type": kind, "value": {"是": "yes", "否": "no"}.get(value or "", value),
        "unit": field.unit or None, "options": list(field.choices), "help": field.help or None, "id_prefix": f"i{item.id}-",
    }  # fmt: skip

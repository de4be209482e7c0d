"""The register of deliverables that the console does not make."""

from __future__ import annotations

from flask import Response, request

from app.security.report_terms import Medium
from app.services.act import found
from app.services.reports import archive
from app.services.reports.archive import Delivery
from app.services.reports.people import writes
from app.store import archive as kept
from app.web.access import current_person, current_scope, in_contract
from app.web.htmx import redirect_to, render
from app.web.papers import paper_form
from app.web.replies import FormView
from app.web.reports.blueprint import READERS, WRITERS, address, bp, turned_away
from app.web.reports.forms import DeliverableForm
from app.web.transaction import current_act, perform

FIELDS = (
    "title", "duty", "clauses", "due_on", "edition", "copies", "medium", "handed_on", "accepted_by", "accepted_on", "note",
)  # fmt: skip


@bp.get("/deliverables")
@in_contract(*READERS)
def deliverables(contract_id: int) -> Response:
    scope, today = current_scope(), current_act().today
    rows = kept.deliverables(scope.session, contract_id)
    known = {one.duty for one in rows if one.duty}
    missing = [one for one in archive.owed_elsewhere(scope) if one.id not in known]
    return render(
        "reports/deliverables.html", rows=rows, missing=missing, media={each.value: each.label for each in Medium}, today=today,
        writes=writes(current_person(), contract_id), back=address("reports"),
    )  # fmt: skip


@bp.route("/deliverables/new", methods=["GET", "POST"])
@in_contract(*WRITERS)
def deliver(contract_id: int) -> Response:
    if (away := turned_away()) is not None:
        return away
    form, scope = _form(), current_scope()
    if request.method == "GET":
        duty = next((one for one in archive.owed_elsewhere(scope) if one.id == request.args.get("duty")), None)
        form.copies.data, form.medium.data = 1, Medium.PAPER.value
        if duty is not None:
            form.title.data, form.duty.data, form.clauses.data = duty.title, duty.id, "、".join(duty.clauses)
    if perform(form, lambda act: archive.record(act, scope, _told(form))):
        return redirect_to(address("deliverables"), told="已登记。")
    view = FormView(form, address("deliver"), "登记")
    return paper_form("登记成果", view, ("成果登记", address("deliverables")), wide=("title",))


@bp.route("/deliverables/<int:deliverable_id>", methods=["GET", "POST"])
@in_contract(*WRITERS)
def deliverable(contract_id: int, deliverable_id: int) -> Response:
    if (away := turned_away()) is not None:
        return away
    form, scope = _form(), current_scope()
    row = found(kept.deliverable(scope.session, contract_id, deliverable_id))
    if request.method == "GET":
        for name in FIELDS:
            form[name].data = getattr(row, name)
    seen = row.version if request.method == "GET" else request.form.get("version", type=int) or 0
    if perform(form, lambda act: archive.change(act, scope, row.id, _told(form), seen)):
        return redirect_to(address("deliverables"), told="已保存。")
    view = FormView(form, address("deliverable", deliverable_id=deliverable_id), "保存", version=seen)
    return paper_form(f"成果 {row.number}", view, ("成果登记", address("deliverables")), wide=("title",))


def _form() -> DeliverableForm:
    form = DeliverableForm()
    form.duty.choices = [(one.id, one.title) for one in archive.owed_elsewhere(current_scope())]
    return form


def _told(form: DeliverableForm) -> Delivery:
    return Delivery(
        form.title.data, form.duty.data or "", form.clauses.data or "", form.due_on.data, form.edition.data or "", form.copies.data,
        form.medium.data, form.handed_on.data, form.accepted_by.data or "", form.accepted_on.data, form.note.data or "",
    )  # fmt: skip

"""The register of deliverables that the console does not make: entries, scans, accepting and returning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request

from app.clock import SHANGHAI
from app.security.report_terms import DeliverableAct, Medium
from app.services.act import Act, found
from app.services.reports import delivering
from app.services.reports.delivering import Delivery, Handing
from app.services.reports.people import hands_in, receives, writes
from app.store import archive as kept
from app.store.archive import Deliverable, DeliverableDeed
from app.web.access import current_person, current_scope, in_contract
from app.web.buttons import carried_out
from app.web.htmx import redirect_to, render
from app.web.papers import cards, file_ids, paper_form, picked
from app.web.replies import FormView
from app.web.reports.blueprint import READERS, RECEIVERS, WRITERS, address, bp, contract, turned_away
from app.web.reports.forms import DeliverableForm, HandForm, ReturnForm
from app.web.transaction import current_act, perform

FIELDS = ("title", "duty", "clauses", "due_on", "edition", "copies", "medium", "note")
ICONS = {
    DeliverableAct.HANDED: ("send", "accent"), DeliverableAct.ACCEPTED: ("circle-check", "good"),
    DeliverableAct.RETURNED: ("arrow-back-up", "bad"),
}  # fmt: skip


def here(deliverable_id: int) -> Deliverable:
    scope = current_scope()
    return found(kept.deliverable(scope.session, scope.contract_id, deliverable_id))


def place(row: Deliverable) -> str:
    return address("deliverable", deliverable_id=row.id)


def seen(row: Deliverable) -> int:
    """The version that the person saw."""
    return row.version if request.method == "GET" else request.form.get("version", type=int) or 0


@bp.get("/deliverables")
@in_contract(*READERS)
def deliverables(contract_id: int) -> Response:
    scope, today = current_scope(), current_act().today
    rows = kept.deliverables(scope.session, contract_id)
    known = {one.duty for one in rows if one.duty}
    missing = [one for one in delivering.owed_elsewhere(scope) if one.id not in known]
    latest = {one.deliverable_id: one for one in kept.deeds(scope.session, contract_id, [one.id for one in rows])}
    return render(
        "reports/deliverables.html", rows=rows, missing=missing, media={each.value: each.label for each in Medium}, today=today,
        latest=latest, writes=writes(current_person(), contract_id), back=address("reports"),
    )  # fmt: skip


@bp.get("/deliverables/<int:deliverable_id>")
@in_contract(*READERS)
def deliverable(contract_id: int, deliverable_id: int) -> Response:
    """One deliverable: what it is, its scans, what was done."""
    row, scope, today = here(deliverable_id), current_scope(), current_act().today
    deeds = kept.deeds(scope.session, contract_id, [row.id])
    ids = [one.file_id for one in deeds if one.file_id is not None]
    latest = deeds[-1] if deeds else None
    return render(
        "reports/deliverable.html", row=row, medium=Medium.of(row.medium).label, today=today, acts=acts(row),
        events=[_event(one) for one in deeds], files=picked(cards(ids), ids), back=address("deliverables"),
        reason=latest.reason if latest is not None and latest.deed == DeliverableAct.RETURNED.value else "",
    )  # fmt: skip


def acts(row: Deliverable) -> dict[str, str]:
    """Addresses of what the person may do next."""
    person, held = current_person(), contract()
    may_write, open_ = writes(person, row.contract_id), row.accepted_on is None
    waiting = open_ and row.handed_on is not None and receives(person, held)
    can = {
        "edit_deliverable": may_write, "hand_deliverable": open_ and (may_write or hands_in(person, held)),
        "accept_deliverable": waiting, "return_deliverable": waiting,
    }  # fmt: skip
    return {name: address(name, deliverable_id=row.id) for name, allowed in can.items() if allowed}


def _event(one: DeliverableDeed) -> dict[str, Any]:
    deed = DeliverableAct.of(one.deed)
    icon, tone = ICONS[deed]
    bare = "，没有扫描件" if one.file_id is None and deed is DeliverableAct.HANDED else ""
    detail = one.reason or f"{one.happened_on}，{deed.label}人：{one.who}{bare}"
    return {
        "at": one.at.astimezone(SHANGHAI), "who": one.actor.display_name, "what": deed.label, "detail": detail, "icon": icon, "tone": tone,
    }  # fmt: skip


# -- entering -------------------------------------------------------------------------------------


@bp.route("/deliverables/new", methods=["GET", "POST"])
@in_contract(*WRITERS)
def deliver(contract_id: int) -> Response:
    if (away := turned_away()) is not None:
        return away
    form, scope = _form(), current_scope()
    if request.method == "GET":
        duty = next((one for one in delivering.owed_elsewhere(scope) if one.id == request.args.get("duty")), None)
        form.copies.data, form.medium.data = 1, Medium.PAPER.value
        if duty is not None:
            form.title.data, form.duty.data, form.clauses.data = duty.title, duty.id, "、".join(duty.clauses)
    if done := perform(form, lambda act: delivering.record(act, scope, _told(form))):
        return redirect_to(place(done.value), told="已登记。交付时在这里上传扫描件。")
    view = FormView(form, address("deliver"), "登记")
    return paper_form("登记成果", view, ("成果登记", address("deliverables")), wide=("title",))


@bp.route("/deliverables/<int:deliverable_id>/edit", methods=["GET", "POST"])
@in_contract(*WRITERS)
def edit_deliverable(contract_id: int, deliverable_id: int) -> Response:
    if (away := turned_away()) is not None:
        return away
    form, scope, row = _form(), current_scope(), here(deliverable_id)
    if request.method == "GET":
        for name in FIELDS:
            form[name].data = getattr(row, name)
    version = seen(row)
    if perform(form, lambda act: delivering.change(act, scope, row.id, _told(form), version)):
        return redirect_to(place(row), told="已保存。")
    view = FormView(form, address("edit_deliverable", deliverable_id=row.id), "保存", version=version)
    return paper_form(f"成果 {row.number}", view, (row.title, place(row)), wide=("title",))


def _form() -> DeliverableForm:
    form = DeliverableForm()
    form.duty.choices = [(one.id, one.title) for one in delivering.owed_elsewhere(current_scope())]
    return form


def _told(form: DeliverableForm) -> Delivery:
    return Delivery(
        form.title.data, form.duty.data or "", form.clauses.data or "", form.due_on.data, form.edition.data or "", form.copies.data,
        form.medium.data, form.note.data or "",
    )  # fmt: skip


# -- handing in and the answer --------------------------------------------------------------------


@bp.route("/deliverables/<int:deliverable_id>/hand", methods=["GET", "POST"])
@in_contract(*WRITERS)
def hand_deliverable(contract_id: int, deliverable_id: int) -> Response:
    """Handing in, with the scan."""
    row, form, scope = here(deliverable_id), HandForm(), current_scope()
    if request.method == "GET":
        form.on.data, form.who.data = current_act().today, current_person().name
    version, file = seen(row), next(iter(file_ids()), None)
    if perform(form, lambda act: delivering.hand_in(act, scope, row.id, Handing(form.on.data, form.who.data, file), version)):
        return redirect_to(place(row), told="已交付。采购人接收或退回以后，在这里看到。")
    view = FormView(form, address("hand_deliverable", deliverable_id=row.id), "交付", version=version)
    help_ = "签字盖章后的扫描件（PDF、照片）或电子文件；系统算出校验值，列入成果移交清单。"
    return paper_form(f"交付：{row.title}", view, (row.title, place(row)), "扫描件", help_, many=False)


@bp.post("/deliverables/<int:deliverable_id>/accept")
@in_contract(*RECEIVERS)
def accept_deliverable(contract_id: int, deliverable_id: int) -> Response:
    row, version = here(deliverable_id), request.form.get("version", type=int) or 0
    return _done(row, lambda act: delivering.accept(act, current_scope(), row.id, version), "已接收，列入成果移交清单和案卷。")


def _done(row: Deliverable, use_case: Callable[[Act], Any], told: str) -> Response:
    return carried_out(use_case, lambda _: redirect_to(place(row), told=told), place(row))


@bp.route("/deliverables/<int:deliverable_id>/return", methods=["GET", "POST"])
@in_contract(*RECEIVERS)
def return_deliverable(contract_id: int, deliverable_id: int) -> Response:
    row, form = here(deliverable_id), ReturnForm()
    version = seen(row)
    if perform(form, lambda act: delivering.give_back(act, current_scope(), row.id, form.reason.data, version)):
        return redirect_to(place(row), told="已退回，供应商会看到原因。")
    view = FormView(form, address("return_deliverable", deliverable_id=row.id), "退回", version=version)
    return paper_form(f"退回：{row.title}", view, (row.title, place(row)))

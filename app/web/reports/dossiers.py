"""案卷: files for the archive, with cover, contents and running page numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request

from app.security.report_terms import Retention
from app.services.act import Act, found
from app.services.reports import archive
from app.services.reports.archive import Described, Opening
from app.services.reports.people import writes
from app.store import archive as kept
from app.web.access import current_person, current_scope, in_contract
from app.web.buttons import carried_out
from app.web.htmx import redirect_to, render
from app.web.papers import paper_form
from app.web.replies import FormView, form_page
from app.web.reports.blueprint import READERS, WRITERS, address, bp, sent, store, turned_away
from app.web.reports.forms import DescribeForm, DossierForm
from app.web.transaction import perform

TERMS = {each.value: each.label for each in Retention}


@bp.get("/dossiers")
@in_contract(*READERS)
def dossiers(contract_id: int) -> Response:
    rows = [{"row": one, "url": address("dossier", dossier_id=one.id)} for one in kept.dossiers(current_scope().session, contract_id)]
    return render("reports/dossiers.html", rows=rows, terms=TERMS, writes=writes(current_person(), contract_id), back=address("reports"))


@bp.route("/dossiers/new", methods=["GET", "POST"])
@in_contract(*WRITERS)
def open_dossier(contract_id: int) -> Response:
    if (away := turned_away()) is not None:
        return away
    form = DossierForm()
    if request.method == "GET":
        form.retention.data = Retention.FIFTEEN.value
    if done := perform(form, lambda act: archive.open_dossier(act, current_scope(), _opening(form))):
        return redirect_to(address("dossier", dossier_id=done.value.id), told="案卷已建立，期间里定稿、签定、签章、接收的文件已放入。")
    return form_page("建立案卷", FormView(form, address("open_dossier"), "建立"), ("案卷", address("dossiers")))


def _opening(form: DossierForm) -> Opening:
    return Opening(form.title.data, form.retention.data, form.from_on.data, form.until_on.data)


@bp.get("/dossiers/<int:dossier_id>")
@in_contract(*READERS)
def dossier(contract_id: int, dossier_id: int) -> Response:
    scope = current_scope()
    row = found(kept.dossier(scope.session, contract_id, dossier_id))
    items = kept.items(scope.session, contract_id, row.id)
    may = writes(current_person(), contract_id) and row.closed_at is None
    urls = {name: address(name, dossier_id=row.id) for name in ("bound", "describe", "refill", "close_dossier")}
    return render("reports/dossier.html", row=row, items=items, term=TERMS[row.retention], open=may, urls=urls, back=address("dossiers"))


@bp.route("/dossiers/<int:dossier_id>/describe", methods=["GET", "POST"])
@in_contract(*WRITERS)
def describe(contract_id: int, dossier_id: int) -> Response:
    if (away := turned_away()) is not None:
        return away
    form, scope = DescribeForm(), current_scope()
    row = found(kept.dossier(scope.session, contract_id, dossier_id))
    back = address("dossier", dossier_id=row.id)
    if perform(form, lambda act: archive.describe(act, scope, row.id, _described(form))):
        return redirect_to(back, told="已登记在卷内文件目录里。")
    view = FormView(form, address("describe", dossier_id=row.id), "登记", hint="只有纸质的文件登记在目录里，另行存放。")
    return paper_form("登记纸质文件", view, (row.title, back), wide=("title",))


def _described(form: DescribeForm) -> Described:
    return Described(form.responsible.data, form.number.data or "", form.title.data, form.dated.data, form.pages.data, form.note.data or "")


def _done(dossier_id: int, use_case: Callable[[Act], Any], told: str) -> Response:
    back = address("dossier", dossier_id=dossier_id)
    return carried_out(use_case, lambda _: redirect_to(back, told=told), back)


@bp.post("/dossiers/<int:dossier_id>/refill")
@in_contract(*WRITERS)
def refill(contract_id: int, dossier_id: int) -> Response:
    return _done(dossier_id, lambda act: archive.refill(act, current_scope(), dossier_id), "卷内文件已更新。")


@bp.post("/dossiers/<int:dossier_id>/close")
@in_contract(*WRITERS)
def close_dossier(contract_id: int, dossier_id: int) -> Response:
    return _done(dossier_id, lambda act: archive.close(act, current_scope(), dossier_id), "已归档，案卷不再改动。")


@bp.post("/dossiers/<int:dossier_id>/file")
@in_contract(*READERS)
def bound(contract_id: int, dossier_id: int) -> Response:
    """The file as one PDF."""
    return carried_out(
        lambda act: archive.bound(act, current_scope(), store(), dossier_id),
        lambda made: sent(*made, "pdf"),
        address("dossier", dossier_id=dossier_id),
    )

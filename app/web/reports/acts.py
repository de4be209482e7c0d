"""Making a report final, taking that back, handing it in, accepting and returning it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response, request

from app.security.report_terms import ReportState
from app.services.act import Act
from app.services.reports import handing, writing
from app.services.reports.naming import titled
from app.store.reports import Report
from app.web.access import current_scope, in_contract
from app.web.buttons import carried_out
from app.web.htmx import redirect_to
from app.web.papers import file_ids, paper_form
from app.web.replies import FormView
from app.web.reports.blueprint import HANDERS, RECEIVERS, WRITERS, address, bp, here, store, too_late
from app.web.reports.forms import ReturnForm, SubmitForm
from app.web.transaction import current_act, perform


def seen() -> int:
    """The version of the report that the person saw."""
    return request.form.get("version", type=int) or 0


def done(row: Report, use_case: Callable[[Act], Any], told: str) -> Response:
    """An act of one button; what refuses it is told on the report's page."""
    back = address("one", row)
    return carried_out(use_case, lambda _: redirect_to(back, told=told), back)


@bp.post("/<int:report_id>/fix")
@in_contract(*WRITERS)
def fix(contract_id: int, report_id: int) -> Response:
    row, confirmed = here(report_id), request.form.get("confirmed") == "yes"
    version = seen()
    return done(
        row, lambda act: writing.fix(act, current_scope(), store(), row.id, version, confirmed=confirmed),
        "已定稿，文字和数字都固定在这一版里，可以报送。",
    )  # fmt: skip


@bp.post("/<int:report_id>/reopen")
@in_contract(*WRITERS)
def reopen(contract_id: int, report_id: int) -> Response:
    row, version = here(report_id), seen()
    return done(row, lambda act: writing.reopen(act, current_scope(), row.id, version), "已撤回定稿，可以再改文字。")


@bp.route("/<int:report_id>/submit", methods=["GET", "POST"])
@in_contract(*HANDERS)
def submit(contract_id: int, report_id: int) -> Response:
    """Handing in, with the files that the ledger wants beside the PDF."""
    row, form, scope = here(report_id), SubmitForm(), current_scope()
    if (away := too_late(row, "报送", ReportState.FINAL)) is not None:
        return away
    target = handing.target_of(scope, row)
    also = target.also[0] if target is not None and target.also else ""
    files = {also: file_ids()} if also else {}
    version = row.version if request.method == "GET" else seen()
    if perform(form, lambda act: handing.submit(act, scope, store(), row.id, version, files)):
        return redirect_to(address("one", row), told="已报送。采购人接收或退回以后，在这里和工作台都会看到。")
    hint = "报送的是刚才定稿的一版。" + (_entered_as(handing.last_day(current_act(), scope)) if target else "")
    view = FormView(form, address("submit", row), "报送", version=version, hint=hint)
    return paper_form(f"报送：{titled(row.title, row.label)}", view, (row.title, address("one", row)), also, "台账要求的佐证材料。")


def _entered_as(last: date | None) -> str:
    """What becomes of it in the ledger."""
    over = f"合同期已满，业务日期记合同期最后一天 {last}，实际报送的时间另有记录。" if last is not None else ""
    return f"它会登记成一条台账记录，采购人审核通过就是接收，相应的指标随之计入。{over}"


@bp.post("/<int:report_id>/accept")
@in_contract(*RECEIVERS)
def accept(contract_id: int, report_id: int) -> Response:
    row, version = here(report_id), seen()
    told = "已接收，相应的指标已经计入。" if row.entry_id is not None else "已接收。"
    return done(row, lambda act: handing.accept(act, current_scope(), row.id, version), told)


@bp.route("/<int:report_id>/return", methods=["GET", "POST"])
@in_contract(*RECEIVERS)
def give_back(contract_id: int, report_id: int) -> Response:
    row, form = here(report_id), ReturnForm()
    if (away := too_late(row, "退回", ReportState.SUBMITTED)) is not None:
        return away
    version = row.version if request.method == "GET" else seen()
    if perform(form, lambda act: handing.give_back(act, current_scope(), row.id, form.reason.data, version)):
        return redirect_to(address("one", row), told="已退回，供应商会看到原因。")
    view = FormView(form, address("give_back", row), "退回", version=version)
    return paper_form(f"退回：{titled(row.title, row.label)}", view, (row.title, address("one", row)))

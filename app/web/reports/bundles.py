"""A quarter's reports in one archive, and the hand-over list."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, request

from app.documents.paper.files import KINDS
from app.documents.report_dossier import handover_paper
from app.services.act import Refused, found
from app.services.reports import archive, taking
from app.web.access import current_scope, in_contract
from app.web.database import db
from app.web.htmx import render
from app.web.replies import FormView, form_page
from app.web.reports.blueprint import READERS, address, bp, contract, sent, store
from app.web.reports.forms import SpanForm
from app.web.transaction import act_now, current_act


@bp.route("/bundle", methods=["GET", "POST"])
@in_contract(*READERS)
def bundle(contract_id: int) -> Response:
    form = SpanForm()
    if request.method == "GET":
        form.until_on.data = current_act().today
        form.from_on.data = max(contract().starts_on, current_act().today - timedelta(days=92))
    if form.validate_on_submit():
        span = form.from_on.data, form.until_on.data
        try:
            taken = act_now(lambda act: taking.bundle(act, current_scope(), store(), *span))
        except Refused as refused:
            db.session.rollback()
            form.refuse(refused.field, refused.message)
        else:
            return sent(taken.name, taken.data, "zip")
    hint = "每份报告取最新的一版，PDF、Word、Excel 各一份，连同清单和每个文件的校验值。"
    view = FormView(form, address("bundle"), "打包下载", hint=hint)
    return form_page("打包下载报告", view, ("报告", address("reports")))


@bp.get("/handover")
@in_contract(*READERS)
def handover(contract_id: int) -> Response:
    """成果移交清单 on screen."""
    return render("reports/handover.html", rows=archive.handed_over(current_scope()), kinds=KINDS)


@bp.post("/handover/<kind>")
@in_contract(*READERS)
def handover_file(contract_id: int, kind: str) -> Response:
    """The list as a file, to be signed by both sides."""
    made, act = found(KINDS.get(kind)), current_act()
    held = contract()
    rows = [
        (one.name, one.period, one.amount, one.copies, one.medium, one.sha256, one.accepted)
        for one in archive.handed_over(current_scope())
    ]
    paper = handover_paper(held.title, held.buyer.name, held.supplier.name, rows, act.today)
    data = made.of(paper)
    act_now(lambda acting: acting.record("report.handover", "contract", held.id, held.id, kind=kind, count=len(rows)))
    return sent(f"成果移交清单_{act.today}.{kind}", data, kind)

"""A quarter's reports in one archive, and the hand-over list."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request

from app.documents.paper.files import KINDS
from app.documents.report_dossier import handover_paper
from app.services.act import Refused, found
from app.services.books import book_of
from app.services.reports import archive, duties, taking
from app.web.access import current_scope, in_contract
from app.web.database import db
from app.web.htmx import render
from app.web.replies import FormView, form_page
from app.web.reports.blueprint import READERS, address, bp, contract, sent, store
from app.web.reports.forms import SpanForm
from app.web.transaction import act_now, current_act
from kpi.calendar import WindowKind
from kpi.quantities import Period


@bp.route("/bundle", methods=["GET", "POST"])
@in_contract(*READERS)
def bundle(contract_id: int) -> Response:
    form, quarters = SpanForm(), _quarters()
    form.quarter.choices = [(key, one.label) for key, one in quarters.items()]
    if request.method == "GET":
        today = current_act().today
        form.quarter.data = next((key for key, one in quarters.items() if one.end < today), None)
    if form.validate_on_submit():
        try:
            span = _span(form, quarters)
            taken = act_now(lambda act: taking.bundle(act, current_scope(), store(), span))
        except Refused as refused:
            db.session.rollback()
            form.refuse(refused.field, refused.message)
        else:
            return sent(taken.name, taken.data, "zip")
    hint = "每份报告取最新的一版，PDF、Word、Excel 各一份，连同清单和每个文件的校验值（SHA-256）。谁打的包会记下来。"
    view = FormView(form, address("bundle"), "打包下载", hint=hint)
    return form_page("打包下载报告", view, ("报告", address("reports")))


def _quarters() -> dict[str, Period]:
    """The quarters of the term that have begun, the latest first; none where no rulebook says how they run."""
    try:
        spans = duties.periods_of(book_of(current_scope(), contract()), contract(), WindowKind.QUARTER)
    except Refused:
        return {}
    return {f"{one.start}:{one.end}": one for one in reversed(spans) if one.start <= current_act().today}


def _span(form: SpanForm, quarters: Mapping[str, Period]) -> Period:
    """The quarter that was chosen, else the days that were typed."""
    if form.quarter.data:
        return quarters[form.quarter.data]
    start, end = form.from_on.data, form.until_on.data
    if start is None or end is None:
        raise Refused("请选择季度，或者填写起始日期和结束日期", "quarter" if quarters else "from_on")
    if end < start:
        raise Refused("结束日期早于起始日期，请核对", "until_on")
    return Period(start, end)


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

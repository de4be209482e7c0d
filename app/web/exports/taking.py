"""The page of an export, the file at once or later, and what one has exported before."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, request, send_file, url_for
from wtforms.validators import Optional

from app.clock import SHANGHAI
from app.security.permissions import P
from app.services import roster
from app.services.act import Act, Missing, Refused
from app.services.exports import making
from app.services.exports.making import AT_ONCE, FORMATS, Order
from app.services.ledger import listing, stored
from app.services.ledger.desk import Desk
from app.store import jobs
from app.store.exports import ExportFile, Exports, ExportStore, open_exports
from app.web.access import as_member, current_contract, current_person, current_scope
from app.web.bodies import looks_first
from app.web.database import db
from app.web.downloads import to_keep
from app.web.forms import Form, Several, choice, text
from app.web.ground import ground
from app.web.htmx import redirect_to, render
from app.web.job_links import SIGNS, counts
from app.web.transaction import act_now, begin_writing, current_act

bp = Blueprint("exports", __name__, url_prefix="/contracts/<int:contract_id>")
READERS = (P.ENTRY_WRITE, P.ENTRY_CHECK, P.BUYER_ENTRY_WRITE, P.ENTRY_VERIFY, P.SCORE, P.REPORT_READ)
TYPES = {
    "csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
#: Fields of the form; everything else that it sends is the list's filter.
OWN = frozenset({"format", "people", "reason", "columns", "csrf_token"})
PEOPLE = [("masked", "遮盖（只显示姓、地区等）"), ("full", "完整显示，要写明事由")]


class ExportForm(Form):
    format = choice("文件格式", list(FORMATS.items()))
    people = choice("个人信息", PEOPLE, required=False)
    reason = text("事由", 200, "完整显示时必填，例如：报省厅核对就业人员名单。会记入审计日志。", required=False)
    columns = Several("要导出的列", [Optional()])


def files() -> ExportStore:
    return open_exports(ground().settings, ground().sealer)


def given_of(sent: Mapping[str, str]) -> dict[str, str]:
    """The filter of the list, as its address says it."""
    return {name: value for name, value in sent.items() if name not in OWN}


def desk_here(ledger_id: str) -> Desk:
    return Desk.at(current_act(), current_scope(), ledger_id)


@bp.get("/ledgers/<ledger>/export")
@as_member(*READERS)
def start(contract_id: int, ledger: str) -> Response:
    return start_page(desk_here(ledger), ExportForm(formdata=None), given_of(request.args))


def start_page(desk: Desk, form: ExportForm, given: dict[str, str]) -> Response:
    """What is about to leave, in which form; and what left before."""
    fields = making.fields_of(desk.ledger, ())
    form.columns.choices = [(each.id, each.name) for each in fields]
    if request.method == "GET":
        form.format.data, form.people.data = "xlsx", "masked"
        form.columns.data = [each.id for each in fields]
    asked = listing.parsed(desk.ledger, given)
    many = None
    try:
        many = making.count(desk, Order(desk.ledger.id, given))
    except Refused as refused:
        form.refusals.append(refused.message)
    personal = stored.has_personal(desk.ledger)
    sees = roster.sees_personal_data(desk.scope, current_person(), desk.act.today)
    status = 422 if form.errors or form.refusals else 200
    return render(
        "exports/start.html", "exports/_own.html", status=status, ledger=desk.ledger, form=form, given=given, count=many,
        told=listing.told(desk.ledger, asked, {}), at_once=AT_ONCE, personal=personal, sees=sees, **own_context(desk),
        ledger_url=ledger_url(desk.ledger.id, given),
    )  # fmt: skip


def ledger_url(ledger: str, given: Mapping[str, str]) -> str:
    if "ledger.entries" not in current_app.view_functions:
        return ""
    return url_for("ledger.entries", contract_id=current_contract().id, ledger=ledger, **given)


def own_context(desk: Desk) -> dict[str, Any]:
    """What the person has exported from the ledger."""
    rows = Exports(db.session(), desk.contract.id).own(current_person().user_id, desk.ledger.id, 10)
    url = url_for("exports.start", contract_id=desk.contract.id, ledger=desk.ledger.id)
    return {"exports": [line(each) for each in rows], "own_url": url}


def line(export: ExportFile) -> dict[str, Any]:
    """An export as lists show it."""
    asked, here = export.asked_at.astimezone(SHANGHAI), export.removed_at is None
    word = "当时下载" if export.removed_at == export.made_at else "已清理" if not here else "可以下载"
    return {
        "id": export.id, "asked": f"{asked:%Y-%m-%d %H:%M}", "format": FORMATS[export.format], "rows": export.rows,
        "sha256": export.sha256 or "", "word": word if export.made_at else "正在做", "full": bool(export.query.get("full")),
        "url": url_for("exports.export", contract_id=export.contract_id, export_id=export.id),
    }  # fmt: skip


@bp.post("/ledgers/<ledger>/export")
@as_member(*READERS)
@looks_first
def make(contract_id: int, ledger: str) -> Response:
    """The file at once, written down before it leaves; a large one is made in the background."""
    form, desk, given = ExportForm(), desk_here(ledger), given_of(request.form)
    form.columns.choices = [(each.id, each.name) for each in making.fields_of(desk.ledger, ())]
    if not form.validate_on_submit():
        return start_page(desk, form, given)
    order = Order(ledger, given, form.columns.data or (), form.format.data, form.people.data == "full", form.reason.data or "")
    try:
        return at_once(desk, order) if making.count(desk, order) <= AT_ONCE else in_background(order)
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused.field, refused.message)
        return start_page(desk_here(ledger), form, given)


def at_once(desk: Desk, order: Order) -> Response:
    """A small export: made while nobody waits for a lock, recorded, sent."""
    name, asked = desk.ledger.name, desk.act.now
    table, pieces, made = making.made_at_once(desk, order)
    begin_writing()
    act_now(lambda act: making.record_made(act, current_scope(), order, table.rows, made))
    content = io.BytesIO(b"".join(pieces))
    return send_file(
        content, TYPES[order.format], as_attachment=True, etag=False, max_age=None,
        download_name=making.file_name(name, asked, order.format),
    )  # fmt: skip


def in_background(order: Order) -> Response:
    begin_writing()
    row = act_now(lambda act: making.ask(act, current_scope(), order))
    told = "记录较多，正在后台生成。可以离开本页，做好后在工作台和“我的任务”里会看到。"
    return redirect_to(url_for(".export", contract_id=row.contract_id, export_id=row.id), told=told, kind="info")


@bp.get("/exports/<int:export_id>")
@as_member(*READERS)
def export(contract_id: int, export_id: int) -> Response:
    """How far a large export is, and its file; for others than its owner only that it was made."""
    exports = Exports(db.session(), contract_id)
    row = exports.find(export_id)
    if row is None:
        raise Missing
    job = jobs.by_id(db.session(), row.job_id) if row.job_id is not None else None
    done, total = counts(job) if job else (0, None)
    desk = desk_here(row.ledger)
    return render(
        "exports/export.html", "exports/_export.html", export=line(row), row=row, ledger=desk.ledger, job=job, done=done,
        total=total, state=SIGNS[job.state] if job else "done", mine=row.asked_by == current_person().user_id,
        who=exports.asker(row), there=row.removed_at is None and row.made_at is not None,
        start_url=url_for(".start", contract_id=contract_id, ledger=row.ledger, **row.query.get("filter", {})),
    )  # fmt: skip


@bp.post("/exports/<int:export_id>/download")
@as_member(*READERS)
def download(contract_id: int, export_id: int) -> Response:
    here = url_for(".export", contract_id=contract_id, export_id=export_id)

    def use_case(act: Act) -> tuple[ExportFile, str]:
        row = making.take(act, current_scope(), files(), export_id)
        return row, Desk.at(act, current_scope(), row.ledger).ledger.name

    try:
        row, name = act_now(use_case)
    except Refused as refused:
        db.session.rollback()
        return redirect_to(here, told=refused.message, kind="warning")
    answer = Response(files().read(contract_id, export_id), mimetype=TYPES[row.format])
    return to_keep(answer, making.file_name(name, row.asked_at, row.format))

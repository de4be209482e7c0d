"""Where imports begin: what was imported before, the upload of a file, the template to fill in."""

from __future__ import annotations

import io

from flask import Response, request, send_file, url_for
from wtforms import FileField, HiddenField

from app.services.act import Missing, Refused
from app.services.books import book_of
from app.services.imports import grid, papers, receiving
from app.services.imports.receiving import Received
from app.services.imports.reminders import Reminder, reminders
from app.services.ledger.desk import Desk
from app.web.access import as_member, current_contract, current_scope, in_contract
from app.web.addresses import number_asked
from app.web.bodies import largest_body, looks_first
from app.web.forms import Form
from app.web.ground import ground
from app.web.htmx import redirect_to, render
from app.web.imports.blueprint import bp
from app.web.imports.shared import (
    READERS,
    WRITERS,
    batch_url,
    desk_here,
    imports_here,
    ledger_url,
    line,
    writes,
)
from app.web.replies import Listing, list_page
from app.web.transaction import begin_writing, perform

FORM_BYTES = 1024 * 1024  # what the parts are wrapped in
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EARLIER = 5


class UploadForm(Form):
    file = FileField("要导入的文件")
    retry_of = HiddenField()

    @property
    def earlier(self) -> int | None:
        """The batch that this file takes up again."""
        text = self.retry_of.data or request.args.get("retry", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


@bp.get("/imports", endpoint="batches")
@as_member(*READERS)
def every(contract_id: int) -> Response:
    before = number_asked("before")
    rows = imports_here().batches(before=before, size=51)
    names = {each.id: each.name for each in book_of(current_scope(), current_contract()).rulebook.ledgers}
    lines = [line(each, names.get(each.ledger, each.ledger)) for each in rows[:50]]
    next_url = url_for(".batches", contract_id=contract_id, before=rows[49].id) if len(rows) > 50 else ""
    columns = ["文件", "台账", "上传时间", "上传人", "结果"]
    empty = "还没有导入过文件。到一本台账的页面，点“导入”开始。"
    return list_page("导入记录", [Listing("导入过的文件", columns, lines, empty, "batches", next_url)])


@bp.get("/ledgers/<ledger>/import")
@in_contract(*WRITERS)
def start(contract_id: int, ledger: str) -> Response:
    return start_page(ledger, UploadForm(formdata=None))


@bp.post("/ledgers/<ledger>/import")
@in_contract(*WRITERS)
@largest_body(grid.MOST_BYTES + FORM_BYTES)
@looks_first
def upload(contract_id: int, ledger: str) -> Response:
    form = UploadForm()
    received = read_file(ledger, form)
    if received is None:
        return start_page(ledger, form)
    begin_writing()
    done = perform(form, lambda act: receiving.receive(act, current_scope(), ledger, received, form.earlier))
    return redirect_to(batch_url(done.value)) if done else start_page(ledger, form)


def read_file(ledger: str, form: UploadForm) -> Received | None:
    """The file, read and put where it stays; None with the reason in the form."""
    desk = desk_here(ledger)
    if not form.validate_on_submit():
        return None
    sent = form.file.data
    try:
        if not sent or not sent.filename:
            raise Refused("请先选择要导入的文件", grid.FIELD)
        # One byte more than is taken shows that there is more.
        received = receiving.prepare(desk, sent.filename, sent.stream.read(grid.MOST_BYTES + 1))
        receiving.put(ground().files, current_scope(), received)
    except Refused as refused:
        form.refuse(refused.field, refused.message)
        return None
    return received


def start_page(ledger: str, form: UploadForm) -> Response:
    """Upload, template, and what was imported into this ledger lately."""
    desk = desk_here(ledger)
    imports = imports_here()
    if form.earlier is not None and imports.find(form.earlier) is None:
        raise Missing
    status = 422 if request.method == "POST" else 200
    at = {"contract_id": desk.contract.id, "ledger": ledger}
    return render(
        "imports/start.html", status=status, ledger=desk.ledger, form=form, earlier=form.earlier, writes=writes(desk),
        action=url_for(".upload", **at), template_url=url_for(".template", **at), ledger_url=ledger_url(ledger),
        mappings=imports.mappings(ledger), batches=imports.batches([ledger], size=EARLIER), line=line,
        due=[each.kind for each in desk.ledger.evidence], reminders=due_again(desk),
        most=f"{grid.MOST_BYTES // grid.MEGA} MB、{grid.MOST_ROWS:,} 行",
    )  # fmt: skip


def due_again(desk: Desk) -> list[Reminder]:
    """The platforms whose exports should be taken into this ledger again soon."""
    return [each for each in reminders(desk.scope, desk.act.today) if each.ledger == desk.ledger.id]


@bp.get("/ledgers/<ledger>/import/template")
@in_contract(*WRITERS)
def template(contract_id: int, ledger: str) -> Response:
    content = io.BytesIO()
    name = papers.write_template(desk_here(ledger), content)
    content.seek(0)
    return send_file(content, XLSX, as_attachment=True, download_name=name, etag=False, max_age=None)

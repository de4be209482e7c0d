"""What is decided over a checked file: bring it in, go back to the columns, undo it, take the rows away to mend them."""

from __future__ import annotations

import tempfile

from flask import Response, request, send_file, url_for
from wtforms import IntegerField

from app.services.act import Act, Refused
from app.services.imports import deciding, papers
from app.web.access import current_scope, in_contract
from app.web.database import db
from app.web.forms import Form
from app.web.htmx import redirect_to
from app.web.imports.batch import UndoForm, batch_page
from app.web.imports.blueprint import bp
from app.web.imports.shared import WRITERS, batch_here, batch_url, decided
from app.web.imports.starting import XLSX
from app.web.transaction import act_now, perform

IN_MEMORY = 4 * 1024 * 1024


class SeenForm(Form):
    """A button, with the version that the person saw."""

    version = IntegerField()


def seen() -> int:
    form = SeenForm()
    form.validate_on_submit()
    return form.version.data or 0


@bp.post("/imports/<int:batch_id>/confirm")
@in_contract(*WRITERS)
def confirm(contract_id: int, batch_id: int) -> Response:
    version = seen()
    return decided(batch_id, lambda act: deciding.confirm(act, current_scope(), batch_id, version))


@bp.post("/imports/<int:batch_id>/take-up")
@in_contract(*WRITERS)
def take_up(contract_id: int, batch_id: int) -> Response:
    version = seen()
    return decided(batch_id, lambda act: deciding.take_up(act, current_scope(), batch_id, version))


@bp.post("/imports/<int:batch_id>/undo")
@in_contract(*WRITERS)
def undo(contract_id: int, batch_id: int) -> Response:
    form, version = UndoForm(), seen()
    reason = form.reason.data or ""
    done = perform(form, lambda act: deciding.undo(act, current_scope(), batch_id, version, reason))
    if done is None:
        return batch_page(batch_here(batch_id), undo=form)
    return redirect_to(batch_url(batch_here(batch_id)), told=f"已撤销，{done.value:,} 条记录都已撤回，不再计数。")


@bp.post("/imports/<int:batch_id>/errors")
@in_contract(*WRITERS)
def errors(contract_id: int, batch_id: int) -> Response:
    """The rows as a workbook with what is wrong beside them: only those, or all."""
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 — closed by whoever sends it
    only_bad = request.form.get("rows") != "all"

    def use_case(act: Act) -> str:
        batch = batch_here(batch_id)
        name = papers.write_errors(act, current_scope(), batch, file, only_bad=only_bad)
        act.record("import.rows_taken", "batch", batch_id, contract_id, ledger=batch.ledger, only_bad=only_bad)
        return name

    try:
        name = act_now(use_case)
    except Refused as refused:
        db.session.rollback()
        return redirect_to(batch_url(batch_here(batch_id)), told=refused.message, kind="warning")
    file.seek(0)
    return send_file(file, XLSX, as_attachment=True, download_name=name, etag=False, max_age=None)


@bp.post("/imports/mappings/<int:mapping_id>/drop")
@in_contract(*WRITERS)
def drop_mapping(contract_id: int, mapping_id: int) -> Response:
    ledger = act_now(lambda act: deciding.drop_mapping(act, current_scope(), mapping_id))
    told = "存下的对应已删除，以后同样的文件要重新对应。"
    return redirect_to(url_for(".start", contract_id=contract_id, ledger=ledger), told=told, kind="info")

"""The page of one import: its columns, its check, its result. One fragment for the first look and the refresh."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, url_for

from app.security.terms import BatchState
from app.services.act import Refused
from app.services.imports import deciding, papers, receiving
from app.services.imports.batches import Summary
from app.services.imports.judging import title_of
from app.services.imports.mapping import ColumnMap, untold
from app.services.ledger.desk import Desk
from app.store import jobs
from app.store.imports import ImportBatch
from app.web.access import as_member, current_scope
from app.web.addresses import number_asked
from app.web.database import db
from app.web.forms import Form, text
from app.web.htmx import render
from app.web.imports.blueprint import bp
from app.web.imports.shared import (
    READERS,
    SIGNS,
    batch_here,
    batch_url,
    desk_here,
    imports_here,
    ledger_url,
    outcome,
    sees_rows,
    writes,
)

B = BatchState
PROBLEMS = 20  # rows with something wrong on a page
BUSY = {B.CHECKING.value, B.IMPORTING.value}
OPEN = {B.UPLOADED.value, B.FAILED.value}


class UndoForm(Form):
    reason = text("撤销的原因", 200, "例如：文件拿错了。会记入每条记录的历史。")


@bp.get("/imports/<int:batch_id>")
@as_member(*READERS)
def batch(contract_id: int, batch_id: int) -> Response:
    return batch_page(batch_here(batch_id))


def batch_page(
    batch: ImportBatch, *, given: ColumnMap | None = None, typed: dict[str, Any] | None = None,
    refused: Refused | None = None, undo: UndoForm | None = None,
) -> Response:  # fmt: skip
    """The page of a batch in whatever state it stands; `given` and `typed`: what the columns' form says."""
    desk = desk_here(batch.ledger)
    context = around(desk, batch) | {"undo": undo or UndoForm(formdata=None)}
    if batch.state in OPEN and context["writes"]:
        context |= columns_context(desk, batch, given, typed, refused)
    elif batch.state in BUSY:
        context |= progress_context(desk, batch)
    elif batch.state != B.UNDONE.value:
        context |= result_context(desk, batch)
    status = 422 if refused is not None or (undo and undo.errors) else 200
    return render("imports/batch.html", "imports/_batch.html", status=status, **context)


def around(desk: Desk, batch: ImportBatch) -> dict[str, Any]:
    """What every state shows."""
    imports = imports_here()
    at = {"contract_id": desk.contract.id, "ledger": batch.ledger}
    same = [each for each in imports.same_file(batch) if each.id < batch.id]
    earlier = imports.find(batch.retry_of) if batch.retry_of is not None else None
    return {
        "batch": batch, "ledger": desk.ledger, "sign": SIGNS[B.of(batch.state)], "word": B.of(batch.state).label,
        "writes": writes(desk), "same": same, "outcome": outcome, "batch_url": batch_url, "earlier": earlier,
        "retries": imports.retries(batch.id), "ledger_url": ledger_url(batch.ledger), "summary": Summary.of(batch),
        "again_url": url_for(".start", **at), "retry_url": url_for(".start", **at, retry=batch.id),
        "steps": steps(batch), "here": batch_url(batch),
    }  # fmt: skip


def steps(batch: ImportBatch) -> list[tuple[str, str]]:
    """The way of an import, and how far this one is: done, now, later."""
    place = {B.UPLOADED: 1, B.FAILED: 1, B.CHECKING: 2, B.CHECKED: 3, B.IMPORTING: 3}.get(B.of(batch.state), 4)
    names = ("上传文件", "对应列", "核对每一行", "确认导入")
    return [(name, "done" if number < place else "now" if number == place else "later") for number, name in enumerate(names)]


# -- the columns --------------------------------------------------------------------------------


def columns_context(
    desk: Desk, batch: ImportBatch, given: ColumnMap | None, typed: dict[str, Any] | None, refused: Refused | None
) -> dict[str, Any]:
    """The columns of the file, where they lead, what is wrong with that."""
    plan = receiving.planned(desk.act, desk, batch, given)
    problems = refused.problems if isinstance(refused, receiving.ColumnsWrong) else plan.problems if given is None else []
    saved = imports_here().mapping(batch.mapping_id) if batch.mapping_id is not None else None
    whole = [each for each in plan.targets.every if not each.part]
    return {
        "plan": plan, "problems": problems, "refused": refused, "targets": plan.targets.every,
        "unknown": plan.unknown, "untold": untold(plan.unknown, plan.given), "outlets": sorted(plan.outlets),
        "missing": [each for each in whole if each.key in {one.place for one in problems if one.missing}],
        "others": [each for each in whole if each.key not in plan.given.columns.values()],
        "standing": receiving.standing(imports_here(), batch), "mapping": saved,
        "typed": typed or {"name": saved.name if saved else "", "again": False},
        "map_url": batch_url(batch, "imports.map"), "look_url": batch_url(batch, "imports.look_again"),
    }  # fmt: skip


# -- under way, and done ------------------------------------------------------------------------


def progress_context(desk: Desk, batch: ImportBatch) -> dict[str, Any]:
    """How far the background is."""
    job = jobs.by_id(db.session(), batch.job_id) if batch.job_id is not None else None
    told = (job.result or {}) if job else {}
    waiting = job is not None and job.state == "waiting"
    return {
        "job": job, "stuck": deciding.is_stuck(desk.act, batch), "done": told.get("done") or 0, "total": told.get("total"),
        "running": "queued" if waiting else "running", "told": "" if waiting or job is None else job.message,
        "take_up_url": batch_url(batch, "imports.take_up"),
    }  # fmt: skip


def result_context(desk: Desk, batch: ImportBatch) -> dict[str, Any]:
    """What the check found, and what can be done with it."""
    after = number_asked("after") or 0
    summary, shows = Summary.of(batch), sees_rows(desk)
    rows: Sequence[tuple[int, str, str, str]] = ()
    if batch.bad and shows:
        rows = papers.first_problems(desk.act, current_scope(), desk, batch, PROBLEMS, after)
    last = rows[-1][0] if len({row[0] for row in rows}) == PROBLEMS else None
    fields = sorted(summary.fields.items(), key=lambda each: -each[1])
    return {
        "rows": rows, "shows": shows, "after": after,
        "next_url": batch_url(batch, after=last) if last else None,
        "fields": [(title_of(desk.ledger, name), count) for name, count in fields],
        "confirm_url": batch_url(batch, "imports.confirm"), "take_up_url": batch_url(batch, "imports.take_up"),
        "errors_url": batch_url(batch, "imports.errors"), "undo_url": batch_url(batch, "imports.undo"),
        "states": imports_here().entry_states(batch.id) if batch.state == B.IMPORTED.value else {},
    }  # fmt: skip

"""Bulk decisions: preview, the drawn entries one after another, the decision, the register."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request

from app.clock import SHANGHAI
from app.security.permissions import P
from app.security.predicates import may
from app.security.terms import ReviewMode
from app.services.act import Act, Refused, found
from app.services.verification import bulk, undo
from app.services.verification.bulk import Preview
from app.services.verification.stages import Stage
from app.store import reviews
from app.store.review_queue import Line
from app.store.reviews import ReviewBatch
from app.web.access import current_contract, current_person, current_scope
from app.web.htmx import redirect_to, render
from app.web.replies import Listing, Row, list_page
from app.web.review.batches import BatchView, mode_text, outcome_text
from app.web.review.blueprints import TITLES
from app.web.review.deeds import attempt, reason, version
from app.web.review.desk import Desk, ledger_entry_url
from app.web.review.forms import BulkForm, MoreForm
from app.web.review.looks import describe
from app.web.review.where import Where, number_in
from app.web.transaction import current_act, perform

EACH_UP_TO = 20  # so few are read one by one as quickly as drawn from
REGISTER_PAGE = 30
COLUMNS = ["时间", "审核人", "怎样看", "已打开", "结果", "抽中退回", "未计入", "种子"]


def preview(stage: Stage) -> Response:
    """What a decision over the filter would take in; nothing is drawn yet."""
    weighed = bulk.preview(current_act(), current_scope(), stage, Where.here(stage).wanted)
    mode = ReviewMode.EACH if weighed.total <= EACH_UP_TO else ReviewMode.DRAWN
    return preview_page(stage, BulkForm(formdata=None, mode=mode.value, number=weighed.least), weighed)


def preview_page(stage: Stage, form: BulkForm, weighed: Preview) -> Response:
    where = Where.here(stage)
    form.number.description = f"至少 {weighed.least} 条（10 条且不少于 5%），可以多抽；抽中的要逐条打开。"
    return render(
        "review/bulk.html", "review/_bulk.html", status=422 if request.method == "POST" else 200,
        title=f"批量{TITLES[stage.key]}", form=form, found=weighed, filters=describe(where, weighed.ledgers, weighed.authors),
        action=where.url("begin", **where.args), queue_url=where.url("queue", **where.args), most=bulk.MOST,
        left_out=[(why, len(ids)) for why, ids in weighed.verdict.left_out.items()],
    )  # fmt: skip


def begin(stage: Stage) -> Response:
    """Freezes and draws."""
    form, where = BulkForm(), Where.here(stage)
    done = perform(
        form,
        lambda act: bulk.begin(
            act, current_scope(), stage, where.wanted, ReviewMode.of(form.mode.data), form.number.data
        ).id,
    )
    if done is None:
        return preview_page(stage, form, bulk.preview(current_act(), current_scope(), stage, where.wanted))
    return redirect_to(where.batch_url("batch", done.value))


def batch(stage: Stage, review_id: int, record_id: int | None = None) -> Response:
    """The drawn entries while it is open; afterwards what it did."""
    where = Where.here(stage, review_id)
    desk = Desk(where, record_id, strict=record_id is not None)
    row = found(desk.batch)
    view = BatchView(row, desk.progress, where)
    if record_id is not None or view.open:
        return desk.show()
    return render(
        "review/batch.html", title=f"批量{TITLES[stage.key]} {review_id} 号", batch=view.context(),
        rows=[drawn_row(desk, line, linked=holds(P.REPORT_READ) or holds(stage.permission)) for line in desk.lines],
        redone=bulk.redone(row), register_url=where.url("register"), queue_url=where.url("queue"), reads=holds(stage.permission),
    )  # fmt: skip


def holds(permission: P) -> bool:
    """Whether the person holds the permission in the contract of the address."""
    return may(current_person(), permission, current_contract().id)


def drawn_row(desk: Desk, line: Line, *, linked: bool) -> dict[str, Any]:
    """One of the drawn entries, as a row of the table component."""
    shown = desk.row(line)
    at = desk.progress.opened.get(line.id) if desk.progress is not None else None
    opened = f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at is not None else "没有打开"
    cells = [shown["number"], shown["ledger"], shown["date"], shown["author"], opened, shown["gone"] or "等待处理"]
    return {"cells": cells, "url": ledger_entry_url(line.ledger, line.id) if linked else ""}


def acted(stage: Stage, review_id: int, use_case: Callable[[Act], ReviewBatch], told: Callable[[ReviewBatch], str]) -> Response:
    """Carries a step of a bulk decision out; a refusal stands above the drawn entries."""
    where = Where.here(stage, review_id)
    bulk.find(current_scope(), stage, review_id)
    try:
        row = attempt(use_case)
    except Refused as refused:
        return Desk(where, number_in("current"), refusal=refused.message).show(422 if refused.field else 409, asked=reason())
    return redirect_to(where.batch_url("batch", row.id), told=told(row))


def conclude(stage: Stage, review_id: int, *, fine: bool) -> Response:
    scope, seen, why = current_scope(), version(), reason()
    word = "通过" if fine else "退回"
    return acted(
        stage, review_id, lambda act: bulk.conclude(act, scope, stage, review_id, seen, fine=fine, reason=why),
        lambda row: f"已{word} {row.decided:,} 条。",
    )  # fmt: skip


def more(stage: Stage, review_id: int) -> Response:
    """Further entries drawn."""
    form, scope = MoreForm(), current_scope()
    form.validate_on_submit()
    if form.number.errors:
        bulk.find(scope, stage, review_id)
        message = f"再抽几条：{form.number.errors[0]}"
        return Desk(Where.here(stage, review_id), refusal=message).show(422)
    return acted(
        stage, review_id, lambda act: bulk.add_draw(act, scope, stage, review_id, version(), form.number.data),
        lambda row: f"已再抽 {form.number.data} 条，一共要打开 {row.to_open} 条。",
    )  # fmt: skip


def cancel(stage: Stage, review_id: int) -> Response:
    where = Where.here(stage)
    scope, seen = current_scope(), version()
    bulk.find(scope, stage, review_id)
    try:
        attempt(lambda act: bulk.cancel(act, scope, stage, review_id, seen))
    except Refused as refused:
        return redirect_to(where.batch_url("batch", review_id), told=refused.message, kind="error")
    told = "已作废。登记簿里留有记录；抽中而没有处理的，下次批量审核仍要打开。"
    return redirect_to(where.url("queue"), told=told, kind="info")


def undo_many(stage: Stage, review_id: int) -> Response:
    scope, where = current_scope(), Where.here(stage)
    bulk.find(scope, stage, review_id)
    try:
        count = attempt(lambda act: undo.take_back_many(act, scope, stage, review_id))
    except Refused as refused:
        return redirect_to(where.batch_url("batch", review_id), told=refused.message, kind="error")
    return redirect_to(where.batch_url("batch", review_id), told=f"已撤销 {count:,} 条，它们重新等待处理。")


def register(stage: Stage) -> Response:
    """Every bulk decision, those that were given up included, for whoever audits them."""
    where, scope = Where.here(stage), current_scope()
    rows = reviews.register(scope.session, scope.contract_id, stage.key, number_in("before"), REGISTER_PAGE + 1)
    shown = rows[:REGISTER_PAGE]
    older = where.url("register", before=shown[-1].id) if len(rows) > REGISTER_PAGE else ""
    listing = Listing(
        f"{TITLES[stage.key]}登记簿", COLUMNS, [register_row(where, row) for row in shown],
        "批量审核会登记在这里：怎样看的、抽了几条、打开了几条、用的种子。", next_url=older,
    )  # fmt: skip
    return list_page(f"批量{TITLES[stage.key]}登记簿", [listing])


def register_row(where: Where, row: ReviewBatch) -> Row:
    """One bulk decision as a line."""
    left_out = sum(len(ids) for ids in row.left_out.values())
    return Row(
        [
            f"{row.made_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}", row.reviewer.display_name, mode_text(row),
            f"{len(row.opened_ids):,}" if row.decided_at else "—", outcome_text(row), f"{len(row.failed_ids):,}",
            f"{left_out:,}", f"{row.seed[:12]}…",
        ],
        where.batch_url("batch", row.id),
    )  # fmt: skip

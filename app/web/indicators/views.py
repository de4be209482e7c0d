"""The sheet of indicators, its filter, the file of it, and the request to compute the standing now."""

from __future__ import annotations

import io
from typing import Any

from flask import Response, render_template, request, send_file, url_for

from app.clock import SHANGHAI
from app.documents import entry_table
from app.security.permissions import P
from app.security.terms import JobState
from app.services import standing
from app.services.act import Refused
from app.services.indicators.sheet import HEADINGS, Asked, Sheet
from app.services.standing import refresh
from app.services.standing.view import points, yuan
from app.store import jobs
from app.store.jobs import Job
from app.web.access import current_contract, current_scope, in_contract
from app.web.database import db
from app.web.htmx import redirect_to, render, wants_fragment
from app.web.indicators.blueprint import bp
from app.web.indicators.here import live_here, names_of_ledgers, places, reads_ledgers
from app.web.indicators.shown import Shown
from app.web.transaction import act_now

SIGNS = {JobState.WAITING: "queued", JobState.RUNNING: "running"}
TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
NUMBERS = {"抽查条数", "抽查属实"}


@bp.get("/indicators", endpoint="indicators")
@in_contract(P.CONTRACT_READ)
def table(contract_id: int) -> Response:
    asked, view, live = Asked.of(request.args), standing.of(current_scope()), live_here()
    found = Sheet(view, asked, names_of_ledgers(live), live.counted(asked.place) if live is not None and asked.place else {})
    strips = standing.windows_of(current_scope()) if view else {}
    return render(
        "indicators/indicators.html", "indicators/_table.html", table=found, view=view, asked=asked, points=points, yuan=yuan,
        running=running(contract_id), reads=reads_ledgers(), places=places(live), live=live,
        strip=lambda one, place: Shown.of(strips.get(f"{one.key}/{place}", [])),
    )  # fmt: skip


@bp.post("/indicators/file")
@in_contract(P.CONTRACT_READ)
def file(contract_id: int) -> Response:
    """The sheet as it is filtered, as a workbook or a text."""
    kind = "csv" if request.form.get("format") == "csv" else "xlsx"
    asked, view, live = Asked.of(request.form), standing.of(current_scope()), live_here()
    if view is None or view.refused:
        raise Refused("还没有推算，没有可以导出的指标。请先按“立即推算”")
    found = Sheet(view, asked, names_of_ledgers(live), live.counted(asked.place) if live is not None and asked.place else {})
    content = written(found, kind, asked)
    act_now(lambda act: act.record("indicators.exported", "contract", contract_id, contract_id, format=kind, rows=len(found.rows)))
    return send_file(
        io.BytesIO(content), TYPES[kind], as_attachment=True, etag=False, max_age=None,
        download_name=f"指标表-{view.day:%Y%m%d}.{kind}",
    )  # fmt: skip


def written(found: Sheet, kind: str, asked: Asked) -> bytes:
    """The bytes of the file."""
    assert found.view is not None
    kinds: list[entry_table.Kind] = ["number" if name in NUMBERS else "text" for name in HEADINGS]
    if kind == "csv":
        return b"".join(entry_table.csv_pieces(HEADINGS, kinds, found.table()))
    at = found.view.as_of.astimezone(SHANGHAI)
    about = [
        ("合同", current_contract().title), ("推算时刻", f"{at:%Y-%m-%d %H:%M}"), ("考核周期", _period(found)),
        ("条件", "；".join(filter(None, [found.shows[asked.show], asked.stage, asked.clause, asked.place]))),
        ("说明", "自报、审定、抽查属实分开写；选了网点时，自报和审定是该网点的：合计和比例写数，其余写记录条数。"),
    ]  # fmt: skip
    book = io.BytesIO()
    entry_table.write_workbook(book, "指标表", HEADINGS, kinds, found.table(), about)
    return book.getvalue()


def _period(found: Sheet) -> str:
    assert found.view is not None
    span = found.view.data["period"]
    return f"{span['from']} 至 {span['to']}"


@bp.post("/standing")
@in_contract(P.CONTRACT_READ)
def compute(contract_id: int) -> Response:
    """Puts the computing into the queue; the answer says how it goes."""
    told, kind = "", "success"
    try:
        act_now(lambda act: refresh.ask(act, current_scope()))
    except Refused as refused:
        db.session.rollback()
        told, kind = refused.message, "info"
    if not wants_fragment():
        return redirect_to(
            url_for(".indicators", contract_id=contract_id), told=told or "已经开始推算，几秒钟后刷新本页就能看到。", kind=kind
        )
    return as_of(contract_id, told)


@bp.get("/standing/state")
@in_contract(P.CONTRACT_READ)
def state(contract_id: int) -> Response:
    """How far the computing is; when it is done, the page comes anew."""
    if running(contract_id) is None and wants_fragment():
        return redirect_to(back(contract_id), soft=True)
    return as_of(contract_id)


def back(contract_id: int) -> str:
    """The page that asked, on this host."""
    path = request.headers.get("HX-Current-URL", "").partition(request.host)[2].partition("#")[0]
    return path if path.startswith("/") and not path.startswith("//") else url_for(".indicators", contract_id=contract_id)


def as_of(contract_id: int, told: str = "") -> Response:
    context: dict[str, Any] = {
        "contract_id": contract_id, "view": standing.of(current_scope()), "running": running(contract_id), "told": told
    }
    return Response(render_template("indicators/_state.html", **context))


def running(contract_id: int) -> dict[str, Any] | None:
    """The computing that waits or runs."""
    job: Job | None = jobs.unfinished(db.session(), refresh.JOB, contract_id)
    if job is None:
        return None
    return {"sign": SIGNS[JobState.of(job.state)], "message": job.message, "progress": job.progress}

"""The table of indicators, its filter, and the request to compute the standing now."""

from __future__ import annotations

from typing import Any

from flask import Response, g, render_template, request, url_for

from app.security.permissions import P
from app.security.terms import JobState
from app.services import books, standing
from app.services.act import Refused
from app.services.standing import refresh
from app.services.standing.view import points, yuan
from app.store import jobs
from app.store.jobs import Job
from app.web.access import current_person, current_scope, in_contract
from app.web.database import db
from app.web.htmx import redirect_to, render, wants_fragment
from app.web.indicators.blueprint import bp
from app.web.indicators.shown import Asked, Table
from app.web.transaction import act_now

SIGNS = {JobState.WAITING: "queued", JobState.RUNNING: "running"}


@bp.get("/indicators", endpoint="indicators")
@in_contract(P.CONTRACT_READ)
def table(contract_id: int) -> Response:
    view = standing.of(current_scope())
    asked = Asked.of(request.args)
    found = Table(view, asked, names_of_ledgers(), standing.windows_of(current_scope()) if view else {})
    return render(
        "indicators/indicators.html", "indicators/_table.html", table=found, view=view, asked=asked,
        running=running(contract_id), points=points, yuan=yuan, reads=reads_ledgers(),
    )  # fmt: skip


def names_of_ledgers() -> dict[str, str]:
    """The ledgers of the contract by id; none where it has no rulebook yet."""
    try:
        book = books.book_of(current_scope(), g.contract)
    except Refused:
        return {}
    return {each.id: each.name for each in book.rulebook.ledgers}


def reads_ledgers() -> bool:
    """Whether the person may open the entries behind a figure."""
    held = current_person().contracts.get(g.contract.id, frozenset())
    return bool(held & {P.ENTRY_WRITE, P.ENTRY_CHECK, P.BUYER_ENTRY_WRITE, P.ENTRY_VERIFY, P.SCORE, P.REPORT_READ})


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

"""The list of reports, what is due and late."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, request, url_for

from app.services.act import Refused
from app.services.books import Book, book_of
from app.services.reports import duties, showing
from app.services.reports.duties import JOB, SPECIAL
from app.services.reports.naming import titled
from app.services.reports.people import hands_in, receives, writes
from app.store import jobs, reports
from app.store.reports import Report
from app.web.access import current_person, current_scope, in_contract
from app.web.htmx import render
from app.web.reports.blueprint import READERS, STATES, address, bp, contract
from app.web.reports.forms import ListFilter
from app.web.reports.papers import papers_of
from app.web.transaction import current_act
from kpi.reports.marks import chinese

PAGE = 40
SHOWN_DUE = 12


@bp.get("", endpoint="reports")
@in_contract(*READERS)
def every(contract_id: int) -> Response:
    scope, today = current_scope(), current_act().today
    book = _book()
    form = ListFilter(formdata=request.args)
    form.duty.choices = [(one.id, chinese(one.title)) for one in (*duties.made_here(book), SPECIAL)] if book else []
    duty, state = form.duty.data or "", form.state.data or ""
    rows = list(reports.every(scope.session, contract_id, duty=duty, state=state, before=_before(), size=PAGE + 1))
    lines = showing.lines(scope, rows[:PAGE], today)
    more = address("reports", duty=duty or None, state=state or None, before=_cursor(rows[PAGE - 1])) if len(rows) > PAGE else None
    return render(
        "reports/list.html", "reports/_rows.html", rows=[line(one) for one in lines], next_url=more, filter_form=form,
        count=bool(duty) + bool(state), **_around(book, today),
    )  # fmt: skip


def _book() -> Book | None:
    try:
        return book_of(current_scope(), contract())
    except Refused:
        return None


def _around(book: Book | None, today: date) -> dict[str, Any]:
    """What is due, what failed, and what the person may do."""
    scope, person = current_scope(), current_person()
    missing = duties.outstanding(scope.session, contract(), book, today) if book is not None and contract().state in duties.RUNNING else []
    running = jobs.unfinished(scope.session, JOB, contract().id)
    failed = reports.failed_jobs(scope.session, JOB, [contract().id])
    return {
        "missing": [{"title": chinese(titled(one.duty.title, one.period.label)), "due": one.due} for one in missing[:SHOWN_DUE]],
        "running_url": url_for("jobs.progress", contract_id=contract().id, run_id=running.id) if running is not None else "",
        "failed": [{"message": one.message, "url": address("retry", run_id=one.id)} for one in failed[:3]],
        "writes": writes(person, contract().id), "has_book": book is not None,
        "hands_in": hands_in(person, contract()), "receives": receives(person, contract()), "papers": papers_of(scope, contract().id),
    }  # fmt: skip


def _cursor(row: Report) -> str:
    return f"{row.until_on}.{row.id}"


def _before() -> tuple[date, int] | None:
    day, _, key = request.args.get("before", "").partition(".")
    try:
        return date.fromisoformat(day), int(key)
    except ValueError:
        return None


def line(one: showing.Line) -> dict[str, Any]:
    """A report in the list."""
    row = one.row
    return {
        "row": row, "state": STATES[one.state], "word": one.state.label, "late": one.late, "reason": one.reason,
        "url": address("one", row),
    }  # fmt: skip

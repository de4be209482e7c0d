"""The list of reports, what is due and late, and having one made."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, request, url_for

from app.services.act import Refused
from app.services.books import Book, book_of
from app.services.reports import duties, making, showing
from app.services.reports.duties import JOB, SPECIAL
from app.services.reports.people import hands_in, receives, writes
from app.store import jobs, reports
from app.store.reports import Report
from app.web.access import current_person, current_scope, in_contract
from app.web.htmx import redirect_to, render
from app.web.replies import FormView, form_page
from app.web.reports.blueprint import READERS, STATES, WRITERS, address, bp, contract, turned_away
from app.web.reports.forms import ListFilter, MakeForm
from app.web.reports.papers import papers_of
from app.web.transaction import current_act, perform
from kpi.quantities import Period
from kpi.reports.marks import chinese

PAGE = 40
SHOWN_DUE = 12
#: How many ended periods can be chosen from, the latest first.
CHOICES = 60


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
        "missing": [{"title": chinese(one.duty.title), "label": chinese(one.period.label), "due": one.due} for one in missing[:SHOWN_DUE]],
        "running_url": url_for("jobs.progress", contract_id=contract().id, run_id=running.id) if running is not None else "",
        "failed": [one.message for one in failed[:3]], "writes": writes(person, contract().id), "has_book": book is not None,
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


# -- having one made ------------------------------------------------------------------------------


@bp.route("/new", methods=["GET", "POST"])
@in_contract(*WRITERS)
def make(contract_id: int) -> Response:
    """A report of an ended period, made in the background; an existing one is made again where its sources have changed."""
    if (away := turned_away()) is not None:
        return away
    form, book = MakeForm(), book_of(current_scope(), contract())
    chosen = [*duties.made_here(book), SPECIAL]
    form.duty.choices = [(one.id, chinese(one.title)) for one in chosen]
    periods = _periods(book)
    form.period.choices = [(key, chinese(one.label)) for key, one in periods.items()]
    if done := perform(form, lambda act: making.ask(act, current_scope(), form.duty.data, _period(form, book, periods))):
        told = "正在后台生成，可以离开本页，做好后在“我的任务”里找到。"
        return redirect_to(url_for("jobs.progress", contract_id=contract_id, run_id=done.value.id), told=told, kind="info")
    hint = "按期的报告到期会自动生成，来源有变化时可以在这里重新生成；结果相同的不会多出一版。"
    view = FormView(form, address("make"), "生成", hint=hint)
    return form_page("生成报告", view, ("报告", address("reports")))


def _periods(book: Book) -> dict[str, Period]:
    """The ended periods of all duties, the latest first."""
    today = current_act().today
    found: dict[str, Period] = {}
    for duty in duties.made_here(book):
        kind = duties.kind_of(duty)
        for one in reversed(duties.periods_of(book, contract(), kind) if kind is not None else []):
            if one.end < today:
                found.setdefault(f"{one.start}:{one.end}", one)
    latest = sorted(found.items(), key=lambda pair: (pair[1].end, pair[1].days), reverse=True)
    return dict(latest[:CHOICES])


def _period(form: MakeForm, book: Book, periods: dict[str, Period]) -> Period:
    """The period that was chosen, or typed; Refused where it is not one of the duty's."""
    duty = duties.duty_of(book, form.duty.data)
    kind = duties.kind_of(duty) if duty is not None else None
    if kind is None:
        if form.from_on.data is None or form.until_on.data is None:
            raise Refused("这种报告不按固定的期间，请填写起始日期和结束日期", "from_on")
        if form.until_on.data < form.from_on.data:
            raise Refused("结束日期早于起始日期，请核对", "until_on")
        return Period(form.from_on.data, form.until_on.data)
    one = periods.get(form.period.data or "")
    if one is None:
        raise Refused("请选择期间", "period")
    own = {(each.start, each.end) for each in duties.periods_of(book, contract(), kind)}
    if (one.start, one.end) not in own:
        word = {"month": "月", "quarter": "季度", "week": "周", "year": "年", "half_year": "半年"}.get(kind.value, "期")
        raise Refused(f"“{one.label}”不是这种报告的期间，请选择一个{word}", "period")
    return one

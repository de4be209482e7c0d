"""Having a report made by hand: each kind of report with its ended periods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from app.services.act import Refused
from app.services.books import Book, book_of
from app.services.reports import duties, failures, making
from app.services.reports.duties import SPECIAL
from app.store import reports
from app.store.reports import Report
from app.web.access import current_scope, in_contract
from app.web.buttons import carried_out
from app.web.htmx import render
from app.web.reports.blueprint import WRITERS, address, bp, contract, turned_away, under_way
from app.web.reports.forms import MakeForm
from app.web.transaction import current_act, perform
from kpi.quantities import Period
from kpi.reports.marks import chinese
from kpi.rulebook.reports import ReportDuty

#: How many ended periods of a kind can be chosen from, the latest first.
CHOICES = 60
MOST_MADE = 2000
WORDS = {"month": "月", "quarter": "季度", "week": "周", "year": "年", "half_year": "半年"}
Periods = Mapping[str, Period]


@bp.route("/new", methods=["GET", "POST"])
@in_contract(*WRITERS)
def make(contract_id: int) -> Response:
    """A report of an ended period, made in the background; an existing one is made again where its sources have changed."""
    if (away := turned_away()) is not None:
        return away
    form, book = MakeForm(), book_of(current_scope(), contract())
    chosen = [*duties.made_here(book), SPECIAL]
    form.duty.choices = [(one.id, chinese(one.title)) for one in chosen]
    periods = {one.id: _periods(book, one) for one in chosen}
    form.period.choices = [(key, one.label) for spans in periods.values() for key, one in spans.items()]
    if done := perform(form, lambda act: making.ask(act, current_scope(), form.duty.data, _period(form, book, periods))):
        told = "正在后台生成，可以离开本页，做好后在“我的任务”里找到。"
        return under_way(contract_id, done.value.id, told)
    made = {(one.duty, one.from_on, one.until_on): one for one in reports.every(current_scope().session, contract_id, size=MOST_MADE)}
    rows = [_row(form, one, periods[one.id], made) for one in chosen]
    errors = [("", text) for _, text in form.error_list]  # each stands in its own row, too
    around = {"errors": errors, "rows": rows, "action": address("make"), "back": address("reports")}
    return render("reports/make.html", "reports/_make.html", status=422 if request.method == "POST" else 200, **around)


@bp.post("/runs/<int:run_id>/retry")
@in_contract(*WRITERS)
def retry(contract_id: int, run_id: int) -> Response:
    """A run that failed is tried again: what was in its way may be gone."""
    return carried_out(
        lambda act: failures.again(act, current_scope(), run_id),
        lambda _: under_way(contract_id, run_id, "正在后台重新生成，可以离开本页。"),
        address("reports"),
    )


def _periods(book: Book, duty: ReportDuty) -> dict[str, Period]:
    """The ended periods of a duty and its events, the latest first."""
    today = current_act().today
    kind = duties.kind_of(duty)
    if kind is not None:
        found = duties.periods_of(book, contract(), kind)
    else:
        found = [one.period for one in duties.all_owed(current_scope(), book, contract(), duty)]
    over = [one for one in reversed(found) if one.end < today]
    return {f"{one.start}:{one.end}": one for one in over[:CHOICES]}


def _row(form: MakeForm, duty: ReportDuty, periods: Periods, made: Mapping[tuple[Any, ...], Report]) -> dict[str, Any]:
    """A kind of report on the page: its periods, or two dates to type, and what was wrong with them."""
    here = form.duty.data == duty.id
    return {
        "id": duty.id, "title": chinese(duty.title), "clauses": "、".join(duty.clauses), "dated": duties.kind_of(duty) is None,
        "periods": [(key, _choice(one, made.get((duty.id, one.start, one.end)))) for key, one in periods.items()],
        "errors": [text for field in form for text in field.errors] if here else [],
        "chosen": form.period.data if here else None,
        "from_on": _typed(form, "from_on") if here else "", "until_on": _typed(form, "until_on") if here else "",
    }  # fmt: skip


def _choice(period: Period, row: Report | None) -> str:
    label = chinese(period.label or f"{period.start} 至 {period.end}")
    return f"{label}，{f'已有第 {row.revision} 版' if row is not None else '还没有'}"


def _typed(form: MakeForm, name: str) -> str:
    raw = form[name].raw_data
    return str(raw[0]) if raw else ""


def _period(form: MakeForm, book: Book, periods: Mapping[str, Periods]) -> Period:
    """The period that was chosen, or typed; Refused where it is not one of the duty's."""
    duty = duties.duty_of(book, form.duty.data)
    kind = duties.kind_of(duty) if duty is not None else None
    one = periods[form.duty.data].get(form.period.data or "")
    if kind is None and (one is None or form.from_on.data is not None or form.until_on.data is not None):
        return _dates(form)
    if one is not None:
        return one
    word = WORDS.get(kind.value if kind is not None else "", "期")
    if form.period.data:
        raise Refused(f"“{dict(form.period.choices)[form.period.data]}”不是这种报告的期间，请选择一个{word}", "period")
    raise Refused(f"请选择一个{word}；还没有过完的不能做" if periods[form.duty.data] else f"还没有过完一个{word}，到时会自动生成", "period")


def _dates(form: MakeForm) -> Period:
    if form.from_on.data is None or form.until_on.data is None:
        raise Refused("这种报告不按固定的期间，请填写起始日期和结束日期", "from_on")
    if form.until_on.data < form.from_on.data:
        raise Refused("结束日期早于起始日期，请核对", "until_on")
    return Period(form.from_on.data, form.until_on.data)

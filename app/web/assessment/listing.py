"""The periods of a contract: what was assessed, what can be opened, what waits for whom."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from app.security.predicates import may
from app.security.terms import AssessmentState
from app.services.assessments import appeals, periods
from app.services.assessments.common import INSIDE
from app.services.assessments.periods import ASSESSED, Choice
from app.services.assessments.summing import verdict_texts
from app.services.books import book_of
from app.store import assessments
from app.store.assessments import Assessment
from app.web.access import current_contract, current_person, current_scope, in_contract
from app.web.assessment.blueprint import READERS, SCORERS, bp
from app.web.assessment.forms import SpanForm
from app.web.assessment.here import address, inside, scores, state_view
from app.web.buttons import carried_out
from app.web.htmx import redirect_to, render
from app.web.replies import FormView, form_page
from app.web.transaction import current_act, perform
from kpi.quantities import parse_exact, points
from kpi.rulebook.answers import Refused as Unanswered

S = AssessmentState


@bp.get("", endpoint="assessments")
@in_contract(*READERS)
def every(contract_id: int) -> Response:
    scope, contract, today = current_scope(), current_contract(), current_act().today
    rows = assessments.every(scope.session, contract_id)
    found = periods.choices(scope, contract, rows)
    waiting = [one for one in found.listed if one.taken is None]
    return render(
        "assessment/list.html", rows=[line(one, today) for one in rows], refused=found.refused,
        open_now=[choice(one) for one in waiting if one.start <= today], scores=scores() and contract.state in ASSESSED,
        later=sum(1 for one in waiting if one.start > today), span_url=address("open_span"), verify_url=address("verify"),
        open_url=address("open_period"), self_scores=may(current_person(), READERS[0], contract_id),
        state=contract.state,
    )  # fmt: skip


def choice(one: Choice) -> dict[str, Any]:
    return {"key": one.key, "title": one.title, "start": one.start, "end": one.end}


def shown(exact: str | None) -> str | None:
    """Points for people, of a number that the row keeps exactly."""
    return None if exact is None else points(parse_exact(exact))


def line(row: Assessment, today: Any) -> dict[str, Any]:
    """One assessment as the list shows it: the contractor sees no total that it was not told, nor one in the making."""
    told = inside() or (row.state not in INSIDE and row.state != S.APPEALED)
    summary = row.summary if told else {}
    key, word = state_view(row)
    due = appeals.due(current_scope(), row, today) if row.state in {S.PUBLISHED.value, S.APPEALED.value} else None
    return {
        "row": row, "state": key, "word": word, "url": address("one", row), "due": due,
        "total": shown(summary.get("sheet")),
        "combined": shown(summary.get("score")) if summary.get("score") != summary.get("sheet") else None,
        "full": summary.get("full"), "tier": summary.get("tier"),
        "meaning": summary.get("meaning"), "open": summary.get("open") if row.state in INSIDE else None,
        "verdicts": verdict_texts(summary), "measured": row.measured_at is not None,
    }  # fmt: skip


@bp.post("/open")
@in_contract(*SCORERS)
def open_period(contract_id: int) -> Response:
    scope, key = current_scope(), request.form.get("period", "")
    told = "已开启，还没有计算任何数字。先取数，再逐项评分；供应商现在可以自评。"
    return carried_out(
        lambda act: periods.open_period(act, scope, key), lambda row: redirect_to(address("one", row), told=told), address("assessments")
    )


@bp.route("/open/span", methods=["GET", "POST"])
@in_contract(*SCORERS)
def open_span(contract_id: int) -> Response:
    form = SpanForm()
    form.part.choices = _parts()
    if not form.part.choices:
        del form.part
    if done := perform(form, lambda act: _opened(act, form)):
        return redirect_to(address("one", done.value), told="已开启，还没有计算任何数字。先取数，再逐项评分。")
    hint = "阶段核验、提前考核等，不按规则书的周期时用。目标值仍按规则书，请在理由里写明怎样折算。"
    view = FormView(form, address("open_span"), "开启", hint=hint)
    return form_page("开启自定日期的考核", view, ("考核", address("assessments")))


def _opened(act: Any, form: SpanForm) -> Assessment:
    part = form.part.data or "" if "part" in form else ""
    return periods.open_span(act, current_scope(), form.from_on.data, form.until_on.data, part, form.reason.data)


def _parts() -> list[tuple[str, str]]:
    """The parts of the rubric to choose from; none where there are none, or nobody knows yet."""
    if current_contract().rulebook_text_id is None:
        return []
    try:
        return [(one.id, one.title) for one in periods.parts(book_of(current_scope(), current_contract()))]
    except Unanswered:
        return []

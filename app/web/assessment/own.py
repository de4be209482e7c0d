"""自评: the contractor's own sheet; nothing of the buyer's scoring stands on it."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from app.security.permissions import P
from app.services.act import Refused
from app.services.assessments import self_scoring
from app.services.assessments.common import INSIDE, Moved
from app.services.assessments.self_scoring import Line, Own
from app.services.books import book_by_text
from app.store import scoring
from app.store.assessments import Assessment
from app.web.access import current_contract, current_scope, in_contract
from app.web.assessment.blueprint import SCORERS, bp
from app.web.assessment.forms import ReasonForm
from app.web.assessment.here import address, back, here, state_view, version
from app.web.assessment.steps import stepped
from app.web.database import db
from app.web.htmx import redirect_to, render
from app.web.transaction import act_now
from kpi.quantities import plain

POINTS, NOTE = "p-", "n-"


@bp.route("/<int:assessment_id>/self", methods=["GET", "POST"])
@in_contract(P.SELF_SCORE)
def self_score(contract_id: int, assessment_id: int) -> Response:
    row, scope = here(assessment_id), current_scope()
    if request.method == "GET":
        return sheet(row)
    typed, send, seen = given(), request.form.get("send") == "yes", version()
    try:
        act_now(lambda act: self_scoring.save(act, scope, assessment_id, typed, send=send, seen=seen))
    except Refused as refused:
        db.session.rollback()
        return sheet(here(assessment_id), refused)
    told = "自评已提交给采购人。" if send else "自评已保存，还没有提交。"
    return redirect_to(address("self_score", row), told=told)


def given() -> dict[str, Own]:
    """Points and notes by item."""
    form = request.form
    items = {name.removeprefix(POINTS) for name in form if name.startswith(POINTS)}
    items |= {name.removeprefix(NOTE) for name in form if name.startswith(NOTE)}
    return {item: Own(form.get(POINTS + item, ""), form.get(NOTE + item, "")) for item in sorted(items)}


def sheet(row: Assessment, refused: Refused | None = None) -> Response:
    scope = current_scope()
    book = book_by_text(scope, row.rulebook_text_id)
    kept = scoring.self_scores(scope.session, scope.contract_id, row.id)
    typed = given() if refused is not None else {}
    key, word = state_view(row)
    editable = row.state in INSIDE and row.self_scored_at is None
    status = 200 if refused is None else 409 if isinstance(refused, Moved) else 422
    lines = [line(one, kept.get(one.id), typed.get(one.id), refused) for one in self_scoring.lines(book.rulebook, book.answers)]
    return render(
        "assessment/self.html", status=status, row=row, state=key, word=word, lines=lines, refused=refused, editable=editable,
        action=address("self_score", row), back=back(row), full=_full(lines),
    )  # fmt: skip


def line(one: Line, kept: Any, typed: Own | None, refused: Refused | None) -> dict[str, Any]:
    points, note = (typed.points, typed.note) if typed is not None else (kept.points or "", kept.note) if kept is not None else ("", "")
    wrong = refused.message if refused is not None and refused.field in {POINTS + one.id, NOTE + one.id} else ""
    return {
        "line": one, "points": points, "note": note, "wrong": wrong, "name": POINTS + one.id, "note_name": NOTE + one.id,
        "maximum": "" if one.maximum is None else plain(one.maximum),
        "links": [(text, url_for("indicators.indicators", contract_id=current_contract().id, clause=text)) for text in one.clauses],
    }  # fmt: skip


def _full(lines: list[dict[str, Any]]) -> bool:
    """Whether the items have maxima to fill in with one press."""
    return any(one["maximum"] for one in lines)


@bp.route("/<int:assessment_id>/self/return", methods=["GET", "POST"])
@in_contract(*SCORERS)
def return_self(contract_id: int, assessment_id: int) -> Response:
    row, scope, form = here(assessment_id), current_scope(), ReasonForm()
    return stepped(
        row, form, lambda act: self_scoring.give_back(act, scope, assessment_id, form.reason.data, form.version.data or 0),
        ("退回自评", "return_self", "退回"), "已退回，供应商可以修改后再提交。",
    )  # fmt: skip

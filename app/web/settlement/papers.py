"""付款材料: files for a required paper, waivers; the printed papers of the settlement."""

from __future__ import annotations

from flask import Response

from app.documents.paper.blocks import Paper
from app.documents.paper.files import KINDS
from app.services.act import Refused, found
from app.services.settlement import filing
from app.services.settlement import papers as services
from app.services.settlement.papers import required
from app.services.settlement.printed import request_paper, sheet_paper, statement_paper
from app.store.payments import PaymentRequest
from app.web.access import current_contract, current_scope, in_contract
from app.web.htmx import redirect_to
from app.web.papers import file_ids
from app.web.settlement.blueprint import BRINGS, CONFIRMS, MEMBERS, READERS, bp
from app.web.settlement.forms import Button, ReasonForm
from app.web.settlement.here import (
    acceptance_here,
    address,
    performed,
    request_here,
    statement_here,
)
from app.web.settlement.turns import Turn


@bp.route("/requests/<int:request_id>/papers/<paper>", methods=["GET", "POST"])
@in_contract(*BRINGS)
def add_paper(contract_id: int, request_id: int, paper: str) -> Response:
    turn, scope, form = Turn.of(request_id, "add_paper", paper=paper), current_scope(), Button()
    title = title_of(turn.row, paper)
    if performed(form, lambda act: services.add(act, scope, request_id, paper, file_ids(), turn.seen, turn.key)):
        return redirect_to(turn.back, told=f"“{title}”已补上。")
    return turn.answer(f"补充材料：{title}", form, "提交材料", files=(title, "扫描件或照片，可以多份。"))


def title_of(row: PaymentRequest, paper: str) -> str:
    return found(next((one.title for one in required(current_scope(), row) if one.id == paper), None))


@bp.route("/requests/<int:request_id>/papers/<paper>/waive", methods=["GET", "POST"])
@in_contract(*CONFIRMS)
def waive_paper(contract_id: int, request_id: int, paper: str) -> Response:
    turn, scope, form = Turn.of(request_id, "waive_paper", paper=paper), current_scope(), ReasonForm()
    title = title_of(turn.row, paper)
    if performed(form, lambda act: services.waive(act, scope, request_id, paper, form.reason.data, turn.seen, turn.key)):
        return redirect_to(turn.back, told=f"“{title}”已免交，免交人和理由记在申请上。")
    return turn.answer(f"免交材料：{title}", form, "免交")


# -- printed --------------------------------------------------------------------------------------


def printed(paper: Paper, name: str, kind: str) -> Response:
    file = found(KINDS.get(kind))
    response = Response(file.of(paper), mimetype=file.mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{current_contract().id}.{kind}"'
    return response


@bp.get("/statements/<int:statement_id>/paper.<kind>")
@in_contract(*READERS)
def statement_file(contract_id: int, statement_id: int, kind: str) -> Response:
    row = statement_here(statement_id)
    return printed(statement_paper(current_scope(), row), f"statement-{row.number}", kind)


@bp.get("/requests/<int:request_id>/paper.<kind>")
@in_contract(*READERS)
def request_file(contract_id: int, request_id: int, kind: str) -> Response:
    row = request_here(request_id)
    return printed(request_paper(current_scope(), row), f"payment-{row.number}", kind)


@bp.get("/acceptances/<int:acceptance_id>/paper.<kind>")
@in_contract(*MEMBERS)
def acceptance_file(contract_id: int, acceptance_id: int, kind: str) -> Response:
    row = acceptance_here(acceptance_id)
    return printed(filing.drawn(current_scope(), row), f"acceptance-{row.number}", kind)


@bp.get("/sheet.<kind>")
@in_contract(*READERS)
def sheet(contract_id: int, kind: str) -> Response:
    try:
        return printed(sheet_paper(current_scope()), "settlement", kind)
    except Refused as refused:
        return redirect_to(address("plan"), told=refused.message, kind="error")

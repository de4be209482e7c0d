"""Saved filters of one person: kept under a name, one of them may open by itself."""

from __future__ import annotations

from flask import Response, request

from app.services.act import Act, Refused
from app.services.ledger import views
from app.web.access import current_scope, in_contract
from app.web.htmx import redirect_to
from app.web.ledger.blueprint import bp
from app.web.ledger.listing import Asked
from app.web.ledger.shared import READERS, attempt, desk_here, list_url


@bp.post("/<ledger>/views")
@in_contract(*READERS)
def save_view(contract_id: int, ledger: str) -> Response:
    """Keeps the filter and columns of the list that the form stood on."""
    desk = desk_here(ledger)
    asked = Asked(desk, request.form)
    name, default = request.form.get("name", ""), "default" in request.form

    def use_case(act: Act) -> int:
        return views.save(act, current_scope(), ledger, name, asked.filter, asked.own_columns, default=default).id

    try:
        key = attempt(use_case)
    except Refused as refused:
        return redirect_to(asked.url(), told=refused.message, kind="warning")
    return redirect_to(list_url(desk.ledger, view=key), told=f"已存为常用筛选“{name.strip()}”。")


@bp.post("/<ledger>/views/<int:view_id>/drop")
@in_contract(*READERS)
def drop_view(contract_id: int, ledger: str, view_id: int) -> Response:
    desk = desk_here(ledger)
    attempt(lambda act: views.drop(act, current_scope(), ledger, view_id))
    return redirect_to(list_url(desk.ledger, all=1), told="常用筛选已删除。", kind="info")



"""网点 of a contract."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from app.security.permissions import P
from app.security.terms import OutletLevel
from app.services import outlets
from app.services.act import found
from app.store.contracts import Outlet
from app.web.access import current_scope, in_contract
from app.web.contracts.forms import LastDayForm, OutletForm, RenameForm
from app.web.contracts.shared import dash, holds, sections
from app.web.htmx import redirect_to
from app.web.replies import FormView, Listing, Row, form_page, link, list_page
from app.web.transaction import perform

bp = Blueprint("contracts_outlets", __name__, url_prefix="/contracts/<int:contract_id>/outlets")


@bp.get("", endpoint="outlets")
@in_contract(P.CONTRACT_READ)
def every(contract_id: int) -> Response:
    editable, rows = holds(P.OUTLETS_MANAGE), current_scope().outlets()
    names = {each.id: each.name for each in rows}
    lines = [
        Row(
            [
                each.name,
                OutletLevel.of(each.level).label,
                names.get(each.parent_id or 0, "—"),
                dash(each.closed_on),
            ],
            url_for(".rename", contract_id=contract_id, outlet_id=each.id) if editable else "",
        )
        for each in rows
    ]
    actions = [link(".add", "增加网点", contract_id=contract_id)] if editable else []
    listing = Listing("网点", ["名称", "级别", "上级", "关闭日期"], lines, "先增加县级，再增加乡镇和村。")
    return list_page("网点", [listing], actions=actions, sections=sections())


@bp.route("/new", methods=["GET", "POST"])
@in_contract(P.OUTLETS_MANAGE)
def add(contract_id: int) -> Response:
    form, scope = OutletForm(), current_scope()
    form.parent_id.choices = [(each.id, each.name) for each in scope.outlets() if each.closed_on is None]
    if perform(
        form, lambda act: outlets.add(act, scope, form.parent_id.data, form.level.data, form.name.data)
    ):
        return redirect_to(url_for(".outlets", contract_id=contract_id), told="网点已增加。")
    view = FormView(form, url_for(".add", contract_id=contract_id), "增加网点")
    return form_page("增加网点", view, ("网点", url_for(".outlets", contract_id=contract_id)))


@bp.route("/<int:outlet_id>", methods=["GET", "POST"])
@in_contract(P.OUTLETS_MANAGE)
def rename(contract_id: int, outlet_id: int) -> Response:
    outlet = found(current_scope().find(Outlet, outlet_id))
    form = RenameForm(obj=outlet)
    if perform(form, lambda act: outlets.rename(act, current_scope(), outlet_id, form.name.data)):
        return redirect_to(url_for(".outlets", contract_id=contract_id), told="名称已改。")
    view = FormView(form, url_for(".rename", contract_id=contract_id, outlet_id=outlet_id), "保存")
    actions = [link(".close", "关闭网点", "ban", contract_id=contract_id, outlet_id=outlet_id)]
    back = ("网点", url_for(".outlets", contract_id=contract_id))
    return form_page(outlet.name, view, back, actions=actions)


@bp.route("/<int:outlet_id>/close", methods=["GET", "POST"])
@in_contract(P.OUTLETS_MANAGE)
def close(contract_id: int, outlet_id: int) -> Response:
    outlet, form = found(current_scope().find(Outlet, outlet_id)), LastDayForm()
    if perform(form, lambda act: outlets.close(act, current_scope(), outlet_id, form.on.data)):
        return redirect_to(url_for(".outlets", contract_id=contract_id), told="网点已关闭。")
    view = FormView(form, url_for(".close", contract_id=contract_id, outlet_id=outlet_id), "关闭网点")
    back = ("网点", url_for(".outlets", contract_id=contract_id))
    return form_page(f"关闭{outlet.name}", view, back)

"""花名册 of a contract."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from app.security.permissions import P
from app.services import roles, roster
from app.services.act import found
from app.services.roster import Joining
from app.store.contracts import RosterEntry
from app.web.access import current_contract, current_scope, in_contract
from app.web.contracts.forms import JoinForm, LeaveForm, SignedForm
from app.web.contracts.shared import dash, holds, sections
from app.web.htmx import redirect_to
from app.web.replies import FormView, Listing, Row, form_page, link, list_page
from app.web.transaction import current_act, perform

bp = Blueprint("contracts_roster", __name__, url_prefix="/contracts/<int:contract_id>/roster")
COLUMNS = ["姓名", "岗位", "网点", "到岗", "离岗", "社保起始", "保密协议"]


@bp.get("", endpoint="roster")
@in_contract(P.ROSTER_READ)
def every(contract_id: int) -> Response:
    scope, editable = current_scope(), holds(P.ROSTER_MANAGE)
    outlets = {each.id: each.name for each in scope.outlets()}
    rows = [
        Row(
            [
                each.user.display_name, each.position, outlets.get(each.outlet_id or 0, "—"),
                dash(each.joined_on), dash(each.left_on), dash(each.insured_from),
                dash(each.confidentiality_signed_on) if each.confidentiality_signed else "没有",
            ],
            url_for(".entry", contract_id=contract_id, entry_id=each.id) if editable and not each.left_on else "",
        )
        for each in scope.roster()
    ]  # fmt: skip
    actions = [link(".join", "登记到岗", contract_id=contract_id)] if editable else []
    listing = Listing("花名册", COLUMNS, rows, "登记到岗的人会出现在这里。")
    return list_page("花名册", [listing], actions=actions, sections=sections())


@bp.route("/new", methods=["GET", "POST"])
@in_contract(P.ROSTER_MANAGE)
def join(contract_id: int) -> Response:
    form, scope = JoinForm(), current_scope()
    people = roles.candidates(current_act(), current_contract())
    form.user_id.choices = [(each.id, f"{each.display_name}（{each.login_name}）") for each in people]
    form.outlet_id.choices = [(each.id, each.name) for each in scope.outlets() if each.closed_on is None]
    if perform(form, lambda act: roster.join(act, scope, joining(form))):
        return redirect_to(url_for(".roster", contract_id=contract_id), told="已登记到岗。")
    view = FormView(form, url_for(".join", contract_id=contract_id), "登记到岗")
    return form_page("登记到岗", view, ("花名册", url_for(".roster", contract_id=contract_id)))


def joining(form: JoinForm) -> Joining:
    """What the valid form says."""
    return Joining(
        user_id=form.user_id.data,
        position=form.position.data,
        outlet_id=form.outlet_id.data,
        joined_on=form.joined_on.data,
        insured_from=form.insured_from.data,
        confidentiality_signed_on=form.confidentiality_signed_on.data,
    )


@bp.get("/<int:entry_id>")
@in_contract(P.ROSTER_MANAGE)
def entry(contract_id: int, entry_id: int) -> Response:
    return entry_page(entry_id, SignedForm(formdata=None), LeaveForm(formdata=None))


def entry_page(entry_id: int, signed: SignedForm, leaving: LeaveForm) -> Response:
    """One member of staff: the papers on file, and leaving."""
    row = found(current_scope().find(RosterEntry, entry_id))
    ids = {"contract_id": row.contract_id, "entry_id": row.id}
    fill_successors(leaving, row.user_id)
    facts = [
        ("岗位", row.position), ("到岗", dash(row.joined_on)), ("离岗", dash(row.left_on)),
        ("社保起始", dash(row.insured_from)), ("保密协议", dash(row.confidentiality_signed_on)),
    ]  # fmt: skip
    views = [
        FormView(signed, url_for(".sign", **ids), "登记保密协议", "signed"),
        FormView(leaving, url_for(".leave", **ids), "办理离岗并交接", "leaving", "离岗后不能恢复，确定？"),
    ]
    back = ("花名册", url_for(".roster", contract_id=row.contract_id))
    return list_page(
        row.user.display_name, [], facts=facts, views=views if row.left_on is None else [], back=back
    )


def fill_successors(form: LeaveForm, leaver_id: int) -> None:
    people = roles.candidates(current_act(), current_contract())
    form.successor_id.choices = [(each.id, each.display_name) for each in people if each.id != leaver_id]


@bp.post("/<int:entry_id>/confidentiality")
@in_contract(P.ROSTER_MANAGE)
def sign(contract_id: int, entry_id: int) -> Response:
    form, scope = SignedForm(), current_scope()
    found(scope.find(RosterEntry, entry_id))
    signed_on = form.confidentiality_signed_on
    if perform(form, lambda act: roster.sign_confidentiality(act, scope, entry_id, signed_on.data)):
        return redirect_to(url_for(".roster", contract_id=contract_id), told="保密协议已登记。")
    return entry_page(entry_id, form, LeaveForm(formdata=None))


@bp.post("/<int:entry_id>/leave")
@in_contract(P.ROSTER_MANAGE)
def leave(contract_id: int, entry_id: int) -> Response:
    form, scope = LeaveForm(), current_scope()
    fill_successors(form, found(scope.find(RosterEntry, entry_id)).user_id)
    if perform(
        form, lambda act: roster.leave(act, scope, entry_id, form.left_on.data, form.successor_id.data)
    ):
        return redirect_to(url_for(".roster", contract_id=contract_id), told="离岗已办，角色已交接。")
    return entry_page(entry_id, SignedForm(formdata=None), form)

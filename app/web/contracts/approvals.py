"""审批与授权: chains of approval as data, dated delegation."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from app.security.permissions import P
from app.services import approvals
from app.services.approvals import Step
from app.store import roles as stored_roles
from app.web.access import current_person, current_scope, in_contract
from app.web.contracts.forms import ChainForm, DelegationForm
from app.web.contracts.shared import dash, holds, sections, today
from app.web.database import db
from app.web.htmx import redirect_to
from app.web.replies import Button, FormView, Listing, Row, form_page, link, list_page
from app.web.transaction import act_now, perform
from kpi.quantities import Money

bp = Blueprint("contracts_approvals", __name__, url_prefix="/contracts/<int:contract_id>/approvals")
PURPOSES = {"assessment": "考核结果签批", "payment": "付款审批"}


def delegations(contract_id: int) -> Listing:
    """Delegations in force or to come; the giver can take one back."""
    me = current_person().user_id
    rows = [
        Row(
            [
                each.giver.display_name,
                each.taker.display_name,
                dash(each.from_on),
                dash(each.until_on),
                each.reason,
            ],
            buttons=[
                Button(
                    "收回", url_for(".revoke", contract_id=contract_id, delegation_id=each.id), "收回授权？"
                )
            ]
            if each.giver_id == me
            else [],
        )
        for each in current_scope().delegations(today())
    ]
    columns = ["授权人", "代理人", "从", "到", "事由"]
    return Listing("代理授权", columns, rows, "出差或休假前，可以授权别人代为办理。", "delegations")


def chains() -> Listing:
    """The chains of the contract, a line a station."""
    rows = [
        Row(
            [
                PURPOSES.get(chain.purpose, chain.purpose),
                str(step.position),
                step.role.name,
                f"{Money(step.from_fen)} 起" if step.from_fen else "不限金额",
                step.opinion,
            ]
        )
        for chain in current_scope().chains()
        for step in chain.steps
    ]
    return Listing("审批链", ["事项", "顺序", "角色", "金额", "意见"], rows, "还没有设置审批链。", "chains")


@bp.get("", endpoint="approvals")
@in_contract(P.CONTRACT_READ)
def every(contract_id: int) -> Response:
    actions = []
    if holds(P.DELEGATE):
        actions.append(link(".delegate", "授权代理", contract_id=contract_id))
    if holds(P.CONTRACT_SETUP):
        actions.append(link(".chain", "设置审批链", contract_id=contract_id))
    return list_page("审批与授权", [chains(), delegations(contract_id)], actions=actions, sections=sections())


@bp.route("/delegations/new", methods=["GET", "POST"])
@in_contract(P.DELEGATE)
def delegate(contract_id: int) -> Response:
    form, scope, me = DelegationForm(), current_scope(), current_person().user_id
    members = {each.user_id: each.user.display_name for each in scope.members(today()) if each.user_id != me}
    form.taker_id.choices = list(members.items())
    if perform(
        form,
        lambda act: approvals.delegate(
            act, scope, form.taker_id.data, form.from_on.data, form.until_on.data, form.reason.data
        ),
    ):
        return redirect_to(url_for(".approvals", contract_id=contract_id), told="授权已生效。")
    view = FormView(form, url_for(".delegate", contract_id=contract_id), "授权")
    return form_page("授权代理", view, ("审批与授权", url_for(".approvals", contract_id=contract_id)))


@bp.post("/delegations/<int:delegation_id>/revoke")
@in_contract(P.DELEGATE)
def revoke(contract_id: int, delegation_id: int) -> Response:
    act_now(lambda act: approvals.revoke_delegation(act, current_scope(), delegation_id))
    return redirect_to(url_for(".approvals", contract_id=contract_id), told="授权已收回。")


@bp.route("/chains", methods=["GET", "POST"])
@in_contract(P.CONTRACT_SETUP)
def chain(contract_id: int) -> Response:
    form, scope = ChainForm(), current_scope()
    options = [(each.id, each.name) for each in stored_roles.contract_roles(db.session())]
    for field in (form.first, form.second, form.third):
        field.choices = options
    if perform(form, lambda act: approvals.set_chain(act, scope, form.purpose.data, steps(form))):
        return redirect_to(url_for(".approvals", contract_id=contract_id), told="审批链已设置。")
    view = FormView(form, url_for(".chain", contract_id=contract_id), "设置")
    return form_page("设置审批链", view, ("审批与授权", url_for(".approvals", contract_id=contract_id)))


def steps(form: ChainForm) -> list[Step]:
    """The stations of the valid form."""
    stations = [
        (form.first.data, 0, "同意"),
        (form.second.data, 0, "同意"),
        (form.third.data, form.from_fen, "同意"),
    ]
    return [
        Step(role_id, from_fen, opinion) for role_id, from_fen, opinion in stations if role_id is not None
    ]

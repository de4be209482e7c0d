"""成员: who holds which role in a contract; own staff invited by the project manager."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from app.security.permissions import P
from app.services import roles, staff
from app.services.act import Act, found
from app.store.contracts import Membership
from app.web.access import current_contract, current_person, current_scope, in_contract
from app.web.contracts.forms import LastDayForm, MemberForm, StaffForm
from app.web.contracts.shared import dash, holds, sections, today
from app.web.ground import ground
from app.web.htmx import redirect_to, render
from app.web.replies import FormView, Listing, Row, form_page, link, list_page
from app.web.transaction import current_act, perform

bp = Blueprint("contracts_members", __name__, url_prefix="/contracts/<int:contract_id>/members")


def manages() -> bool:
    return holds(P.MEMBERS_MANAGE) or holds(P.STAFF_MANAGE)


@bp.get("", endpoint="members")
@in_contract(P.CONTRACT_READ)
def every(contract_id: int) -> Response:
    editable, me = manages(), current_person().user_id
    rows = [
        Row(
            [each.user.display_name, each.role.name, dash(each.from_on), dash(each.until_on)],
            url_for(".end", contract_id=contract_id, membership_id=each.id)
            if editable and each.user_id != me
            else "",
        )
        for each in current_scope().members(today())
    ]
    actions = [link(".add", "增加成员", contract_id=contract_id)] if editable else []
    if holds(P.STAFF_MANAGE):
        actions.append(link(".invite", "邀请员工", contract_id=contract_id))
    listing = Listing("成员", ["姓名", "角色", "从", "到"], rows, "还没有成员。")
    return list_page("成员", [listing], actions=actions, sections=sections())


@bp.route("/new", methods=["GET", "POST"])
@in_contract(P.MEMBERS_MANAGE, P.STAFF_MANAGE)
def add(contract_id: int) -> Response:
    form, act = MemberForm(), current_act()
    form.user_id.choices = [
        (each.id, f"{each.display_name}（{each.login_name}）")
        for each in roles.candidates(act, current_contract())
    ]
    form.role_id.choices = [(each.id, each.name) for each in roles.assignable(act, contract_id)]
    if perform(form, lambda act: add_member(act, form)):
        return redirect_to(url_for(".members", contract_id=contract_id), told="成员已增加。")
    view = FormView(form, url_for(".add", contract_id=contract_id), "增加成员")
    return form_page("增加成员", view, ("成员", url_for(".members", contract_id=contract_id)))


def add_member(act: Act, form: MemberForm) -> Membership:
    """What the valid form asks for."""
    user_id, role_id = form.user_id.data, form.role_id.data
    return roles.add_member(act, current_scope(), user_id, role_id, form.from_on.data, form.until_on.data)


@bp.route("/<int:membership_id>/end", methods=["GET", "POST"])
@in_contract(P.MEMBERS_MANAGE, P.STAFF_MANAGE)
def end(contract_id: int, membership_id: int) -> Response:
    membership = found(current_scope().find(Membership, membership_id))
    form = LastDayForm()
    if perform(form, lambda act: roles.end_member(act, current_scope(), membership_id, form.on.data)):
        return redirect_to(url_for(".members", contract_id=contract_id), told="角色的最后一天已定。")
    action = url_for(".end", contract_id=contract_id, membership_id=membership_id)
    title = f"结束{membership.user.display_name}的{membership.role.name}"
    back = ("成员", url_for(".members", contract_id=contract_id))
    return form_page(title, FormView(form, action, "结束角色"), back)


@bp.route("/invite", methods=["GET", "POST"])
@in_contract(P.STAFF_MANAGE)
def invite(contract_id: int) -> Response:
    form, settings = StaffForm(), ground().settings
    form.role_id.choices = [(each.id, each.name) for each in roles.assignable(current_act(), contract_id)]
    if done := perform(form, lambda act: staff.invite(act, current_scope(), settings, newcomer(form))):
        address = url_for("account.invitation", token=done.value.token, _external=True)
        members = url_for(".members", contract_id=contract_id)
        hours = int(settings.invitation_limit.total_seconds() // 3600)
        return render("pages/invited.html", address=address, person_url=members, hours=hours)
    view = FormView(form, url_for(".invite", contract_id=contract_id), "邀请员工")
    return form_page("邀请员工", view, ("成员", url_for(".members", contract_id=contract_id)))


def newcomer(form: StaffForm) -> staff.Newcomer:
    """What the valid form says."""
    return staff.Newcomer(
        login_name=form.login_name.data,
        display_name=form.display_name.data,
        role_id=form.role_id.data,
        position=form.position.data,
        from_on=form.from_on.data,
    )

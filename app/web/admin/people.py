"""账号: invited, disabled, reset; roles over the console."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from app.clock import SHANGHAI, business_day
from app.security.permissions import P
from app.security.predicates import is_other
from app.services import accounts, roles
from app.services.accounts import Invited
from app.services.act import found
from app.store import accounts as stored
from app.store import contracts
from app.store import roles as stored_roles
from app.store.accounts import UserAccount
from app.web.access import current_person, requires
from app.web.admin.forms import GrantForm, InviteForm, PeopleFilter, ResetForm
from app.web.database import db
from app.web.forms import Confirm
from app.web.ground import ground
from app.web.htmx import redirect_to, render
from app.web.replies import Button, FormView, Listing, Row, form_page, link, list_page
from app.web.transaction import act_now, perform

bp = Blueprint("admin_people", __name__, url_prefix="/admin/people")
PAGE = 50


def state_of(user: UserAccount) -> str:
    """The account's state in a word."""
    now = ground().clock()
    if user.disabled_at is not None:
        return "停用"
    if user.invitation_expires_at is not None:
        return "待接受邀请" if user.invitation_expires_at > now else "邀请已过期"
    if user.locked_until is not None and user.locked_until > now:
        return f"锁定到 {user.locked_until.astimezone(SHANGHAI):%H:%M}"
    return "正常"


@bp.get("")
@requires(P.PEOPLE_MANAGE)
def people() -> Response:
    wanted = PeopleFilter(request.args)
    search, after = wanted.search.data or "", wanted.after.data or ""
    users = stored.listed(db.session(), search, after, PAGE + 1)
    rows = [
        Row(
            [u.display_name, u.login_name, u.organisation.name, state_of(u)], url_for(".person", user_id=u.id)
        )
        for u in users[:PAGE]
    ]
    further = url_for(".people", search=search, after=users[PAGE - 1].login_name) if len(users) > PAGE else ""
    listing = Listing("账号", ["姓名", "登录名", "单位", "状态"], rows, "邀请第一位同事。", next_url=further)
    return list_page(
        "账号", [listing], actions=[link(".invite", "邀请")],
        filter_form=wanted, filter_action=url_for(".people"), filter_count=int(bool(search)),
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@requires(P.PEOPLE_MANAGE)
def invite() -> Response:
    form, settings = InviteForm(), ground().settings
    form.organisation_id.choices = [(each.id, each.name) for each in contracts.organisations(db.session())]
    if done := perform(
        form,
        lambda act: accounts.invite(
            act, settings, form.login_name.data, form.display_name.data, form.organisation_id.data
        ),
    ):
        return invitation_page(done.value)
    return form_page("邀请", FormView(form, url_for(".invite"), "发出邀请"), ("账号", url_for(".people")))


def invitation_page(invited: Invited) -> Response:
    """Shows the link, once."""
    address = url_for("account.invitation", token=invited.token, _external=True)
    person = url_for(".person", user_id=invited.user_id)
    hours = ground().settings.invitation_limit.total_seconds() // 3600
    return render("pages/invited.html", address=address, person_url=person, hours=int(hours))


@bp.get("/<int:user_id>")
@requires(P.PEOPLE_MANAGE)
def person(user_id: int) -> Response:
    return person_page(user_id, GrantForm(formdata=None))


def person_page(user_id: int, form: GrantForm) -> Response:
    """One account: what it is, what it holds, what can be done."""
    session, day = db.session(), business_day(ground().clock())
    user, other = found(stored.by_id(session, user_id)), is_other(current_person(), user_id)
    form.role_id.choices = [(each.id, each.name) for each in stored_roles.console_roles(session)]
    grants = [
        Row(
            [each.role.name, str(each.from_on), str(each.until_on or "—")],
            buttons=[
                Button("收回", url_for(".end_grant", user_id=user_id, grant_id=each.id), "收回这个角色？")
            ]
            if other
            else [],
        )
        for each in stored_roles.grants(session, day, user_id)
    ]
    held = [
        Row(
            [c.title, m.role.name, str(m.from_on), str(m.until_on or "—")],
            url_for("contracts_members.members", contract_id=c.id),
        )
        for m, c in stored_roles.memberships_of(session, user_id, day)
    ]
    return list_page(
        user.display_name,
        [
            Listing("全台角色", ["角色", "从", "到"], grants, "这个人没有全台角色。", "grants"),
            Listing(
                "合同里的角色",
                ["合同", "角色", "从", "到"],
                held,
                "这个人还不是任何合同的成员。",
                "memberships",
            ),
        ],
        back=("账号", url_for(".people")),
        facts=[("登录名", user.login_name), ("单位", user.organisation.name), ("状态", state_of(user))],
        actions=[link(".manage", "停用与重设", "settings", user_id=user_id)] if other else [],
        views=[FormView(form, url_for(".grant", user_id=user_id), "授予全台角色", "grant")] if other else [],
    )


@bp.get("/<int:user_id>/manage")
@requires(P.PEOPLE_MANAGE)
def manage(user_id: int) -> Response:
    return manage_page(user_id, ResetForm(formdata=None, data={"second_factor": "no"}))


def manage_page(user_id: int, form: ResetForm) -> Response:
    """Disable or enable, reset the password."""
    user = found(stored.by_id(db.session(), user_id))
    name = "enable" if user.disabled_at else "disable"
    word = "启用账号" if user.disabled_at else "停用账号"
    return list_page(
        f"停用与重设：{user.display_name}",
        [],
        back=(user.display_name, url_for(".person", user_id=user_id)),
        facts=[("状态", state_of(user))],
        views=[
            FormView(
                form,
                url_for(".reset", user_id=user_id),
                "重设密码",
                "reset",
                "原密码和所有登录会立即失效。确定重设？",
            ),
            FormView(Confirm(), url_for("." + name, user_id=user_id), word, name, f"确定{word}？"),
        ],
    )


@bp.post("/<int:user_id>/disable")
@requires(P.PEOPLE_MANAGE)
def disable(user_id: int) -> Response:
    act_now(lambda act: accounts.disable(act, user_id))
    return redirect_to(url_for(".person", user_id=user_id), told="账号已停用，所有登录都已结束。")


@bp.post("/<int:user_id>/enable")
@requires(P.PEOPLE_MANAGE)
def enable(user_id: int) -> Response:
    act_now(lambda act: accounts.enable(act, user_id))
    return redirect_to(url_for(".person", user_id=user_id), told="账号已启用。")


@bp.post("/<int:user_id>/reset")
@requires(P.PEOPLE_MANAGE)
def reset(user_id: int) -> Response:
    form, settings = ResetForm(), ground().settings
    if done := perform(
        form,
        lambda act: accounts.reset(
            act, settings, user_id, second_factor_too=form.second_factor.data == "yes"
        ),
    ):
        return invitation_page(done.value)
    return manage_page(user_id, form)


@bp.post("/<int:user_id>/grants")
@requires(P.PEOPLE_MANAGE)
def grant(user_id: int) -> Response:
    form = GrantForm()
    form.role_id.choices = [(each.id, each.name) for each in stored_roles.console_roles(db.session())]
    if perform(form, lambda act: roles.grant(act, user_id, form.role_id.data, form.until_on.data)):
        return redirect_to(url_for(".person", user_id=user_id), told="角色已授予。")
    return person_page(user_id, form)


@bp.post("/<int:user_id>/grants/<int:grant_id>/end")
@requires(P.PEOPLE_MANAGE)
def end_grant(user_id: int, grant_id: int) -> Response:
    act_now(lambda act: roles.end_grant(act, user_id, grant_id))
    return redirect_to(url_for(".person", user_id=user_id), told="角色已收回。")

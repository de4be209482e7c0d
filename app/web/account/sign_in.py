"""Signing in, the second factor, signing out."""

from __future__ import annotations

from flask import Response, redirect, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.services import sessions
from app.services.sessions import Opened
from app.web.access import public, signed_in
from app.web.account.blueprint import bp
from app.web.account.forms import CodeForm, SignInForm
from app.web.ground import ground
from app.web.htmx import local, redirect_to, render
from app.web.identity import hand_out, take_back
from app.web.protection import limiter, sign_in_rate
from app.web.transaction import act_now

REFUSED = (
    "登录名或密码不对，或账号现在不能登录。请核对后再试；连续输错，账号会锁定一段时间；忘记密码请联系管理员。"
)
CODE_REFUSED = "动态口令不对或已经用过。请等软件显示新的 6 位数字再输入；连续输错，账号会锁定一段时间。"


@bp.get("/sign-in")
@public
def sign_in() -> AnyResponse:
    if current_user.is_authenticated:
        return redirect(url_for("home.home"))
    return render(
        "account/sign_in.html", form=SignInForm(formdata=None, data={"next": request.args.get("next", "")})
    )


@bp.post("/sign-in")
@public
@limiter.limit(sign_in_rate)
def sign_in_post() -> AnyResponse:
    form = SignInForm()
    if not form.validate():
        return render("account/sign_in.html", status=422, form=form)
    ready, device = ground(), request.user_agent.string
    name, password = form.login_name.data, form.password.data
    opened = act_now(
        lambda act: sessions.sign_in(act, ready.settings, ready.passwords, name, password, device)
    )
    if opened is None:
        form.refuse("", REFUSED)
        return render("account/sign_in.html", status=422, form=form)
    return enter(opened, form.next.data or "")


@bp.get("/sign-in/code")
@public
def code() -> AnyResponse:
    if waiting() is None:
        return redirect(url_for("account.sign_in"))
    return render(
        "account/code.html", form=CodeForm(formdata=None, data={"next": request.args.get("next", "")})
    )


@bp.post("/sign-in/code")
@public
@limiter.limit(sign_in_rate)
def code_post() -> AnyResponse:
    session_id, form = waiting(), CodeForm()
    if session_id is None:
        return redirect_to(url_for("account.sign_in"))
    if not form.validate():
        return render("account/code.html", status=422, form=form)
    ready, given = ground(), form.code.data
    opened = act_now(lambda act: sessions.give_code(act, ready.settings, ready.sealer, session_id, given))
    if opened is None:
        form.refuse("code", CODE_REFUSED)
        return render("account/code.html", status=422, form=form)
    return enter(opened, form.next.data or "")


@bp.post("/sign-out")
@signed_in
def sign_out() -> Response:
    act_now(lambda act: sessions.sign_out(act, current_user.session_id))
    session.clear()
    return take_back(redirect_to(url_for("account.sign_in"), told="已退出登录。"))


def waiting() -> int | None:
    """The session whose second factor is still due."""
    return current_user.session_id if getattr(current_user, "awaits_code", False) else None


def enter(opened: Opened, wanted: str) -> Response:
    """Goes where the person wanted to go, on this host alone; the page token starts anew."""
    session.clear()
    try:
        target = local(wanted)
    except ValueError:
        target = url_for("home.home")
    if opened.awaits_code:
        target = url_for("account.code", next=wanted or None)
    return hand_out(redirect_to(target), opened)

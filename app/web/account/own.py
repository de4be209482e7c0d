"""One's own account: password, second factor, sessions."""

from __future__ import annotations

from flask import Response, url_for
from flask_login import current_user

from app.security.second_factor import provisioning_uri
from app.services import accounts, sessions
from app.store import accounts as stored
from app.web.access import current_person, signed_in
from app.web.account.blueprint import bp
from app.web.account.forms import ChangePasswordForm, FirstCodeForm, OwnPasswordForm
from app.web.database import db
from app.web.ground import ground
from app.web.htmx import redirect_to, render
from app.web.replies import FormView, form_page
from app.web.transaction import act_now, current_act, perform


@bp.get("/account")
@signed_in
def own() -> Response:
    session = db.session()
    return render(
        "account/own.html",
        account=accounts.own(current_act()),
        open_sessions=stored.open_sessions(session, ground().clock(), current_person().user_id),
        present=current_user.session_id,
        codes_left=stored.unused_recovery_codes(session, current_person().user_id),
    )


@bp.route("/account/password", methods=["GET", "POST"])
@signed_in
def password() -> Response:
    form, ready, keep = ChangePasswordForm(), ground(), current_user.session_id
    policy = ready.settings.password_policy
    if perform(
        form,
        lambda act: accounts.change_password(
            act, policy, ready.passwords, form.present.data, form.password.data, keep
        ),
    ):
        return redirect_to(url_for("account.own"), told="密码已修改，其他设备上的登录都已结束。")
    hint = (
        f"新密码至少 {policy.length} 个字符，小写、大写、数字、符号至少 {policy.classes} 类，不能包含登录名。"
    )
    view = FormView(form, url_for("account.password"), "修改密码", hint=hint)
    return form_page("修改密码", view, ("我的账号", url_for("account.own")))


@bp.post("/account/second-factor/begin")
@signed_in
def begin_second_factor() -> Response:
    act_now(lambda act: accounts.begin_second_factor(act, ground().sealer))
    return redirect_to(url_for("account.second_factor"))


@bp.route("/account/second-factor", methods=["GET", "POST"])
@signed_in
def second_factor() -> Response:
    form, sealer = FirstCodeForm(), ground().sealer
    if done := perform(form, lambda act: accounts.confirm_second_factor(act, sealer, form.code.data)):
        return render("account/recovery_codes.html", codes=done.value)
    secret = accounts.pending_secret(current_act(), sealer)
    if secret is None:
        return redirect_to(url_for("account.own"))
    uri = provisioning_uri(secret, accounts.own(current_act()).login_name, "履约台")
    status = 422 if form.is_submitted() else 200
    return render("account/second_factor.html", status=status, form=form, secret=secret, uri=uri)


@bp.route("/account/second-factor/off", methods=["GET", "POST"])
@signed_in
def drop_second_factor() -> Response:
    form, passwords = OwnPasswordForm(), ground().passwords
    if perform(form, lambda act: accounts.drop_second_factor(act, passwords, form.password.data)):
        return redirect_to(url_for("account.own"), told="动态口令已关闭。")
    view = FormView(form, url_for("account.drop_second_factor"), "关闭动态口令")
    return form_page("关闭动态口令", view, ("我的账号", url_for("account.own")))


@bp.post("/account/sessions/<int:session_id>/end")
@signed_in
def end_session(session_id: int) -> Response:
    act_now(lambda act: sessions.revoke(act, session_id, own_only=True))
    return redirect_to(url_for("account.own"), told="那次登录已结束。")

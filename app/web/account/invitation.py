"""The link that an invited person opens to set a password."""

from __future__ import annotations

from flask import Response, url_for

from app.services import accounts
from app.services.act import Refused
from app.web.access import public
from app.web.account.blueprint import bp
from app.web.account.forms import NewPasswordForm
from app.web.ground import ground
from app.web.htmx import redirect_to, render
from app.web.protection import limiter, sign_in_rate
from app.web.transaction import current_act, perform


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@public
@limiter.limit(sign_in_rate, methods=["POST"])
def invitation(token: str) -> Response:
    form = NewPasswordForm()
    settings, passwords = ground().settings, ground().passwords
    policy = settings.password_policy
    if perform(form, lambda act: accounts.accept(act, policy, passwords, token, form.password.data)):
        return redirect_to(url_for("account.sign_in"), told="密码已设好，请登录。")
    try:
        user = accounts.invited(current_act(), token)
    except Refused as refused:
        return render("account/no_invitation.html", status=404, why=refused.message)
    status = 422 if form.is_submitted() else 200
    return render(
        "account/invitation.html", status=status, form=form, user_shown=user, policy=policy, token=token
    )

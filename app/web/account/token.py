"""A fresh page token for a form that outlived its session."""

from __future__ import annotations

from flask import Response, jsonify
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from app.web.access import signed_in
from app.web.account.blueprint import bp


@bp.get("/account/token")
@signed_in
def token() -> Response:
    """The token of the present session and whose it is, so that a form is sent on for the same person alone."""
    return jsonify(token=generate_csrf(), person=current_user.person.user_id)

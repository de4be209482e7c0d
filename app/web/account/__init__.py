"""Signing in and out, invitations, one's own account."""

from __future__ import annotations

from app.web.account import invitation, own, sign_in, token
from app.web.account.blueprint import bp

BLUEPRINTS = (bp,)
__all__ = ["BLUEPRINTS", "invitation", "own", "sign_in", "token"]

"""The blueprint of the overview, and who may come here."""

from __future__ import annotations

from flask import Blueprint

from app.security.permissions import P

bp = Blueprint("overview", __name__)
READERS = (P.SELF_SCORE, P.SCORE, P.SIGN, P.REPORT_READ)

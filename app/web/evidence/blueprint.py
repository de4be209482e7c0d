"""The blueprint of a contract's evidence."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("evidence", __name__, url_prefix="/contracts/<int:contract_id>/evidence")

"""The blueprint of a contract's imports."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("imports", __name__, url_prefix="/contracts/<int:contract_id>")

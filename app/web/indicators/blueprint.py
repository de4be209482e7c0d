"""The blueprint of the indicators' pages."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("indicators", __name__, url_prefix="/contracts/<int:contract_id>")

"""The two tabs of a contract that these pages stand under."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("setup", __name__, url_prefix="/contracts/<int:contract_id>/setup")
rulebook_bp = Blueprint("rulebook", __name__, url_prefix="/contracts/<int:contract_id>/rulebook")

"""The blueprint of the ledgers' pages."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("ledger", __name__, url_prefix="/contracts/<int:contract_id>/ledgers")

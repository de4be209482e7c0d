"""The blueprint of findings and rectifications."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("rectification", __name__, url_prefix="/contracts/<int:contract_id>/rectification")

"""The blueprint of fieldwork: spot checks, inspections, complaints, surveys."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("fieldwork", __name__, url_prefix="/contracts/<int:contract_id>/checks")

"""The two blueprints: the buyer's review, the supplier's internal check. Their pages are the same."""

from __future__ import annotations

from flask import Blueprint

from app.services.verification.stages import CHECK, VERIFY, Stage

review = Blueprint("review", __name__, url_prefix="/contracts/<int:contract_id>/review")
check = Blueprint("check", __name__, url_prefix="/contracts/<int:contract_id>/check")
NAMES = {VERIFY.key: review.name, CHECK.key: check.name}
TITLES = {VERIFY.key: "审核", CHECK.key: "内部复核"}
#: What an address calls the number of a bulk decision.
NUMBERS = {VERIFY.key: "review_id", CHECK.key: "check_id"}


def endpoint(stage: Stage, name: str) -> str:
    """The endpoint of a page at a stage."""
    return f"{NAMES[stage.key]}.{name}"

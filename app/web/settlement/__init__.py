"""结算 of a contract: the plan, statements, acceptances, requests, approvals, payments, their papers."""

from __future__ import annotations

from app.services.settlement import waiting
from app.web.settlement import (
    acceptance,
    applying,
    approving,
    asking,
    filing,
    forfeits,
    objections,
    papers,
    paying,
    plan,
    statements,
)
from app.web.settlement.blueprint import bp

BLUEPRINTS = (bp,)

__all__ = [
    "BLUEPRINTS", "acceptance", "applying", "approving", "asking", "filing", "forfeits", "objections", "papers", "paying",
    "plan", "statements", "waiting",
]  # fmt: skip

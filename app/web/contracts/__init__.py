"""合同: the contracts, and in each its members, outlets, roster, delegations and chains of approval."""

from __future__ import annotations

from app.web.contracts import approvals, members, outlets, overview, roster

BLUEPRINTS = (overview.bp, members.bp, outlets.bp, roster.bp, approvals.bp)

"""总览: tiers over time, where points went, items × periods, outlets and contracts side by side, what-if."""

from __future__ import annotations

from app.web.overview import contracts, trying, views
from app.web.overview.blueprint import bp

BLUEPRINTS = (bp,)

__all__ = ["BLUEPRINTS", "bp", "contracts", "trying", "views"]

"""我的任务: what a person has asked the background for in a contract, and how far it is."""

from __future__ import annotations

from app.web.jobs import own
from app.web.jobs.own import bp

BLUEPRINTS = (bp,)

__all__ = ["BLUEPRINTS", "own"]

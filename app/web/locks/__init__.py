"""锁定与解锁 of a contract."""

from __future__ import annotations

from app.web.locks import acts, pages
from app.web.locks.blueprint import bp

BLUEPRINTS = (bp,)

__all__ = ["BLUEPRINTS", "acts", "pages"]

"""公文登记 of a contract."""

from __future__ import annotations

from app.web.official import acts, checking, editing, pages
from app.web.official.blueprint import bp

BLUEPRINTS = (bp,)

__all__ = ["BLUEPRINTS", "acts", "checking", "editing", "pages"]

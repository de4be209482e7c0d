"""导出: what is filtered, as a file; small ones at once, large ones in the background."""

from __future__ import annotations

from app.web.exports import taking
from app.web.exports.taking import bp

BLUEPRINTS = (bp,)

__all__ = ["BLUEPRINTS", "taking"]

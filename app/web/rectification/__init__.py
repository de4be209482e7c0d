"""问题与整改 of a contract."""

from __future__ import annotations

from app.web.rectification import cases, deciding, files, findings, overview
from app.web.rectification.blueprint import bp

BLUEPRINTS = (bp,)

__all__ = ["BLUEPRINTS", "cases", "deciding", "files", "findings", "overview"]

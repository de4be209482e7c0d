"""导入: a file into a ledger, step by step; what came of each file."""

from __future__ import annotations

from app.web.imports import acts, batch, columns, starting
from app.web.imports.blueprint import bp

BLUEPRINTS = (bp,)

__all__ = ["BLUEPRINTS", "acts", "batch", "columns", "starting"]

"""公文: draft, number, print, seal, serve; every kind in one register."""

from __future__ import annotations

from app.services.official.register import Draft, draft, issue, number, printed, void
from app.services.official.sealing import Sealing, Serving, seal, serve

__all__ = ["Draft", "Sealing", "Serving", "draft", "issue", "number", "printed", "seal", "serve", "void"]

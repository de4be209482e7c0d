"""佐证材料: receiving files as soon as they are chosen, and showing them."""

from __future__ import annotations

from app.web.evidence import receiving, showing
from app.web.evidence.blueprint import bp

__all__ = ["bp", "receiving", "showing"]

"""What a warning may cost, in points and yuan, where the contract's standing can tell."""

from __future__ import annotations

from app.services import standing
from app.web.access import current_scope


def price(clause: str) -> str:
    """约扣 0.5 分、¥1,680; blank where nothing can be said."""
    found = standing.price_of(current_scope(), clause) if clause else None
    if found is None:
        return ""
    parts = [f"{found.points} 分" if found.points else "", str(found.yuan or "")]
    said = "、".join(part for part in parts if part)
    return f"约扣 {said}" if said else ""

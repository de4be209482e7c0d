"""How a report is called: its title with its period."""

from __future__ import annotations

import re

_PIECE = re.compile(r"（([^（）]*)）")


def titled(title: str, label: str) -> str:
    """`月报（2026年11月，11月1日至11月12日）`: a piece of a month says its days without brackets in brackets."""
    flat = _PIECE.sub(r"，\1", label)
    return f"{title}（{flat}）" if label else title

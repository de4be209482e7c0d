"""A whole number in equal whole parts."""

from __future__ import annotations


def evenly(total: int, parts: int) -> list[int]:
    """Parts that differ by at most one and add up to the total, the larger ones first."""
    each, over = divmod(total, parts)
    return [each + 1] * over + [each] * (parts - over)

"""Windows as strips: what stands in each piece, and how many are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

Strip = Sequence[Sequence[str]]
#: So many of the latest windows the sheet draws; the page of one indicator draws them all.
LATEST = 12
#: Signs beside the colours.
SIGNS = {"met": "✓", "missed": "✗", "no_data": "○", "runs": "…"}


@dataclass(frozen=True)
class Shown:
    """The windows of one criterion as they are shown. `cut`: how many earlier ones are left out."""

    pieces: list[dict[str, str]]
    cut: int = 0

    @classmethod
    def of(cls, found: Strip, latest: int = LATEST) -> Shown:
        cut = max(0, len(found) - latest) if latest else 0
        return cls([_piece(*each) for each in found[cut:]], cut)


def by_month(found: Strip) -> list[tuple[str, list[dict[str, str]]]]:
    """All windows by the month in which they end, to stand as a calendar."""
    months: dict[str, list[dict[str, str]]] = {}
    for each in found:
        end = date.fromisoformat(each[1])
        months.setdefault(f"{end.year}年{end.month}月", []).append(_piece(*each))
    return list(months.items())


def long_windows(found: Strip) -> bool:
    """Whether the windows are months or longer: then they stand in one row."""
    return bool(found) and all((date.fromisoformat(each[1]) - date.fromisoformat(each[0])).days >= 27 for each in found)


def _piece(first: str, last: str, state: str, held: str) -> dict[str, str]:
    return {"from": first, "until": last, "state": state, "held": held, "mark": mark(first, last), "sign": SIGNS[state]}


def mark(first: str, last: str) -> str:
    """What stands in a window's cell: the month, the day, the number of the week."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    days = (end - start).days + 1
    if days == 1:
        return str(start.day)
    if days <= 7:
        return f"{start.month}/{start.day}"
    if days <= 31:
        return f"{start.month}月"
    return f"{start.month}–{end.month}月" if start.year == end.year else f"{start.year}–{end.year}年"

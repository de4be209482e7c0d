"""Where the pages of a printed sheet end, reckoned from the heights of its rows: no heading stands alone at a page's foot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.documents.paper.looks import A4

#: Inches at the sides, above and below.
SIDE, ABOVE, BELOW, RUNNING = 0.5, 0.75, 0.7, 0.35
INCH, MM = 72, 72 / 25.4
#: Of a page's height: other programs and printers reckon a little differently.
SURE = 0.97
#: Points to a character of a column's width: a digit of 宋体 at 11 points, on a screen's dots.
CHARACTER = 6
#: Rows of a table that is not torn apart; those that stand with a heading; those that stand with signatures, an empty one included.
FEW, FIRST, LAST = 8, 2, 3


@dataclass
class Held:
    """Rows that stand on one page, as pairs of first and last; each row's height in points."""

    heights: dict[int, float] = field(default_factory=dict)
    spans: list[tuple[int, int]] = field(default_factory=list)

    def together(self, first: int, last: int) -> None:
        """These rows stay on one page, where a page has room for them."""
        if last > first:
            self.spans.append((first, last))


def page_height(direction: str, characters: float) -> float:
    """Points of a page's height for a sheet so wide, which is made smaller until it fits across."""
    across, down = A4 if direction == "portrait" else (A4[1], A4[0])
    scale = min(1.0, (across * MM - 2 * SIDE * INCH) / (characters * CHARACTER))
    return (down * MM - (ABOVE + BELOW) * INCH) / scale * SURE


def breaks(held: Held, last: int, room: float, repeated: int = 0) -> Iterator[int]:
    """The last row of each page but the last. `repeated`: the row that stands on each page after its own."""
    start, used, again = 1, 0.0, held.heights.get(repeated, 0.0)
    for row in range(1, last + 1):
        tall = held.heights.get(row, 0.0)
        if used + tall > room and row > start:
            first = _first(held.spans, row, start)
            yield first - 1
            used = sum(held.heights.get(one, 0.0) for one in range(first, row)) + (again if repeated < first else 0.0)
            start = first
        used += tall


def _first(spans: Sequence[tuple[int, int]], row: int, start: int) -> int:
    """Where the page must end so that this row goes over with what it belongs to; not before the page's own beginning."""
    first = row
    while (earlier := min([one for one, end in spans if one < first <= end], default=first)) < first:
        first = earlier
    return first if first > start else row

"""Columns of a report's tables: as wide as what stands in them, so that no figure, date or clause breaks inside."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby
from unicodedata import east_asian_width

from app.documents.paper.lines import broken, slashed, units
from app.documents.paper.looks import SHEET
from kpi.reports.model import Cell, Number, Table

#: Columns whose share is not written by the table itself are alike.
EVEN = 10
WHOLE = 1000
#: Thousandths of the width that the widest column of words keeps, where it needs that much.
LEAST = 185
#: Thousandths of the size: a digit in the widest of the fonts that a Word file may be shown in.
NARROW = 620
#: Room between a Chinese character and one of another script, as far as the points beside the text do not make up for it.
BETWEEN, MEETING = 100, re.compile(r"(?<=[0-9A-Za-z%])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=[0-9A-Za-z])")
#: Points beside a text in its cell, with a little to spare; thousandths of a point across the page.
GAP, ACROSS = 9.5, SHEET.text_width * 72 / 25.4
#: A label of so many characters stands on two lines rather than on three.
LABEL = 8000
#: How a figure stands: on one line; a rate over its fraction; the fraction broken after its slash.
LEVELS = (lambda text: [text], units, slashed)
SLASHED = 2


@lru_cache(8192)
def wide(text: str) -> int:
    """In thousandths of the size, with what some programs put between Chinese and other characters."""
    return sum(1000 if east_asian_width(sign) in "WFA" else NARROW for sign in text) + BETWEEN * len(MEETING.findall(text))


def share_of(width: float) -> int:
    """Thousandths of the page for a cell whose text is so wide."""
    return int(WHOLE * (width * SHEET.cell / 1000 + GAP) / ACROSS) + 1


def room_of(share: float) -> int:
    """How wide a line in a cell of this share may be."""
    return int((share * ACROSS / WHOLE - GAP) * 1000 / SHEET.cell) + 1


class Columns:
    """What the columns of one table need."""

    def __init__(self, table: Table) -> None:
        told = table.wide or (EVEN,) * len(table.headings)
        self.told = [round(WHOLE * one / sum(told)) for one in told]
        self.right = frozenset(table.right)
        self.heads = table.headings
        self.texts = [
            {line for row in table.rows for line in _shown(row[place]).split("\n")} for place in range(len(self.told))
        ]
        self.whole = [self.need(place, 0) for place in range(len(self.told))]

    def need(self, place: int, level: int) -> int:
        """The share that a column needs at least; its heading stands on two lines or more."""
        head = max(*(wide(one) for one in units(self.heads[place])), min(wide(self.heads[place]), 1000 + wide(self.heads[place]) // 2))
        cells = max((wide(piece) for text in self.texts[place] for piece in LEVELS[level](text)), default=0)
        return share_of(max(head, cells, self._label(place)))

    def _label(self, place: int) -> int:
        longest = max(map(wide, self.texts[place]), default=0)
        return (longest + 1000) // 2 if longest <= LABEL and place not in self.right else 0

    def shares(self) -> list[int]:
        """Thousandths for each column: those told where they do, else what each needs, the widest column of words giving."""
        places = range(len(self.told))
        words = [place for place in places if place not in self.right]
        giving = max(words or places, key=lambda place: (self.told[place], self.whole[place]))
        least = {level: [self.need(place, level if place in self.right else 1) for place in places] for level in range(len(LEVELS))}
        if all(told >= need for told, need in zip(self.told, least[0], strict=True)):
            return self.told
        wanted = [max(need, min(told, whole)) for need, told, whole in zip(least[SLASHED], self.told, self.whole, strict=True)]
        left = WHOLE - sum(wanted) + wanted[giving]
        if left < least[1][giving]:
            wanted = least[SLASHED]
            left = WHOLE - sum(wanted) + wanted[giving]
        if left < least[1][giving]:
            return [round(WHOLE * need / sum(wanted)) for need in wanted]
        self._raised(wanted, least, giving, left)
        spare = WHOLE - sum(wanted) + wanted[giving] - max(self.whole[giving], wanted[giving])
        for place, told in enumerate(self.told):
            if spare > 0 and place != giving and wanted[place] < told:
                more = min(spare, told - wanted[place])
                wanted[place], spare = wanted[place] + more, spare - more
        wanted[giving] = WHOLE - sum(share for place, share in enumerate(wanted) if place != giving)
        return wanted

    def _raised(self, wanted: list[int], least: dict[int, list[int]], giving: int, left: int) -> None:
        """Columns of figures get wider as long as the giving column keeps enough, the cheapest first, those alike alike."""
        keeps = max(least[1][giving], min(LEAST, self.whole[giving]))
        for level in (1, 0):
            costs = sorted((least[level][place] - wanted[place], place) for place in self.right if place != giving)
            for cost, alike in groupby(costs, key=lambda each: each[0]):
                places = [place for _, place in alike]
                most = min(cost, (left - keeps) // len(places))
                if most > 0 and (most == cost or level == 1):  # in part, too: only the longest of its figures breaks then
                    for place in places:
                        wanted[place] += most
                    left -= most * len(places)


def shares_of(table: Table) -> list[int]:
    """Thousandths of the width for each column of a table with rows."""
    return Columns(table).shares()


def set_in_lines(text: str, share: int) -> str:
    """A figure in the lines that its column has room for; words in other programs' fonts would break elsewhere."""
    room = room_of(share)
    if wide(text) <= room:
        return text
    head, bracket, tail = text.partition("（")
    if head and bracket and wide(head) <= room:  # the fraction begins a line of its own
        return "\n".join([head, *broken(bracket + tail, room, room, wide)])
    lines = list(broken(text, room, room, wide))
    while len(lines[-1]) == 1 and room > wide(lines[-1]) * 4:  # no character stands alone
        room -= 500
        lines = list(broken(text, room, room, wide))
    return "\n".join(lines)


def _shown(cell: Cell) -> str:
    return cell.shown if isinstance(cell, Number) else cell


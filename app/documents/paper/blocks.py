"""A paper as data: what it says and in which order, not how a PDF, a Word file or a workbook draws it.

Texts are Chinese and final: whoever builds a Paper has already rounded, masked and dated. Nothing in a text is
markup, and no text becomes a formula. The same Paper gives the same words in all three files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple

Align = Literal["left", "center", "right", "both"]


class Figure(NamedTuple):
    """A cell that a workbook computes with. `text` is what every file shows; `pattern` makes a workbook show the same."""

    text: str
    value: int | Decimal | date
    pattern: str = "General"


Cell = str | Figure


def said(cell: Cell) -> str:
    """What a cell shows."""
    return cell if isinstance(cell, str) else cell.text


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is 一、, level 2 is （一）, level 0 is a title in the middle of the page."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Running text; line breaks are kept. `indent`: the first line stands two characters in."""

    text: str
    indent: bool = True
    align: Align = "both"
    bold: bool = False


class Pair(NamedTuple):
    """A label and its value. `lines`: at least so many lines of room, for handwriting."""

    label: str
    value: Cell = ""
    lines: int = 1


@dataclass(frozen=True)
class Pairs:
    """A form: labels with values, `beside` pairs in a row."""

    rows: Sequence[Pair]
    beside: int = 1
    title: str = ""
    label_share: int = 22


@dataclass(frozen=True)
class Column:
    """A column of a grid. `share`: its part of the width, beside the shares of the others."""

    title: str
    share: int = 10
    align: Align = "left"


@dataclass(frozen=True)
class Grid:
    """A table; its heading stands on each page. `strong`: places of rows that sum up others. `blank`: empty rows to be written in.

    `joined`: (row, column) of cells that belong to the one above them: they are empty, and no line parts them.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] | None = None
    title: str = ""
    strong: frozenset[int] = frozenset()
    blank: int = 0
    joined: frozenset[tuple[int, int]] = frozenset()

    @property
    def every_row(self) -> list[Sequence[Cell]]:
        """With the empty rows and the total."""
        empty = [[""] * len(self.columns)] * self.blank
        return [*self.rows, *empty, *([self.total] if self.total is not None else [])]

    def reach(self, place: int, column: int) -> int:
        """How many rows a cell covers, down to the last one that is joined to it."""
        last = place
        while (last + 1, column) in self.joined:
            last += 1
        return last - place + 1

    def is_strong(self, place: int) -> bool:
        """Whether the row at the place of `every_row` sums up."""
        return place in self.strong or (self.total is not None and place == len(self.rows) + self.blank)


@dataclass(frozen=True)
class Place:
    """Where somebody signs: who, the name and the day where they are known, with a seal or without."""

    who: str
    name: str = ""
    day: str = ""
    seal: bool = False
    note: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """As it is printed; what is not known is left for the pen."""
        first = f"{self.who}（{'签字、盖章' if self.seal else '签字'}）：{self.name}"
        return tuple(line for line in (first, self.note, self.day or BLANK_DAY) if line)


BLANK_DAY = "　　　　年　　月　　日"


@dataclass(frozen=True)
class Signatures:
    """Places for signatures, `beside` in a row."""

    places: Sequence[Place]
    beside: int = 2


@dataclass(frozen=True)
class Picture:
    """A PNG or JPEG. `share`: of the text's width, in hundredths; it is never taller than a page."""

    data: bytes
    caption: str = ""
    share: int = 100


@dataclass(frozen=True)
class Drawn:
    """A chart: drawn into a PDF by reportlab.graphics (`draw` takes the width in points), elsewhere its picture."""

    draw: Callable[[float], Any]
    picture: Picture


@dataclass(frozen=True)
class Note:
    """Small print."""

    text: str


@dataclass(frozen=True)
class Proof:
    """A QR code with what it says beside it in small print."""

    code: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Issued:
    """署名 and 成文日期 at the end of an official document, with room for the seal; the QR code stands to the left."""

    by: str
    day: str = ""
    proof: Proof | None = None


@dataclass(frozen=True)
class PageBreak:
    """A new page. In a workbook a new sheet of this name; without a name it goes on below."""

    sheet: str = ""


@dataclass(frozen=True)
class NewSheet:
    """In a workbook a new sheet of this name; elsewhere nothing."""

    name: str


@dataclass(frozen=True)
class Anchor:
    """A place whose page is told by the PDF's writer, and which its outline lists by the title."""

    name: str
    title: str = ""


Block = Heading | Paragraph | Pairs | Grid | Signatures | Issued | Picture | Drawn | Note | Proof | PageBreak | NewSheet | Anchor


@dataclass(frozen=True)
class Paper:
    """A whole paper. `look`: official is GB/T 9704, sheet is a dense table. `issuer`: gives an official paper its red head.

    `mark` lies across each page (草稿, 已作废). `day` dates the file inside, so that the same paper gives the same bytes.
    """

    title: str
    blocks: Sequence[Block]
    number: str = ""
    look: Literal["official", "sheet"] = "official"
    direction: Literal["portrait", "landscape"] = "portrait"
    issuer: str = ""
    header: str = ""
    footer: str = ""
    mark: str = ""
    day: date = date(2000, 1, 1)
    sheet: str = ""

    @property
    def flow(self) -> list[Block]:
        """The blocks where there are no sheets."""
        return [one for one in self.blocks if not isinstance(one, NewSheet)]

"""One sheet of a workbook: blocks under each other on the columns of the widest table."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from openpyxl.drawing.image import Image
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from app.documents.cells import HEAD, LIVE, TEXT, clean
from app.documents.paper import qr
from app.documents.paper.blocks import (
    Anchor,
    Block,
    Cell,
    Drawn,
    Figure,
    Grid,
    Heading,
    Issued,
    NewSheet,
    Note,
    PageBreak,
    Pairs,
    Paper,
    Paragraph,
    Picture,
    Proof,
    Signatures,
    said,
)
from app.documents.paper.xlsx_breaks import FEW, FIRST, LAST, Held, breaks, page_height
from app.documents.paper.xlsx_columns import bounds, edges, snapped
from app.documents.paper.xlsx_lines import lines_of, set_in_lines

THIN = Side(style="thin", color="808080")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
#: Widths of a whole line in characters of a workbook.
ACROSS = {"portrait": 100, "landscape": 140}
LINE, AIR = 15, 4
#: Beyond so many lines a cell needs more room for each: fonts that stand in for 宋体 are a little taller.
MANY, MORE = 5, 1.2
#: The lowest row that still stands while the rows below it are turned over.
FROZEN = 8
TALLEST = 400
#: Rows that are taller together need not stand on one page with what is above them.
TALL = 260


def letters(size: float = 11, *, bold: bool = False, colour: str | None = None) -> Font:
    """The font of a cell, by a name that every office has: widths are counted in its digits."""
    return Font(name=SONG, size=size, bold=bold, color=colour)


SONG = "宋体"
PLAIN, BOLD, RED = letters(), letters(bold=True), letters(bold=True, colour="C00000")
PIXELS = 8  # to a character of width
POINT = 0.75  # to a pixel
CODE = 96


class Writing:
    """Writes one sheet from the top down."""

    def __init__(self, page: Worksheet, paper: Paper, blocks: Sequence[Block]) -> None:
        self.page, self.paper, self.blocks, self.row = page, paper, blocks, 1
        self.held = Held()
        self.bounds = bounds(blocks)
        self.count = len(self.bounds)
        whole = ACROSS[paper.direction]
        self.widths = [(end - start) * whole / 1000 for start, end in zip((0, *self.bounds), self.bounds, strict=False)]
        for place, width in enumerate(self.widths, 1):
            page.column_dimensions[get_column_letter(place)].width = max(4, width)

    def all(self, *, first: bool) -> None:
        if first:
            self.head()
        for block, after in pairwise([*self.blocks, Anchor("")]):
            before = self.row
            self.block(block)
            if isinstance(block, Heading) or (isinstance(block, Paragraph) and isinstance(after, Signatures | Grid)):
                self.held.together(before, self.row)  # with the first row of what follows
            if isinstance(block, Grid) and isinstance(after, Signatures | Note):
                self.held.together(max(before, self.row - LAST), self.row)  # no page holds those alone
        repeated = self.heading()
        for last in breaks(self.held, self.row - 1, page_height(self.paper.direction, sum(self.widths)), repeated):
            self.page.row_breaks.append(Break(id=last))

    def heading(self) -> int:
        """The row that stands on every page: the heading of the only long table, where that is the last one."""
        grids = [block for block in self.blocks if isinstance(block, Grid)]
        if not grids or any(len(one.every_row) > FEW for one in grids[:-1]):
            return 0
        if len(grids) > 1 and len(grids[-1].every_row) <= FEW:
            return 0
        self.page.print_title_rows = f"{self.headed}:{self.headed}"
        if self.headed <= FROZEN:
            self.page.freeze_panes = f"A{self.headed + 1}"
        return self.headed

    headed = 0

    def head(self) -> None:
        paper = self.paper
        if paper.issuer:
            self.line(paper.issuer, letters(14, bold=True, colour="C00000"), "center")
        self.line(paper.title, letters(16, bold=True), "center", tall=26)
        if paper.number:
            self.line(paper.number, PLAIN, "center")
        if paper.mark:
            self.line(f"【{paper.mark}】", RED, "center")

    def block(self, block: Block) -> None:
        match block:
            case Heading(text, level):
                self.line(text, letters(12 if level else 16, bold=True), "left" if level else "center")
            case Paragraph(text, _, align, bold):
                self.line(text, BOLD if bold else PLAIN, "left" if align == "both" else align)
            case Pairs():
                self.pairs(block)
            case Grid():
                self.grid(block)
            case Signatures():
                self.signatures(block)
            case Issued(by, day, proof):
                self.line(by, PLAIN, "right")
                self.line(day or "　　年　　月　　日", PLAIN, "right")
                if proof:
                    self.proof(proof)
            case Picture(data, caption, share):
                self.picture(data, round(sum(self.widths) * PIXELS * share / 100))
                self.line(caption, PLAIN, "center")
            case Drawn():
                self.block(block.picture)
            case Note(text):
                self.line(text, letters(9, colour="606060"))
            case Proof():
                self.proof(block)
            case PageBreak():
                self.page.row_breaks.append(Break(id=self.row - 1))
            case Anchor() | NewSheet():
                return

    # -- cells ------------------------------------------------------------------------------------

    def put(self, column: int, span: int, cell: Cell, look: Any) -> int:
        """A cell over `span` columns; how many lines it needs. A text never computes."""
        place = self.page.cell(self.row, column)
        room = sum(self.widths[column - 1 : column - 1 + span]) - 1
        if isinstance(cell, Figure):
            place.value, place.number_format = cell.value, cell.pattern
            if isinstance(cell.value, date) and cell.pattern == "General":
                place.number_format = "yyyy-mm-dd"
        else:
            cell = set_in_lines(clean(cell), room)
            place.value, place.data_type, place.number_format = cell, "s", TEXT
            place.quotePrefix = cell.startswith(LIVE)
        place.font, place.alignment = look["font"], Alignment(wrap_text=True, vertical="center", horizontal=look["align"])
        if look.get("box"):
            for each in range(column, column + span):
                self.page.cell(self.row, each).border = BOX
        if look.get("fill"):
            place.fill = look["fill"]
        if span > 1:
            self.page.merge_cells(start_row=self.row, start_column=column, end_row=self.row, end_column=column + span - 1)
        return lines_of(said(cell), room)

    def line(self, text: str, font: Font, align: str = "left", tall: int = 0) -> None:
        """A text over the whole width."""
        if text:
            lines = self.put(1, self.count, text, {"font": font, "align": align})
            self.down(max(tall, lines * (font.sz or 11) * 1.4))

    def down(self, height: float) -> None:
        self.page.row_dimensions[self.row].height = self.held.heights[self.row] = min(TALLEST, height)
        self.row += 1

    def skip(self) -> None:
        """An empty row."""
        self.held.heights[self.row] = LINE
        self.row += 1

    # -- blocks -----------------------------------------------------------------------------------

    def across(self, wanted: Sequence[int]) -> list[tuple[int, int]]:
        """First column and span of each part, on the columns that there are."""
        ends = snapped(wanted, self.bounds)
        return [(start + 1, end - start) for start, end in zip((0, *ends), ends, strict=False)]

    def pairs(self, block: Pairs) -> None:
        self.line(block.title, BOLD)
        places = self.across(edges(block))
        for start in range(0, len(block.rows), block.beside):
            row, lines = block.rows[start : start + block.beside], 1
            for number, pair in enumerate(row):
                label, value = places[2 * number : 2 * number + 2]
                if number == len(row) - 1:  # the last value reaches to the margin
                    value = value[0], self.count - value[0] + 1
                named = self.put(*label, pair.label, {"font": BOLD, "align": "center", "box": True, "fill": HEAD})
                lines = max(lines, pair.lines, named, self.put(*value, pair.value, {"font": PLAIN, "align": "left", "box": True}))
            self.down(lines * LINE + AIR)
        self.skip()

    def grid(self, block: Grid) -> None:
        first = self.row
        self.line(block.title, BOLD)
        places, self.headed = self.across(edges(block)), self.row
        look: dict[str, Any] = {"font": BOLD, "align": "center", "box": True, "fill": HEAD}
        self.down(LINE * max(self.put(*at, one.title, look) for at, one in zip(places, block.columns, strict=True)))
        for number, row in enumerate(block.every_row):
            font = BOLD if block.is_strong(number) else PLAIN
            lines = 1
            for column, (at, one, cell) in enumerate(zip(places, block.columns, row, strict=True)):
                look = {"font": font, "align": "left" if one.align == "both" else one.align, "box": True}
                lines = max(lines, -(-self.put(*at, cell, look) // block.reach(number, column)))
            self.down(lines * LINE + AIR + max(0, lines - MANY) * MORE)
        self.join(block, places)
        count = len(block.every_row)
        few = count if count <= FEW else FIRST
        tall = sum(self.held.heights[row] for row in range(first, self.headed + few + 1))
        self.held.together(first, self.headed + (few if tall <= TALL else 1))
        self.held.together(self.row - FIRST, self.row - 1)  # the last row is not alone
        self.skip()

    def join(self, block: Grid, places: Sequence[tuple[int, int]]) -> None:
        """Makes one cell of those that are joined, once the whole grid is written."""
        top = self.row - len(block.every_row)
        for number, column in sorted((place - 1, column) for place, column in block.joined if (place - 1, column) not in block.joined):
            start, span = places[column]
            first, last = top + number, top + number + block.reach(number, column) - 1
            for row in range(first, last + 1 if span > 1 else first):
                self.page.unmerge_cells(start_row=row, start_column=start, end_row=row, end_column=start + span - 1)
            self.page.merge_cells(start_row=first, start_column=start, end_row=last, end_column=start + span - 1)

    def signatures(self, block: Signatures) -> None:
        first = self.row
        beside = min(block.beside, self.count)
        places = self.across([1000 * (each + 1) // beside for each in range(beside)])
        for start in range(0, len(block.places), beside):
            row = block.places[start : start + beside]
            for at, one in zip(places, row, strict=False):
                self.put(*at, "\n".join(one.lines), {"font": PLAIN, "align": "left"})
            self.down(LINE * (1 + max(len(one.lines) for one in row)))
        self.held.together(first, self.row)  # the code stands with them

    def picture(self, data: bytes, most: int) -> None:
        shown = Image(io.BytesIO(data))
        scale = min(1, most / shown.width, TALLEST / POINT / shown.height)
        shown.width, shown.height = int(shown.width * scale), int(shown.height * scale)
        self.page.add_image(shown, f"A{self.row}")
        self.down(shown.height * POINT + 4)

    def proof(self, block: Proof) -> None:
        first = self.row
        self.picture(qr.png(block.code), CODE)
        for line in block.lines:
            self.line(line, letters(8, colour="606060"))
        self.held.together(first, self.row - 1)


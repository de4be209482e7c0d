"""Tables of a PDF: forms of labels and values, and grids whose heading stands on each page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Spacer, Table, TableStyle

from app.documents.fonts import SANS, Family
from app.documents.paper.blocks import Grid, Pairs, Paper, said
from app.documents.paper.looks import GREY, Look
from app.documents.paper.pdf_ending import LAST, Closing
from app.documents.paper.pdf_text import Style, Text

PAD = 3.5
THIN = 0.5
HEADED = "EEF3F9"
#: Points: a row taller than this is drawn in pieces of about `PIECE`, so that it can run on over pages.
TALL, PIECE = 300, 100
#: Rows of a table that is not torn apart.
FEW = 8
SHORT = 200  # characters: a row of so few is never that tall


Joined = frozenset[tuple[int, int]]
NOT_JOINED: Joined = frozenset()


def below(block: Grid, first: int = 0) -> Joined:
    """(row, column) of the joined cells in a table that begins with row `first` of the grid, its heading counted as one."""
    return frozenset((place + 1 - first, column) for place, column in block.joined if place + 1 > first)


class Tables:
    """Draws the tables of one paper."""

    def __init__(self, paper: Paper, look: Look, family: Family, heads: Family) -> None:
        self.look, self.family, self.heads = look, family, heads
        self.room = look.text_width * mm
        self.official = paper.look == "official"
        self.tinted = [] if self.official else [("BACKGROUND", (0, 0), (-1, 0), HexColor(f"#{HEADED}"))]
        self.line = HexColor("#000000" if self.official else f"#{GREY}")

    def style(self, family: Family, align: Any = "left") -> Style:
        return Style(family, self.look.cell, self.look.cell_leading, align=align)

    def title(self, text: str) -> Iterator[Any]:
        """What stands over a table."""
        look = self.look
        yield Spacer(0, look.cell_leading * 0.25)
        if text:
            yield CondPageBreak(look.cell_leading * 5)
            yield Text(text, Style(self.heads, look.cell + 1, look.cell_leading * 1.3, before=look.cell * 0.4))

    def pairs(self, block: Pairs) -> Iterator[Any]:
        look, beside = self.look, block.beside
        label, value = self.style(self.heads, "center"), self.style(self.family)
        share = self.room / beside
        widths = [share * block.label_share / 100, share * (100 - block.label_share) / 100] * beside
        yield from self.title(block.title)
        for start in range(0, len(block.rows), beside):
            row = block.rows[start : start + beside]
            cells = [text for one in row for text in (Text(one.label, label), Text(said(one.value), value))]
            least = max(one.lines for one in row) * look.cell_leading + 2 * PAD
            own = [*widths[: len(cells) - 1], sum(widths[len(cells) - 1 :])]  # the last value reaches to the margin
            yield self.table([cells], own, [], minRowHeights=[least], spaceBefore=-0.5)
        yield Spacer(0, look.cell_leading * 0.5)

    def lines(self) -> list[Any]:
        return [
            ("LINEBEFORE", (0, 0), (-1, -1), THIN, self.line), ("LINEAFTER", (-1, 0), (-1, -1), THIN, self.line),
            ("LINEABOVE", (0, 0), (-1, 0), THIN, self.line), ("LINEBELOW", (0, "splitlast"), (-1, "splitlast"), THIN, self.line),
            ("LEFTPADDING", (0, 0), (-1, -1), PAD), ("RIGHTPADDING", (0, 0), (-1, -1), PAD),
            ("TOPPADDING", (0, 0), (-1, -1), PAD * 0.7),
            ("BOTTOMPADDING", (0, 0), (-1, -1), PAD * 0.9), ("FONTNAME", (0, 0), (-1, -1), SANS),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ]  # fmt: skip

    def grid(self, block: Grid) -> Iterator[Any]:
        if len(block.every_row) <= FEW:
            yield CondPageBreak(self.opening(block))
        yield from self.title(block.title)
        yield self.table(self.cells(block), self.widths(block), self.tinted, joined=below(block), repeatRows=1)
        yield Spacer(0, self.look.cell_leading * 0.5)

    def beginning(self, block: Grid) -> Iterator[Any]:
        """All but the last rows of a grid that ends the paper."""
        yield from self.title(block.title)
        yield self.table(self.cells(block)[:-LAST], self.widths(block), self.tinted, joined=below(block), repeatRows=1)

    def ending(self, block: Grid, after: list[Any]) -> Closing:
        """The last rows, with what stands under the grid."""
        cells, widths, gap = self.cells(block), self.widths(block), Spacer(0, self.look.cell_leading * 0.5)
        first = len(cells) - LAST
        plain = self.table(cells[first:], widths, [], joined=below(block, first))
        headed = self.table([cells[0], *cells[first:]], widths, self.tinted, joined=below(block, first - 1))
        return Closing([plain, gap, *after], [headed, gap, *after])

    def table(
        self, wanted: list[list[Text]], widths: list[float], more: list[Any], *, joined: Joined = NOT_JOINED, **given: Any
    ) -> Table:
        """The table, its very tall rows in pieces without a line between them; none above a joined cell either."""
        rows, ends, style = list[list[Text]](), list[int](), [*self.lines(), *more]
        for row in wanted:
            pieces = self.torn(row, widths)
            if len(pieces) > 1:
                first, last = len(rows), len(rows) + len(pieces) - 1
                style.append(("VALIGN", (0, first), (-1, last), "TOP"))
                style += [("TOPPADDING", (0, first + 1), (-1, last), 0), ("BOTTOMPADDING", (0, first), (-1, last - 1), 0)]
            rows += pieces
            ends.append(len(rows) - 1)
        for place, end in enumerate(ends):
            lined = [one for one in range(len(widths)) if (place + 1, one) not in joined]
            style += [("LINEBELOW", (one, end), (one, end), THIN, self.line) for one in lined]
        return Table(rows, colWidths=widths, style=TableStyle(style), **given)

    def torn(self, row: list[Text], widths: list[float]) -> list[list[Text]]:
        """A very tall row in pieces, each with the next lines of every cell."""
        if sum(len(cell.text) for cell in row) < SHORT:
            return [row]
        tall = max(cell.wrap(width - 2 * PAD, 0)[1] for cell, width in zip(row, widths, strict=True))
        if tall <= TALL:
            return [row]
        step, count = int(PIECE / self.look.cell_leading), max(len(cell.lines) for cell in row)
        return [[cell.part(start, start + step) for cell in row] for start in range(0, count, step)]

    def widths(self, block: Grid) -> list[float]:
        whole = sum(one.share for one in block.columns)
        return [self.room * one.share / whole for one in block.columns]

    def cells(self, block: Grid) -> list[list[Text]]:
        head = self.style(self.heads, "center")
        plain = [self.style(self.family, one.align) for one in block.columns]
        strong = [self.style(self.heads, one.align) for one in block.columns]
        rows = [[Text(one.title, head) for one in block.columns]]
        for place, row in enumerate(block.every_row):
            styles = strong if block.is_strong(place) else plain
            rows.append([Text(said(cell), style) for cell, style in zip(row, styles, strict=True)])
        return rows

    def opening(self, block: Grid) -> float:
        """How tall the title, the heading and the first row are together; of a few rows, all, with a note below them."""
        widths = self.widths(block)
        tall = self.look.cell_leading * 1.5 if block.title else 0
        whole = len(block.every_row) <= FEW
        rows = block.every_row if whole else block.every_row[:1]
        tall += self.look.note * 3 if whole else 0
        for row in self.cells(Grid(block.columns, rows)):
            tall += max(cell.wrap(width - 2 * PAD, 0)[1] for cell, width in zip(row, widths, strict=True)) + 2 * PAD
        return min(tall, TALL)

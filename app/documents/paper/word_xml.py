"""Paragraphs and tables of a Word file, written as its markup: a long table by python-docx's cells takes minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from docx.oxml.ns import nsdecls

from app.documents.cells import clean
from app.documents.paper.blocks import Align

SPACE = nsdecls("w")
ALIGNED = {"left": "left", "center": "center", "right": "right", "both": "both"}
TWIPS = 20  # to the point
MM = 56.6929  # twips to the millimetre
BLACK = "000000"
CLOSE = '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'


@dataclass(frozen=True)
class Run:
    """How a paragraph looks in Word: sizes and leading in points, `indent` and `inset` in characters.

    `close`: no room is added between Chinese and Latin characters, as a narrow cell wants it.
    """

    font: str
    size: float
    leading: float = 0
    align: Align = "left"
    indent: int = 0
    inset: int = 0
    bold: bool = False
    colour: str = BLACK
    before: float = 0
    after: float = 0
    heading: int = 0
    close: bool = False


def paragraph(text: str, look: Run) -> str:
    """One paragraph; line breaks stay inside it."""
    spacing = f'<w:spacing w:before="{look.before * TWIPS:.0f}" w:after="{look.after * TWIPS:.0f}"'
    spacing += f' w:line="{look.leading * TWIPS:.0f}" w:lineRule="exact"/>' if look.leading else "/>"
    indent = ""
    if look.indent or look.inset:
        indent = f'<w:ind w:rightChars="{look.inset * 100}" w:right="{look.inset * look.size * TWIPS:.0f}"'
        indent += f' w:firstLineChars="{look.indent * 100}" w:firstLine="{look.indent * look.size * TWIPS:.0f}"/>'
    keep = "<w:keepNext/>" if look.heading else ""
    level = f'<w:outlineLvl w:val="{look.heading - 1}"/>' if look.heading else ""
    close = CLOSE if look.close else ""
    props = f'<w:pPr>{keep}{close}{spacing}{indent}<w:jc w:val="{ALIGNED[look.align]}"/>{level}</w:pPr>'
    return f"<w:p {SPACE}>{props}{run(text, look)}</w:p>"


def with_next(markup: str) -> str:
    """The first paragraph stays on the page of what follows it."""
    return markup if "<w:keepNext/>" in markup else markup.replace("<w:pPr>", "<w:pPr><w:keepNext/>", 1)


def run(text: str, look: Run) -> str:
    """The text with its font; `<` in it is a sign, not markup."""
    font = quoteattr(look.font)
    bold = "<w:b/>" if look.bold else ""
    colour = f'<w:color w:val="{look.colour}"/>' if look.colour != BLACK else ""
    size = f'<w:sz w:val="{look.size * 2:.0f}"/><w:szCs w:val="{look.size * 2:.0f}"/>'
    props = f"<w:rPr><w:rFonts w:ascii={font} w:hAnsi={font} w:eastAsia={font} w:cs={font}/>{bold}{colour}{size}</w:rPr>"
    lines = [f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in clean(text).split("\n")]
    return f"<w:r>{props}{'<w:br/>'.join(lines)}</w:r>"


@dataclass(frozen=True)
class Cell:
    """A cell: its paragraphs, how many columns it covers, its background.

    `join`: "restart" where cells below it belong to it, "continue" where it belongs to the one above.
    """

    body: str
    span: int = 1
    fill: str = ""
    join: str = ""


@dataclass(frozen=True)
class Row:
    """A row: `height` at least, in points; a heading is repeated on each page."""

    cells: Sequence[Cell]
    heading: bool = False
    height: float = 0


def table(widths: Sequence[float], rows: Sequence[Row], *, lines: str = "single") -> str:
    """A table of fixed widths in mm; `lines` is "nil" for one without."""
    twips = [round(width * MM) for width in widths]
    sides = "".join(f'<w:{side} w:val="{lines}" w:sz="4" w:space="0" w:color="auto"/>' for side in SIDES)
    props = (
        f'<w:tblPr><w:tblW w:w="{sum(twips)}" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{PADDING}</w:tblCellMar></w:tblPr>'
    )
    grid = "".join(f'<w:gridCol w:w="{each}"/>' for each in twips)
    return f"<w:tbl {SPACE}>{props}<w:tblGrid>{grid}</w:tblGrid>{''.join(_row(each, twips) for each in rows)}</w:tbl>"


PADDING = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in (("top", 25), ("left", 60), ("bottom", 25), ("right", 60)))
SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


def _row(row: Row, twips: Sequence[int]) -> str:
    height = f'<w:trHeight w:val="{row.height * TWIPS:.0f}" w:hRule="atLeast"/>' if row.height else ""
    heading = "<w:tblHeader/>" if row.heading else ""
    cells, place = [], 0
    for cell in row.cells:
        width = sum(twips[place : place + cell.span])
        place += cell.span
        span = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
        span += f'<w:vMerge w:val="{cell.join}"/>' if cell.join else ""
        fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{cell.fill}"/>' if cell.fill else ""
        props = f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{fill}<w:vAlign w:val="center"/></w:tcPr>'
        cells.append(f"<w:tc>{props}{cell.body}</w:tc>")
    return f"<w:tr><w:trPr><w:cantSplit/>{height}{heading}</w:trPr>{''.join(cells)}</w:tr>"

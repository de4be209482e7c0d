"""A Paper as a Word file that an office can fill in, stamp and change: GB/T 9704 fonts by name, none embedded."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time
from itertools import pairwise
from typing import IO, Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import serialize_for_reading
from docx.shared import Mm

from app.documents.paper import qr
from app.documents.paper.blocks import (
    BLANK_DAY,
    Align,
    Anchor,
    Block,
    Drawn,
    Grid,
    Heading,
    Issued,
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
from app.documents.paper.looks import RED, Look, look_of
from app.documents.paper.pictures import fitted
from app.documents.paper.steady import repack
from app.documents.paper.word_page import set_up
from app.documents.paper.word_xml import SPACE, Cell, Row, Run, paragraph, table, with_next

HEI, KAI, XIAOBIAO = "黑体", "楷体_GB2312", "方正小标宋简体"
HEADED = "EEF3F9"
RED_HEAD = 36
PAGE = f'<w:p {SPACE}><w:r><w:br w:type="page"/></w:r></w:p>'
QR_SIDE = 22


def write(file: IO[bytes], paper: Paper) -> None:
    """Writes the Word file; the same paper gives the same bytes."""
    look, document = look_of(paper), Document()
    body = document.element.body
    set_up(document, paper, look)
    _describe(document, paper)
    writing = Writing(document, paper, look)
    ending = body.sectPr
    for part in writing.story():
        ending.addprevious(parse_xml(part))
    raw = io.BytesIO()
    document.save(raw)
    repack(raw.getvalue(), file, paper.day)


def of(paper: Paper) -> bytes:
    """The file's bytes."""
    file = io.BytesIO()
    write(file, paper)
    return file.getvalue()


def _describe(document: Any, paper: Paper) -> None:
    known, stamp = document.core_properties, datetime.combine(paper.day, time(), UTC)
    known.title, known.author, known.subject = paper.title[:255], (paper.issuer or "履约台")[:255], paper.number[:255]
    known.created = known.modified = stamp
    known.last_modified_by, known.comments, known.revision = "", "", 1
    normal = document.styles["Normal"]
    normal.font.name = look_of(paper).word_body
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), normal.font.name)
    for language in document.styles.element.iter(qn("w:lang")):  # else marks are drawn as in Japanese or Taiwan
        language.set(qn("w:eastAsia"), "zh-CN")
    for language in document.settings.element.iter(qn("w:themeFontLang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def kept(row: Row) -> Row:
    """A row that stands on one page with what follows."""
    return replace(row, cells=[replace(cell, body=with_next(cell.body)) for cell in row.cells])


class Writing:
    """Turns one paper's blocks into the markup of paragraphs and tables."""

    def __init__(self, document: Any, paper: Paper, look: Look) -> None:
        self.document, self.paper, self.look = document, paper, look
        self.official = paper.look == "official"
        leading = look.leading if self.official else 0
        self.body = Run(look.word_body, look.body, leading)
        self.cell = Run(look.word_body, look.cell, look.cell_leading, close=True)

    def run(self, like: Run, **more: Any) -> Run:
        return Run(**{**like.__dict__, **more})

    def picture(self, data: bytes, width: float, align: Align = "center") -> str:
        """A paragraph with a picture, `width` in mm."""
        inline = self.document.part.new_pic_inline(io.BytesIO(data), Mm(width), None)
        drawn = f"<w:r><w:drawing>{serialize_for_reading(inline)}</w:drawing></w:r>"
        return paragraph("", Run(self.look.word_body, self.look.cell, align=align)).replace("</w:p>", f"{drawn}</w:p>")

    def story(self) -> Iterator[str]:
        paper, look = self.paper, self.look
        if paper.issuer and self.official:
            size = min(RED_HEAD, look.text_width * 2.83 / max(1, len(paper.issuer)))
            yield paragraph(paper.issuer, Run(XIAOBIAO, size, align="center", colour=RED))
            number = paragraph(paper.number, self.run(self.body, align="center", before=18))
            yield number.replace("<w:spacing", f"{RULE}<w:spacing", 1)
            yield paragraph("", self.body)
        yield self.title(paper.title)
        if paper.number and not (paper.issuer and self.official):
            yield paragraph(paper.number, self.run(self.cell, align="center", after=6))
        for block, after in pairwise([*paper.flow, Anchor("")]):
            short = isinstance(block, Grid) and isinstance(after, Note) and len(block.every_row) < SHORT
            parts = list(self.ending(block) if short or isinstance(after, Signatures | Proof) else self.written(block))
            leads = isinstance(block, Note) and isinstance(after, Grid)
            leads |= isinstance(block, Paragraph) and isinstance(after, Issued | Note | Grid | Pairs)
            if parts and leads:  # no page holds a signature alone, or ends with a heading and its words before a table
                parts[-1] = with_next(parts[-1])
            yield from parts

    def ending(self, block: Block) -> Iterator[str]:
        """What stands before signatures, the code or a note, on one page with them: no page holds those alone."""
        if isinstance(block, Grid):
            *parts, space = self.grid(block, last=LAST)
        elif isinstance(block, Signatures):
            parts, space = [self.signatures(block, held=True)], SMALL_SPACE
        else:
            *parts, space = self.written(block)
        yield from parts
        yield with_next(space)

    def title(self, text: str) -> str:
        look = self.look
        return paragraph(text, Run(look.word_title, look.title, look.title * 1.5, align="center", after=look.leading * 0.5))

    def written(self, block: Block) -> Iterator[str]:
        match block:
            case Heading(text, 0):
                yield self.title(text)
            case Heading(text, level):
                font = (HEI if level == 1 else KAI) if self.official else HEI
                yield paragraph(text, self.run(self.body, font=font, indent=2 * self.official, heading=level))
            case Paragraph(text, indent, align, bold):
                look = self.run(self.body, indent=2 * indent, align=align, bold=bold)
                yield from (paragraph(line, look) for line in text.split("\n"))
            case Pairs():
                yield from self.pairs(block)
            case Grid():
                yield from self.grid(block)
            case Signatures():
                yield self.signatures(block)
                yield SMALL_SPACE
            case Issued():
                yield from self.issued(block)
            case Picture(data, caption, share):
                yield self.picture(data, fitted(data, self.look.text_width * share / 100, self.look.text_height)[0])
                if caption:
                    yield paragraph(caption, self.run(self.cell, align="center", after=6))
            case Drawn():
                yield from self.written(block.picture)
            case Note(text):
                yield paragraph(text, Run(self.look.word_body, self.look.note))
            case Proof():
                yield from self.proof(block)
            case PageBreak():
                yield PAGE
            case Anchor():
                return

    def titled(self, text: str) -> Iterator[str]:
        if text:
            yield paragraph(text, self.run(self.cell, font=HEI, size=self.look.cell + 1, before=6, after=3, heading=3))

    def pairs(self, block: Pairs) -> Iterator[str]:
        label, rows, beside = self.run(self.cell, font=HEI, align="center"), [], block.beside
        for start in range(0, len(block.rows), beside):
            row = block.rows[start : start + beside]
            cells = [part for one in row for part in (Cell(paragraph(one.label, label)), Cell(paragraph(said(one.value), self.cell)))]
            cells[-1] = Cell(cells[-1].body, 1 + 2 * (beside - len(row)))
            rows.append(Row(cells, height=max(one.lines for one in row) * self.look.cell_leading))
        share = self.look.text_width / beside
        widths = [share * block.label_share / 100, share * (100 - block.label_share) / 100] * beside
        yield from self.titled(block.title)
        yield table(widths, rows)
        yield SMALL_SPACE

    def grid(self, block: Grid, last: int = 0) -> Iterator[str]:
        """`last`: so many rows at the end stay on one page with what follows."""
        whole = sum(one.share for one in block.columns)
        widths = [self.look.text_width * one.share / whole for one in block.columns]
        head = self.run(self.cell, font=HEI, align="center")
        fill = "" if self.official else HEADED
        rows = [Row([Cell(paragraph(one.title, head), fill=fill) for one in block.columns], heading=True)]
        for place, row in enumerate(block.every_row):
            font = HEI if block.is_strong(place) else self.cell.font
            looks = [self.run(self.cell, font=font, align=one.align) for one in block.columns]
            height = self.look.cell_leading if not any(map(said, row)) else 0
            joins = [_join(block, place, column) for column in range(len(row))]
            cells = [Cell(paragraph(said(cell), look), join=join) for cell, look, join in zip(row, looks, joins, strict=True)]
            rows.append(Row(cells, height=height))
        yield from self.titled(block.title)
        if len(rows) <= SHORT:
            yield table(widths, [*map(kept, rows[:-1]), *(map(kept, rows[-1:]) if last else rows[-1:])])
        else:  # the rows at the end are a table of their own, which joins on: not every program keeps single rows
            yield table(widths, rows[: len(rows) - last])
            yield from [SEAM, table(widths, list(map(kept, rows[-last:])))] if last else []
        yield SMALL_SPACE

    def signatures(self, block: Signatures, *, held: bool = False) -> str:
        """`held`: on one page with what follows."""
        look = self.run(self.cell, size=self.look.cell + 1, leading=self.look.cell_leading * 1.2, before=6)
        cells = [Cell(paragraph("\n".join(one.lines), look)) for one in block.places]
        cells += [Cell(paragraph("", look))] * (-len(cells) % block.beside)
        rows = [Row(cells[start : start + block.beside]) for start in range(0, len(cells), block.beside)]
        together = [kept(row) if held or place < len(rows) - 1 else row for place, row in enumerate(rows)]
        return table([self.look.text_width / block.beside] * block.beside, together, lines="nil")

    def issued(self, block: Issued) -> Iterator[str]:
        """The name centred over the day, four characters in from the right; the code to the left."""
        look, day = self.look, block.day or BLANK_DAY
        wide = min((max(len(block.by), len(day)) + 1) * look.body * POINT, look.text_width * 0.6)
        inset = 4 * look.body * POINT
        names = "".join(paragraph(line, self.run(self.body, align="center")) for line in (block.by, day))
        left = "".join(self.proof(block.proof)) if block.proof else paragraph("", self.cell)
        yield with_next(paragraph("", self.body))
        row = Row([Cell(left), Cell(names), Cell(paragraph("", self.cell))])
        yield table([look.text_width - wide - inset, wide, inset], [row], lines="nil")
        yield SMALL_SPACE

    def proof(self, block: Proof) -> Iterator[str]:
        parts = [self.picture(qr.png(block.code), QR_SIDE, "left")]
        parts += [paragraph(line, Run(self.look.word_body, min(self.look.note, 7))) for line in block.lines]
        yield from (with_next(part) for part in parts[:-1])
        yield parts[-1]


POINT = 25.4 / 72
SEAM = paragraph("", Run(HEI, 1, 1))
SMALL_SPACE = paragraph("", Run(HEI, 5))
#: Rows of a table that is not torn apart, its heading included; those at the end that stand with the signatures.
SHORT, LAST = 9, 3
RULE = f'<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="10" w:color="{RED}"/></w:pBdr>'


def _join(block: Grid, place: int, column: int) -> str:
    """How Word says that a cell belongs to the one above it, or that those below belong to it."""
    if (place, column) in block.joined:
        return "continue"
    return "restart" if block.reach(place, column) > 1 else ""

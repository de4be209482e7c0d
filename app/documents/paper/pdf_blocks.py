"""The blocks of a Paper as flowables of a PDF."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    HRFlowable,
    Image,
    KeepTogether,
    Spacer,
    Table,
    TableStyle,
)
from reportlab.platypus import PageBreak as NextPage

from app.documents.fonts import MISSING, SANS, SERIF, Family
from app.documents.paper import qr
from app.documents.paper.blocks import (
    BLANK_DAY,
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
)  # fmt: skip
from app.documents.paper.looks import RED, Look
from app.documents.paper.pdf_ending import ended, is_short
from app.documents.paper.pdf_tables import Tables
from app.documents.paper.pdf_text import Style, Text
from app.documents.paper.pictures import fitted

CODE = 24 * mm
RED_HEAD = 36
BARE = TableStyle(
    [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]
    + [("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("FONTNAME", (0, 0), (-1, -1), SANS)]
)


class Mark(Flowable):  # type: ignore[misc]
    """A place that takes no room; the template notes its page."""

    def __init__(self, anchor: Anchor) -> None:
        super().__init__()
        self.anchor = anchor

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        return 0, 0

    def draw(self) -> None:
        """Nothing to see."""


class Code(Flowable):  # type: ignore[misc]
    """A QR code, drawn as one path."""

    def __init__(self, text: str, side: float) -> None:
        super().__init__()
        self.text, self.side = text, side

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        return self.side, self.side

    def draw(self) -> None:
        count, runs = qr.dots(self.text)
        dot, path = self.side / count, self.canv.beginPath()
        for row, column, length in runs:
            path.rect(column * dot, self.side - (row + 1) * dot, length * dot, dot)
        self.canv.setFillColor(HexColor("#000000"))
        self.canv.drawPath(path, stroke=0, fill=1)


def led(parts: Iterator[Any]) -> Iterator[Any]:
    """What is drawn, on one page with what follows."""
    for part in parts:
        part.keepWithNext = True
        yield part


class Drawing:
    """Turns one paper's blocks into flowables."""

    def __init__(self, paper: Paper, look: Look, family: Family) -> None:
        self.paper, self.look, self.family = paper, look, family
        self.heads = Family(SANS, SERIF) if look.serif else family
        self.room = look.text_width * mm
        self.official = paper.look == "official"
        self.tables = Tables(paper, look, family, self.heads)

    def style(self, size: float, leading: float, **more: Any) -> Style:
        return Style(self.family, size, leading, **more)

    def story(self) -> Iterator[Any]:
        """Everything in order, and at the end which characters no font has."""
        yield from self.head()
        body, end = ended(self.paper.flow)
        blocks, before, held = [*body, *(end[:1] or [Anchor("")])], None, list[Any]()
        beyond = [*blocks[2:], None, None]
        for (block, after), then in zip(pairwise(blocks), beyond, strict=False):
            if isinstance(block, Heading):
                yield from self.heading(block, after, then)
            elif isinstance(block, Paragraph) and isinstance(after, Issued):  # no page holds a signature alone
                yield KeepTogether([*self.drawn(block), *self.issued(after)])
            elif isinstance(block, Paragraph) and isinstance(after, Signatures):  # nor signatures, nor the code
                held = [*self.drawn(block)]
            elif isinstance(block, Signatures):
                code = [self.coded(after, self.room)] if isinstance(after, Proof) else []
                yield KeepTogether([*held, *self.signatures(block), *code])
                held = []
            elif isinstance(block, Proof) and isinstance(before, Signatures):
                pass  # stands with them
            elif isinstance(block, Paragraph) and isinstance(after, Note):  # the title of a table that has no rows
                yield from led(self.drawn(block))
            elif not isinstance(block, Issued):
                yield from self.drawn(block)
            elif not isinstance(before, Paragraph):
                yield KeepTogether(list(self.issued(block)))
            before = block
        yield from self.closing(end)
        if codes := sorted(f"U+{ord(sign):04X}" for sign in self.family.lacking | self.heads.lacking):
            yield from self.note(Note(f"有 {len(codes)} 个字不在字库里，以“{MISSING}”代替：{'、'.join(codes)}"))

    def closing(self, end: list[Any]) -> Iterator[Any]:
        """No page holds the signatures alone."""
        parts = list[Any]()
        for block in end:
            if isinstance(block, Heading):
                parts += self.heading(block, block, None)
            elif isinstance(block, Signatures):
                parts += self.signatures(block)
            elif isinstance(block, Proof):
                parts.append(self.coded(block, self.room))
            elif isinstance(block, Grid) and not is_short(block):
                yield from self.tables.beginning(block)
            else:
                parts += self.drawn(block)
        whole = [one for one in parts if not isinstance(one, CondPageBreak)]
        long = [one for one in end if isinstance(one, Grid) and not is_short(one)]
        if end:
            yield self.tables.ending(long[0], whole) if long else KeepTogether(whole)

    def head(self) -> Iterator[Any]:
        paper, look = self.paper, self.look
        if paper.issuer and self.official:
            size = min(RED_HEAD, self.room * 1000 / self.family.width(paper.issuer))
            yield Text(paper.issuer, self.style(size, size * 1.4, align="center", colour=RED, bold=True))
            yield Text(paper.number, self.style(look.body, look.leading, align="center", before=look.leading * 0.6))
            yield HRFlowable("100%", 1.2, color=HexColor(f"#{RED}"), spaceBefore=4 * mm, spaceAfter=look.leading)
        yield self.title(paper.title)
        if paper.number and not (paper.issuer and self.official):
            size = look.cell + 1
            yield Text(paper.number, self.style(size, size * 1.6, align="center", after=size * 0.6))

    def title(self, text: str) -> Text:
        look = self.look
        style = self.style(look.title, look.title * 1.5, align="center", bold=self.official, even=True, after=look.leading * 0.5)
        return Text(text, style)

    def drawn(self, block: Block) -> Iterator[Any]:
        match block:
            case Paragraph(text, indent, align, bold):
                look, after = self.look, 0 if self.official else 2
                yield Text(text, self.style(look.body, look.leading, align=align, indent=2 if indent else 0, bold=bold, after=after))
            case Pairs():
                yield from self.tables.pairs(block)
            case Grid():
                yield from self.tables.grid(block)
            case Signatures():
                yield KeepTogether(list(self.signatures(block)))
            case Picture():
                yield from self.picture(block)
            case Drawn():
                yield self.chart(block)
            case Note():
                yield from self.note(block)
            case Proof():
                yield self.proof(block)
            case PageBreak():
                yield NextPage()
            case Anchor():
                yield Mark(block)

    def heading(self, block: Heading, after: Block, then: Block | None) -> Iterator[Any]:
        """Stays with what it is over, with a table's first row too, and with the words between."""
        look = self.look
        if not block.level:
            yield self.title(block.text)
            return
        size = look.body if self.official or block.level > 1 else look.body + 2
        words = after if isinstance(after, Paragraph) and isinstance(then, Grid) else None
        over = then if words is not None else after
        follows = self.tables.opening(over) if isinstance(over, Grid) else look.leading * 2
        if isinstance(over, Signatures):  # they stay together
            follows = min(sum(one.wrap(self.room, 0)[1] for one in self.signatures(over)), look.text_height * mm / 2)
        follows += sum(one.wrap(self.room, 0)[1] for one in self.drawn(words)) if words is not None else 0
        yield CondPageBreak(look.leading * 1.5 + follows)
        indent = 2 if self.official else 0
        family = self.heads if block.level == 1 else self.family
        before = 0 if self.official else look.leading * 0.5
        yield Text(block.text, Style(family, size, look.leading, indent=indent, before=before))

    def signatures(self, block: Signatures) -> Iterator[Any]:
        look = self.look
        size = look.cell + 1
        style = self.style(size, size * 1.7)
        cells: list[Any] = [[Text("\n".join(one.lines), style)] for one in block.places]
        rows = [cells[start : start + block.beside] for start in range(0, len(cells), block.beside)]
        if rows:
            rows[-1].extend([""] * (block.beside - len(rows[-1])))
            bare = TableStyle([*BARE.getCommands(), ("VALIGN", (0, 0), (-1, -1), "TOP"), ("BOTTOMPADDING", (0, 0), (-1, -1), size * 1.2)])
            yield Spacer(0, size)
            yield Table(rows, colWidths=[self.room / block.beside] * block.beside, style=bare)

    def issued(self, block: Issued) -> Iterator[Any]:
        """The day stands four characters in from the right, the name centred over it, room for the seal above."""
        look = self.look
        day = block.day or BLANK_DAY
        inset = 4 * look.body
        wide = max(self.family.width(day), self.family.width(block.by)) * look.body / 1000
        wide = min(wide + 1, self.room - inset)
        names = Text(f"{block.by}\n{day}", self.style(look.body, look.leading, align="center"))
        left = self.room - inset - wide
        proof = self.coded(block.proof, left - look.body) if block.proof and left > 1.9 * CODE else ""
        yield Spacer(0, look.leading * 1.5)
        yield Table([[proof, names, ""]], colWidths=[left, wide, inset], style=BARE)
        if block.proof and not proof:
            yield self.proof(block.proof)

    def picture(self, block: Picture) -> Iterator[Any]:
        look = self.look
        width, height = fitted(block.data, look.text_width * block.share / 100, look.text_height)
        parts: list[Any] = [Image(io.BytesIO(block.data), width * mm, height * mm, hAlign="CENTER")]
        if block.caption:
            parts.append(Text(block.caption, self.style(look.cell, look.cell_leading, align="center", before=2, after=6)))
        yield KeepTogether(parts)

    def chart(self, block: Drawn) -> Any:
        """The drawing as wide as the text, whole on one page."""
        return KeepTogether([Spacer(0, 4), block.draw(self.room), Spacer(0, 4)])

    def note(self, block: Note) -> Iterator[Any]:
        yield Text(block.text, self.style(self.look.note, self.look.note * 1.5, before=2, colour="404040"))

    def proof(self, block: Proof) -> Any:
        return KeepTogether([self.coded(block, self.room)])

    def coded(self, block: Proof, room: float) -> Table:
        """The code with its small print beside it."""
        size = 6.5 if room < self.room else min(self.look.note, 8)
        words = Text("\n".join(block.lines), self.style(size, size * 1.45, colour="404040"))
        return Table([[Code(block.code, CODE), words]], colWidths=[CODE + 4, room - CODE - 4], style=BARE, spaceBefore=6, hAlign="LEFT")

"""Text on a PDF page: a flowable that breaks Chinese lines, draws mixed fonts and runs on over pages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable

from app.documents.fonts import Family
from app.documents.paper.blocks import Align
from app.documents.paper.lines import NEVER_FIRST, broken

#: A line is stretched to the margin by at most so much between two characters, in thousandths of the size.
MOST_STRETCH = 160
#: Where a title of two lines is broken, as long as one is not much shorter than the other.
GOOD_ENDS = "”》）、，：的"
LOPSIDED = 0.45


@dataclass(frozen=True)
class Style:
    """How a text looks. `indent` in characters, of the first line; `even`: lines of about the same length, as a title has."""

    family: Family
    size: float
    leading: float
    align: Align = "left"
    indent: int = 0
    before: float = 0
    after: float = 0
    colour: str = "000000"
    bold: bool = False
    even: bool = False


@cache
def coloured(code: str) -> Any:
    return HexColor(f"#{code}")


class Text(Flowable):  # type: ignore[misc]
    """Lines of text. Bold is drawn with a thin outline: one weight of each font is enough."""

    def __init__(self, text: str, style: Style, lines: list[tuple[str, bool, bool]] | None = None) -> None:
        super().__init__()
        self.text, self.style, self.lines, self.kept = text, style, lines or [], lines is not None
        for sign in set(text).difference(style.family):
            style.family[sign]  # what the fonts lack is known before anything is drawn
        self.spaceBefore, self.spaceAfter = style.before, style.after

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        if not self.kept:
            self.lines = list(self._broken(int(width * 1000 / self.style.size + 0.5)))
        self.height = len(self.lines) * self.style.leading
        return width, self.height

    def _broken(self, room: int) -> Any:
        """Each line, whether it begins a paragraph, whether it ends one."""
        inset = self.style.indent * 1000
        for part in self.text.split("\n"):
            if self.style.family.width(part) <= room - inset:  # most cells of a table
                yield part, True, True
                continue
            found = list(broken(part, room, room - inset, self.style.family.width))
            if self.style.even and len(found) > 1:
                found = evened(part, room, found, self.style.family)
            for place, line in enumerate(found):
                yield line, place == 0, place == len(found) - 1

    def split(self, width: float, height: float) -> list[Text]:
        if not self.lines:
            self.wrap(width, height)
        fitting = int((height + 0.01) / self.style.leading)
        if fitting < 1 or fitting >= len(self.lines):
            return [self] if fitting >= len(self.lines) else []
        if len(self.lines) > 3 and len(self.lines) - fitting < 2:
            fitting -= 1  # no page begins with the last line alone
        return [self.part(0, fitting), self.part(fitting, len(self.lines))]

    def part(self, start: int, end: int) -> Text:
        """Some of its lines, once they are broken."""
        return Text("", self.style, self.lines[start:end])

    def draw(self) -> None:
        style, size = self.style, self.style.size
        pen = self.canv.beginText()
        self.canv.setFillColor(coloured(style.colour))
        if style.bold:
            self.canv.setStrokeColor(coloured(style.colour))
            self.canv.setLineWidth(size / 50)
            pen.setTextRenderMode(2)
        base, known = self.height - style.leading / 2 - size * 0.38, ""
        for place, (line, first, last) in enumerate(self.lines):
            inset = style.indent * size if first else 0
            free = 0.0 if style.align == "left" else self.width - inset - style.family.width(line) * size / 1000
            shift = free if style.align == "right" else free / 2 if style.align == "center" else 0
            pen.setTextOrigin(inset + max(0, shift), base - place * style.leading)
            if style.align == "both":
                pen.setCharSpace(0.0 if last else stretched(free, len(line), size))
            for font, shown in style.family.runs(line):
                if font != known:
                    pen.setFont(font, size)
                    known = font
                pen.textOut(shown)
        if style.bold:
            pen.setTextRenderMode(0)
        if style.align == "both":
            pen.setCharSpace(0)
        self.canv.drawText(pen)


def stretched(free: float, signs: int, size: float) -> float:
    """Points between two characters so that the line reaches the margin; none where it would gape."""
    if signs < 2 or free <= 0:
        return 0.0
    each = free / (signs - 1)
    return each if each <= MOST_STRETCH * size / 1000 else 0.0


def evened(text: str, room: int, lines: list[str], family: Family) -> list[str]:
    """The same number of lines: two break after a mark where they can, else the longest is as short as it can be."""
    if len(lines) == 2:
        halves = [(text[:place], text[place:]) for place in range(1, len(text)) if text[place - 1] in GOOD_ENDS]
        halves = [pair for pair in halves if pair[1][0] not in NEVER_FIRST and least_share(pair, family) >= LOPSIDED]
        if fitting := [pair for pair in halves if max(map(family.width, pair)) <= room]:
            best = max(fitting, key=lambda pair: least_share(pair, family))
            return [*best]
    least, most = max(1000, family.width(text) // len(lines)), room
    while most - least > 250:
        middle = (least + most) // 2
        tried = list(broken(text, middle, middle, family.width))
        if len(tried) > len(lines):
            least = middle
        else:
            most, lines = middle, tried
    return lines


def least_share(pair: tuple[str, str], family: Family) -> float:
    """The shorter of two lines beside the longer."""
    widths = sorted(family.width(line) for line in pair)
    return widths[0] / (widths[1] or 1)

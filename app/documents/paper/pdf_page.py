"""What stands on every page of a PDF: running header and footer, the page number, the mark across it."""

from __future__ import annotations

from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.documents.fonts import SANS, Family
from app.documents.paper.blocks import Paper
from app.documents.paper.looks import GREY, Look

TOTAL = "pages"
RUNNING = 8.5
#: GB/T 9704: the page number is 4号, its line 7 mm below the text, one character in from the outer side.
NUMBER = 14
BELOW = 7 * mm
MARK = "EBEBEB"


class Counting(Canvas):  # type: ignore[misc]
    """A canvas that can write how many pages there are before it knows: the figure is a form drawn at the end."""

    family: Family

    def save(self) -> None:
        self.beginForm(TOTAL, 0, 0, 60, 20)
        put(self, self.family, f"{self.getPageNumber() - 1} 页", 0, 4, RUNNING)
        self.endForm()
        super().save()


def put(canvas: Any, family: Family, text: str, x: float, y: float, size: float, align: str = "left") -> float:
    """A line of text; how far it reaches."""
    width = family.width(text) * size / 1000
    x -= width if align == "right" else width / 2 if align == "center" else 0
    pen = canvas.beginText(x, y)
    for font, shown in family.runs(text):
        pen.setFont(font, size)
        pen.textOut(shown)
    canvas.drawText(pen)
    return x + width


def furnish(canvas: Any, family: Family, paper: Paper, look: Look) -> None:
    """Draws all that belongs to a page but not to the text, below the text."""
    canvas.saveState()
    if paper.mark:
        _mark(canvas, paper.mark, look)
    canvas.setFillColor(HexColor("#000000" if paper.look == "official" else f"#{GREY}"))
    left, right = look.left * mm, (look.width - look.right) * mm
    top, bottom = (look.height - look.top) * mm, look.bottom * mm
    if paper.header:
        put(canvas, family, paper.header, left, top + 4 * mm, RUNNING)
    if paper.look == "official":
        _official(canvas, family, paper, left, right, bottom)
    else:
        if paper.footer:
            put(canvas, family, paper.footer, left, bottom - 7 * mm, RUNNING)
        reach = put(canvas, family, f"第 {canvas.getPageNumber()} 页，共 ", right - 72, bottom - 7 * mm, RUNNING)
        canvas.translate(reach, bottom - 7 * mm - 4)
        canvas.doForm(TOTAL)
    canvas.restoreState()


def _official(canvas: Any, family: Family, paper: Paper, left: float, right: float, bottom: float) -> None:
    base = bottom - BELOW - NUMBER * 0.4
    number = canvas.getPageNumber()
    if number % 2:
        put(canvas, family, f"— {number} —", right - NUMBER, base, NUMBER, "right")
    else:
        put(canvas, family, f"— {number} —", left + NUMBER, base, NUMBER)
    if paper.footer:
        put(canvas, family, paper.footer, left if number % 2 else right, base - 12, RUNNING, "left" if number % 2 else "right")


def _mark(canvas: Any, text: str, look: Look) -> None:
    """The word across the page, pale enough to read and to copy what stands above it."""
    canvas.saveState()
    canvas.setFillColor(HexColor(f"#{MARK}"))
    canvas.translate(look.width * mm / 2, look.height * mm / 2)
    canvas.rotate(45)
    size = min(130, look.text_width * mm * 1.1 / len(text))
    put(canvas, Family(SANS, SANS), text, 0, -size * 0.38, size, "center")
    canvas.restoreState()

"""A Paper as PDF: A4, fonts inside, text that can be searched and copied, the same bytes for the same paper."""

from __future__ import annotations

import io
from typing import IO, Any

from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from app.documents.fonts import SANS, SERIF, Family, ready
from app.documents.paper.blocks import Anchor, Paper
from app.documents.paper.looks import look_of
from app.documents.paper.pdf_blocks import Drawing
from app.documents.paper.pdf_page import Counting, furnish

PROGRAM = "履约台"


class Template(BaseDocTemplate):  # type: ignore[misc]
    """Notes on which page each anchor came to stand, and lists it in the outline."""

    pages: dict[str, int]

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 - the name is reportlab's
        anchor = getattr(flowable, "anchor", None)
        if isinstance(anchor, Anchor):
            self.pages[anchor.name] = self.page
            self.canv.bookmarkPage(anchor.name)
            if anchor.title:
                self.canv.addOutlineEntry(anchor.title, anchor.name, 0)


def write(file: IO[bytes], paper: Paper) -> dict[str, int]:
    """Writes the PDF; the pages of its anchors by name, the first page is 1."""
    look = look_of(paper)
    family = Family(SERIF, SANS) if look.serif else Family(SANS, SERIF)
    ready(family.first)

    def furniture(canvas: Any, _: Any) -> None:
        canvas.family = family
        furnish(canvas, family, paper, look)

    size = (look.width * mm, look.height * mm)
    frame = Frame(
        look.left * mm, look.bottom * mm, look.text_width * mm, look.text_height * mm,
        leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
    )  # fmt: skip
    template = Template(
        file, pagesize=size, pageTemplates=[PageTemplate("page", [frame], onPage=furniture, pagesize=size)],
        title=paper.title, author=paper.issuer or PROGRAM, subject=paper.number, creator=PROGRAM, lang="zh-CN",
        invariant=1, initialFontName=family.first,
    )  # fmt: skip
    template.pages = {}
    template.build(list(Drawing(paper, look, family).story()), canvasmaker=Counting)
    return template.pages


def of(paper: Paper) -> bytes:
    """The file's bytes."""
    file = io.BytesIO()
    write(file, paper)
    return file.getvalue()

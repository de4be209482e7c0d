"""What stands on every page of a Word file: margins, header, footer with the page number, the mark across."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import quoteattr

from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm

from app.documents.paper.blocks import Paper
from app.documents.paper.looks import GREY, Look
from app.documents.paper.word_xml import Run, paragraph, run

SONG = "宋体"
SMALL = 9
NUMBER = 14
VML = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'


def set_up(document: Any, paper: Paper, look: Look) -> None:
    """Page size, margins, header and footer."""
    section = document.sections[0]
    across = paper.direction == "landscape"
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(look.width), Mm(look.height)
    section.top_margin, section.bottom_margin = Mm(look.top), Mm(look.bottom)
    section.left_margin, section.right_margin = Mm(look.left), Mm(look.right)
    section.header_distance = Mm(max(6, look.top - 9))
    section.footer_distance = Mm(look.bottom - 14 if paper.look == "official" else 6)
    official = paper.look == "official"
    document.settings.odd_and_even_pages_header_footer = official
    fill(section.header, head(paper))
    fill(section.footer, foot(paper, even=False))
    if official:
        fill(section.even_page_header, head(paper))
        fill(section.even_page_footer, foot(paper, even=True))


def fill(part: Any, paragraphs: list[str]) -> None:
    """Puts these paragraphs in place of the empty one."""
    for old in list(part._element):
        part._element.remove(old)
    for each in paragraphs:
        part._element.append(parse_xml(each))


def head(paper: Paper) -> list[str]:
    """The running line, and the mark where there is one."""
    line = paragraph(paper.header, Run(SONG, SMALL, colour=GREY))
    if not paper.mark:
        return [line]
    shape = (
        f'<w:r {nsdecls("w")} {VML}><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e"><v:textpath on="t" fitshape="t"/></v:shapetype>'
        '<v:shape id="mark" type="#_x0000_t136" style="position:absolute;margin-left:0;margin-top:0;'
        f"width:{min(360, 150 * len(paper.mark))}pt;height:130pt;rotation:315;z-index:-251658752;"
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        'mso-position-vertical:center;mso-position-vertical-relative:margin" fillcolor="#e6e6e6" stroked="f">'
        f'<v:textpath style="font-family:黑体;font-size:1pt" string={quoteattr(paper.mark)}/></v:shape></w:pict></w:r>'
    )
    return [line.replace("</w:p>", f"{shape}</w:p>")]


def foot(paper: Paper, *, even: bool) -> list[str]:
    """The page number: — 1 — to the outer side in an official paper, 第 1 页，共 9 页 in a sheet."""
    if paper.look == "official":
        look = Run(SONG, NUMBER, align="left" if even else "right")
        parts = run("— ", look) + field("PAGE", look) + run(" —", look)
    else:
        look = Run(SONG, SMALL, align="right", colour=GREY)
        parts = run("第 ", look) + field("PAGE", look) + run(" 页，共 ", look) + field("NUMPAGES", look) + run(" 页", look)
    line = paragraph("", look).replace("</w:p>", f"{parts}</w:p>")
    below = [paragraph(paper.footer, Run(SONG, SMALL, colour=GREY))] if paper.footer else []
    return [line, *below]


def field(name: str, look: Run) -> str:
    """A figure that Word works out itself."""
    return f'<w:fldSimple {nsdecls("w")} w:instr="{name}">{run("1", look)}</w:fldSimple>'

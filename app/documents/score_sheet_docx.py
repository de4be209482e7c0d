"""The 考核细则表 as a Word file on A4 across, to be filled in and sealed by hand where an office wants that."""

from __future__ import annotations

from typing import IO, Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from app.documents.cells import clean
from app.documents.score_sheet import COLUMNS, ScoreSheet

FONT = "仿宋_GB2312"
WIDTHS = (10, 32, 12, 62, 50, 13, 13, 15, 62)
CENTRED = frozenset({0, 2, 5, 6, 7})


def write(file: IO[bytes], sheet: ScoreSheet) -> None:
    paper = Document()
    _set_up(paper)
    line(paper, sheet.title, 16, centred=True, bold=True)
    if sheet.draft:
        line(paper, sheet.draft, 11, centred=True)
    for name, words in sheet.facts:
        line(paper, f"{name}：{words}", 10.5)
    _table(paper, sheet)
    _foot(paper, sheet)
    paper.save(file)


def _set_up(paper: Any) -> None:
    part = paper.sections[0]
    part.orientation, part.page_width, part.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    part.left_margin = part.right_margin = part.top_margin = part.bottom_margin = Mm(14)
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(10.5)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    normal.paragraph_format.space_after = Pt(2)


def line(place: Any, words: str, size: float, *, centred: bool = False, bold: bool = False) -> None:
    """A paragraph of its own."""
    shown = place.add_paragraph()
    run = shown.add_run(clean(words))
    run.font.size, run.bold = Pt(size), bold
    if centred:
        shown.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _table(paper: Any, sheet: ScoreSheet) -> None:
    rows = [COLUMNS, *(one.cells for one in (*sheet.lines, *sheet.bonus))]
    table = paper.add_table(rows=len(rows), cols=len(COLUMNS), style="Table Grid")
    table.autofit = False
    for number, words in enumerate(rows):
        for place, cell in enumerate(table.rows[number].cells):
            cell.width = Mm(WIDTHS[place])
            shown = cell.paragraphs[0]
            run = shown.add_run(clean(words[place]))
            run.font.size, run.bold = Pt(9), number == 0
            if place in CENTRED or number == 0:
                shown.alignment = WD_ALIGN_PARAGRAPH.CENTER
    repeated = table.rows[0]._tr.get_or_add_trPr()  # the heading stands on every page
    repeated.append(repeated.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"}))


def _foot(paper: Any, sheet: ScoreSheet) -> None:
    line(paper, "　".join(f"{name}：{words}" for name, words in sheet.totals), 12, bold=True)
    for title, pairs in (("申诉", sheet.appeals), ("不同意见", sheet.dissents)):
        for name, words in pairs:
            line(paper, f"{title}（{name}）：{words}", 10.5)
    for one in (*sheet.members, *sheet.signatures):
        line(paper, one.text, 10.5)
    for words in sheet.proof:
        line(paper, words, 8)

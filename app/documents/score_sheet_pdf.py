"""The 考核细则表 as a PDF on A4 across, with its font inside."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import IO, Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from app.documents import fonts
from app.documents.score_sheet import COLUMNS, ScoreSheet

WIDTHS = tuple(width * mm for width in (10, 32, 12, 64, 52, 12, 12, 15, 64))
CENTRED = frozenset({0, 2, 5, 6, 7})
MARGIN = 12 * mm
PARTIES = 3  # facts on the first line: the project and its two sides


def style(size: float, *, centred: bool = False, space: float = 2) -> ParagraphStyle:
    return ParagraphStyle(
        f"s{size}{centred}", fontName=fonts.NAME, fontSize=size, leading=size * 1.45, wordWrap="CJK",
        alignment=1 if centred else 0, spaceAfter=space,
    )  # fmt: skip


def write(file: IO[bytes], sheet: ScoreSheet) -> None:
    """The PDF; the same sheet always gives the same bytes."""
    fonts.ready()
    paper = SimpleDocTemplate(
        file, pagesize=landscape(A4), leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN,
        title=sheet.title, author="履约台", lang="zh-CN", invariant=1, initialFontName=fonts.NAME,
    )  # fmt: skip
    body = [*_head(sheet), _table(sheet), Spacer(1, 4 * mm), KeepTogether(list(_foot(sheet)))]
    paper.build(body, onFirstPage=_numbered, onLaterPages=_numbered)


def _numbered(canvas: Any, paper: Any) -> None:
    canvas.setFont(fonts.NAME, 8)
    canvas.drawCentredString(landscape(A4)[0] / 2, 6 * mm, f"第 {paper.page} 页")


def text(words: str, look: ParagraphStyle) -> Paragraph:
    """Words as a paragraph: nothing in them is markup."""
    lines = (escape(fonts.shown(line)).replace("\u3000", "\u00a0" * 4) for line in words.split("\n"))  # wide spaces would close up
    return Paragraph("<br/>".join(lines), look)


def _head(sheet: ScoreSheet) -> Iterable[Any]:
    yield text(sheet.title, style(15, centred=True, space=6))
    if sheet.draft:
        yield text(sheet.draft, style(10, centred=True, space=4))
    yield text("　　".join(f"{name}：{words}" for name, words in sheet.facts[:PARTIES]), style(9))
    yield text("　　".join(f"{name}：{words}" for name, words in sheet.facts[PARTIES:]), style(9))
    yield Spacer(1, 2 * mm)


def _table(sheet: ScoreSheet) -> Table:
    looks = [style(8, centred=place in CENTRED, space=0) for place in range(len(COLUMNS))]
    rows = [[text(title, style(8.5, centred=True, space=0)) for title in COLUMNS]]
    every = (*sheet.lines, *sheet.bonus)
    rows.extend([text(words, look) for words, look in zip(line.cells, looks, strict=True)] for line in every)
    table = Table(rows, colWidths=WIDTHS, repeatRows=1, splitInRow=1)
    grid = [
        ("GRID", (0, 0), (-1, -1), 0.4, colors.HexColor("#666666")), ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#DDEBF7")),
        ("FONTNAME", (0, 0), (-1, -1), fonts.NAME), ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ]  # fmt: skip
    table.setStyle(TableStyle(grid))
    return table


def _foot(sheet: ScoreSheet) -> Iterable[Any]:
    small, plain = style(8), style(9.5)
    yield text("　".join(f"{name}：{words}" for name, words in sheet.totals), style(11, space=5))
    for title, pairs in (("申诉", sheet.appeals), ("不同意见", sheet.dissents)):
        for name, words in pairs:
            yield text(f"{title}（{name}）：{words}", plain)
    for one in (*sheet.members, *sheet.signatures):
        yield Spacer(1, 2 * mm)
        yield text(one.text, plain)
    yield Spacer(1, 3 * mm)
    for words in (*sheet.proof, *_missing(sheet)):
        yield text(words, small)


def _missing(sheet: ScoreSheet) -> Iterable[str]:
    """Says which characters the font lacks, where there are any."""
    every = "".join(words for line in (*sheet.lines, *sheet.bonus) for words in line.cells)
    every += "".join(one.name + one.note for one in (*sheet.members, *sheet.signatures))
    every += "".join(first + second for pair in (sheet.facts, sheet.appeals, sheet.dissents) for first, second in pair)
    codes = sorted(f"U+{ord(sign):04X}" for sign in fonts.lacking(every))
    if codes:
        yield f"有 {len(codes)} 个字不在字库里，以“{fonts.MISSING}”代替：{'、'.join(codes)}"

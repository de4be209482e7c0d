"""A report as a Paper: the same words and figures in PDF, Word and workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from unicodedata import east_asian_width

from app.documents import report_charts
from app.documents.paper.blocks import (
    Align,
    Block,
    Cell,
    Column,
    Drawn,
    Figure,
    Grid,
    Heading,
    Note,
    Pair,
    Pairs,
    Paper,
    Paragraph,
    Picture,
    Place,
    Proof,
    Signatures,
)
from app.documents.paper.lines import units
from app.documents.paper.looks import SHEET
from kpi.quantities import is_finite_decimal
from kpi.reports.model import Cell as Told
from kpi.reports.model import Number, Report, Table
from kpi.reports.words import filled, known

ORDINALS = "一二三四五六七八九十"
CUT = "比率截取到所示的位数，不四舍五入；比率后括号里是分子和分母。表里“注”一栏的数字是下面的编号。"
#: Columns whose share is written by the table itself are left as they are.
EVEN = 10
_NUMBER = re.compile(r"(-?[\d,]+(?:\.\d+)?)(.*)", re.DOTALL)
LONG = 10_000
#: Thousandths of the width: what the widest column of words keeps; what a column of figures gets, and where there are many.
LEAST, MOST, ENOUGH = 190, 240, 145
#: Of a character's size: a digit. Points beside a text in its cell, with a little to spare; points to the millimetre.
NARROW, GAP, POINTS = 0.57, 9, 72 / 25.4


@dataclass(frozen=True)
class Printed:
    """What stands around a report: its version, hash and the head of the audit chain; `draft`: what lies across it."""

    revision: int
    sha256: str
    head: str
    draft: str = ""
    stale: tuple[str, ...] = ()


def paper_of(report: Report, printed: Printed) -> Paper:
    """The whole paper; the same report always gives the same one."""
    return Paper(
        title=report.title, blocks=tuple(_blocks(report, printed)), look="sheet", direction="portrait",
        header=dict(report.facts).get("项目", ""), footer=f"{report.label}　第 {printed.revision} 版", mark=printed.draft,
        day=date.fromisoformat(report.end), sheet=report.title,
    )  # fmt: skip


def _blocks(report: Report, printed: Printed) -> Iterator[Block]:
    yield Pairs([Pair(name, text) for name, text in report.facts], label_share=14)
    for text in (*printed.stale, *report.warnings):
        yield Paragraph(f"说明：{text}", indent=False, bold=True)
    fields = known(report)
    for place, part in enumerate(report.parts):
        yield Heading(f"{ordinal(place + 1)}、{part.title}")
        for one in part.paragraphs:
            yield Paragraph(filled(one.text, fields))
        if not part.paragraphs and not part.tables:
            yield Paragraph("（待补充）")
        for table in part.tables:
            yield from _table(table, part.title)
        for chart in part.charts:
            yield Drawn(partial(report_charts.drawing, chart), Picture(report_charts.picture(chart)))
    yield Heading(f"{ordinal(len(report.parts) + 1)}、注释")
    yield Note(CUT)
    columns = [Column("注", 6, "center"), Column("数字来源", 94)]
    yield Grid(columns, [[str(one.number), one.text] for one in report.sources])
    yield Signatures([Place(one.removesuffix("（盖章）"), seal=one.endswith("（盖章）")) for one in report.signers])
    yield Proof(f"LYT-REPORT:{report.duty}\n{report.label}\nSHA-256:{printed.sha256}", _proof(printed))


def _proof(printed: Printed) -> list[str]:
    lines = [f"第 {printed.revision} 版，报告数据的校验值（SHA-256）：", printed.sha256]
    return [*lines, f"生成时审计链的链头：{printed.head}"] if printed.head else lines


def ordinal(number: int) -> str:
    """一, 二, … 十一."""
    tens, ones = divmod(number, 10)
    if number <= len(ORDINALS):
        return ORDINALS[number - 1]
    return f"{ORDINALS[tens - 1] if tens > 1 else ''}十{ORDINALS[ones - 1] if ones else ''}"


def _table(table: Table, heading: str) -> Iterator[Block]:
    title = "" if table.title == heading else table.title
    if table.rows:
        shares = shares_of(table)
        columns = [Column(title_, shares[place], _align(table, place)) for place, title_ in enumerate(table.headings)]
        rows = [[cell_of(cell) for cell in row] for row in table.rows]
        yield Grid(columns, rows[:-1], rows[-1], title) if table.total else Grid(columns, rows, title=title)
    elif title:
        yield Paragraph(title, indent=False, bold=True)
    if table.note:
        yield Note(table.note)


def shares_of(table: Table) -> list[int]:
    """Thousandths of the width for each column: figures get what they need, from the widest column of words.

    A rate stands on one line with its fraction where the table has room for that, else the fraction on the next.
    """
    told = table.wide or (EVEN,) * len(table.headings)
    shares = [round(1000 * one / sum(told)) for one in told]
    words = [place for place in range(len(shares)) if place not in table.right]
    if not words:
        return shares
    giving = max(words, key=lambda place: shares[place])
    for apart, most in ((False, MOST), (True, MOST), (True, ENOUGH)):
        wanted = {place: max(shares[place], min(most, _wanted(table, place, apart))) for place in table.right}
        left = shares[giving] - sum(share - shares[place] for place, share in wanted.items())
        if left >= LEAST:
            return [left if place == giving else wanted.get(place, share) for place, share in enumerate(shares)]
    return shares


def _wanted(table: Table, place: int, apart: bool) -> int:
    texts = [cell.shown if isinstance(cell, Number) else cell for cell in (row[place] for row in table.rows)]
    pieces = [piece for text in texts for piece in (units(text) if apart else [text])]
    signs = max(sum(1.0 if east_asian_width(sign) in "WFA" else NARROW for sign in piece) for piece in [*pieces, ""])
    return round(1000 * (signs * SHEET.cell + GAP) / (SHEET.text_width * POINTS))


def _align(table: Table, place: int) -> Align:
    if place in table.right:
        return "right"
    return "center" if table.headings[place] in ("注", "结论") else "left"


def cell_of(cell: Told) -> Cell:
    """A number that a workbook can compute with, where it is shown as it is; else its text."""
    if not isinstance(cell, Number):
        return cell
    if cell.of is not None or cell.value is None:
        return cell.shown
    return _figure(cell) or cell.shown


def _figure(cell: Number) -> Cell | None:
    """The number with a pattern that shows just its text; None where there is none."""
    value, hit = Fraction(cell.value or "0"), _NUMBER.fullmatch(cell.text)
    if hit is None or not is_finite_decimal(value) or '"' in hit[2]:
        return None
    shown, ending = hit[1], hit[2]
    if Fraction(shown.replace(",", "")) != value:
        return None
    places = len(shown.partition(".")[2])
    pattern = ("#,##0" if "," in shown else "0") + (f".{'0' * places}" if places else "") + (f'"{ending}"' if ending else "")
    exact = int(value) if value.denominator == 1 else Decimal(value.numerator) / Decimal(value.denominator)
    return Figure(cell.text, exact, pattern)

"""A report as a Paper: the same words and figures in PDF, Word and workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial

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
    NewSheet,
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
from app.documents.report_columns import set_in_lines, shares_of
from kpi.quantities import is_finite_decimal
from kpi.reports.model import Cell as Told
from kpi.reports.model import Number, Part, Report, Table
from kpi.reports.words import filled, known

ORDINALS = "一二三四五六七八九十"
CUT = "比率截取到所示的位数，不四舍五入；比率后括号里是分子和分母。表里“注”一栏的数字是下面的编号。"
#: Rows of a table that others stand under on the same sheet of a workbook.
SHORT = 8
#: Rows above a chart that may fill a page of their own.
PAGE = 20
_NUMBER = re.compile(r"(-?[\d,]+(?:\.\d+)?)(.*)", re.DOTALL)


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
    begins = _sheets(report.parts)
    for place, part in enumerate(report.parts, 1):
        yield from [NewSheet(begins[place])] if place in begins else []
        yield from _part(part, ordinal(place), [filled(one.text, fields) for one in part.paragraphs])
    yield NewSheet("注释")
    yield Heading(f"{ordinal(len(report.parts) + 1)}、注释")
    yield Note(CUT)
    columns = [Column("注", 6, "center"), Column("数字来源", 94)]
    yield Grid(columns, [[str(one.number), one.text] for one in report.sources])
    yield Signatures([Place(one.removesuffix("（盖章）"), seal=one.endswith("（盖章）")) for one in report.signers])
    yield Proof(f"LYT-REPORT:{report.duty}\n{report.label}\nSHA-256:{printed.sha256}", _proof(printed))


def _sheets(parts: Sequence[Part]) -> dict[int, str]:
    """Which parts begin a sheet of a workbook, by name: each with a table; those with nothing but a few figures share one."""
    begins: dict[int, list[str]] = {}
    shared = 0
    for place, part in enumerate(parts, 1):
        rows = max((len(table.rows) for table in part.tables), default=0)
        small = part.kind != "grouped" and rows <= SHORT
        if rows and small and shared:
            begins[shared].append(part.title)
        elif rows:
            begins[place] = [part.title]
            shared = place if small else 0
    return {place: "、".join(titles) for place, titles in begins.items()}


def _part(part: Part, number: str, words: Sequence[str]) -> Iterator[Block]:
    yield Heading(f"{number}、{part.title}")
    yield from (Paragraph(text) for text in words)
    if not words and not part.tables:
        yield Paragraph("（待补充）")
    for place, table in enumerate(part.tables):
        if place and _apart(part.tables[place - 1], table):
            yield NewSheet(table.title)
        like = [row for one in part.tables if one.headings == table.headings for row in one.rows]
        yield from _table(table, part.title, shares_of(replace(table, rows=tuple(like))))
    if part.charts and sum(len(table.rows) for table in part.tables) > PAGE:
        yield NewSheet(part.charts[0].title)  # else the table's heading stands over the chart's page, too
    for chart in part.charts:
        yield Drawn(partial(report_charts.drawing, chart), Picture(report_charts.picture(chart)))


def _proof(printed: Printed) -> list[str]:
    lines = [f"第 {printed.revision} 版，报告数据的校验值（SHA-256）：", printed.sha256]
    return [*lines, f"生成时审计链的链头：{printed.head}"] if printed.head else lines


def ordinal(number: int) -> str:
    """一, 二, … 十一."""
    tens, ones = divmod(number, 10)
    if number <= len(ORDINALS):
        return ORDINALS[number - 1]
    return f"{ORDINALS[tens - 1] if tens > 1 else ''}十{ORDINALS[ones - 1] if ones else ''}"


def _apart(before: Table, table: Table) -> bool:
    """Whether a workbook gives the table a sheet of its own: below a long one, or where it needs other columns."""
    return bool(table.rows) and (len(before.rows) > SHORT or (bool(before.rows) and len(before.headings) > len(table.headings)))


def _table(table: Table, heading: str, shares: Sequence[int]) -> Iterator[Block]:
    """`shares`: of its columns; tables of a part with the same columns are alike."""
    title = "" if table.title == heading else table.title
    if table.rows:
        heads = zip(table.headings, shares, strict=True)
        columns = [Column(set_in_lines(head, share), share, _align(table, place)) for place, (head, share) in enumerate(heads)]
        rows = [[_set(cell_of(cell), column) for cell, column in zip(row, columns, strict=True)] for row in table.rows]
        yield Grid(columns, rows[:-1], rows[-1], title) if table.total else Grid(columns, rows, title=title)
    elif title:
        yield Paragraph(title, indent=False, bold=True)
    if table.note:
        yield Note(table.note)


def _set(cell: Cell, column: Column) -> Cell:
    return set_in_lines(cell, column.share) if isinstance(cell, str) and column.align != "left" else cell


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

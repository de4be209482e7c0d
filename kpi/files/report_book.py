"""A report as a workbook: one sheet per section, figures as they are shown, every cell text that cannot become a formula."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as Box
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from kpi.files.workbook import sheet_title
from kpi.reports.model import Number, Part, Report, Table
from kpi.reports.words import filled, known

_HEAD = PatternFill("solid", fgColor="DDEBF7")
#: Characters across a sheet, shared out by the widths of a table.
_ACROSS = 110
_LEAST = 10
_USUAL = Fraction(1, 5)


def write_report(report: Report, path: Path) -> None:
    """Writes beside the target first and then takes its place: nothing half written is left. OSError as the disk says."""
    book = Workbook()
    front = book.active
    assert isinstance(front, Worksheet)
    _front(front, report)
    fields, taken = known(report), {front.title}
    for part in report.parts:
        title = _free(sheet_title(part.title), taken)
        _part(book.create_sheet(title), part, [filled(one.text, fields) for one in part.paragraphs])
    beside = path.with_name(f".{path.name}.part")
    try:
        book.save(beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _free(title: str, taken: set[str]) -> str:
    """A name that no sheet has yet; Excel takes 31 characters."""
    name, number = title[:31], 2
    while name in taken:
        name, number = f"{title[:27]}（{number}）", number + 1
    taken.add(name)
    return name


def _front(sheet: Worksheet, report: Report) -> None:
    sheet.title = "封面"
    _put(sheet, 1, 1, report.title).font = Font(bold=True, size=16)
    row = 3
    for name, text in (*report.facts, *(("提示", one) for one in report.warnings)):
        _put(sheet, row, 1, name).font = Font(bold=True)
        _put(sheet, row, 2, text)
        row += 1
    _put(sheet, row + 1, 1, "数字的来源").font = Font(bold=True)
    for place, source in enumerate(report.sources, row + 2):
        _put(sheet, place, 1, f"注{source.number}")
        _put(sheet, place, 2, source.text)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 16, 90


def _part(sheet: Worksheet, part: Part, words: list[str]) -> None:
    _put(sheet, 1, 1, part.title).font = Font(bold=True, size=14)
    across = max((len(one.headings) for one in part.tables), default=1)
    row = 2
    for text in words:
        _put(sheet, row, 1, text)
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=max(2, across))
        sheet.row_dimensions[row].height = 16 * (1 + len(text) // 50)
        row += 1
    for table in part.tables:
        row = _table(sheet, table, row + 1)
    for column in range(1, across + 1):
        shares = [Fraction(one.wide[column - 1], sum(one.wide)) for one in part.tables if len(one.wide) >= column]
        sheet.column_dimensions[get_column_letter(column)].width = max(_LEAST, round(_ACROSS * max(shares, default=_USUAL)))


def _table(sheet: Worksheet, table: Table, row: int) -> int:
    """The row after the table."""
    _put(sheet, row, 1, table.title).font = Font(bold=True)
    for place, heading in enumerate(table.headings, 1):
        box = _put(sheet, row + 1, place, heading)
        box.font, box.fill = Font(bold=True), _HEAD
    row += 2
    for cells in table.rows:
        for place, cell in enumerate(cells):
            box = _put(sheet, row, place + 1, cell.shown if isinstance(cell, Number) else cell)
            if place in table.right:
                box.alignment = Alignment(horizontal="right", vertical="top", wrap_text=True)
        row += 1
    if table.note:
        _put(sheet, row, 1, table.note)
        row += 1
    return row + 1


def _put(sheet: Worksheet, row: int, column: int, text: str) -> Box:
    box = sheet.cell(row, column)
    assert isinstance(box, Box)
    box.value, box.data_type, box.alignment = text, "s", Alignment(vertical="top", wrap_text=True)
    return box

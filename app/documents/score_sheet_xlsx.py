"""The 考核细则表 as a workbook that prints on A4 across."""

from __future__ import annotations

from typing import IO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from app.documents.cells import BOLD, HEAD, TEXT, clean
from app.documents.score_sheet import COLUMNS, Line, ScoreSheet

WIDTHS = (6, 18, 7, 42, 34, 7, 7, 9, 34)
CENTRED = frozenset({0, 2, 5, 6, 7})
THIN = Side(style="thin", color="808080")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)


def write(file: IO[bytes], sheet: ScoreSheet) -> None:
    """The workbook; every cell is a text, as it is signed."""
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = "考核细则表"
    _set_up(page)
    row = _head(page, sheet)
    page.print_title_rows = f"{row - 1}:{row - 1}"
    row = _table(page, row, sheet)
    _foot(page, row + 1, sheet)
    book.save(file)


def _set_up(page: Worksheet) -> None:
    for place, width in enumerate(WIDTHS, 1):
        page.column_dimensions[get_column_letter(place)].width = width
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    page.oddFooter.center.text = "第 &P 页，共 &N 页"  # type: ignore[union-attr]


def put(page: Worksheet, row: int, column: int, text: str) -> None:
    """A text that never computes."""
    cell = page.cell(row, column)
    cell.value, cell.data_type, cell.number_format = clean(text), "s", TEXT
    cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="center" if column - 1 in CENTRED else None)


def across(page: Worksheet, row: int, text: str, *, bold: bool = False) -> int:
    """A line over the whole width; the row below it."""
    put(page, row, 1, text)
    page.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(COLUMNS))
    cell = page.cell(row, 1)
    cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
    cell.font = BOLD if bold else Font()
    page.row_dimensions[row].height = 15 * max(1, -(-len(text) // 80))
    return row + 1


def _head(page: Worksheet, sheet: ScoreSheet) -> int:
    row = across(page, 1, sheet.title)
    page.cell(1, 1).font = Font(bold=True, size=16)
    page.cell(1, 1).alignment = Alignment(horizontal="center")
    page.row_dimensions[1].height = 26
    if sheet.draft:
        row = across(page, row, sheet.draft, bold=True)
    for name, text in sheet.facts:
        row = across(page, row, f"{name}：{text}")
    return row + 1


def _table(page: Worksheet, row: int, sheet: ScoreSheet) -> int:
    for place, title in enumerate(COLUMNS, 1):
        put(page, row - 1, place, title)
        cell = page.cell(row - 1, place)
        cell.font, cell.fill, cell.border = BOLD, HEAD, BOX
    for line in (*sheet.lines, *sheet.bonus):
        _line(page, row, line)
        row += 1
    page.freeze_panes = f"C{row - len(sheet.lines) - len(sheet.bonus)}"
    return row


def _line(page: Worksheet, row: int, line: Line) -> None:
    tallest = 1
    for place, text in enumerate(line.cells, 1):
        put(page, row, place, text)
        page.cell(row, place).border = BOX
        per_row = max(1, WIDTHS[place - 1] // 2)
        tallest = max(tallest, sum(max(1, -(-len(part) // per_row)) for part in text.split("\n")))
    page.row_dimensions[row].height = min(400, 14.5 * tallest)


def _foot(page: Worksheet, row: int, sheet: ScoreSheet) -> None:
    for name, text in sheet.totals:
        row = across(page, row, f"{name}：{text}", bold=True)
    for title, pairs in (("申诉", sheet.appeals), ("不同意见", sheet.dissents)):
        for name, text in pairs:
            row = across(page, row, f"{title}（{name}）：{text}")
    row += 1
    for one in (*sheet.members, *sheet.signatures):
        row = across(page, row, one.text)
    for text in sheet.proof:
        row = across(page, row, text)

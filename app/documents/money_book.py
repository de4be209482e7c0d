"""A workbook of several plain tables: sums as numbers, texts as texts, a line of totals where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from app.documents.cells import BOLD, head_cell, text_cell
from app.documents.entry_table import Kind, Value, cell_of


@dataclass(frozen=True)
class Table:
    """A sheet: lines of text above, headings, rows, totals below."""

    title: str
    above: Sequence[str]
    headings: Sequence[str]
    kinds: Sequence[Kind]
    rows: Sequence[Sequence[Value]]
    totals: Sequence[Value] = ()
    below: Sequence[str] = ()


def write(file: IO[bytes], tables: Sequence[Table]) -> None:
    """Writes the workbook; money in yuan with two places."""
    book = Workbook(write_only=True)
    for table in tables:
        sheet: Any = book.create_sheet(table.title[:31])
        printed_wide(sheet, len(table.above) + 1)
        for place, heading in enumerate(table.headings, 1):
            longest = max([2 * len(heading), *(len(str(row[place - 1] or "")) * 2 for row in table.rows[:200])], default=10)
            sheet.column_dimensions[get_column_letter(place)].width = max(12, min(longest + 2, 48))
        for line in table.above:
            cell = text_cell(sheet, line)
            cell.font = BOLD
            sheet.append([cell])
        sheet.append([head_cell(sheet, each) for each in table.headings])
        for row in table.rows:
            sheet.append([cell_of(sheet, value, kind) for value, kind in zip(row, table.kinds, strict=True)])
        if table.totals:
            sheet.append([bold(cell_of(sheet, value, kind)) for value, kind in zip(table.totals, table.kinds, strict=True)])
        for line in table.below:
            sheet.append([text_cell(sheet, line)])
    book.save(file)


def printed_wide(sheet: Any, head: int) -> None:
    """On A4 across, as wide as the page; the headings on every page."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", "9"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_title_rows = f"{head}:{head}"


def bold(cell: Any) -> Any:
    if cell is not None and hasattr(cell, "font"):
        cell.font = BOLD
    return cell

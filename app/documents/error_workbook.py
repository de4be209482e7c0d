"""The workbook that comes back from a check: the rows of the original as texts, with what is wrong beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from app.documents.cells import WRAPPED, WRONG, head_cell, text_cell

WIDTH = 18
ERROR_WIDTH = 60


@dataclass(frozen=True)
class ErrorRow:
    """A row of the original. `marked`: places of cells with something wrong."""

    line: int
    cells: Sequence[str]
    error: str = ""
    marked: frozenset[int] = field(default_factory=frozenset)


def write(
    file: IO[bytes], title: str, added: tuple[str, str], headings: Sequence[str], rows: Iterable[ErrorRow]
) -> int:
    """Writes the rows as they come; how many. `added`: headings of the two columns in front."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    sheet.column_dimensions["A"].width = ERROR_WIDTH
    sheet.column_dimensions["B"].width = 12
    for place in range(len(headings)):
        sheet.column_dimensions[get_column_letter(place + 3)].width = WIDTH
    sheet.append([head_cell(sheet, text) for text in (*added, *headings)])
    count = 0
    for row in rows:
        sheet.append(line_of(sheet, row, len(headings)))
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings) + 2)}{count + 1}"
    book.save(file)
    return count


def line_of(sheet: Any, row: ErrorRow, columns: int) -> list[Any]:
    error = text_cell(sheet, row.error)
    error.alignment = WRAPPED
    if row.error:
        error.fill = WRONG
    cells = [text_cell(sheet, text) if text else "" for text in row.cells[:columns]]
    for place in row.marked:
        if place < columns:
            marked = text_cell(sheet, row.cells[place] if place < len(row.cells) else "")
            marked.fill = WRONG
            cells += [""] * (place + 1 - len(cells))
            cells[place] = marked
    return [error, text_cell(sheet, str(row.line)), *cells]


"""Entries as a table to take away: CSV as it comes, or a workbook; texts stay texts, numbers numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import IO, Any, Literal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from app.documents.cells import csv_text, head_cell, text_cell
from app.documents.template import GUIDE

Kind = Literal["text", "number", "money", "percent"]
Value = str | int | Decimal | None
FORMATS = {"number": "General", "money": "#,##0.00", "percent": "0.00%"}
DIGITS_KEPT = 15
ROWS_A_PIECE = 500
MARK = b"\xef\xbb\xbf"  # without it, spreadsheets take the file for GBK


def csv_pieces(headings: Sequence[str], kinds: Sequence[Kind], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """The table as CSV in UTF-8 with its mark, piece by piece."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([csv_text(each) for each in headings])
    yield MARK
    for count, row in enumerate(rows, 1):
        writer.writerow([plain(value, kind) for value, kind in zip(row, kinds, strict=True)])
        if count % ROWS_A_PIECE == 0:
            yield taken(buffer)
    yield taken(buffer)


def taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def plain(value: Value, kind: Kind) -> str:
    """A value as a text file holds it."""
    if value is None:
        return ""
    if kind == "percent" and isinstance(value, Decimal | int):
        return f"{(Decimal(value) * 100).normalize():f}%"
    if kind == "money" and isinstance(value, Decimal | int):
        return f"{value:.2f}"
    return csv_text(value) if isinstance(value, str) else f"{value:f}" if isinstance(value, Decimal) else str(value)


def write_workbook(
    file: IO[bytes], title: str, headings: Sequence[str], kinds: Sequence[Kind], rows: Iterable[Sequence[Value]],
    about: Sequence[tuple[str, str]],
) -> None:  # fmt: skip
    """The table as a workbook; `about`: lines of a second sheet that say what it is."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    for place, heading in enumerate(headings, 1):
        sheet.column_dimensions[get_column_letter(place)].width = max(10, min(2 * len(heading) + 4, 32))
    sheet.append([head_cell(sheet, each) for each in headings])
    for row in rows:
        sheet.append([cell_of(sheet, value, kind) for value, kind in zip(row, kinds, strict=True)])
    told: Any = book.create_sheet(GUIDE)
    told.column_dimensions["A"].width, told.column_dimensions["B"].width = 16, 80
    for left, right in about:
        told.append([text_cell(told, left), text_cell(told, right)])
    book.save(file)


def cell_of(sheet: Any, value: Value, kind: Kind) -> Any:
    """A number as a number where a sheet keeps all its digits, everything else as a text."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return text_cell(sheet, value)
    if len(str(abs(value)).replace(".", "")) > DIGITS_KEPT:
        return text_cell(sheet, plain(value, kind))
    if kind == "number":
        return value
    cell: Any = WriteOnlyCell(sheet)
    cell.value = value
    cell.number_format = FORMATS[kind]
    return cell

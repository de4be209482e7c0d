"""Entries as a table to take away: CSV as it comes, or a workbook; texts stay texts, numbers numbers."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, BinaryIO, Literal

from openpyxl.cell import WriteOnlyCell
from rustpy_xlsxwriter import Format, write_worksheets

from app.documents.cells import HEAD_COLOUR, LONGEST, TEXT, clean, csv_text, text_cell
from app.documents.template import GUIDE

Kind = Literal["text", "number", "money", "percent"]
Value = str | int | Decimal | None
FORMATS = {"text": TEXT, "number": "General", "money": "#,##0.00", "percent": "0.00%"}
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
    file: BinaryIO, title: str, headings: Sequence[str], kinds: Sequence[Kind], rows: Iterable[Sequence[Value]],
    about: Sequence[tuple[str, str]],
) -> None:  # fmt: skip
    """The table as a workbook, row by row; `about`: lines of a second sheet that say what it is.

    Written without holding the rows, and much faster than openpyxl can: a county's 280 000 entries go this way.
    """
    names = distinct([clean(each) for each in headings])
    heads, *lines = ([clean(part) for part in line] for line in about)
    told = sheet_of(distinct(heads), ("text", "text"), lines)
    write_worksheets(
        [(title, sheet_of(names, kinds, rows)), (GUIDE, told)],
        file,
        freeze_panes={title: {"row": 1, "col": 1}},
        header_format={title: heading_format(), GUIDE: Format().set_num_format(TEXT)},
        column_formats={title: [Format().set_num_format(FORMATS[each]) for each in kinds], GUIDE: [Format().set_num_format(TEXT)] * 2},
        column_widths={title: [max(10, min(2 * len(each) + 4, 32)) for each in names], GUIDE: [16, 80]},
    )


def distinct(headings: Sequence[str]) -> list[str]:
    """The headings, a repeated one with its number: a file that comes back is read by its headings."""
    seen: Counter[str] = Counter()
    found = []
    for each in headings:
        seen[each] += 1
        found.append(each if seen[each] == 1 else f"{each}（{seen[each]}）")
    return found


def heading_format() -> Format:
    return Format().set_bold().set_background_color(HEAD_COLOUR).set_num_format(TEXT).set_text_wrap().set_align("vcenter")


def sheet_of(names: Sequence[str], kinds: Sequence[Kind], rows: Iterable[Sequence[Value]]) -> Any:
    """The rows as they are written; an empty table keeps its headings."""
    coming = iter(rows)
    first = next(coming, None)
    if first is None:
        return [dict.fromkeys(names)]
    return (dict(zip(names, map(kept, row, kinds), strict=True)) for row in chain([first], coming))


def kept(value: Value, kind: Kind) -> str | int | float | None:
    """A number as a number where a sheet keeps all its digits, everything else as a text that never runs."""
    if isinstance(value, str):
        # Nearly every text is as it should be, which is quickly said.
        return (value if value.isprintable() and len(value) <= LONGEST else clean(value)) or None
    if value is None:
        return None
    if has_too_many_digits(value):
        return plain(value, kind)
    return float(value) + 0.0  # no negative nought


def has_too_many_digits(value: int | Decimal) -> bool:
    return len(str(abs(value)).replace(".", "")) > DIGITS_KEPT


def cell_of(sheet: Any, value: Value, kind: Kind) -> Any:
    """A number as a number where a sheet keeps all its digits, everything else as a text."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return text_cell(sheet, value)
    if has_too_many_digits(value):
        return text_cell(sheet, plain(value, kind))
    if kind == "number":
        return value
    cell: Any = WriteOnlyCell(sheet)
    cell.value = value
    cell.number_format = FORMATS[kind]
    return cell

"""Whole tables that are no ledgers: the first sheet of a workbook, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from kpi.files.source import FileRefused
from kpi.files.workbook_guard import check_workbook


def table_rows(path: Path) -> Iterator[list[Any]]:
    """Rows of the first visible sheet, headings first, blank rows left out. FileRefused for unsafe files."""
    check_workbook(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = [
            one.name
            for one in book.sheets_metadata
            if one.typ is SheetTypeEnum.WorkSheet and one.visible is SheetVisibleEnum.Visible
        ]
        if not names:
            raise FileRefused("工作簿里没有可见的工作表;请核对文件")
        sheet = book.get_sheet_by_name(names[0])
    except (CalamineError, OSError, ValueError) as error:
        raise FileRefused(f"工作簿打不开({error});请用 Excel 打开后另存一份") from error
    for row in sheet.iter_rows():
        if any(cell not in ("", None) for cell in row):
            yield list(row)

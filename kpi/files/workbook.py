"""Workbooks with one sheet per ledger: rows with what the cells show."""

from __future__ import annotations

import datetime as clock
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from kpi.files.csv_rows import checked_headings, row_of
from kpi.files.source import STEP, FileRefused, Progress, Row
from kpi.files.workbook_guard import check_workbook

GUIDE = "说明"
_DIGITS_KEPT = 10**15
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))
_LONGEST_TITLE = 31


def sheet_title(name: str) -> str:
    """A ledger's name as a sheet may be called."""
    return name.translate(_FORBIDDEN)[:_LONGEST_TITLE].strip("'") or "_"


class Sheet:
    """One sheet: its title, and rows that begin with the headings (see csv_rows)."""

    def __init__(self, sheet: CalamineSheet, hidden: bool) -> None:
        self._sheet, self.title, self.hidden = sheet, sheet.name, hidden

    def rows(self, progress: Progress | None = None) -> Iterator[Row]:
        """Headings first, then the rows that are not blank; FileRefused for merged cells and the like."""
        self._check_merged()
        names: list[str] | None = None
        first = self._sheet.start[0] + 1 if self._sheet.start is not None else 1
        for number, cells in enumerate(self._sheet.iter_rows(), first):
            if progress is not None and number % STEP == 0:
                progress(f"正在读取工作表“{self.title}”:{number} 行")
            if all(cell == "" or cell is None for cell in cells):
                continue
            if names is None:
                names = checked_headings(cells)
                yield Row(number, dict.fromkeys(name for name in names if name))
                continue
            try:
                yield row_of(number, names, [cell_value(cell) for cell in cells])
            except ValueError as error:
                yield Row(number, {}, str(error))

    def _check_merged(self) -> None:
        for (top, left), (bottom, right) in self._sheet.merged_cell_ranges or ():
            place = f"{_letters(left)}{top + 1}:{_letters(right)}{bottom + 1}"
            raise FileRefused(f"工作表“{self.title}”有合并单元格 {place},无法逐行对应;请取消合并并填满每一格")


def sheets(path: Path) -> list[Sheet]:
    """The sheets of a workbook that was found safe; FileRefused otherwise."""
    check_workbook(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        found = [
            Sheet(book.get_sheet_by_name(one.name), one.visible is not SheetVisibleEnum.Visible)
            for one in book.sheets_metadata
            if one.typ is SheetTypeEnum.WorkSheet and one.name != GUIDE
        ]
    except (CalamineError, OSError, ValueError) as error:
        raise FileRefused(f"工作簿打不开({error});请用 Excel 打开后另存一份") from error
    if not found:
        raise FileRefused("工作簿里没有台账工作表;请用模板填写,每本台账一张表")
    return found


def cell_value(cell: Any) -> Any:
    """A cell as a text file would hold it. Numbers become ints or their shortest characters.

    ValueError for whole numbers of 16 digits and more: a sheet keeps only 15, the rest is already wrong.
    """
    if isinstance(cell, bool | str):
        return cell
    if isinstance(cell, int | float):
        if abs(cell) >= _DIGITS_KEPT:
            raise ValueError(
                f"“{cell:.0f}”是按数字保存的长号码,第16位起已经丢失;请把这一列设为文本格式,重新填写(身份证号、代码)"
            )
        return int(cell) if cell == int(cell) else repr(cell)
    if isinstance(cell, clock.timedelta):
        minutes = int(cell.total_seconds()) // 60
        return f"{minutes // 60}:{minutes % 60:02d}"
    return cell


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters

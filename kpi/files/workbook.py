"""Workbooks with one sheet per ledger: rows with what the cells show."""

from __future__ import annotations

import datetime as clock
from collections.abc import Iterator
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from kpi.files.csv_rows import checked_headings, row_of
from kpi.files.limits import Watch
from kpi.files.refusal import FileRefused
from kpi.files.sheet_scan import SheetFacts
from kpi.files.source import Row
from kpi.files.workbook_guard import BROKEN, GUIDE, scan_workbook

_DIGITS_KEPT = 10**15
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))
_LONGEST_TITLE = 31


def sheet_title(name: str) -> str:
    """A ledger's name as a sheet may be called."""
    return name.translate(_FORBIDDEN)[:_LONGEST_TITLE].strip("'") or "_"


class Sheet:
    """One sheet of a workbook that was found safe; it is read when its rows are asked for."""

    def __init__(self, book: CalamineWorkbook, title: str, hidden: bool, facts: SheetFacts, watch: Watch) -> None:
        self._book, self._facts, self._watch = book, facts, watch
        self.title, self.hidden = title, hidden

    def notes(self) -> list[str]:
        """What of the sheet nobody sees who looks at it, although it is read."""
        facts = self._facts
        found = ["这是隐藏的工作表，也读入了；如不需要请删去"] if self.hidden else []
        if facts.hidden_rows:
            found.append(f"有 {facts.hidden_rows} 行是隐藏的（第一处在第{facts.first_hidden}行），也读入了；如不需要请删去")
        if facts.hidden_columns:
            found.append("有隐藏的列，也读入了；如不需要请删去")
        return found

    def rows(self) -> Iterator[Row]:
        """Headings first, then the rows that are not blank; FileRefused for merged cells and the like."""
        names: list[str] | None = None
        for number, cells in self.lines():
            if isinstance(cells, str):
                if names is None:
                    raise FileRefused(f"工作表“{self.title}”的表头读不出来：{cells}")
                yield Row(number, {}, cells)
            elif names is None:
                names = checked_headings(cells, self._watch.limits.columns)
                yield Row(number, dict.fromkeys(name for name in names if name))
            else:
                try:
                    yield row_of(number, names, [cell_value(cell) for cell in cells])
                except ValueError as error:
                    yield Row(number, {}, str(error))

    def lines(self) -> Iterator[tuple[int, list[Any] | str]]:
        """Number and raw cells of every row that is not blank, or what makes the row unreadable."""
        sheet = self._opened()
        bad = self._facts.bad
        empty, last = True, 0
        for number, cells in enumerate(sheet.iter_rows(), 1):  # blank rows at the top come too
            last = number
            self._watch.row(number, f"工作表“{self.title}”")
            if number in bad:
                yield number, _why(bad[number])
            elif any(cell not in ("", None) for cell in cells):
                yield number, cells
            else:
                continue
            empty = False
        yield from ((number, _why(bad[number])) for number in sorted(bad) if number > last)
        if empty and not bad and self._facts.cells > _DECORATED:
            raise FileRefused(f"工作表“{self.title}”只有格式，{self._facts.cells} 个格子里没有一个有内容；请核对文件")

    def _opened(self) -> CalamineSheet:
        self._watch.look()
        if self._facts.broken:
            raise FileRefused(BROKEN.format(self.title))
        text = f"正在打开工作表“{self.title}”，共 {self._facts.rows} 行"
        try:
            sheet = self._watch.through(lambda: self._book.get_sheet_by_name(self.title), text)
        except (CalamineError, OSError, ValueError) as error:
            raise FileRefused(BROKEN.format(self.title)) from error
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
            place = f"{_letters(left)}{top + 1}:{_letters(right)}{bottom + 1}"
            raise FileRefused(f"工作表“{self.title}”有合并单元格 {place}，无法逐行对应；请取消合并并填满每一格")
        return sheet


#: Empty cells with a format only that a sheet which nothing was entered in may have.
_DECORATED = 100_000


def sheets(path: Path, watch: Watch | None = None) -> Iterator[Sheet]:
    """The sheets of a workbook that was found safe, the page of explanation left out; FileRefused otherwise."""
    watch = watch or Watch()
    facts = scan_workbook(path, watch)
    try:
        book = CalamineWorkbook.from_path(str(path))
        titles = [
            (one.name, one.visible is not SheetVisibleEnum.Visible)
            for one in book.sheets_metadata
            if one.typ is SheetTypeEnum.WorkSheet and one.name != GUIDE
        ]
    except (CalamineError, OSError, ValueError) as error:
        raise FileRefused("工作簿已损坏，打不开；请用 Excel 打开后另存一份") from error
    if not titles:
        raise FileRefused("工作簿里没有台账工作表；请用模板填写，每本台账一张表")
    for title, hidden in titles:
        if title not in facts:
            raise FileRefused(f"工作表“{title}”没有数据区，工作簿不完整；请用 Excel 打开后另存一份")
        yield Sheet(book, title, hidden, facts[title], watch)


def _why(cells: dict[int, str]) -> str:
    """Why a row cannot be read, the first few cells of it."""
    more = f"；这一行还有 {len(cells) - 3} 格" if len(cells) > 3 else ""
    return "；".join(list(cells.values())[:3]) + more


def cell_value(cell: Any) -> Any:
    """A cell as a text file would hold it. Numbers become ints or the characters that the sheet shows at most.

    ValueError for whole numbers of 16 digits and more: a sheet keeps only 15, the rest is already wrong.
    """
    if isinstance(cell, bool | str):
        return cell
    if isinstance(cell, int | float):
        if not isfinite(cell):
            raise ValueError("有一格的数字大得无法表示；请改正或清空")
        if abs(cell) >= _DIGITS_KEPT:
            raise ValueError(
                f"“{cell:.0f}”是按数字保存的长号码，第16位起已经丢失；请把这一列设为文本格式，重新填写（身份证号、代码）"
            )
        return int(cell) if cell == int(cell) else f"{Decimal(f'{cell:.15g}'):f}"
    if isinstance(cell, clock.timedelta):
        minutes = round(cell.total_seconds()) // 60
        return f"{minutes // 60}:{minutes % 60:02d}"
    return cell


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters

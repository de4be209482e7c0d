"""Whole tables that are no ledgers: the first visible sheet of a workbook, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kpi.files.csv_rows import checked_headings
from kpi.files.limits import Limits, Progress, Watch
from kpi.files.refusal import FileRefused, NothingInside
from kpi.files.source import check_content
from kpi.files.workbook import sheets


@dataclass(frozen=True, slots=True)
class TableFile:
    """`headings` of the first row that is not blank; `rows`: number in the sheet and raw cells; `notes`: hidden rows."""

    headings: list[str]
    rows: Iterator[tuple[int, list[Any]]]
    notes: tuple[str, ...] = ()


def table_rows(path: Path, progress: Progress | None = None, limits: Limits | None = None) -> TableFile:
    """The first visible sheet of a workbook. FileRefused for unsafe files and for rows that cannot be read.

    Such a row is found only when `rows` comes to it: a table is taken as a whole or not at all.
    """
    watch = Watch(limits, progress)
    check_content(path, "xlsx", watch.limits)
    return watched_table(path, watch)


def watched_table(path: Path, watch: Watch) -> TableFile:
    """As `table_rows`, under a watch that is kept already."""
    sheet = next((one for one in sheets(path, watch) if not one.hidden), None)
    if sheet is None:
        raise FileRefused("工作簿里没有可见的工作表；请核对文件")
    lines = _readable(sheet.lines(), sheet.title)
    first = next(lines, None)
    if first is None:
        raise NothingInside(f"工作表“{sheet.title}”是空的；第一行写字段名称")
    headings = checked_headings(first[1], watch.limits.columns)
    return TableFile(headings, lines, tuple(sheet.notes()))


def _readable(lines: Iterator[tuple[int, list[Any] | str]], title: str) -> Iterator[tuple[int, list[Any]]]:
    for number, cells in lines:
        if isinstance(cells, str):
            raise FileRefused(f"工作表“{title}”第{number}行：{cells}")
        yield number, cells

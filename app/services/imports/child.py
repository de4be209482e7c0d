"""Reads a table file in a process of its own, so that no file can hold up or bring down the console.

Run as a script by `grid`; it imports nothing of `app`, which would cost a second. The file comes on a file
descriptor, the rows leave as JSON lines on standard output: what the sheets are called, then
[line, [cell, …]] for every row that is not blank. A cell is a text, a whole number, or {"t": text, "x": why
it cannot be right}.
"""

from __future__ import annotations

import csv
import datetime as clock
import io
import json
import re
import resource
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from kpi.files.encoding import encoding_of
from kpi.files.limits import Limits, Watch
from kpi.files.refusal import FileRefused
from kpi.files.sheet_scan import SheetFacts
from kpi.files.workbook_guard import GUIDE, scan_workbook

MEGA = 1024**2
DIGITS_KEPT = 10**15
LONGEST_CELL = 32_767
SCIENTIFIC = re.compile(r"[+-]?\d(?:\.\d+)?[eE]\+?(1[1-9]|[2-9]\d)\Z")
#: What platforms write so that Excel keeps a number's digits: ="36012419900101123X".
QUOTED = re.compile(r'="([^"]*)"\Z')
LOST = "这个长号码在表格软件里已经变成 {}，后面的数字丢了；请把这一列设为文本格式，重新填写或重新导出"


def main(fd: int, kind: str, wanted: Sequence[str], limits: dict[str, int]) -> None:
    """Writes the rows, or why there are none."""
    bound(limits)
    path = Path(f"/proc/self/fd/{fd}")
    try:
        lines = workbook(path, fd, wanted, limits) if kind == "xlsx" else text(path, limits)
        for line in lines:
            sys.stdout.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
    except FileRefused as refused:
        sys.stdout.write(json.dumps({"refused": str(refused)}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def bound(limits: dict[str, int]) -> None:
    """What this process may take; beyond it the system ends it."""
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits["written"], limits["written"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


# -- workbooks ----------------------------------------------------------------------------------


def workbook(path: Path, fd: int, wanted: Sequence[str], limits: dict[str, int]) -> Iterator[Any]:
    """The rows of one visible sheet: the one that is wanted, else the first in which something stands."""
    facts = scan_workbook(path, Watch(Limits(inflated=limits["inflated"], text=limits["inflated"])))
    try:
        with open(fd, "rb", closefd=False) as file:
            file.seek(0)
            book = CalamineWorkbook.from_filelike(io.BytesIO(file.read()))
        titles = visible(book, facts)
        ranked = sorted(titles, key=lambda title: wanted.index(title) if title in wanted else len(wanted))
        title = next((each for each in ranked if facts[each].cells or each in wanted), ranked[0])
        fact = facts[title]
        if fact.broken:
            raise FileRefused(f"工作表“{title}”已损坏，读不完整；请用 Excel 打开后另存一份")
        check_size(fact.rows, fact.columns, limits)
        sheet = book.get_sheet_by_name(title)
        yield {"sheets": titles, "sheet": title, "merged": [[*one[0], *one[1]] for one in sheet.merged_cell_ranges or ()]}
        yield from sheet_rows(sheet, fact.bad)
    except (CalamineError, OSError, ValueError) as error:
        raise FileRefused("工作簿打不开，可能没有下载完整；请用 Excel 打开后另存一份，再上传") from error


def visible(book: CalamineWorkbook, facts: Mapping[str, SheetFacts]) -> list[str]:
    """Titles of the sheets that people see, the console's own page of explanation left out."""
    titles = [
        one.name
        for one in book.sheets_metadata
        if one.typ is SheetTypeEnum.WorkSheet
        and one.visible is SheetVisibleEnum.Visible
        and one.name != GUIDE
        and one.name in facts
    ]
    if not titles:
        raise FileRefused("工作簿里没有看得见的工作表；请把要导入的那张表取消隐藏，或用模板填写")
    return titles


def sheet_rows(sheet: CalamineSheet, bad: Mapping[int, Mapping[int, str]]) -> Iterator[Any]:
    """Number and cells of every row that is not blank. `bad`: cells that would come as blank, with the reason."""
    left = sheet.start[1] if sheet.start is not None else 0
    last = 0
    # Rows come from the first one on, blank ones included; columns only from the first that is used.
    for number, cells in enumerate(sheet.iter_rows(), 1):
        last = number
        found = marked([""] * left + [cell_of(cell) for cell in cells], bad.get(number, {}))
        if any(cell != "" for cell in found):
            yield [number, found]
    for number in sorted(each for each in bad if each > last):
        yield [number, marked([], bad[number])]


def marked(cells: list[Any], bad: Mapping[int, str]) -> list[Any]:
    """The cells with those marked that cannot be read; `bad` by column from 1."""
    for column, why in bad.items():
        cells += [""] * (column - len(cells))
        cells[column - 1] = {"t": "", "x": why.replace(";", "；").replace(",", "，")}
    return cells


def check_size(rows: int, columns: int, limits: dict[str, int]) -> None:
    if rows > limits["rows"]:
        raise FileRefused(f"有 {rows} 行，一次最多导入 {limits['rows']} 行；请按月份拆成几个文件，分几次导入")
    if columns > limits["columns"]:
        raise FileRefused(f"有 {columns} 列，最多 {limits['columns']} 列；请删去右边用不着的列，再上传")


def cell_of(cell: Any) -> Any:
    """What a cell of a sheet shows."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, str):
        return text_cell(cell)
    if isinstance(cell, int | float):
        if abs(cell) >= DIGITS_KEPT:
            return {"t": f"{cell:.0f}", "x": LOST.format(f"{cell:.0f}")}
        return int(cell) if cell == int(cell) else repr(cell)
    if isinstance(cell, clock.datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}" if cell.second else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, clock.timedelta):
        minutes = int(cell.total_seconds()) // 60
        return f"{minutes // 60}:{minutes % 60:02d}"
    if isinstance(cell, clock.time):
        return f"{cell:%H:%M}"
    return cell.isoformat()


def text_cell(raw: str) -> Any:
    """A text without what was only put around it to keep it a text."""
    found = raw.strip()
    if found.startswith("="):
        quoted = QUOTED.match(found)
        found = quoted[1].strip() if quoted else found
    elif found[:1] == "'" and found[1:2] in tuple("=+-@"):
        found = found[1:]
    if len(found) > LONGEST_CELL:
        return {"t": found[:100], "x": f"这一格有 {len(found)} 个字，太长了；请缩短后再上传"}
    if SCIENTIFIC.match(found):
        return {"t": found, "x": LOST.format(found)}
    return found


# -- text files ---------------------------------------------------------------------------------


def text(path: Path, limits: dict[str, int]) -> Iterator[Any]:
    """The rows of a CSV file, in the encodings that offices send."""
    encoding = encoding_of(path)
    yield {"sheets": [], "sheet": "", "merged": []}
    try:
        with path.open("r", encoding=encoding, newline="") as file:
            yield from split(file, limits)
    except (UnicodeDecodeError, UnicodeError) as error:
        raise FileRefused("文件里有认不出的字符，既不是 UTF-8 也不是 GB18030；请用 Excel 打开，另存为“CSV UTF-8”") from error


def split(file: io.TextIOBase | Any, limits: dict[str, int]) -> Iterator[Any]:
    head = file.read(64 * 1024)
    if "\0" in head:
        raise FileRefused("这不是文字文件，里面有二进制内容；请上传 .xlsx 或 .csv 文件")
    file.seek(0)
    csv.field_size_limit(LONGEST_CELL * 4)
    reader = csv.reader(file, delimiter=delimiter_of(head), strict=True)
    try:
        yield from counted(reader, limits)
    except csv.Error as error:
        line = reader.line_num
        raise FileRefused(f"第 {line} 行附近的引号不成对，或一格的内容太长；请核对这一行后再上传") from error


def delimiter_of(head: str) -> str:
    """What stands between the cells: whatever is most frequent in the line that has most of them."""
    lines = head.splitlines()[:20]
    counted_signs = {sign: max((line.count(sign) for line in lines), default=0) for sign in (",", "\t", ";")}
    return max(counted_signs, key=lambda sign: counted_signs[sign])


def counted(reader: Iterable[list[str]], limits: dict[str, int]) -> Iterator[Any]:
    rows = 0
    for cells in reader:
        found = [text_cell(cell) for cell in cells]
        if not any(cell != "" for cell in found):
            continue
        rows += 1
        check_size(rows, len(cells), limits)
        yield [getattr(reader, "line_num", rows), found]


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    main(given["fd"], given["kind"], given["wanted"], given["limits"])

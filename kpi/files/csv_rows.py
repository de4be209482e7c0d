"""CSV as rows, in the encodings that offices send."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from kpi.files.encoding import NULL_WORDS, encoding_of
from kpi.files.limits import MEGA, Limits, Watch
from kpi.files.refusal import FileRefused
from kpi.files.source import Row, check_content

_CHUNK = MEGA
_LONGEST_CELL = csv.field_size_limit()


@contextmanager
def csv_cells(path: Path, encoding: str, watch: Watch) -> Iterator[tuple[Any, CsvLines]]:
    """A reader of rows of cells, strict about quotes, and the lines below it; what it meets is said in Chinese."""
    with path.open("r", encoding=encoding, newline="") as file:
        lines = CsvLines(file, watch.limits.line)
        try:
            first = file.readline(_CHUNK)
            file.seek(0)
            yield csv.reader(lines, delimiter=delimiter_of(first), strict=True), lines
        except UnicodeDecodeError as error:
            raise FileRefused("文件里有无法识别的字符，既不是 UTF-8 也不是 GB18030；请另存为 UTF-8 的 CSV") from error
        except csv.Error as error:
            long = "field larger" in str(error)
            what = f"一格的内容超过 {_LONGEST_CELL} 个字" if long else "的引号不成对"
            raise FileRefused(f"第{lines.number}行附近{what}；请核对后再读入") from error


def delimiter_of(first: str) -> str:
    """Tab or comma, as the first line says."""
    return "\t" if "\t" in first and "," not in first else ","


def csv_table(path: Path, limits: Limits | None = None) -> Iterator[tuple[int, list[str]]]:
    """Every row of a CSV file that is not blank, as cells, with the line that it begins in."""
    watch = Watch(limits)
    check_content(path, "csv", watch.limits)
    with csv_cells(path, encoding_of(path), watch) as (reader, _):
        line = end = 0
        for count, cells in enumerate(reader, 1):
            line, end = end + 1, reader.line_num
            watch.row(count, f" {path.name}")
            if count > watch.limits.rows:
                raise FileRefused(f"超过 {watch.limits.rows} 行；请拆分后再读入")
            if any(cells):
                yield line, cells


def csv_rows(path: Path, watch: Watch | None = None) -> Iterator[Row]:
    """Rows of a CSV file. The first Row that comes out has the headings as its keys, without values."""
    watch = watch or Watch()
    with csv_cells(path, encoding_of(path), watch) as (reader, lines):
        yield from _rows(reader, lines, path, watch)


class CsvLines:
    """Lines of a text file, none longer than allowed; knows how far into the file it is."""

    def __init__(self, file: TextIO, longest: int) -> None:
        self._file, self._longest, self.number = file, longest, 0

    def __iter__(self) -> Iterator[str]:
        while line := self._file.readline(self._longest):
            self.number += 1
            if len(line) >= self._longest:
                raise FileRefused(f"第{self.number}行超过 {self._longest // 1024} KB；请核对换行和引号，每行一条记录")
            if "\0" in line:
                raise FileRefused(NULL_WORDS.format(self.number))
            yield line

    def place(self) -> int:
        """Bytes taken from the file so far."""
        return self._file.buffer.tell()


def _rows(reader: Any, lines: CsvLines, path: Path, watch: Watch) -> Iterator[Row]:
    names: list[str] | None = None
    size = max(path.stat().st_size, 1)
    what, percent = f" {path.name}", lambda: min(100, lines.place() * 100 // size)
    line = end = 0
    for count, cells in enumerate(reader, 1):
        line, end = end + 1, reader.line_num  # a cell may hold line ends: a row is where it begins
        watch.row(count, what, percent)
        if count > watch.limits.rows:
            raise FileRefused(f"超过 {watch.limits.rows} 行；请按月拆分后再读入")
        if not any(cells):
            continue
        if names is None:
            names = checked_headings(cells, watch.limits.columns)
            yield Row(line, dict.fromkeys(name for name in names if name))
            continue
        yield row_of(line, names, cells)


def checked_headings(cells: Sequence[Any], most: int) -> list[str]:
    """Headings as texts; FileRefused where there are too many, or one stands twice."""
    names = [str(cell).strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > most:
        raise FileRefused(f"表头有 {len(names)} 列，最多 {most} 列；请核对分隔符，或删去多余的列")
    seen: set[str] = set()
    for name in filter(None, names):
        if name in seen:
            raise FileRefused(f"表头“{name[:30]}”有两列，不知道以哪一列为准；请删去或改名")
        seen.add(name)
    return names


def row_of(line: int, names: Sequence[str], cells: Sequence[Any]) -> Row:
    """A row by its headings; a value without a heading is a problem."""
    values = dict(zip(names, cells, strict=False))
    stray = next((cell for cell in cells[len(names) :] if cell != ""), None)
    if stray is None and "" in values:
        stray = next((cell for name, cell in zip(names, cells, strict=False) if not name and cell != ""), None)
        values.pop("")
    if stray is not None:
        return Row(line, {}, f"“{str(stray)[:20]}”所在的列没有表头；请补上表头或删去这一格")
    return Row(line, values)

"""Survey records from a file: a whole table of texts, each record with its line, or a refusal in Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.csv as pa_csv

from kpi.files.csv_rows import csv_cells, delimiter_of
from kpi.files.encoding import encoding_of
from kpi.files.limits import MEGA, Limits, Progress, Watch
from kpi.files.refusal import FileRefused, NothingInside
from kpi.files.source import check_content
from kpi.files.tables import watched_table
from kpi.survey.definition import Definition
from kpi.survey.tables import Records, from_columns, from_rows

_CHUNK = 4 * MEGA


def read_records(
    path: Path, definition: Definition, progress: Progress | None = None, limits: Limits | None = None
) -> Records:
    """The records of a CSV file or of a workbook's first visible sheet; headings first.

    FileRefused for what cannot be read at all, Refused("bad_input") for headings and ID columns that do not fit.
    """
    watch = Watch(limits, progress)
    watch.tell(f"正在读取 {path.name}")
    records = _read(path, definition, watch)
    if not records.table.num_rows:
        raise NothingInside(f"{path.name} 只有表头，没有一条记录；请核对文件")
    return records


def _read(path: Path, definition: Definition, watch: Watch) -> Records:
    if path.suffix.lower() == ".xlsx":
        check_content(path, "xlsx", watch.limits)
        table = watched_table(path, watch)
        return replace(from_rows(table.headings, table.rows, definition), notes=table.notes)
    check_content(path, "csv", watch.limits)
    return _Csv(path, watch).records(definition)


class _Counts(NamedTuple):
    """Line ends and quotes of a whole file, counted as bytes."""

    lines: int
    quotes: int
    nulls: int


class _Csv:
    """A CSV file, read by Arrow where that is sure to find the same rows as a careful reader does."""

    def __init__(self, path: Path, watch: Watch) -> None:
        self._path, self._watch = path, watch
        self._encoding = encoding_of(path)
        with csv_cells(path, self._encoding, watch) as (reader, _):
            first = next((cells for cells in reader if any(cells)), None)
            self._top = reader.line_num  # lines up to the headings, these included
        if first is None:
            raise NothingInside(f"{path.name} 是空的，没有表头；第一行写字段名称")
        if len(first) > watch.limits.columns:
            most = watch.limits.columns
            raise FileRefused(f"表头有 {len(first)} 列，最多 {most} 列；请核对分隔符，或删去多余的列")
        self._headings = first

    def records(self, definition: Definition) -> Records:
        wide = self._encoding.startswith("utf-16")
        counts = _Counts(0, 1, 0) if wide else self._counted()
        # An open quote swallows all rows behind it; a zero is no text. The careful reader says where they stand.
        if counts.quotes % 2 or counts.nulls:
            return from_rows(self._headings, self._carefully(), definition)
        try:
            columns, rows = self._quickly()
        except (pa.ArrowInvalid, UnicodeDecodeError) as error:
            for _ in self._carefully():  # to say where and why
                pass
            raise FileRefused("文件读不下去，多半是引号不成对；请另存为 UTF-8 编码的 CSV 再试") from error
        if rows > self._watch.limits.rows:
            raise FileRefused(f"超过 {self._watch.limits.rows} 行；请拆分后再读入")
        lines: Sequence[int] = range(self._top + 1, self._top + 1 + rows)
        if self._top + rows != counts.lines:  # blank lines, or line ends inside of cells
            lines = [line for line, _ in self._carefully()]
        return from_columns(self._headings, columns, lines, definition)

    def _quickly(self) -> tuple[list[Any], int]:
        names = [str(index) for index in range(len(self._headings))]
        work = lambda: pa_csv.read_csv(  # noqa: E731 - one call, given to the watch
            self._path,
            pa_csv.ReadOptions(encoding=self._encoding, column_names=names, skip_rows=self._top),
            pa_csv.ParseOptions(newlines_in_values=True, delimiter=self._delimiter()),
            pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
        table = self._watch.through(work, f"正在读取 {self._path.name}")
        return list(table.columns), table.num_rows

    def _carefully(self) -> Iterator[tuple[int, list[str]]]:
        """Row by row, with the line that it begins in; FileRefused where a row is not as wide as the headings."""
        width, limits = len(self._headings), self._watch.limits
        with csv_cells(self._path, self._encoding, self._watch) as (reader, _):
            line = end = 0
            for count, cells in enumerate(reader):
                line, end = end + 1, reader.line_num
                self._watch.row(count + 1, f" {self._path.name}")
                if end <= self._top or not cells:
                    continue
                if len(cells) != width:
                    raise FileRefused(f"第{line}行有 {len(cells)} 格，表头有 {width} 列；请补齐，含逗号的内容要加引号")
                if count > limits.rows:
                    raise FileRefused(f"超过 {limits.rows} 行；请拆分后再读入")
                yield line, cells

    def _delimiter(self) -> str:
        with self._path.open("r", encoding=self._encoding, newline="") as file:
            return delimiter_of(file.readline(MEGA))

    def _counted(self) -> _Counts:
        ends, returns, quotes, nulls, last = 0, 0, 0, 0, b"\n"
        with self._path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                self._watch.look()
                ends += chunk.count(b"\n")
                returns += chunk.count(b"\r") if not ends else 0
                quotes += chunk.count(b'"')
                nulls += chunk.count(b"\0")
                last = chunk[-1:]
        return _Counts((ends or returns) + (last not in b"\r\n"), quotes, nulls)

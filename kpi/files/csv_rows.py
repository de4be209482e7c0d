"""CSV in the encodings that offices send: UTF-8 with and without a mark, UTF-16, GB18030."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kpi.files.source import STEP, FileRefused, Progress, Row

_CHUNK = 1024**2
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def encoding_of(path: Path) -> str:
    """The file's encoding: by its mark, else UTF-8 if all of it is, else GB18030."""
    with path.open("rb") as file:
        head = file.read(4)
        for mark, name in _MARKS:
            if head.startswith(mark):
                return name
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8"


def csv_rows(path: Path, progress: Progress | None = None) -> Iterator[Row]:
    """Rows of a CSV file. The first Row that comes out has the headings as its keys, without values."""
    with path.open("r", encoding=encoding_of(path), newline="") as file:
        try:
            first = file.readline(_CHUNK)
            file.seek(0)
            reader = csv.reader(file, delimiter="\t" if "\t" in first and "," not in first else ",", strict=True)
            yield from _read(reader, path, progress)
        except UnicodeDecodeError as error:
            raise FileRefused("文件里有无法识别的字符,既不是 UTF-8 也不是 GB18030;请另存为 UTF-8 的 CSV") from error


def _read(reader: Any, path: Path, progress: Progress | None) -> Iterator[Row]:
    try:
        yield from _rows(reader, path, progress)
    except csv.Error as error:
        line = reader.line_num
        raise FileRefused(f"第{line}行附近的引号不成对,或一格的内容太长({error});请核对后再读入") from error


def _rows(reader: Any, path: Path, progress: Progress | None) -> Iterator[Row]:
    names: list[str] | None = None
    count = 0
    for cells in reader:
        count += 1
        if progress is not None and count % STEP == 0:
            progress(f"正在读取 {path.name}:{count} 行")
        if not any(cells):
            continue
        if names is None:
            names = checked_headings(cells)
            yield Row(reader.line_num, dict.fromkeys(name for name in names if name))
            continue
        yield row_of(reader.line_num, names, cells)


def checked_headings(cells: Sequence[Any]) -> list[str]:
    """Headings as texts; FileRefused where one stands twice."""
    names = [str(cell).strip() for cell in cells]
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise FileRefused(f"表头“{twice}”有两列,不知道以哪一列为准;请删去或改名")
    return names


def row_of(line: int, names: Sequence[str], cells: Sequence[Any]) -> Row:
    """A row by its headings; a value without a heading is a problem."""
    values = dict(zip(names, cells, strict=False))
    stray = next((cell for cell in cells[len(names):] if cell != ""), None)
    if stray is None and "" in values:
        stray = next((cell for name, cell in zip(names, cells, strict=False) if not name and cell != ""), None)
        values.pop("")
    if stray is not None:
        return Row(line, {}, f"“{str(stray)[:20]}”所在的列没有表头;请补上表头或删去这一格")
    return Row(line, values)

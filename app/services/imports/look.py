"""The first look at a file: which line has the headings, what stands below them, what its columns hold."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from app.services.act import Refused
from app.services.imports.grid import MOST_ROWS, Cell, Grid, RawRow, shown
from app.services.imports.near import plain

SEARCHED = 20  # lines in which the headings are looked for
EXAMPLES = 3
EXAMPLE_LENGTH = 40
MOST_DISTINCT = 60
LONGEST_WORD = 40  # of a value that could be a choice
DATED = re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?:[ T].*)?\Z")
#: Columns that the console itself adds to a workbook with errors; never read.
ADDED = ("错误（改好后原样上传，这一列不读）", "原文件行号（不读）")


@dataclass
class Column:
    """One column below its heading."""

    place: int
    heading: str
    examples: list[str] = field(default_factory=list)
    distinct: list[str] = field(default_factory=list)
    many: bool = False  # more different values than a choice has
    filled: int = 0
    dated: int = 0

    def take(self, cell: Cell) -> None:
        text = shown(cell)
        if text == "":
            return
        self.filled += 1
        self.dated += bool(DATED.match(text))
        if len(self.examples) < EXAMPLES and text[:EXAMPLE_LENGTH] not in self.examples:
            self.examples.append(text[:EXAMPLE_LENGTH])
        if not self.many and text not in self.distinct:
            self.many = len(self.distinct) >= MOST_DISTINCT or len(text) > LONGEST_WORD
            self.distinct = [] if self.many else [*self.distinct, text]


@dataclass
class Look:
    """What a file looks like, without its rows. It may show personal data, so it is kept sealed."""

    sheets: list[str]
    sheet: str
    line: int  # of the headings
    candidates: list[tuple[int, str]]  # lines that could be the headings, with what stands in them
    columns: list[Column]
    rows: int

    @property
    def headings(self) -> list[str]:
        return [each.heading for each in self.columns]

    @property
    def digest(self) -> str:
        return digest_of(self.headings)

    def column(self, heading: str) -> Column | None:
        return next((each for each in self.columns if each.heading == heading), None)

    def as_plain(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, plain_look: dict[str, Any]) -> Look:
        columns = [Column(**each) for each in plain_look["columns"]]
        candidates = [(line, text) for line, text in plain_look["candidates"]]
        return cls(**{**plain_look, "columns": columns, "candidates": candidates})


def digest_of(headings: Iterable[str]) -> str:
    """Under which a mapping for exactly these headings is found again, in whatever order they stand."""
    return hashlib.sha256("\0".join(sorted(headings)).encode()).hexdigest()


def headings_of(row: RawRow) -> list[tuple[int, str]]:
    """Place and name of each column that has a heading; one that stands twice is numbered."""
    found: list[tuple[int, str]] = []
    seen: dict[str, int] = {}
    for place, cell in enumerate(row.cells):
        name = re.sub(r"\s+", " ", shown(cell)).strip()
        if not name or name in ADDED:
            continue
        seen[name] = seen.get(name, 0) + 1
        found.append((place, name if seen[name] == 1 else f"{name}（第{seen[name]}列）"))
    return found


def find_headings(rows: Sequence[RawRow], known: Iterable[str]) -> RawRow:
    """The line of the headings: the one with most known ones, else the first of the fullest lines of texts."""
    names = {plain(name) for name in known}
    texts = [row for row in rows if any(isinstance(cell, str) and cell for cell in row.cells)]

    def worth(row: RawRow) -> tuple[int, int]:
        headings = [name for _, name in headings_of(row)]
        return sum(plain(name) in names for name in headings), len(headings)

    return max(texts or rows, key=worth)


def data_below(grid: Grid, line: int) -> Iterator[RawRow]:
    """The rows below the headings."""
    return (row for row in grid.rows() if row.line > line)


def look_at(grid: Grid, known: Iterable[str], line: int | None = None) -> Look:
    """Looks through a file. `known`: headings of the ledger; `line`: where somebody says the headings stand."""
    start = head_of(grid)
    chosen = next((row for row in start if row.line == line), None) or find_headings(start, known)
    named = headings_of(chosen)
    if not named:
        raise Refused(f"第 {chosen.line} 行没有文字，不像表头。请另选表头所在的行")
    refuse_merged(grid, chosen.line)
    columns = [Column(place, name) for place, name in named]
    rows = 0
    for row in data_below(grid, chosen.line):
        rows += 1
        for column in columns:
            column.take(row.cells[column.place] if column.place < len(row.cells) else "")
    if rows > MOST_ROWS:
        raise Refused(f"表头下面有 {rows} 行，一次最多导入 {MOST_ROWS} 行。请按月份拆成几个文件，分几次导入", "file")
    candidates = [(row.line, "、".join(name for _, name in headings_of(row))[:60]) for row in start]
    return Look(list(grid.sheets), grid.sheet, chosen.line, [one for one in candidates if one[1]], columns, rows)


def head_of(grid: Grid) -> list[RawRow]:
    found = []
    for row in grid.rows():
        found.append(row)
        if len(found) == SEARCHED:
            break
    return found


def refuse_merged(grid: Grid, line: int) -> None:
    """A merged cell below the headings holds one value for several rows: which ones, nobody can tell."""
    below = [one for one in grid.merged if one[2] + 1 > line and (one[0], one[1]) != (one[2], one[3])]
    if below:
        top, left, bottom, right = below[0]
        place = f"{letters(left)}{top + 1}:{letters(right)}{bottom + 1}"
        raise Refused(
            f"表格里有 {len(below)} 处合并单元格（第一处 {place}），分不清每一行是什么，没有收。"
            "请选中整张表，取消合并，把每一格填上，再上传", "file",
        )  # fmt: skip


def letters(column: int) -> str:
    """A, B, … AA: how sheets call the column at this place from 0."""
    name, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


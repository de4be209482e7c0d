"""What a sheet's text claims, found by passing over it once, without building anything from it.

A reader of sheets makes room for the whole rectangle that its cells claim, and a few kilobytes can claim
seventeen thousand million cells; it gives no error for a cell that holds one, and nothing for a formula without
a result. All of this is found here first. RE2 passes over a gigabyte in a second; nothing is parsed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

import re2

from kpi.files.limits import MEGA, Limits
from kpi.files.refusal import FileRefused

MOST_BAD = 10_000
_SEEN_COLUMNS = 702  # ZZ
STRANGE_WORDS = "工作簿里有实体声明或乱码，不是 Excel 写出的；请用 Excel 打开后另存一份"
#: A sheet beyond this size must hold something: one cell in so many bytes.
_HOLLOW_SIZE, _HOLLOW_SHARE = 64 * MEGA, 2048
_PREFIX = rb"(?:[^\s<>/:&'\x22]+:)?"
_CELL_START = rb"<" + _PREFIX + rb"c"


def bytes_pattern(pattern: bytes) -> Any:
    """A pattern over bytes, whatever they mean as characters."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    return re2.compile(pattern, options)


#: A cell that does not begin with its place: `<c>`, `<c s="1" r="A1">`, `<c r='A1'>`, `<c r="1">`.
_PLACELESS_TEXT = (
    _CELL_START + rb'(?:[\t\n\r/>]| (?:[^r]|r[^=]|r=[^"]|r="(?:[^A-Z]|[A-Z]{4}|[A-Z]{1,3}[^A-Z0-9]'
    rb'|[A-Z]{1,3}(?:0|[1-9][0-9]{0,6}[^0-9"]|[0-9]{8}))))'
)
_PLACELESS = bytes_pattern(_PLACELESS_TEXT)
_DATA = bytes_pattern(rb"<" + _PREFIX + rb"sheetData[\s/>]")
STRANGE = bytes_pattern(rb"\x00|<!(?:DOCTYPE|ENTITY)")
_ROW_TAGS = re.compile(rb'row r="(\d{1,9})"')
_CELL_PLACES = re.compile(rb'c r="([A-Z]{1,3})(\d{1,7})"')
_HIDDEN = rb"\s[^<>]*\bhidden\s*=\s*[\x22\x27](?:1|true)[\x22\x27]"
_HIDDEN_ROW = bytes_pattern(rb"<" + _PREFIX + rb"row" + _HIDDEN + rb"[^<>]*>")
_HIDDEN_COLUMN = bytes_pattern(rb"<" + _PREFIX + rb"col" + _HIDDEN)
_ROW_NUMBER = re.compile(rb'\br="(\d+)"')
_ERROR = bytes_pattern(_CELL_START + rb' r="([A-Z]+)([0-9]+)"[^<>]*\bt\s*=\s*[\x22\x27]e[\x22\x27]')
_VALUE = re.compile(rb"v>([^<]{1,20})</")
_NO_RESULT = (
    rb"<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>\s*|<(?:\w+:)?v>\s*</(?:\w+:)?v>\s*)?</(?:\w+:)?c>"
)
_OPEN_FORMULA = bytes_pattern(_CELL_START + rb' r="([A-Z]+)([0-9]+)"([^<>]*)>\s*' + _NO_RESULT)
_IS_TEXT = re.compile(rb"""\bt\s*=\s*["']str["']""")
#: What most sheets are full of holds none of these; where one stands, a piece is looked at closely.
_TELLTALES = rb"\x00|<!|hidden|sheetData|[\x22\x27]e[\x22\x27]|[<:]f|" + _PLACELESS_TEXT


@dataclass
class SheetFacts:
    """The rectangle that the cells claim, and what is to be told about single cells.

    `bad`: cells that a reader would give as blank although something stands there, by row and column (both
    from 1), with the reason: errors, and formulas without a result. `broken`: the sheet is no whole XML.
    """

    rows: int = 0
    columns: int = 0
    cells: int = 0
    hidden_rows: int = 0
    first_hidden: int = 0
    hidden_columns: bool = False
    broken: bool = False
    bad: dict[int, dict[int, str]] = field(default_factory=dict)


class SheetScan:
    """Takes the text of one sheet, piece by piece, each piece ending before a `<`."""

    def __init__(self, limits: Limits) -> None:
        self.facts = SheetFacts()
        self._limits = limits
        self._most_columns = min(limits.columns, _SEEN_COLUMNS)
        self._data = self._size = self._last_row = self._bad_cells = 0

    @property
    def is_sheet(self) -> bool:
        """Whether cells may stand in this part at all."""
        return self._data > 0

    def look(self, text: bytes) -> None:
        """The next piece; FileRefused for what no reader should be given."""
        self._size += len(text)
        numbers = list(map(int, _ROW_TAGS.findall(text)))
        if numbers and self._data:
            self.facts.rows = max(self.facts.rows, numbers[-1])
        if _telltale(self.facts.rows, self.facts.columns).search(text):
            text = self._closely(text)
        if not self._data:
            return
        self.facts.cells += text.count(b'c r="')
        if numbers:
            if numbers[0] <= self._last_row or any(a >= b for a, b in pairwise(numbers)):
                raise FileRefused("工作表里的行号重复或倒序；请用 Excel 打开后另存一份")
            self._last_row = numbers[-1]
            self.facts.rows = max(self.facts.rows, numbers[-1])
        self._judge()

    def _closely(self, text: bytes) -> bytes:
        """The piece from where cells may stand, after a look at everything unusual in it."""
        if STRANGE.search(text):
            raise FileRefused(STRANGE_WORDS)
        if _HIDDEN_COLUMN.search(text):
            self.facts.hidden_columns = True
        for start in list(_DATA.finditer(text)):
            self._data += 1
            if self._data > 1:
                raise FileRefused("工作表里有两个数据区；请用 Excel 打开后另存一份")
            text = text[start.start() :]
        if not self._data:
            return text
        if b"<!" in text:
            raise FileRefused("工作表里有注释或特殊标记，可能藏有内容；请用 Excel 打开后另存一份")
        if _PLACELESS.search(text):
            raise FileRefused("工作表里有单元格没有写明位置；请用 Excel 打开后另存一份")
        self._hidden_rows(text)
        self._extent(text)
        self._single_cells(text)
        return text

    def finish(self) -> None:
        """FileRefused for hundreds of megabytes with next to nothing in them."""
        if self._size > _HOLLOW_SIZE and self.facts.cells * _HOLLOW_SHARE < self._size:
            raise FileRefused(
                f"工作簿里有一部分解压后有 {self._size // MEGA} MB，却几乎没有内容；"
                "请删去末尾的空行空列和它们的格式，另存后再读入"
            )

    def _hidden_rows(self, text: bytes) -> None:
        for found in _HIDDEN_ROW.finditer(text) if b"hidden" in text else ():
            number = _ROW_NUMBER.search(found.group())
            self.facts.hidden_rows += 1
            self.facts.first_hidden = self.facts.first_hidden or int(number[1] if number else 0)

    def _extent(self, text: bytes) -> None:
        """Cells that stand below their row's number, or to the right of all before."""
        if _rows_above(self.facts.rows).search(text):
            self.facts.rows = max(self.facts.rows, *(int(row) for _, row in _CELL_PLACES.findall(text)))
        facts = self.facts
        while facts.columns <= self._most_columns and (found := _columns_above(facts.columns).search(text)):
            facts.columns = _column(found.group(1))

    def _judge(self) -> None:
        facts, limits = self.facts, self._limits
        beyond = facts.rows > limits.sheet_rows or facts.columns > self._most_columns
        if beyond or facts.rows * facts.columns > limits.cells or facts.cells > limits.cells:
            raise FileRefused(
                f"工作表占到第{facts.rows}行、第{facts.columns}列，超过上限"
                f"（{limits.sheet_rows}行、{self._most_columns}列、共{limits.cells // 10_000}万格）；"
                "请删去末尾的空行空列，或拆分后再读入"
            )

    def _single_cells(self, text: bytes) -> None:
        """Rows that cannot be read rightly, each with the reason."""
        for found in _ERROR.finditer(text):
            value = _VALUE.search(text, found.end(), found.end() + 500)
            shown = f" {value[1].decode(errors='replace')}" if value else ""
            self._bad(found, f"是错误值{shown}；请改正或清空")
        for found in _OPEN_FORMULA.finditer(text):
            if not _IS_TEXT.search(found.group(3)):
                self._bad(found, "的公式还没有计算结果；请用 Excel 打开、保存一次，或粘贴为数值")

    def _bad(self, found: Any, reason: str) -> None:
        column, row = _column(found.group(1)), int(found.group(2))
        place = f"{found.group(1).decode()}{row}"
        self.facts.bad.setdefault(row, {})[column] = f"单元格 {place} {reason}"
        self._bad_cells += 1
        if self._bad_cells > MOST_BAD:
            raise FileRefused(f"工作表里有超过 {MOST_BAD} 格读不出来，例如单元格 {place} {reason}")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


@lru_cache(64)
def _telltale(row: int, column: int) -> Any:
    return bytes_pattern(b"|".join([_TELLTALES, _columns_above_text(column), _rows_above_text(row)]))


@lru_cache(64)
def _columns_above(column: int) -> Any:
    return bytes_pattern(_columns_above_text(column))


@lru_cache(64)
def _rows_above(row: int) -> Any:
    return bytes_pattern(_rows_above_text(row))


def _columns_above_text(column: int) -> bytes:
    """Finds a cell to the right of a column (up to 702, ZZ); its letters are the first group."""
    if column < 26:
        letters = [f"[{chr(65 + column)}-Z]", "[A-Z]{2,3}"]
    else:
        first, second = divmod(column - 1, 26)
        letters = ["[A-Z]{3}"]
        if second < 25:
            letters.append(f"{chr(64 + first)}[{chr(66 + second)}-Z]")
        if first < 26:
            letters.append(f"[{chr(65 + first)}-Z][A-Z]")
    return _CELL_START + f' r="({"|".join(letters)})[0-9]'.encode()


def _rows_above_text(row: int) -> bytes:
    """Finds a cell below a row."""
    digits = str(row)
    more = [f"[0-9]{{{len(digits) + 1},}}"]
    more += [
        f"{digits[:at]}[{int(digit) + 1}-9][0-9]{{{len(digits) - at - 1}}}"
        for at, digit in enumerate(digits) if digit != "9"
    ]  # fmt: skip
    return _CELL_START + f' r="[A-Z]{{1,3}}(?:{"|".join(more)})"'.encode()

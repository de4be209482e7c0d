"""Is a workbook safe to open? Looks at every byte once, without building anything from it.

A reader of sheets makes room for the whole rectangle that its cells claim, and a few kilobytes can claim
seventeen thousand million cells; so the claims are counted first.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from kpi.files.source import FileRefused

MAX_PACKED = 200 * 1024**2
MAX_INFLATED = 1024**3
MAX_PARTS = 2_000
MAX_ROWS = 500_000
MAX_COLUMNS = 256
MAX_CELLS = 10_000_000
_CHUNK = 4 * 1024**2
_OVERLAP = 512
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"')
_CELL = re.compile(rb'<(?:\w+:)?c r="([A-Z]+)(\d+)"')
_PLACELESS = re.compile(rb'<(?:\w+:)?c(?=[ />])(?! r="[A-Z])|<(?:\w+:)?row(?=[ />])(?![^>]*\br=")')
_UNCALCULATED = re.compile(rb"(?:</f>|<f[^>]*/>)(?:<v\s*/>|<v></v>)?</c>")
_ENCRYPTED = 0x1


def check_workbook(path: Path) -> None:
    """FileRefused for bombs, huge or placeless sheets, passwords, macros and formulas without a result."""
    if path.stat().st_size > MAX_PACKED:
        raise FileRefused(f"工作簿超过 {MAX_PACKED // 1024**2} MB;请按月拆分,或另存为 CSV")
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
            if len(parts) > MAX_PARTS:
                raise FileRefused(f"工作簿里有{len(parts)}个部件,不正常;请用 Excel 打开后另存一份")
            if any(part.flag_bits & _ENCRYPTED for part in parts):
                raise FileRefused("工作簿有密码;请去掉密码后再读入")
            if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
                raise FileRefused("工作簿里有宏;请另存为不含宏的 .xlsx")
            budget = MAX_INFLATED
            for part in parts:
                budget = _check_part(package, part, budget)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError) as error:
        raise FileRefused("工作簿已损坏,打不开;请用 Excel 打开后另存一份") from error


def _check_part(package: zipfile.ZipFile, part: zipfile.ZipInfo, budget: int) -> int:
    """Inflate a part within the budget (its declared size may lie); sheets are measured on the way."""
    size = _Size()
    tail = b""
    with package.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            budget -= len(chunk)
            if budget < 0:
                raise FileRefused(f"工作簿解压后超过 {MAX_INFLATED // 1024**2} MB,可能是恶意文件;请拆分后再读入")
            if part.filename.endswith(".xml"):
                size.look(tail + chunk, len(tail))
                tail = (tail + chunk)[-_OVERLAP:]
    return budget


class _Size:
    """The rectangle that a sheet's cells claim."""

    def __init__(self) -> None:
        self.rows = self.columns = 0

    def look(self, text: bytes, known: int) -> None:
        if b"<" not in text or (b"sheetData" not in text and not self.rows and b"<c " not in text):
            return
        if _PLACELESS.search(text):
            raise FileRefused("工作表里有单元格没有写明位置;请用 Excel 打开后另存一份")
        if _UNCALCULATED.search(text):
            raise FileRefused("工作表里有公式还没有计算结果;请用 Excel 打开、保存一次,或粘贴为数值")
        self.rows = max([self.rows, *map(int, set(_ROW.findall(text)))])
        cells = _CELL.findall(text)
        self.rows = max(self.rows, max((int(row) for _, row in cells), default=0))
        self.columns = max([self.columns, *map(_column, {letters for letters, _ in cells})])
        self._judge()

    def _judge(self) -> None:
        if self.rows > MAX_ROWS or self.columns > MAX_COLUMNS or self.rows * self.columns > MAX_CELLS:
            raise FileRefused(
                f"工作表占到第{self.rows}行、第{self.columns}列,超过上限({MAX_ROWS}行、{MAX_COLUMNS}列);"
                "请删去末尾的空行空列,或拆分后再读入"
            )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters[:4]:
        number = number * 26 + letter - 64
    return number

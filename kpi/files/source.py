"""What kinds of files entries come in, and the limits that every file is held to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from kpi.ledger import EntryProblem

Kind = Literal["jsonl", "csv", "xlsx"]
Progress = Callable[[str], None]

MAX_FILE = 2 * 1024**3
MAX_LINE = 1024**2
#: Rows between two reports of progress: less than half a second of work.
STEP = 20_000
_KINDS: Mapping[str, Kind] = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".csv": "csv", ".txt": "csv", ".xlsx": "xlsx",
}
_OTHERS = {
    ".xls": "旧格式的 Excel 文件", ".xlsm": "带宏的工作簿", ".xlsb": "二进制工作簿", ".ods": "ODS 表格", ".et": "WPS 表格",
}
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Row(NamedTuple):
    """A row as read: its line (or row of the sheet), its values by heading, or what is wrong with it."""

    line: int
    values: Mapping[str, Any]
    problem: str = ""


class FileRefused(Exception):
    """A file that is not read at all; the message says why and what to do."""


class NothingInside(FileRefused):
    """A file or sheet without a single row, not even headings."""


@dataclass(frozen=True, slots=True)
class EntrySource:
    """A file of entries. `ledger`: for files whose rows do not name one. `kind` goes by the file's name."""

    path: Path
    ledger: str = ""
    kind: Kind | None = None

    def opened_as(self) -> Kind:
        """The kind of file; FileRefused where it is missing, too big or something else."""
        suffix = self.path.suffix.lower()
        if not self.path.is_file():
            raise FileRefused(f"找不到文件 {self.path};请核对路径")
        if self.path.stat().st_size > MAX_FILE:
            raise FileRefused(f"文件超过 {MAX_FILE // 1024**3} GB;请按月拆分后再读入")
        if self.kind is None and suffix not in _KINDS:
            what = _OTHERS.get(suffix, f"“{suffix or '没有扩展名'}”文件")
            raise FileRefused(f"不能读取{what};请另存为 .xlsx、.csv 或 .jsonl")
        kind = self.kind or _KINDS[suffix]
        self._check_content(kind)
        return kind

    def _check_content(self, kind: Kind) -> None:
        """A file must be what its name says: a workbook called .csv would be read as rubbish."""
        with self.path.open("rb") as file:
            head = file.read(4)
        if head == _OLE:
            raise FileRefused("文件有密码,或是旧格式的 Excel 文件;请去掉密码,另存为 .xlsx")
        if (head == _ZIP) != (kind == "xlsx"):
            inside = "工作簿(xlsx)" if head == _ZIP else "不是工作簿"
            raise FileRefused(f"文件名写的是 .{kind},内容却{'是' if head == _ZIP else ''}{inside};请核对文件")


def whole_file(path: Path, message: str) -> EntryProblem:
    """A problem of the file as a whole."""
    return EntryProblem(str(path), 0, "", "", "error", message)

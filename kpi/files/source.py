"""What kinds of files entries come in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from kpi.files.limits import MEGA, Limits
from kpi.files.refusal import FileRefused as FileRefused
from kpi.ledger import EntryProblem

Kind = Literal["jsonl", "csv", "xlsx"]

_KINDS: Mapping[str, Kind] = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".csv": "csv", ".txt": "csv", ".xlsx": "xlsx",
}
_OTHERS = {
    ".xls": "旧格式的 Excel 文件", ".xlsm": "带宏的工作簿", ".xlsb": "二进制工作簿", ".ods": "ODS 表格", ".et": "WPS 表格",
}
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
#: How other kinds of files begin, whatever they are called.
_BEGINNINGS = (
    (b"PK\x05\x06", "空的压缩包"), (b"%PDF", "PDF"), (b"\x89PNG", "图片"), (b"\xff\xd8\xff", "图片"), (b"GIF8", "图片"),
    (b"Rar!", "压缩包"), (b"7z\xbc\xaf", "压缩包"), (b"\x1f\x8b", "压缩包"), (b"{\\rtf", "RTF 文档"), (b"MZ", "程序"),
    (b"\x7fELF", "程序"),
)  # fmt: skip
_PAGES = (b"<html", b"<!doc", b"<?xml", b"<tabl", b"<work", b"<meta", b"<head", b"<scri")


class Row(NamedTuple):
    """A row as read: its line (or row of the sheet), its values by heading, or what is wrong with it."""

    line: int
    values: Mapping[str, Any]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class EntrySource:
    """A file of entries. `ledger`: for files whose rows do not name one. `kind` goes by the file's name."""

    path: Path
    ledger: str = ""
    kind: Kind | None = None

    def opened_as(self, limits: Limits | None = None) -> Kind:
        """The kind of file; FileRefused where it is missing, too big or something else."""
        suffix = self.path.suffix.lower()
        if self.kind is None and suffix not in _KINDS and self.path.is_file():
            what = _OTHERS.get(suffix, f"“{suffix or '没有扩展名'}”文件")
            raise FileRefused(f"不能读取{what}；请另存为 .xlsx、.csv 或 .jsonl")
        kind = self.kind or _KINDS.get(suffix, "csv")
        check_content(self.path, kind, limits or Limits())
        return kind


def check_content(path: Path, kind: Kind, limits: Limits) -> None:
    """A file must be what its name says: a workbook called .csv would be read as rubbish."""
    if not path.is_file():
        raise FileRefused("找不到文件；请核对路径")
    if path.stat().st_size > limits.file:
        raise FileRefused(f"文件超过 {limits.file // MEGA} MB；请按月拆分后再读入")
    with path.open("rb") as file:
        head = file.read(64)
    if head.startswith(_OLE):
        raise FileRefused("文件有密码，或是旧格式的 Excel 文件；请去掉密码，另存为 .xlsx")
    if head.startswith(_ZIP):
        inside = "工作簿（xlsx）或压缩包" if kind != "xlsx" else ""
    else:
        inside = _other_kind(head) or ("不是工作簿" if kind == "xlsx" else "")
    if inside:
        raise FileRefused(f"文件名写的是 .{kind}，内容却{inside if inside.startswith('不') else f'是{inside}'}；请核对文件")


def _other_kind(head: bytes) -> str:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(_PAGES):
        return "网页或 XML"
    return next((words for mark, words in _BEGINNINGS if head.startswith(mark)), "")


def whole_file(path: Path, message: str) -> EntryProblem:
    """A problem of the file as a whole."""
    return EntryProblem(str(path), 0, "", "", "error", message)

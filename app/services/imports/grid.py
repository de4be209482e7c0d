"""Table files as rows of cells: what kind of file it is, and the process that reads it within bounds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from app.services.act import Refused

MEGA = 1024**2
MOST_BYTES = 20 * MEGA
MOST_ROWS = 20_000  # brought in at once: others who write wait meanwhile
MOST_COLUMNS = 200
LOOK_SECONDS = 30  # while somebody waits for the page
WORK_SECONDS = 120  # in the background
LIMITS = {
    "memory": 2048 * MEGA, "inflated": 300 * MEGA, "written": 256 * MEGA, "rows": MOST_ROWS + 100, "columns": MOST_COLUMNS,
}  # fmt: skip
ROOT = Path(__file__).resolve().parents[3]
CHILD = Path(__file__).with_name("child.py")
FIELD = "file"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_KINDS = {".xlsx": "xlsx", ".csv": "csv", ".txt": "csv"}
_OTHERS = {
    ".xls": "旧格式的 Excel 文件（.xls）", ".xlsm": "带宏的工作簿", ".xlsb": "二进制工作簿", ".ods": "ODS 表格",
    ".et": "WPS 表格（.et）", ".pdf": "PDF 文件", ".doc": "Word 文件", ".docx": "Word 文件",
    ".zip": "压缩包", ".rar": "压缩包", ".7z": "压缩包",
}  # fmt: skip


class Broken(NamedTuple):
    """A cell whose content cannot be right: what it shows, and why."""

    text: str
    why: str


Cell = str | int | Broken


class RawRow(NamedTuple):
    """A row of a file: its line (or row of the sheet) and its cells, blanks as empty texts."""

    line: int
    cells: list[Cell]


@dataclass(frozen=True)
class Grid:
    """A file that was read. `merged`: (top, left, bottom, right) of merged cells, from 0."""

    sheets: tuple[str, ...]
    sheet: str
    merged: tuple[tuple[int, int, int, int], ...]
    lines: tuple[bytes, ...]

    def rows(self) -> Iterator[RawRow]:
        """Every row that is not blank."""
        for text in self.lines:
            line, cells = orjson.loads(text)
            yield RawRow(line, [cell_from(cell) for cell in cells])


def cell_from(plain: Any) -> Cell:
    return Broken(plain["t"], plain["x"]) if isinstance(plain, dict) else plain


def cell_to(cell: Cell) -> Any:
    return {"t": cell.text, "x": cell.why} if isinstance(cell, Broken) else cell


def shown(cell: Cell) -> str:
    """The cell as a text."""
    return cell.text if isinstance(cell, Broken) else str(cell)


def kind_of(name: str, data: bytes) -> str:
    """xlsx or csv, by name and content; Refused for everything else."""
    suffix = Path(name).suffix.lower()
    if not data:
        raise Refused("文件是空的，里面没有内容。请确认文件已经保存好，再上传一次", FIELD)
    if len(data) > MOST_BYTES:
        raise Refused(
            f"文件有 {len(data) / MEGA:.1f} MB，超过 {MOST_BYTES // MEGA} MB 的上限，没有收。"
            "请删去图片和用不着的工作表，或按月份拆成几个文件", FIELD,
        )  # fmt: skip
    if suffix not in _KINDS:
        what = _OTHERS.get(suffix, f"“{suffix or '没有扩展名'}”的文件")
        raise Refused(f"不能导入{what}。请在 Excel 或 WPS 里打开，另存为 .xlsx 或 .csv 后再上传", FIELD)
    if data.startswith(_OLE):
        raise Refused("文件有密码，或是旧格式的 Excel 文件。请去掉密码，另存为 .xlsx 后再上传", FIELD)
    if data.startswith(_ZIP) != (_KINDS[suffix] == "xlsx"):
        really = "工作簿（.xlsx）" if data.startswith(_ZIP) else "别的东西，不是工作簿"
        raise Refused(f"文件名写的是 {suffix}，内容却是{really}。请核对是不是改过扩展名，按原来的格式另存后再上传", FIELD)
    return _KINDS[suffix]


def read(name: str, data: bytes, wanted: Sequence[str] = (), seconds: int = LOOK_SECONDS) -> Grid:
    """The rows of a file. `wanted`: titles of sheets, the best first. Refused with what to do."""
    kind = kind_of(name, data)
    limits = {**LIMITS, "seconds": seconds}
    given, told = os.memfd_create("given"), os.memfd_create("told")
    try:
        with open(given, "wb", closefd=False) as file:
            file.write(data)
        run(given, told, {"fd": given, "kind": kind, "wanted": list(wanted), "limits": limits}, seconds)
        with open(told, "rb", closefd=False) as file:
            file.seek(0)
            return grid_of(file.read().splitlines())
    finally:
        os.close(given)
        os.close(told)


def run(given: int, told: int, order: Mapping[str, Any], seconds: int) -> None:
    """Runs the reading process to its end, or ends it."""
    command = [sys.executable, "-P", str(CHILD), json.dumps(order)]
    environ = {"PYTHONPATH": str(ROOT), "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"}
    try:
        done = subprocess.run(
            command, stdout=told, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, pass_fds=[given],
            env=environ, timeout=seconds, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Refused(f"读取超过 {seconds} 秒，已停下，没有收。请拆成几个小一点的文件再上传", FIELD) from error
    if done.returncode:
        raise Refused("文件读取时占用的内存或时间太多，已停下，没有收。请用 Excel 打开，只留要导入的那张表，另存后再上传", FIELD)


def grid_of(lines: Sequence[bytes]) -> Grid:
    """What the reading process told."""
    if not lines:
        raise Refused("文件读不出内容。请用 Excel 打开，另存一份后再上传", FIELD)
    for last in (lines[0], lines[-1]):
        if last.startswith(b'{"refused"'):
            raise Refused(f"没有收：{orjson.loads(last)['refused'].replace(';', '；').replace(',', '，')}", FIELD)
    head = orjson.loads(lines[0])
    if len(lines) == 1:
        raise Refused("文件里一行内容也没有。请确认要导入的表不是空的、没有隐藏，再上传一次", FIELD)
    merged = tuple((one[0], one[1], one[2], one[3]) for one in head["merged"])
    return Grid(tuple(head["sheets"]), head["sheet"], merged, tuple(lines[1:]))

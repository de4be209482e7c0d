"""The zip archive of a workbook, opened with suspicion: what it declares is not believed but counted.

Two readers that disagree about an archive are how a harmless part is shown to the guard and another one to the
reader. So an archive must be built the plain way: parts one after the other from the first byte, the directory
behind them, nothing else before, between or after, no name twice.
"""

from __future__ import annotations

import copy
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from kpi.files.limits import MEGA, Watch
from kpi.files.refusal import FileRefused

MOST_PARTS = 2_000
_CHUNK = 4 * MEGA
_ENCRYPTED = 0x1
_LOCAL_HEADER = 30
_NO_END = 1 << 62
_END, _END64, _LOCATOR64 = struct.Struct("<4s4H2LH"), struct.Struct("<4sQ2H2L4Q"), 20
_DAMAGED = "工作簿已损坏，打不开；请用 Excel 打开后另存一份"
_MACROS = ("vbaproject.bin", "xl/macrosheets/")
#: Part of another kind of file → what that file is.
_OTHERS = {
    "xl/workbook.bin": "二进制工作簿（xlsb）", "word/document.xml": "Word 文档", "ppt/presentation.xml": "演示文稿",
    "content.xml": "ODS 表格", "androidmanifest.xml": "手机应用", "meta-inf/manifest.mf": "程序包",
}  # fmt: skip


class Package:
    """The parts of an archive, by their names in lower case. To be used as a context."""

    def __init__(self, path: Path, watch: Watch) -> None:
        self._watch = watch
        self._left = watch.limits.inflated
        size = path.stat().st_size
        if size > watch.limits.packed:
            raise FileRefused(f"工作簿超过 {watch.limits.packed // MEGA} MB；请按月拆分，或另存为 CSV")
        end = _directory_end(path, size)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
            raise FileRefused(_DAMAGED) from error
        try:
            self.parts = _checked(self._zip.infolist(), end)
            _refuse_other_kinds(self.parts)
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Package:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._zip.close()

    def whole(self, name: str, most: int) -> bytes:
        """A small part as a whole; FileRefused where it is missing or larger than `most` bytes."""
        part = self.parts.get(name.lower())
        if part is None:
            raise FileRefused(_DAMAGED)
        content = b""
        for chunk in self.chunks(part):
            content += chunk
            if len(content) > most:
                raise FileRefused(f"工作簿的目录部分超过 {most // MEGA} MB，不正常；请用 Excel 打开后另存一份")
        return content

    def chunks(self, part: zipfile.ZipInfo, again: bool = False) -> Iterator[bytes]:
        """A part inflated to its real end, within what all parts together may take; a second look costs nothing."""
        unbound = copy.copy(part)
        unbound.file_size = _NO_END  # else the library stops where the part says it ends
        total = 0
        try:
            with self._zip.open(unbound) as stream:
                while chunk := stream.read(_CHUNK):
                    total += len(chunk)
                    self._spend(0 if again else len(chunk))
                    yield chunk
        except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError, zlib.error) as error:
            raise FileRefused(_DAMAGED) from error
        if total != part.file_size:
            raise FileRefused("工作簿里声明的大小与实际不符，可能是恶意文件；请用 Excel 打开后另存一份")

    def _spend(self, size: int) -> None:
        self._watch.look()
        self._left -= size
        if self._left < 0:
            most = self._watch.limits.inflated // MEGA
            raise FileRefused(f"工作簿解压后超过 {most} MB，可能是恶意文件；请拆分后再读入")


def _directory_end(path: Path, size: int) -> int:
    """Where the directory ends; FileRefused for half an archive, and for anything before or behind it."""
    with path.open("rb") as file:
        file.seek(max(0, size - _END64.size - _LOCATOR64 - _END.size))
        tail = file.read()
    last = tail[-_END.size :]
    if len(last) < _END.size or not last.startswith(b"PK\x05\x06") or _END.unpack(last)[7]:
        if size < _END.size or not _has_end(path, size):
            raise FileRefused("工作簿不完整，可能没有传完；请重新下载或上传")
        raise FileRefused("工作簿末尾有多余的内容；请用 Excel 打开后另存一份")
    directory, start = _END.unpack(last)[5:7]
    end = size - _END.size
    wide = tail[: _END64.size]
    if len(tail) == _END64.size + _LOCATOR64 + _END.size and wide.startswith(b"PK\x06\x06"):
        directory, start = _END64.unpack(wide)[8:10]
        end = size - len(tail)
    if start + directory != end:
        raise FileRefused("工作簿的开头或中间夹有多余的内容；请用 Excel 打开后另存一份")
    return int(start)


def _has_end(path: Path, size: int) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, size - _END.size - 0xFFFF))
        return b"PK\x05\x06" in file.read()


def _checked(parts: list[zipfile.ZipInfo], directory: int) -> dict[str, zipfile.ZipInfo]:
    if len(parts) > MOST_PARTS:
        raise FileRefused(f"工作簿里有{len(parts)}个部件，不正常；请用 Excel 打开后另存一份")
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise FileRefused("工作簿有密码；请去掉密码后再读入")
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise FileRefused("工作簿用了少见的压缩方式；请用 Excel 打开后另存一份")
    named: dict[str, zipfile.ZipInfo] = {}
    reached = 0
    for part in sorted(parts, key=lambda one: one.header_offset):
        name = part.filename.lower()
        if name in named or "\\" in name or name.startswith("/") or ".." in name.split("/"):
            raise FileRefused("工作簿里的部件重名，或名称不正常；请用 Excel 打开后另存一份")
        if part.header_offset < reached or (not named and part.header_offset):
            raise FileRefused("工作簿里的部件互相重叠，可能是恶意文件；请用 Excel 打开后另存一份")
        reached = part.header_offset + _LOCAL_HEADER + part.compress_size
        named[name] = part
    if reached > directory:
        raise FileRefused("工作簿里的部件互相重叠，可能是恶意文件；请用 Excel 打开后另存一份")
    return named


def _refuse_other_kinds(parts: dict[str, zipfile.ZipInfo]) -> None:
    if any(name.endswith(_MACROS[0]) or name.startswith(_MACROS[1]) for name in parts):
        raise FileRefused("工作簿里有宏；请另存为不含宏的 .xlsx")
    if "xl/workbook.xml" not in parts:
        what = next((words for name, words in _OTHERS.items() if name in parts), "普通压缩包")
        raise FileRefused(f"这是{what}，不是 .xlsx 工作簿；请用 Excel 打开后另存为 .xlsx")

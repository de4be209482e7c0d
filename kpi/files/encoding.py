"""Which encoding a text file has, of those that offices send: UTF-8 with and without a mark, UTF-16, GB18030."""

from __future__ import annotations

import codecs
from pathlib import Path

from kpi.files.limits import MEGA
from kpi.files.refusal import FileRefused

_CHUNK = MEGA
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: So many characters of UTF-8 before the first that is none: a damaged file, not one of another encoding.
_SURELY_UTF8 = 20
NULL_WORDS = "第{}行有空字符，文件已损坏，或是没有标记的 UTF-16；请另存为 UTF-8 的 CSV"


def encoding_of(path: Path) -> str:
    """The file's encoding: by its mark, else UTF-8 if all of it is, else GB18030; FileRefused for damaged UTF-8."""
    with path.open("rb") as file:
        head = file.read(4)
        for mark, name in _MARKS:
            if head.startswith(mark):
                return name
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        line, seen = 1, 0
        try:
            while chunk := file.read(_CHUNK):
                if (zero := chunk.find(b"\0")) >= 0:
                    raise FileRefused(NULL_WORDS.format(line + chunk.count(b"\n", 0, zero)))
                text = decoder.decode(chunk)
                line += chunk.count(b"\n")
                seen += len(text.encode()) - len(text) if seen < _SURELY_UTF8 else 0
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            good = error.object[: error.start]
            line += good.count(b"\n")
            seen += len(good) - len(good.decode("utf-8"))
            if seen >= 2 * _SURELY_UTF8:
                raise FileRefused(f"第{line}行附近有损坏的字符（其余是 UTF-8）；请从原来的系统重新导出") from error
            return "gb18030"
    return "utf-8"

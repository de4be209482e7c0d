"""JSON Lines: fast where nothing can be lost, exact where something could."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from kpi.files.limits import Watch
from kpi.files.refusal import FileRefused
from kpi.files.source import Row

_BOM = b"\xef\xbb\xbf"


class _Refused(ValueError):
    """JSON that is no entry; the message is Chinese."""


def json_rows(path: Path, watch: Watch | None = None) -> Iterator[Row]:
    """Rows of a JSON Lines file, one line in memory at a time."""
    watch = watch or Watch()
    size, most = max(path.stat().st_size, 1), watch.limits.line
    with path.open("rb") as file:
        lines = iter(partial(file.readline, most), b"")
        what, percent = f" {path.name}", lambda: file.tell() * 100 // size
        for number, line in enumerate(lines, 1):
            watch.row(number, what, percent)
            if number > watch.limits.rows:
                raise FileRefused(f"超过 {watch.limits.rows} 行；请按月拆分后再读入")
            if len(line) >= most:
                raise FileRefused(f"第{number}行超过 {most // 1024} KB；请确认每行一条记录")
            if number == 1:
                line = _first(line)
            row = _row(number, line, watch.limits.columns)
            if row is not None:
                yield row


def _first(line: bytes) -> bytes:
    """The first line without its mark; FileRefused for the beginning of something else than JSON Lines."""
    if line.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused("文件是 UTF-16 编码；请另存为 UTF-8")
    line = line.removeprefix(_BOM)
    if line.strip() in (b"[", b"{"):
        raise FileRefused("整份文件是分成多行的 JSON；请改成每行一条记录：{\"ledger\": …, …}")
    return line


def _row(number: int, line: bytes, most: int) -> Row | None:
    try:
        values = orjson.loads(line)
        if type(values) is not dict:
            return Row(number, {}, "这一行不是一条记录；请写成 {\"ledger\": …, …} 的样子")
        if _items(values) > most:
            return Row(number, {}, f"这一行有 {_items(values)} 项，最多 {most} 项；请确认每行一条记录")
        return Row(number, values if _lossless(line, values) else exact_row(line))
    except _Refused as error:
        return Row(number, {}, str(error))
    except ValueError:
        return Row(number, {}, _broken(line)) if line.strip() else None


def _items(values: dict[str, Any]) -> int:
    fields = values.get("fields")
    return len(values) + (len(fields) if isinstance(fields, dict) else 0)


def _broken(line: bytes) -> str:
    try:
        line.decode()
    except UnicodeDecodeError:
        return "这一行不是 UTF-8 编码；请把文件另存为 UTF-8"
    return "这一行不是完整的 JSON（括号、引号或逗号有误）；请核对，每行一条记录"


def _lossless(line: bytes, values: dict[str, Any]) -> bool:
    """Whether the fast parse lost nothing: no binary float, no key that stood twice.

    Keys are counted in the text. A quote that is not directly followed by its colon makes the count unsure;
    so does a quote inside a text: then the exact parser decides.
    """
    keys = len(values)
    for value in values.values():
        if isinstance(value, float):
            return False
        if isinstance(value, dict):
            keys += len(value)
            if any(isinstance(inner, float | dict | list) for inner in value.values()):
                return False
        elif isinstance(value, list) and any(type(inner) is not str for inner in value):
            return False
    return line.count(b'":') == keys and b'" ' not in line and b'"\t' not in line and b'"\r' not in line[:-2]


def exact_row(line: bytes) -> dict[str, Any]:
    """The line with its decimals kept as characters; keys that stand twice are refused."""
    try:
        values: dict[str, Any] = json.loads(
            line, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_pairs
        )
    except RecursionError as error:
        raise _Refused("这一行嵌套太深；请写成一层的键和值") from error
    return values


def _no_constant(name: str) -> None:
    raise _Refused(f"“{name}”不是数字；没有数据请留空")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise _Refused(f"“{twice[:30]}”写了两次，不知道以哪个为准；请删去一处")
    return values

"""A PDF comes in if it opens, runs nothing, and can be looked through within bounds.

Its objects may lie in compressed streams, a thousand times as long as they are written. One such stream is
held to `MOST_STREAM` by qpdf itself, all of them together to `MOST_INFLATED` before qpdf sees the file.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator

import pikepdf

from app.services.act import Refused

MOST_OBJECTS = 200_000
MOST_STREAM = 16 * 1024 * 1024
MOST_INFLATED = 128 * 1024 * 1024
MOST_UNREAD = 200  # streams that cannot be measured beforehand: encrypted ones
STEP = 1024 * 1024
NEAR = 4_096
RUNS = re.compile(rb"/(?:JavaScript|JS|Launch)(?![A-Za-z0-9])")
TYPE = re.compile(rb"/(?:O|#4[fF])[^\s/<>\[\](){}%]{1,20}")
ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")

pikepdf.settings.set_qpdf_limits(
    flate_max_memory=MOST_STREAM, png_max_memory=MOST_STREAM, tiff_max_memory=MOST_STREAM,
    run_length_max_memory=MOST_STREAM, dct_max_memory=MOST_STREAM, max_stream_filters=4,
)  # fmt: skip


def check_pdf(data: bytes) -> None:
    """Refused where the file does not open, runs something, or is too much to look through."""
    if inflates_too_far(data):
        raise too_much()
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if len(pdf.objects) > MOST_OBJECTS:
                raise too_much()
            if any(runs(each) for each in pdf.objects):
                raise Refused("这份 PDF 里带有脚本或外部程序，所以没有收。请用“打印到 PDF”另存一份后再上传")
    except pikepdf.PasswordError as error:
        raise Refused("这份 PDF 要密码才能打开，审核的人看不到内容。请去掉打开密码后再上传") from error
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        raise Refused("这份 PDF 打不开，可能没有传完或已损坏。请重新导出或扫描后再上传") from error


def too_much() -> Refused:
    return Refused("这份 PDF 的结构过于庞大，打开它会拖慢系统，所以没有收。请打印成新的 PDF 后再上传")


def runs(found: pikepdf.Object | None) -> bool:
    """Whether an object carries a script or starts a program. Written out, its names are plain."""
    if found is None:
        return False
    holder = found.stream_dict if isinstance(found, pikepdf.Stream) else found
    return RUNS.search(holder.unparse(resolved=True)) is not None


def inflates_too_far(data: bytes) -> bool:
    """Whether the streams that hold objects are longer than anybody needs: one, or all together."""
    total = unread = 0
    for start in object_streams(data):
        length = inflated(data, start, MOST_STREAM)
        if length is None:
            unread += 1
        else:
            total += length
        if total >= MOST_INFLATED or unread > MOST_UNREAD or (length or 0) >= MOST_STREAM:
            return True
    return False


def object_streams(data: bytes) -> Iterator[int]:
    """Where the bytes of each begin; the name of the type may be written with escapes."""
    for found in TYPE.finditer(data):
        plain = ESCAPE.sub(lambda sign: bytes([int(sign[1], 16)]), found.group())
        if plain == b"/ObjStm":
            start = data.find(b"stream", found.end(), found.end() + NEAR)
            if start >= 0:
                yield start + len(b"stream") + (2 if data[start + 6 : start + 8] == b"\r\n" else 1)


def inflated(data: bytes, start: int, most: int) -> int | None:
    """How long a stream becomes, counted up to `most`; None where it is not plainly deflated."""
    engine, length, rest = zlib.decompressobj(), 0, data[start : start + STEP]
    place = start + STEP
    try:
        while rest and length < most and not engine.eof:
            length += len(engine.decompress(rest, STEP))
            rest = engine.unconsumed_tail
            if not rest and not engine.eof:
                rest, place = data[place : place + STEP], place + STEP
    except zlib.error:
        return None if length == 0 else length
    return length

"""Chinese lines: what may not begin or end one, and what is never torn apart.

Numbers with their unit, sums, dates and words in Latin letters stay whole; a closing mark stays with what it closes. Own
code, because the breaking that comes with reportlab tears 1,234.56 apart and lets an opening quote end a line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

NEVER_FIRST = "，；：？！、。．”’）》〉】〕』」…—～％·）,.;:?!)]}%"
NEVER_LAST = "“‘（《〈【〔『「￥¥([{"
#: What follows a number on the same line, the longer ones first.
MEASURES = (
    "个百分点|个工作日|个自然日|个季度|平方米|岗·月|元/[日天月]|个月|人次|家次|场次|小时|分钟|课时|季度|公里|万元|亿元|万人|"
    "[人条次个份家元笔项件场种起篇套例级期批周名分类步处日天年月户岁组本册张版号页台倍万亿届轮]"
)
DATE = r"\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月\d{1,2}日"
SIGNS = r"[!-~¥£€]"
PLAIN = re.compile(rf"{SIGNS}+|[\s\S]")
WHOLE = re.compile(rf"{DATE}|第?{SIGNS}*\d(?:{MEASURES})|第\d+|{SIGNS}+|[\s\S]")
SLASHED = re.compile(r"[^/]*/|[^/]+")


def units(text: str, pieces: re.Pattern[str] = WHOLE) -> Iterator[str]:
    """The text in pieces that a line may end after."""
    held = ""
    for piece in pieces.findall(text):
        if held and piece[0] not in NEVER_FIRST and held[-1] not in NEVER_LAST:
            yield held
            held = ""
        held += piece
    if held:
        yield held


def slashed(text: str) -> Iterator[str]:
    """The pieces once more where they are too long for a line: both numbers of a fraction stay whole."""
    for part in units(text, PLAIN):
        yield from SLASHED.findall(part)


def broken(text: str, room: int, first: int, width: Callable[[str], int]) -> Iterator[str]:
    """Lines of a text without line breaks; `room` and `first` (of the first line) in the unit of `width`."""
    line, left = "", first
    for unit in _smaller(text, room, width):
        wide = width(unit)
        if wide <= left:
            line, left = line + unit, left - wide
            continue
        if wide > room or not line:  # longer than a line: cut as with a knife
            for sign in unit:
                if (one := width(sign)) > left and line:
                    yield line
                    line, left = "", room
                line, left = line + sign, left - one
            continue
        if line:
            yield line.rstrip(" ")
        line, left = unit.lstrip(" "), room - width(unit.lstrip(" "))
    yield line


def _smaller(text: str, room: int, width: Callable[[str], int]) -> Iterator[str]:
    """The pieces of a text; one longer than a line in smaller pieces, those that are too long still after a slash."""
    for unit in units(text):
        if width(unit) <= room:
            yield unit
            continue
        for part in units(unit, PLAIN):
            yield from SLASHED.findall(part) if width(part) > room else [part]

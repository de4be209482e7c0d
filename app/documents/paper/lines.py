"""Chinese lines: what may not begin or end one, and what is never torn apart.

Numbers, sums and words in Latin letters stay whole; a closing mark stays with what it closes. Own code, because
the breaking that comes with reportlab tears 1,234.56 apart and lets an opening quote end a line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

NEVER_FIRST = "，；：？！、。．”’）》〉】〕』」…—～％·）,.;:?!)]}%"
NEVER_LAST = "“‘（《〈【〔『「￥¥([{"
UNIT = re.compile(r"[!-~¥£€]+|[\s\S]")
SLASHED = re.compile(r"[^/]*/|[^/]+")


def units(text: str) -> Iterator[str]:
    """The text in pieces that a line may end after."""
    held = ""
    for piece in UNIT.findall(text):
        if held and piece[0] not in NEVER_FIRST and held[-1] not in NEVER_LAST:
            yield held
            held = ""
        held += piece
    if held:
        yield held


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
    """The pieces of a text; one longer than a line may also end after a slash, so that both numbers of a fraction stay whole."""
    for unit in units(text):
        if "/" in unit and width(unit) > room:
            yield from SLASHED.findall(unit)
        else:
            yield unit

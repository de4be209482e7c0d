"""Names that mean the same: as typed, without what is only decoration, and nearly so."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

NEAR = 0.6
_BRACKETS = re.compile(r"[(\[{（【《<].*?[)\]}）】》>]")
_MARKS = re.compile(r"[\W_]+")
_COMPARED = 40


def plain(name: str) -> str:
    """The name without brackets, marks, blanks and width: 缺工人数（人） and 缺工人数 are one."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    bare = _BRACKETS.sub("", folded)
    return _MARKS.sub("", bare or folded)


def nearness(one: str, other: str) -> float:
    """1 for the same, 0 for nothing in common; what is contained in the other is near."""
    first, second = plain(one)[:_COMPARED], plain(other)[:_COMPARED]
    if not first or not second:
        return 0.0
    if first == second:
        return 1.0
    short, long = sorted((first, second), key=len)
    if len(short) > 1 and short in long:
        return max(0.7, len(short) / len(long))
    return SequenceMatcher(None, first, second).ratio()

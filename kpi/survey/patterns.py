"""Regular expressions of a rulebook, rewritten so that Python, RE2 and Java find the same.

Python's classes reach over all of Unicode, those of RE2 and Java only over ASCII: they are spelled out.
What one of the three lacks (look-around, back references, named groups, \\b) is refused.
"""

from __future__ import annotations

import re

from kpi.rulebook.answers import Refused

_OUTSIDE = {
    "d": r"\p{Nd}", "D": r"\P{Nd}",
    "w": r"[\p{L}\p{N}_]", "W": r"[^\p{L}\p{N}_]",
    "s": r"[\s\p{Z}]", "S": r"[^\s\p{Z}]",
    "Z": r"\z", "A": "^",
}  # fmt: skip
_INSIDE = {"d": r"\p{Nd}", "D": r"\P{Nd}", "w": r"\p{L}\p{N}_", "s": r"\s\p{Z}"}
_PLAIN = frozenset("\\.[](){}*+?|^$-/tnr")


def portable(pattern: str) -> str:
    """The pattern for RE2 and Java; Refused("bad_input") for what does not mean the same everywhere."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise Refused("bad_input", f"正则式“{pattern}”写错了({error});请检查括号和转义") from error
    if "(?" in pattern.replace("(?:", "") or re.search(r"[*+?}]\+", pattern):
        raise _refused(pattern, "(? 开头的写法只能用 (?:…)")
    out: list[str] = []
    inside = False
    at = 0
    while at < len(pattern):
        mark = pattern[at]
        if mark == "\\":
            at += 1
            out.append(_escape(pattern, pattern[at], inside))
        else:
            inside = inside_class(mark, inside)
            out.append(r"\z" if mark == "$" and not inside else mark)
        at += 1
    return "".join(out)


def inside_class(mark: str, inside: bool) -> bool:
    """Whether the text after `mark` stands inside [ ]."""
    return mark == "[" if not inside else mark != "]"


def _escape(pattern: str, letter: str, inside: bool) -> str:
    known = _INSIDE if inside else _OUTSIDE
    if letter in known:
        return known[letter]
    if letter in _PLAIN:
        return "\\" + letter
    raise _refused(pattern, f"不能用 \\{letter}")


def _refused(pattern: str, why: str) -> Refused:
    return Refused("bad_input", f"正则式“{pattern}”在大批量核查里不能用:{why};请改写")

"""Regular expressions of a rulebook: one meaning in every engine, and no text that keeps one busy for ever.

They run on RE2, whose time grows with the text and not with its power, whatever the pattern (see
docs/decisions/patterns-in-linear-time.md). Python's classes reach over all of Unicode, those of RE2 and Java
only over ASCII: they are spelled out. What one of the three lacks is refused.
"""

from __future__ import annotations

import re
from functools import lru_cache

import re2

from kpi.expressions.errors import ExpressionError

#: Longer ones nobody can check by reading.
MOST_CHARACTERS = 500
_OUTSIDE = {
    "d": r"\p{Nd}", "D": r"\P{Nd}",
    "w": r"[\p{L}\p{N}_]", "W": r"[^\p{L}\p{N}_]",
    "s": r"[\s\p{Z}]", "S": r"[^\s\p{Z}]",
    "Z": r"\z", "A": "^",
}  # fmt: skip
_INSIDE = {"d": r"\p{Nd}", "D": r"\P{Nd}", "w": r"\p{L}\p{N}_", "s": r"\s\p{Z}"}
_PLAIN = frozenset("\\.[](){}*+?|^$-/tnr")
_POSSESSIVE = re.compile(r"[*+?}]\+")
_COUNT = re.compile(r"\{(\d*)(,?)(\d*)\}")


class Pattern:
    """A checked pattern; ExpressionError with the reason in Chinese where it is none."""

    __slots__ = ("_engine", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        options = re2.Options()
        options.log_errors = False
        options.never_capture = True
        try:
            self._engine = re2.compile(portable(text), options)
        except re2.error as error:
            raise _refused(text, "重复的次数太多或整条太大") from error

    def fits(self, text: str) -> bool:
        """Whether the whole text is as the pattern says."""
        return _encodable(text) and self._engine.fullmatch(text) is not None

    def found(self, text: str) -> bool:
        """Whether some part of the text is."""
        return _encodable(text) and self._engine.search(text) is not None


@lru_cache(512)
def pattern(text: str) -> Pattern:
    """The pattern of a text, made once."""
    return Pattern(text)


def _encodable(text: str) -> bool:
    """Half a character, as broken JSON may hold it, fits nothing."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def portable(text: str) -> str:
    """The pattern for RE2 and Java; ExpressionError for what does not mean the same everywhere."""
    if len(text) > MOST_CHARACTERS:
        raise _refused(text, f"超过 {MOST_CHARACTERS} 个字符")
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise ExpressionError(f"“{text}”不是正则式；请检查括号和转义") from error
    if "(?" in text.replace("(?:", "") or _POSSESSIVE.search(text):
        raise _refused(text, "(? 开头的写法只能用 (?:…)")
    out: list[str] = []
    inside = False
    at = 0
    while at < len(text):
        mark = text[at]
        if mark == "\\":
            at += 1
            out.append(_escape(text, text[at], inside))
        else:
            inside = _inside_class(mark, inside)
            out.append(r"\z" if mark == "$" and not inside else mark)
        at += 1
    return "".join(out)


def repeats_repeat(text: str) -> bool:
    """Whether a repeated group itself repeats or branches: `(a+)+`, `((a|b)c)*`.

    RE2 does not mind; engines that go back and try again (Java's, under Spark) may take exponential time.
    """
    inside = False
    open_groups = [False]  # whether something repeats or branches so far, from the outermost group inwards
    at = 0
    while at < len(text):
        mark = text[at]
        if mark == "\\":
            at += 2
            continue
        inside = _inside_class(mark, inside)
        if not inside:
            if mark == "(":
                open_groups.append(False)
            elif mark == ")" and len(open_groups) > 1:
                wild = open_groups.pop()
                if wild and _repeated(text, at + 1):
                    return True
                open_groups[-1] |= wild
            elif mark == "|" or (mark != "?" and _repeated(text, at)):
                open_groups[-1] = True
        at += 1
    return False


def _repeated(text: str, at: int) -> bool:
    """Whether a repetition stands here that may run more than once."""
    if text[at : at + 1] in ("*", "+"):
        return True
    count = _COUNT.match(text, at)
    if count is None:
        return False
    least, comma, most = count.groups()
    return bool(comma and not most) or int(most or least or 0) > 1


def _inside_class(mark: str, inside: bool) -> bool:
    """Whether the text after `mark` stands inside [ ]."""
    return mark == "[" if not inside else mark != "]"


def _escape(text: str, letter: str, inside: bool) -> str:
    known = _INSIDE if inside else _OUTSIDE
    if letter in known:
        return known[letter]
    if letter in _PLAIN:
        return "\\" + letter
    raise _refused(text, f"不能用 \\{letter}")


def _refused(text: str, why: str) -> ExpressionError:
    return ExpressionError(f"正则式“{text[:60]}”不能用：{why}；请改写")

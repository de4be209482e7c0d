"""Characters of a raw value: as a text, as a message shows it, and what nobody can see in it."""

from __future__ import annotations

import unicodedata
from typing import Any

from kpi.ledger.entries import FieldError

#: A number that is a code has 18 digits at most.
_LARGEST = 10**18
#: Full-width digits and marks as an input method leaves them: ０ to ９, ％, ： and the like.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
#: Nothing of these is seen, but two texts that look the same would differ, or read in another order.
_UNSEEN = frozenset("\u200b\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LINES = frozenset("\t\n\r")


def text_of(raw: Any) -> str:
    """The raw value as a text; whole numbers are taken as codes, everything else is refused."""
    if type(raw) is str:
        return seen(raw.strip())
    if isinstance(raw, bool | float) or not isinstance(raw, str | int) or (isinstance(raw, int) and abs(raw) >= _LARGEST):
        raise FieldError(f"“{shown(raw)}”不是文字；请写成文字（编号、号码请加引号）")
    return str(raw).strip()


def seen(text: str) -> str:
    """The text itself; FieldError where it holds a character that nobody can see."""
    if not text.isprintable() and (hidden := next(filter(_hidden, text), None)):
        raise FieldError(f"有看不见的字符（U+{ord(hidden):04X}）；请删去这一格，重新输入")
    return text


def _hidden(one: str) -> bool:
    return one in _UNSEEN or (one not in _LINES and unicodedata.category(one) in ("Cc", "Cs"))


def half_width(text: str) -> str:
    """Digits and marks typed in full width as the plain ones; for codes and numbers, not for names."""
    return text if text.isascii() else text.translate(_HALF_WIDTH)


def shown(raw: Any) -> str:
    """A raw value for a message, cut to what fits in a line."""
    text = str(raw)
    return text if len(text) <= 30 else text[:30] + "…"

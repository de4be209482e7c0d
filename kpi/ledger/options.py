"""Choices: one or several of a list, and the nearest one where a word is not in it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

from kpi.ledger.characters import shown, text_of
from kpi.ledger.conversions import Convert
from kpi.ledger.entries import FieldError

_SEPARATORS = re.compile("[、;\uff1b\n|\uff5c]|[,\uff0c](?!\\d{3}(?!\\d))")
#: Characters of a wrong word that are compared: what is longer is no slip of the pen, and comparing it is slow.
_COMPARED = 60


def choice(choices: tuple[str, ...]) -> Convert:
    """A converter that takes one of `choices`; a near match is suggested."""
    known = {one: one for one in choices}

    def convert(raw: Any) -> str:
        value = known.get(raw) if type(raw) is str else None
        if value is None:
            text = text_of(raw)
            value = known.get(text)
            if value is None:
                raise FieldError(unknown_choice(text, choices))
        return value

    return convert


def unknown_choice(text: str, choices: Iterable[str]) -> str:
    """A message that names the nearest of `choices`, or all of them."""
    options = list(choices)
    text = text[:_COMPARED]
    near = difflib.get_close_matches(text, options, n=1, cutoff=0)
    close = bool(near) and difflib.SequenceMatcher(None, text, near[0]).ratio() * 2 >= 1
    hint = f"是不是“{near[0]}”？" if close else f"可选 {shown_list(options)}"
    return f"没有“{shown(text)}”这个选项；{hint}"


def shown_list(options: list[str]) -> str:
    """Options for a message; a long list is cut."""
    return "、".join(options[:12]) + (f" 等{len(options)}项" if len(options) > 12 else "")


def texts(raw: Any) -> tuple[str, ...]:
    """Several texts from a list or one text with 、 or ; between them, in order, without repeats."""
    parts = raw if isinstance(raw, list | tuple) else _SEPARATORS.split(text_of(raw))
    return tuple(dict.fromkeys(part for part in map(text_of, parts) if part))


def choices(options: tuple[str, ...]) -> Convert:
    """A converter that takes several of `options`."""
    one = choice(options)

    def convert(raw: Any) -> tuple[str, ...]:
        return tuple(one(part) for part in texts(raw))

    return convert if options else texts

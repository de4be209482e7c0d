"""What is expected against what came out: exact, and only what is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from kpi.quantities import Money, QuantityError, parse_exact, plain


def compare(place: str, wanted: Any, found: Any) -> list[str]:
    """Differences between what is expected and what came out; tables compare only the named keys."""
    if isinstance(wanted, Mapping):
        table = found if isinstance(found, Mapping) else {}
        return [text for key in wanted for text in compare(f"{place}.{key}", wanted[key], table.get(key))]
    if isinstance(wanted, list):
        return _compare_lists(place, wanted, found)
    return [] if _same(wanted, found) else [f"{place} 应为 {_text(wanted)}，实为 {_text(found)}"]


def _compare_lists(place: str, wanted: list[Any], found: Any) -> list[str]:
    found = list(found) if isinstance(found, Sequence) and not isinstance(found, str) else []
    if place == "refused":
        wanted = sorted(map(str, wanted))
    if len(wanted) != len(found):
        return [f"{place} 应有 {len(wanted)} 项 {_text(wanted)}，实有 {len(found)} 项 {_text(found)}"]
    pairs = enumerate(zip(wanted, found, strict=True))
    return [text for index, (one, other) in pairs for text in compare(f"{place}[{index}]", one, other)]


def _same(wanted: Any, found: Any) -> bool:
    if wanted is None or found is None:
        return wanted is found
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    if isinstance(found, Money):
        found = found.yuan
    if isinstance(found, int | Fraction):
        try:
            return parse_exact(wanted) == found
        except QuantityError:
            return False
    return bool(wanted == found)


def _text(value: Any) -> str:
    if value is None:
        return "（不能计算）"
    if isinstance(value, Money):
        return value.plain()
    if isinstance(value, Fraction):
        return plain(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_text, value)) + "]"
    return str(value)

"""Keys of counted multisets as plain JSON data, and back."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any

_READERS: dict[str, Callable[[str], Hashable]] = {
    "fraction": Fraction,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
}


def encode(key: Hashable) -> Any:
    """Texts, ints, bools and None as they are; the rest as `{type: text}`; tuples as lists."""
    if key is None or isinstance(key, str | int):
        return key
    if isinstance(key, tuple):
        return [encode(part) for part in key]
    if isinstance(key, Fraction):
        return {"fraction": str(key)}
    if isinstance(key, datetime):
        return {"datetime": key.isoformat()}
    if isinstance(key, date):
        return {"date": key.isoformat()}
    if isinstance(key, time):
        return {"time": key.isoformat()}
    raise TypeError(f"{type(key).__name__} is no key of a counted multiset")


def decode(data: Any) -> Hashable:
    """The key that `encode` gave."""
    if isinstance(data, list):
        return tuple(decode(part) for part in data)
    if isinstance(data, dict):
        ((kind, text),) = data.items()
        return _READERS[kind](text)
    if data is not None and not isinstance(data, str | int):
        raise TypeError(f"{type(data).__name__} is no key of a counted multiset")
    return data

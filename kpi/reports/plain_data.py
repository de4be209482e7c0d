"""Results as plain data for JSON: numbers as exact texts, tables with text keys, nothing lost on the way.

Inputs that must come back with their type (`pack` and `unpack`) carry a one-key table for numbers, money
and dates; results are only compared and shown, so their numbers are simply texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

from pydantic import BaseModel

from kpi.quantities import Money, QuantityError, parse_exact, plain
from kpi.rulebook.answers import Refused


def plain_data(value: Any) -> Any:
    """Dataclasses, tables, lists, numbers, dates as JSON-able data; numbers as texts."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | Fraction):
        return plain(value)
    if isinstance(value, Decimal):
        return plain(parse_exact(value))
    if isinstance(value, Money):
        return value.plain()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Enum):
        return plain_data(value.value)
    if isinstance(value, Refused):
        return {"kind": value.kind, "reason": value.reason}
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain_data(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, BaseModel):
        return {name: plain_data(getattr(value, name)) for name in type(value).model_fields}
    return _collection(value)


def _collection(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): plain_data(one) for key, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain_data(one) for one in value)
    if isinstance(value, list | tuple):
        return [plain_data(one) for one in value]
    raise TypeError(f"没有为 {type(value).__name__} 写输出方式")


def pack(value: Any) -> Any:
    """An input value as JSON-able data that `unpack` gives back with its type."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Money):
        return {"yuan": value.plain()}
    if isinstance(value, int | Fraction):
        return {"number": plain(value)}
    if isinstance(value, Decimal):
        return {"number": plain(parse_exact(value))}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, BaseModel):
        return {"table": {name: pack(getattr(value, name)) for name in type(value).model_fields}}
    if isinstance(value, Mapping):
        # Rows, because sorted keys would lose the order in which members stand in explanations.
        return {"rows": [[str(key), pack(one)] for key, one in value.items()]}
    if isinstance(value, list | tuple):
        return [pack(one) for one in value]
    raise TypeError(f"没有为 {type(value).__name__} 写存档方式")


def unpack(value: Any) -> Any:
    """The input value behind packed data. QuantityError for what `pack` never wrote."""
    if isinstance(value, list):
        return [unpack(one) for one in value]
    if not isinstance(value, dict):
        if value is None or isinstance(value, bool | str):
            return value
        raise QuantityError(f"存档里的数字要写成文字，出现了 {value!r}")
    if len(value) != 1:
        raise QuantityError("存档里的值应只有 number、yuan、date、table、rows 之一")
    kind, inner = next(iter(value.items()))
    if kind in ("number", "yuan", "date") and not isinstance(inner, str):
        raise QuantityError(f"存档里的数字和日期要写成文字，出现了 {inner!r}")
    if kind == "number":
        exact = parse_exact(inner)
        return exact.numerator if exact.denominator == 1 else exact
    if kind == "yuan":
        return Money.parse(inner)
    if kind == "date":
        return date.fromisoformat(inner)
    if kind == "table":
        return {key: unpack(one) for key, one in inner.items()}
    if kind == "rows":
        return _rows(inner)
    raise QuantityError(f"存档里有不认识的类型“{kind}”")


def _rows(inner: Any) -> dict[str, Any]:
    """A table in its own order, each key once."""
    if not isinstance(inner, list) or not all(isinstance(row, list) and len(row) == 2 for row in inner):
        raise QuantityError("存档里的 rows 应是一列“键、值”")
    table = {str(key): unpack(one) for key, one in inner}
    if len(table) != len(inner):
        raise QuantityError("存档里的同一张表有两个相同的键")
    return table

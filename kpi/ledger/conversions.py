"""Values of single fields: what a text file, a JSON line or a sheet holds → the typed value.

Every converter takes a non-blank raw value and returns int, Fraction, str, bool, date, time, datetime or a
tuple of texts. It raises FieldError (the value is refused) or FieldWarning (taken, but marked). Binary
floats are refused everywhere: the readers hand over the characters (rules of counting 10).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from kpi.calendar.deadlines import SHANGHAI
from kpi.ledger.characters import half_width, shown
from kpi.ledger.entries import FieldError

Convert = Callable[[Any], Any]
Exact = int | Fraction

_NUMBER = re.compile(r"([+-]?)(\d+)(?:\.(\d+))?\Z", re.ASCII)
_PERCENT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*[%％]\Z", re.ASCII)
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\Z", re.ASCII)
_CLOCK = re.compile("(\\d{1,2})[:\uff1a](\\d{2})(?:[:\uff1a](\\d{2}))?\\Z", re.ASCII)
_LENGTH = re.compile(r"(?:(\d+)\s*(?:小时|h))?\s*(?:(\d+)\s*(?:分钟|分|min))?\Z", re.ASCII)
_YES_NO = {"是": True, "否": False, "true": True, "false": False, "True": True, "False": False,
           "TRUE": True, "FALSE": False}
_SERIALS = (20_000, 80_000)
_CACHED = 8192
#: Characters of a number: fifteen digits of yuan with commas, sign and decimals are half of it.
_NUMBER_LENGTH = 40
_LARGEST = 10**18
HOUR = 60


@lru_cache(_CACHED)
def _number(text: str) -> Exact:
    if len(text) > _NUMBER_LENGTH:
        raise FieldError(f"“{shown(text)}”有{len(text)}个字，不像一个数字；请核对")
    text = half_width(text)
    found = _NUMBER.match(text.replace(",", "") if "," in text else text)
    if found is None:
        raise FieldError(f"“{shown(text)}”不是数字；请写成 12 或 12.5 的样子（不用科学计数法，不带单位）")
    sign, whole, decimals = found.groups()
    digits = int(whole + decimals) if decimals else int(whole)
    value = Fraction(digits, 10 ** len(decimals)) if decimals else Fraction(digits)
    exact: Exact = value.numerator if value.denominator == 1 else value
    return -exact if sign == "-" else exact


def number(raw: Any) -> Exact:
    """An exact number from an int, a Decimal or its characters; whole numbers are ints."""
    if type(raw) is int:
        return _sized(raw)
    if isinstance(raw, bool | float):
        raise FieldError(f"“{raw}”不是精确的数字；小数请按文字填写，例如 \"12.5\"")
    if isinstance(raw, str | Decimal):
        return _number(str(raw).strip())
    raise FieldError(f"“{shown(raw)}”不是数字；请写成 12 或 12.5 的样子")


def _sized(value: int) -> int:
    if not -_LARGEST < value < _LARGEST:
        raise FieldError("数字超过18位，不可能是数量或金额；请核对（号码请按文字填写）")
    return value


def integer(raw: Any) -> int:
    """A whole number."""
    value = number(raw)
    if type(value) is not int:
        raise FieldError(f"“{shown(raw)}”不是整数；请写整数")
    return value


@lru_cache(_CACHED)
def _money(text: str) -> Exact:
    text = half_width(text)
    value = _number(text.removeprefix("¥").removeprefix("\uffe5").removesuffix("元").strip())
    if (value * 100).denominator != 1:
        raise FieldError(f"金额“{text}”超过两位小数；请精确到分，例如 1680.50")
    return value


def money(raw: Any) -> Exact:
    """Yuan with at most two decimals."""
    if isinstance(raw, float):
        raise FieldError(f"金额“{raw}”不能是二进制小数；请按文字填写，例如 \"1680.50\"")
    return _money(str(raw).strip()) if isinstance(raw, str | Decimal) else number(raw)


@lru_cache(_CACHED)
def _percent(text: str) -> Exact:
    if len(text) <= _NUMBER_LENGTH and (found := _PERCENT.match(half_width(text))):
        return plain_ratio(Fraction(found[1]) / 100)
    value = _number(text)
    if not 0 <= value <= 1:
        raise FieldError(f"“{text}”看不出是不是百分比；请写成 87.3% 或 0.873")
    return value


def plain_ratio(value: Fraction) -> Exact:
    """The rational, as an int where it is whole."""
    return value.numerator if value.denominator == 1 else value


def percentage(raw: Any) -> Exact:
    """A ratio from `87.3%` or `0.873`."""
    if isinstance(raw, bool | float):
        raise FieldError(f"“{raw}”不是精确的百分比；请按文字填写，例如 \"87.3%\"")
    return _percent(str(raw).strip())


@lru_cache(_CACHED)
def _day(text: str) -> date:
    try:
        if len(text) == 10 and text[4] == "-" and text.isascii():
            return date.fromisoformat(text)
        if found := _DAY.match(half_width(text)):
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        raise FieldError(f"没有“{shown(text)}”这一天；请核对年月日") from error
    raise FieldError(f"“{shown(text)}”不是日期；请写成 2026-03-05 的样子")


def day(raw: Any) -> date:
    """A date from `2026-03-05`, `2026/3/5`, `2026年3月5日` or a sheet's date."""
    if type(raw) is str:
        return _day(raw.strip())
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if type(raw) is int and _SERIALS[0] <= raw <= _SERIALS[1]:
        # 1900 or 1904 begins the count in different workbooks: four years apart, so nothing is guessed.
        raise FieldError(f"“{raw}”是表格软件的日期序号；请把这一列设为日期格式，或写成 2026-03-05 的样子")
    raise FieldError(f"“{shown(raw)}”不是日期；请写成 2026-03-05 的样子")


@lru_cache(_CACHED)
def _clock(text: str) -> time:
    found = _CLOCK.match(half_width(text))
    try:
        if found:
            return time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError as error:
        raise FieldError(f"没有“{text}”这个时刻；请写成 19:00 的样子") from error
    raise FieldError(f"“{shown(text)}”不是时刻；请写成 19:00 的样子")


def clock(raw: Any) -> time:
    """A time of day from `19:00` or a sheet's time."""
    if type(raw) is str:
        return _clock(raw.strip())
    if isinstance(raw, datetime):
        return raw.time()
    if isinstance(raw, time):
        return raw
    raise FieldError(f"“{shown(raw)}”不是时刻；请写成 19:00 的样子")


def moment(raw: Any) -> datetime:
    """A local date and time; an instant with a time zone is taken to Asia/Shanghai."""
    if isinstance(raw, datetime):
        return _local(raw)
    if type(raw) is str:
        text = half_width(raw.strip())
        first, _, rest = text.replace("T", " ").partition(" ")
        # A date alone would be read as its midnight, which nobody wrote.
        if rest:
            return _local(_instant(text, first, rest))
    raise FieldError(f"“{shown(raw)}”不是日期和时刻；请写成 2026-03-05 19:00 的样子")


def _instant(text: str, first: str, rest: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return datetime.combine(_day(first), _clock(rest.strip()))


def day_or_moment(raw: Any) -> date | datetime:
    """A date, or a date and time: what a row says of its day beside the ledger's own fields."""
    try:
        return day(raw)
    except FieldError:
        if type(raw) is str and ":" in half_width(raw):
            return moment(raw)
        raise


def _local(instant: datetime) -> datetime:
    try:
        return instant if instant.tzinfo is None else instant.astimezone(SHANGHAI).replace(tzinfo=None)
    except OverflowError as error:
        raise FieldError(f"没有“{instant.isoformat()}”这个时刻；请核对年份") from error


def duration(raw: Any) -> int:
    """Minutes from `90`, `1:30`, `90分钟`, `1小时30分` or a sheet's time."""
    if type(raw) is int:
        return _sized(raw)
    if isinstance(raw, time):
        return raw.hour * HOUR + raw.minute
    text = half_width(str(raw).strip())
    if len(text) > _NUMBER_LENGTH // 2:
        raise FieldError(f"“{shown(text)}”不是时长；请写分钟数，如 90，或 1:30")
    if text.isascii() and text.isdigit():
        return int(text)
    if isinstance(raw, str | Decimal):
        if (found := _CLOCK.match(text)) and int(found[2]) < HOUR:
            return int(found[1]) * HOUR + int(found[2])
        if text and (found := _LENGTH.match(text)):
            return int(found[1] or 0) * HOUR + int(found[2] or 0)
    raise FieldError(f"“{shown(raw)}”不是时长；请写分钟数，如 90，或 1:30")


def yes_no(raw: Any) -> bool:
    """True or False from 是 / 否 / true / false."""
    if type(raw) is bool:
        return raw
    value = _YES_NO.get(raw.strip()) if type(raw) is str else None
    if value is None:
        raise FieldError(f"“{shown(raw)}”不是“是”或“否”；请写 是 或 否")
    return value

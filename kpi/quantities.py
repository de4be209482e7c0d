"""Exact numbers and their Chinese texts: money, points, rates, periods.

Everything is an exact rational (`Fraction`) until an item's score, which is rounded half up to two
places; money is an integer number of fen (domain.md, rules of counting 10). No floats anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NewType

ClauseId = NewType("ClauseId", str)
EntryId = NewType("EntryId", str)

Number = int | Fraction

_DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?\Z")
_PERCENT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*[%％]\Z")
_RATIO = re.compile(r"([+-]?\d+)\s*/\s*([1-9]\d*)\Z")
#: A fen in yuan.
FEN = Fraction(1, 100)
#: More digits than any count, amount or share has; longer ones are slips or attacks.
MAX_DIGITS = 40


class QuantityError(ValueError):
    """A text that is no number of the wanted kind; the message is Chinese and complete."""


def parse_exact(value: object) -> Fraction:
    """Exact rational from an int, a Decimal or a text: `12`, `0.5`, `90%` (0.9), `1/14`.

    Raises QuantityError for floats, booleans, exponents, infinities and anything else.
    """
    if isinstance(value, bool) or value is None:
        raise QuantityError(f"需要数字，写的是 {value!r}；请写成 12、0.5、90% 或 1/3 的样子")
    if isinstance(value, int | Fraction):
        return Fraction(value)
    text = _characters(value) if isinstance(value, str | Decimal) else ""
    if len(text) > 2 * MAX_DIGITS:
        raise QuantityError(f"数字“{text[:20]}…”有 {len(text)} 位，太长；请核对（最多 {MAX_DIGITS} 位）")
    if _DECIMAL.match(text):
        return Fraction(text)
    if found := _PERCENT.match(text):
        return Fraction(found[1]) / 100
    if found := _RATIO.match(text):
        return Fraction(int(found[1]), int(found[2]))
    raise QuantityError(f"“{value}”不是可用的数字；请写成 12、0.5、90% 或 1/3 的样子（不用科学计数法）")


def _characters(value: str | Decimal) -> str:
    """The digits as written: a Decimal of many places would show an exponent."""
    if isinstance(value, str):
        return value.strip()
    exponent = value.as_tuple().exponent
    return format(value, "f") if isinstance(exponent, int) and abs(exponent) <= 2 * MAX_DIGITS else str(value)


def half_up(value: Number, places: int = 2) -> Fraction:
    """`value` rounded half away from zero to `places` decimals."""
    scale = 10**places
    scaled = Fraction(value) * scale
    rounded = (abs(scaled) * 2 + 1) // 2
    return Fraction(rounded if scaled >= 0 else -rounded, scale)


#: How a number becomes a multiple of a unit: half away from zero, half to the even one, towards zero, away from it.
RoundingMode = Literal["half_up", "half_even", "down", "up"]


def rounded(value: Number, unit: Number = FEN, mode: RoundingMode = "half_up") -> Fraction:
    """`value` as a multiple of `unit` (greater than 0)."""
    steps = abs(Fraction(value)) / unit
    whole = steps.__floor__()
    rest = steps - whole
    half = Fraction(1, 2)
    if mode == "half_up":
        more = rest >= half
    elif mode == "half_even":
        more = rest > half or (rest == half and whole % 2 == 1)
    else:
        more = mode == "up" and rest > 0
    found = (whole + more) * Fraction(unit)
    return found if value >= 0 else -found


def floor_units(value: Number) -> int:
    """Whole units contained in `value` (towards minus infinity)."""
    return Fraction(value).__floor__()


def ceil_units(value: Number) -> int:
    """Units begun by `value`."""
    return Fraction(value).__ceil__()


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """An amount in fen. `Money.parse("1680000.00")` is ¥1,680,000.00."""

    fen: int

    @classmethod
    def parse(cls, value: object) -> Money:
        """Yuan as int, Decimal or text with at most two decimals; QuantityError otherwise."""
        text = _characters(value) if isinstance(value, str | Decimal) else str(value)
        text = text.removeprefix("¥").replace(",", "")
        if isinstance(value, bool | float) or not _DECIMAL.match(text):
            raise QuantityError(f"“{value}”不是金额；请写元，最多两位小数，例如 1680000.00")
        if len(text) > MAX_DIGITS:
            raise QuantityError(f"金额“{text[:20]}…”有 {len(text)} 位，太长；请核对")
        fen = Fraction(text) * 100
        if fen.denominator != 1:
            raise QuantityError(f"金额“{value}”超过两位小数；请精确到分，例如 1680000.00")
        return cls(fen.numerator)

    @classmethod
    def of(cls, yuan: Number, unit: Number = FEN, mode: RoundingMode = "half_up") -> Money:
        """Yuan as an exact number, rounded to whole units of so many yuan (whole fen), by default half up."""
        return cls(int(rounded(yuan, unit, mode) * 100))

    @property
    def yuan(self) -> Fraction:
        return Fraction(self.fen, 100)

    def share(self, ratio: Number) -> Money:
        """`ratio` of the amount, rounded half up to the fen."""
        return Money.of(self.yuan * ratio)

    def __add__(self, other: Money) -> Money:
        return Money(self.fen + other.fen)

    def __sub__(self, other: Money) -> Money:
        return Money(self.fen - other.fen)

    def __neg__(self) -> Money:
        return Money(-self.fen)

    def __str__(self) -> str:
        sign = "-" if self.fen < 0 else ""
        return f"{sign}¥{abs(self.fen) // 100:,}.{abs(self.fen) % 100:02d}"

    def plain(self) -> str:
        """`1680000.00`: the form of capsules, cases and exports."""
        sign = "-" if self.fen < 0 else ""
        return f"{sign}{abs(self.fen) // 100}.{abs(self.fen) % 100:02d}"


def total(amounts: Iterable[Money]) -> Money:
    """Sum of amounts; no amounts is nothing."""
    return Money(sum(amount.fen for amount in amounts))


def split(
    price: Money, shares: Sequence[Number], unit: Number = FEN, mode: RoundingMode = "half_up"
) -> list[Money]:
    """`price` by shares, each rounded; the last balances, so that the parts add up exactly.

    No part takes more than what is left. `unit` in yuan. Shares that do not sum to 1 are an error
    (QuantityError): nobody decided who gets the rest.
    """
    if sum((Fraction(share) for share in shares), Fraction(0)) != 1:
        raise QuantityError("各期支付比例之和不是 100%；请核对支付安排")
    left, parts = price, []
    for share in shares[:-1]:
        part = min(left, Money.of(price.yuan * share, unit, mode))
        parts.append(part)
        left -= part
    return [*parts, left]


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """Days `start` to `end`, both inside."""

    start: date
    end: date
    label: str = ""

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise QuantityError(f"期间的终止日 {self.end} 早于起始日 {self.start}；请核对两个日期")

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def __str__(self) -> str:
        return self.label or f"{self.start:%Y-%m-%d} 至 {self.end:%Y-%m-%d}"


def is_finite_decimal(value: Fraction) -> bool:
    """True when the rational has a finite decimal form (denominator of 2s and 5s only)."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def plain(value: Number) -> str:
    """Shortest exact text: `12`, `0.5`, `-3.25`; a rational without finite decimals as `1/3`."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return str(exact.numerator)
    if not is_finite_decimal(exact):
        return f"{exact.numerator}/{exact.denominator}"
    places = 0
    scaled = exact
    while scaled.denominator != 1:
        scaled *= 10
        places += 1
    sign = "-" if scaled < 0 else ""
    digits = str(abs(scaled.numerator)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def show(value: Number, places: int = 4) -> str:
    """For people: exact when short, else cut (never rounded up over a threshold) with `…`."""
    text = plain(value)
    if "/" not in text and len(text.partition(".")[2]) <= places:
        return text
    scaled = abs(Fraction(value)) * 10**places
    digits = str(scaled.__floor__()).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}…"


def percent(ratio: Number, places: int = 2) -> str:
    """For people: 0.943877… is `94.38…%`; digits are cut, so that 89.99…% never reads as 90%."""
    return show(Fraction(ratio) * 100, places) + "%"


def as_decimal(value: Number, places: int = 2) -> Decimal:
    """The number as a Decimal with exactly `places` places, rounded half up."""
    return Decimal(int(half_up(value, places) * 10**places)).scaleb(-places)


def points(value: Number) -> str:
    """Points for people: `2.5`, `3`."""
    return show(value, 2)

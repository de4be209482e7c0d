"""Rounding as data: of points and ratios to places, of money to a unit."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import Field

from kpi.quantities import FEN, Number, RoundingMode, rounded
from kpi.rulebook.base import Answerable, Rule

MoneyUnit = Literal["fen", "jiao", "yuan", "hundred_yuan"]

#: What a mode is called.
MODES: dict[RoundingMode, str] = {
    "half_up": "四舍五入", "half_even": "四舍六入五成双", "down": "舍去尾数", "up": "进一",
}  # fmt: skip
UNITS: dict[MoneyUnit, tuple[Fraction, str]] = {
    "fen": (FEN, "分"),
    "jiao": (Fraction(1, 10), "角"),
    "yuan": (Fraction(1), "元"),
    "hundred_yuan": (Fraction(100), "百元"),
}


class Rounding(Rule):
    """Points, or a ratio, to so many decimal places."""

    round: int = Field(ge=0, le=6)
    mode: RoundingMode = "half_up"

    def of(self, value: Number) -> Fraction:
        """The rounded value."""
        return rounded(value, Fraction(1, 10**self.round), self.mode)

    def __str__(self) -> str:
        places = f"保留{self.round}位小数" if self.round else "取整数"
        return f"{MODES[self.mode]}{places}"


class MoneyRounding(Rule):
    """How a sum of money becomes whole units.

    `intermediate`: bases, unit prices and the sums of stages or groups are made whole fen first (the same way),
    or stay exact until the result.
    """

    mode: Answerable[RoundingMode] = "half_up"
    unit: Answerable[MoneyUnit] = "fen"
    intermediate: Answerable[Literal["fen", "exact"]] = "fen"

"""How sums of money become whole units: the rule's own rounding, else the payment's, else half up to the fen."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kpi.quantities import FEN, Money, Number, RoundingMode, rounded, show
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.base import Answer
from kpi.rulebook.payments import Payment
from kpi.rulebook.rounding import MODES, UNITS, MoneyRounding, MoneyUnit


@dataclass(frozen=True, slots=True)
class Rounder:
    """One rounding in force. `exact`: bases and unit prices are not rounded before the result."""

    mode: RoundingMode = "half_up"
    unit: MoneyUnit = "fen"
    exact: bool = False

    @property
    def usual(self) -> bool:
        """Half up to the fen at every step: what goes without saying."""
        return self == Rounder()

    @property
    def size(self) -> Fraction:
        """The unit in yuan."""
        return UNITS[self.unit][0]

    def money(self, yuan: Number) -> Money:
        """A result: whole units."""
        return Money.of(yuan, self.size, self.mode)

    def between(self, yuan: Number) -> Fraction:
        """A base or unit price: whole fen, or as it is."""
        return Fraction(yuan) if self.exact else rounded(yuan, FEN, self.mode)

    def unit_price(self, yuan: Number) -> tuple[Fraction, str]:
        """A unit price and its text: `¥5.00`, `¥0.125`, `¥0.13(0.125元四舍五入到分)`."""
        each = self.between(yuan)
        lost = "" if each == yuan else f"（{show(yuan)}元{MODES[self.mode]}到分）"
        return each, f"{yuan_text(each)}{lost}"

    def result(self, text: str, yuan: Number) -> tuple[Money, str]:
        """The money of an exact sum and `text = ¥…`; a rounding that is not the usual one is said."""
        money = self.money(yuan)
        return money, f"{text} = {self.said(yuan)}{money}"

    def said(self, yuan: Number) -> str:
        """`33299.9967元,舍去尾数到元,`: what stands before an amount that is not rounded as usual."""
        return "" if self.usual else f"{show(yuan)}元，{self}得 "

    def __str__(self) -> str:
        return f"{MODES[self.mode]}到{UNITS[self.unit][1]}"


def rounder_of(rule: Any, payment: Payment | None, answers: Answers, clause: str) -> Rounder:
    """The rounding in force for a rule (None: for the contract sum)."""
    stated = getattr(rule, "rounding", None)
    if stated is None:
        stated = MoneyRounding() if payment is None else payment.rounding
    found: object = answers.get(stated)
    if not isinstance(found, MoneyRounding):
        reason = f"取整的方式要写成表，答复给的是“{found}”；请在规则书的 rounding 里用 when 按答复各写一种"
        raise Refused("bad_input", reason, clause)
    mode, unit, between = (_word(answers, one) for one in (found.mode, found.unit, found.intermediate))
    if mode not in MODES or unit not in UNITS or between not in ("fen", "exact"):
        reason = f"不认识的取整方式“{mode}、{unit}、{between}”；请核对 rounding 和它引用的答复"
        raise Refused("bad_input", reason, clause)
    return Rounder(mode, unit, between == "exact")


def _word(answers: Answers, value: Any | Answer[Any]) -> Any:
    return answers.get(value)


def yuan_text(yuan: Number) -> str:
    """`¥5.00`; a unit price or base below the fen with the digits that it has: `¥0.125`."""
    whole = rounded(yuan) == yuan
    return str(Money.of(yuan)) if whole else f"¥{show(yuan)}"

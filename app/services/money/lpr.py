"""一年期贷款市场报价利率, as dated data: the least that a contract may agree on as default interest with a small enterprise.

The regulation compares an agreed rate with the one-year rate at the time when the contract was made. The rates here are
by the year, the contract's by the day: a day is a 365th of a year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

import yaml

from kpi.quantities import parse_exact, plain

TEXT = Path(__file__).with_name("lpr.yaml")
YEAR = 365


@dataclass(frozen=True)
class Published:
    """The one-year rate from a day on, by the year."""

    since: date
    rate: Fraction


@dataclass(frozen=True)
class Known:
    """What is known: every change, the oldest first, up to `checked_through`."""

    checked_through: date
    rates: tuple[Published, ...]


@cache
def known() -> Known:
    data = yaml.safe_load(TEXT.read_text("utf-8"))
    rates = sorted((Published(row["since"], parse_exact(row["rate"])) for row in data["rates"]), key=lambda one: one.since)
    return Known(data["checked_through"], tuple(rates))


def published(day: date) -> Published | None:
    """What applied on a day; None before the first and after the last day that was checked: nothing is guessed."""
    if day > known().checked_through:
        return None
    return next((one for one in reversed(known().rates) if one.since <= day), None)


@dataclass(frozen=True)
class Floor:
    """The one-year rate on the day on which the contract was made. `source`: where it is from, for people."""

    signed_on: date
    yearly: Fraction
    source: str

    @property
    def daily(self) -> Fraction:
        return self.yearly / YEAR

    @property
    def words(self) -> str:
        """The rate a day, as people write it: exact, a 365th has no end."""
        return f"{plain(self.yearly * 100)}% ÷ {YEAR}"

    @property
    def said(self) -> str:
        return f"订立合同时（{self.signed_on}）的一年期贷款市场报价利率 {plain(self.yearly * 100)}%（{self.source}）"


def floor_of(signed_on: date | None, entered: Fraction | None) -> Floor | None:
    """The floor of a contract made on a day: as published, else as a person entered it; None where nobody knows it."""
    if signed_on is None:
        return None
    if (one := published(signed_on)) is not None:
        return Floor(signed_on, one.rate, f"{one.since} 公布")
    return Floor(signed_on, entered, "登记声明的人填写") if entered is not None else None

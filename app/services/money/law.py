"""The regulation on paying small and medium enterprises, as dated data: days, their start, default interest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

import yaml

from kpi.quantities import Money, parse_exact

TEXT = Path(__file__).with_name("law.yaml")


@dataclass(frozen=True)
class Law:
    """One text of the regulation. `days` where a contract is silent, `most_days` whatever it says; both calendar days.

    `daily_interest`: share of the overdue sum for each day, where the contract agrees on none.
    """

    title: str
    effective_on: date
    days: int
    most_days: int
    daily_interest: Fraction
    clauses: dict[str, str]

    def clause(self, of: str) -> str:
        """The article, for people."""
        return f"《{self.title}》{self.clauses[of]}"


@cache
def laws() -> tuple[Law, ...]:
    """Every text, the oldest first."""
    rows = yaml.safe_load(TEXT.read_text("utf-8"))
    found = [Law(**{**row, "daily_interest": parse_exact(row["daily_interest"])}) for row in rows]
    return tuple(sorted(found, key=lambda law: law.effective_on))


def law_on(day: date) -> Law | None:
    """The text in force on a day; None before the first."""
    return next((law for law in reversed(laws()) if law.effective_on <= day), None)


def interest(overdue: Money, days: int, daily: Fraction) -> Money:
    """逾期利息: simple, by the day, rounded half up to the fen once at the end."""
    return Money.of(overdue.yuan * daily * max(days, 0))

"""Where the present pace leads if all that has no data is met (and brings no bonus): a supposition, said as one, never a result.

Without data there is no total, and a page that only says so helps nobody decide what to look into first. What is at
risk is told beside the supposition then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kpi.forecast import Forecast
from kpi.forecast.levers import yuan_between
from kpi.quantities import Money, parse_exact, plain, show


def supposed(ahead: Forecast) -> dict[str, Any] | None:
    """As the row keeps it; None where the total is known, or is not known even then."""
    one = ahead.if_met
    if one is None or one.score is None or ahead.at_end.score is not None:
        return None
    risk = yuan_between(ahead.at_best or one, one)
    payment = one.payment
    return {
        "clauses": len(ahead.at_end.refused), "score": plain(one.score),
        "tier": None if one.tier is None else {"name": one.tier.tier, "meaning": one.tier.meaning},
        "yuan": None if payment is None or payment.net is None else payment.net.plain(),
        "risk": None if risk is None or risk.fen <= 0 else risk.plain(),
    }  # fmt: skip


@dataclass(frozen=True)
class Supposed:
    """The same as texts for people; blank what there is none of."""

    clauses: int
    score: str
    tier: str
    meaning: str
    yuan: str
    risk: str

    @classmethod
    def of(cls, data: Mapping[str, Any] | None) -> Supposed | None:
        if data is None:
            return None
        tier = data["tier"] or {"name": "", "meaning": ""}
        yuan, risk = (str(Money.parse(data[name])) if data[name] else "" for name in ("yuan", "risk"))
        return cls(data["clauses"], show(parse_exact(data["score"]), 2), tier["name"], tier["meaning"], yuan, risk)

    @property
    def text(self) -> str:
        """`没有数据的 3 条都达标则 83.2 分，良好，应得 ¥1,512,000.00`."""
        said = [f"没有数据的 {self.clauses} 条都达标则 {self.score} 分", self.tier, f"应得 {self.yuan}" if self.yuan else ""]
        return "，".join(filter(None, said))

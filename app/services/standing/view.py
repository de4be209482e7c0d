"""A standing as pages read it: the stored data with names, and texts for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from app.services.standing.pace import Pace
from app.services.standing.supposed import Supposed
from kpi.quantities import Money, parse_exact, show

PACE_WORDS: Mapping[Pace, str] = {
    Pace.MISSED: "已误", Pace.EMPTY: "缺记录", Pace.OVER: "超限", Pace.SHORT: "未达标", Pace.BEHIND: "落后", Pace.WAITING: "待审核",
    Pace.NO_DATA: "无数据", Pace.ON: "正常", Pace.AHEAD: "超前", Pace.KEPT: "达标", Pace.MET: "已完成",
}  # fmt: skip


def points(text: str | None) -> str:
    """Points as people read them; blank where there are none."""
    return "" if text is None else show(parse_exact(text), 2)


def yuan(text: str | None) -> str:
    """¥1,234.50 from yuan as a decimal text; blank where there is none."""
    return "" if text is None else str(Money.parse(text))


@dataclass(frozen=True)
class Price:
    """What one more shortfall of a clause takes under the forecast. Blank where it takes nothing of the kind."""

    clause: str
    points: str
    yuan: str
    units: int = 0
    unit: str = ""

    @classmethod
    def of(cls, clause: str, data: Mapping[str, Any]) -> Price:
        worth, money = parse_exact(data["points"]), data["yuan"]
        return cls(
            clause, show(worth, 2) if worth else "", yuan(money) if money and Money.parse(money).fen else "",
            data["units"], data["unit"],
        )  # fmt: skip

    @property
    def text(self) -> str:
        """`再少 1 场，约扣 0.5 分、少得 ¥168,000.00`."""
        how = f"再差 {self.units:,} {self.unit}" if self.units else "不达标"
        lost = "、".join(filter(None, [f"扣 {self.points} 分" if self.points else "", f"少得 {self.yuan}" if self.yuan else ""]))
        return f"{how.strip()}，约{lost}" if lost else ""


@dataclass(frozen=True)
class IndicatorView:
    """An indicator as it stands. `points` and `yuan`: what is at risk and can still be protected; blank where nothing."""

    data: Mapping[str, Any]
    price: Price | None = None

    @property
    def key(self) -> str:
        return str(self.data["key"])

    @property
    def clause(self) -> str:
        return str(self.data["clause"])

    @property
    def number(self) -> int:
        """Which indicator of its clause it is, from 0."""
        return int(self.key.rpartition("/")[2])

    @property
    def title(self) -> str:
        return str(self.data["title"])

    @property
    def stage(self) -> str:
        return str(self.data["stage"])

    @property
    def pace(self) -> Pace:
        return Pace(self.data["pace"])

    @property
    def word(self) -> str:
        return PACE_WORDS[self.pace]

    @property
    def criteria(self) -> list[dict[str, Any]]:
        return list(self.data["criteria"])

    @property
    def ledgers(self) -> list[str]:
        return list(self.data["ledgers"])

    @property
    def risk(self) -> tuple[int, Any]:
        """Fen and points at risk, to sort by."""
        found = self.data.get("risk")
        if found is None:
            return 0, parse_exact("0")
        return Money.parse(found["yuan"]).fen if found["yuan"] else 0, parse_exact(found["points"])

    @property
    def points(self) -> str:
        return show(self.risk[1], 2) if self.risk[1] else ""

    @property
    def yuan(self) -> str:
        return str(Money(self.risk[0])) if self.risk[0] else ""

    @property
    def worst(self) -> dict[str, Any] | None:
        """The criterion that somebody should look at first."""
        return next((one for one in self.criteria if one["pace"] == self.data["pace"]), None)


@dataclass(frozen=True)
class StandingView:
    """The standing of a contract. Where it is `refused` nothing else is known."""

    contract_id: int
    as_of: datetime
    day: date
    data: Mapping[str, Any]
    days: tuple[Mapping[str, Any], ...] = ()

    @property
    def refused(self) -> str:
        return str(self.data.get("refused", ""))

    @cached_property
    def indicators(self) -> list[IndicatorView]:
        """Every indicator in the rulebook's order."""
        prices = self.prices
        return [IndicatorView(one, prices.get(one["clause"])) for one in self.data.get("indicators", ())]

    @cached_property
    def prices(self) -> dict[str, Price]:
        return {clause: Price.of(clause, one) for clause, one in self.data.get("prices", {}).items()}

    @cached_property
    def behind(self) -> list[IndicatorView]:
        """What somebody should do something about: by yuan, then points at risk."""
        bad = [one for one in self.indicators if one.pace.bad]
        return sorted(bad, key=lambda one: (-one.risk[0], -one.risk[1], one.clause))

    @property
    def score(self) -> Mapping[str, Any] | None:
        return self.data.get("score")

    @cached_property
    def unscored(self) -> dict[str, str]:
        """Clauses that cannot be scored at the end at this pace, each with the reason."""
        return {one["clause"]: one["reason"] for one in (self.score or {}).get("pending_end", ())}

    @property
    def tier(self) -> Mapping[str, Any] | None:
        return self.data.get("tier")

    @property
    def money(self) -> Mapping[str, Any]:
        return self.data.get("money") or {}

    @cached_property
    def supposed(self) -> Supposed | None:
        """Where the pace leads if all that has no data is met; None where the total is known."""
        return Supposed.of(self.data.get("supposed"))

    @property
    def risk(self) -> tuple[int, Any]:
        """Fen and points that can still be protected in all, to sort contracts by."""
        known = self.money.get("risk") or (self.data.get("supposed") or {}).get("risk")
        fen = Money.parse(known).fen if known else 0
        return fen, parse_exact((self.score or {}).get("risk") or "0")

    def days_ago(self, number: int) -> Mapping[str, Any] | None:
        """The key figures of the last day that is at least so many days ago."""
        found = None
        for one in self.days:
            if (self.day - date.fromisoformat(one["day"])).days >= number:
                found = one
        return found

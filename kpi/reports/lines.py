"""One line of a report's indicators: a condition in the period and so far, against its target."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, TypeGuard

Standing = Literal["met", "unmet", "no_data", "running", "slow"]
WORDS: dict[Standing, str] = {
    "met": "达标", "unmet": "未达标", "no_data": "无数据", "running": "进行中", "slow": "落后于时间进度",
}  # fmt: skip
BEHIND: frozenset[Standing] = frozenset({"unmet", "no_data", "slow"})


@dataclass(frozen=True)
class Value:
    """A value in one span, with both parts where it is a rate."""

    value: Any
    of: tuple[Any, Any] | None = None


@dataclass(frozen=True)
class Line:
    """One condition of an indicator. `windows`: (met, due) where it is judged in several windows, else None.

    `members`: (met, all) where it is judged member by member. `each`: the window before a target, and counted.
    `ledgers`: whose entries it rests on.
    """

    clause: str
    name: str
    title: str
    unit: str
    bound: str
    target: Any
    standing: Standing
    now: Value | None
    before: Value | None
    year_before: Value | None
    so_far: Value | None
    windows: tuple[int, int] | None = None
    members: tuple[int, int] | None = None
    each: tuple[str, str] = ("每期", "期")
    ledgers: tuple[str, ...] = ()
    text: str = ""

    @property
    def share(self) -> Fraction | None:
        """Which share of a target that grows is there; None where that says nothing."""
        value = self.so_far.value if self.so_far is not None else None
        if self.windows is not None or self.bound not in ("不少于", "大于") or not is_number(value) or not is_number(self.target):
            return None
        return Fraction(value) / Fraction(self.target) if self.target > 0 and self.unit != "%" else None

    @property
    def short(self) -> Any:
        """How much is missing to a target that grows; None where nothing is, or it is not known."""
        value = self.so_far.value if self.so_far is not None else None
        if self.share is None or value is None:
            return None
        return self.target - value if value < self.target else None


def is_number(value: Any) -> TypeGuard[int | Fraction]:
    return isinstance(value, int | Fraction) and not isinstance(value, bool)

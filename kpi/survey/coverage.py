"""Coverage: valid records over the base less the accepted exclusions (核减), which are capped.

Exclusions beyond the cap stay in the base: those people count as not collected. A rate keeps its
numerator and denominator; 0/0 is no data (domain.md, rules of counting 5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from kpi.quantities import ceil_units, floor_units, half_up, percent, plain
from kpi.rulebook.answers import Refused

Rounding = Literal["down", "up", "half_up"]


@dataclass(frozen=True, slots=True)
class Coverage:
    """People. `by_category` is what was accepted, `counted` what the cap lets through, `excess` the rest."""

    valid: int
    base: int
    by_category: Mapping[str, int]
    cap: int
    counted: int
    excess: int

    @property
    def numerator(self) -> int:
        return self.valid

    @property
    def denominator(self) -> int:
        return self.base - self.counted

    @property
    def rate(self) -> Fraction:
        """valid / (base − counted); Refused("no_data") where nobody is left in the base."""
        if self.denominator == 0:
            raise Refused("no_data", "核减后应采集人数为 0，算不出覆盖率；请核对总基数和核减人数")
        return Fraction(self.valid, self.denominator)

    def explain(self) -> str:
        """One sentence with the figures."""
        parts = "、".join(f"{name}{number}人" for name, number in self.by_category.items())
        over = f"，超出上限的{self.excess}人按未采集处理" if self.excess else ""
        accepted = f"核减{self.counted + self.excess}人（{parts}）" if parts else "没有核减"
        return (
            f"总基数{self.base}人，{accepted}，上限{self.cap}人{over}；"
            f"有效采集{self.valid} ÷ 应采集{self.denominator} = {percent(self.rate, 4)}"
        )


def capped(base: int, share: Fraction, rounding: Rounding = "down") -> int:
    """Whole people that `share` of the base allows."""
    exact = base * share
    if rounding == "down":
        return floor_units(exact)
    return ceil_units(exact) if rounding == "up" else int(half_up(exact, 0))


def coverage(
    valid: int, base: int, exclusions: Mapping[str, int], cap_share: Fraction, rounding: Rounding = "down"
) -> Coverage:
    """Coverage with exclusions capped at `cap_share` of the base.

    Raises Refused("bad_input") for negative or contradictory numbers.
    """
    _check(valid, base, exclusions, cap_share)
    accepted = sum(exclusions.values())
    cap = capped(base, cap_share, rounding)
    counted = min(accepted, cap)
    return Coverage(valid, base, dict(exclusions), cap, counted, accepted - counted)


def _check(valid: int, base: int, exclusions: Mapping[str, int], cap_share: Fraction) -> None:
    for name, number in {"有效采集人数": valid, "总基数": base, **exclusions}.items():
        if type(number) is not int or number < 0:
            raise Refused("bad_input", f"“{name}”是 {number}；人数应是不小于 0 的整数", name)
    if valid > base:
        raise Refused("bad_input", f"有效采集{valid}人多于总基数{base}人；请核对重复记录和基数")
    if not 0 <= cap_share <= 1:
        raise Refused("bad_input", f"核减上限 {plain(cap_share)} 不在 0 到 100% 之间；请核对规则书")

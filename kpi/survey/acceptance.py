"""Acceptance by sample: pass rate with exempted failures, and how far the sample can be trusted.

The risk is exact (rationals, no floats): the probability that a survey whose true pass rate is `true`
still shows so few failures in the sample that it passes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from kpi.quantities import floor_units, percent
from kpi.rulebook.answers import Refused


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Result of a spot check. Sample figures are records; `size_met` is a gate."""

    sample: int
    minimum: int
    failures: int
    exempted: int
    base: int
    limit: Fraction
    population: int | None
    exempt_leaves_sample: bool

    @property
    def counted_failures(self) -> int:
        return self.failures - self.exempted

    @property
    def passed(self) -> int:
        return self.base - self.counted_failures

    @property
    def rate(self) -> Fraction:
        """Qualified / sample; Refused("no_data") for an empty sample."""
        if self.base == 0:
            raise Refused("no_data", "样本里没有计入的记录，算不出合格率；请先抽查")
        return Fraction(self.passed, self.base)

    @property
    def size_met(self) -> bool:
        return self.sample >= self.minimum

    @property
    def met(self) -> bool:
        """The sample is large enough and its pass rate reaches the limit (compared unrounded)."""
        return self.size_met and self.base > 0 and self.rate >= self.limit

    @property
    def allowed_failures(self) -> int:
        return allowed_failures(self.base, self.limit)

    def risk(self, true: Fraction | None = None) -> Fraction:
        """Probability that a survey with true pass rate `true` (default: the limit) passes this sample."""
        rate = self.limit if true is None else true
        return passing_probability(self.base, self.limit, rate, self.population)

    def explain(self) -> str:
        """Sentences with the figures."""
        exempt = f"其中免责{self.exempted}条，" if self.exempted else ""
        parts = [
            f"抽查{self.sample}条（最低{self.minimum}条），不合格{self.failures}条，{exempt}"
            f"合格{self.passed} ÷ {self.base} = {percent(self.rate, 4)}，要求不低于{percent(self.limit)}"
        ]
        if not self.size_met:
            parts.append(f"样本少{self.minimum - self.sample}条，达不到最低样本量，不能据此认定合格；请补抽")
        parts.append(
            f"至多允许不合格{self.allowed_failures}条；真实合格率恰为{percent(self.limit)}时，"
            f"这样抽查通过的概率约为{_short_percent(self.risk())}"
        )
        return "；".join(parts)


def _short_percent(chance: Fraction) -> str:
    """Two places, cut: an exact risk has thousands of digits."""
    return percent(Fraction(floor_units(chance * 10_000), 10_000))


def accept(
    sample: int,
    failures: int,
    exempted: int,
    limit: Fraction,
    minimum: int,
    *,
    population: int | None = None,
    exempt_leaves_sample: bool = False,
) -> Acceptance:
    """Judge a sample. Exempted failures leave the failures and, where so answered, the sample too.

    `population`: number of records it was drawn from; with it risks are those of drawing without
    replacement (hypergeometric), without it binomial. Raises Refused("bad_input") for contradictory numbers.
    """
    numbers = {"样本": sample, "不合格": failures, "免责": exempted, "最低样本量": minimum}
    for name, number in numbers.items():
        if type(number) is not int or number < 0:
            raise Refused("bad_input", f"“{name}”是 {number}；条数应是不小于 0 的整数", name)
    if failures > sample or exempted > failures:
        raise Refused(
            "bad_input",
            f"样本{sample}条、不合格{failures}条、免责{exempted}条前后矛盾；"
            "免责不能多于不合格，不合格不能多于样本",
        )
    if not 0 < limit <= 1:
        raise Refused("bad_input", f"合格率要求 {percent(limit)} 不在 0 到 100% 之间；请核对规则书")
    if population is not None and population < sample:
        raise Refused("bad_input", f"样本{sample}条多于总体{population}条；请核对")
    base = sample - exempted if exempt_leaves_sample else sample
    return Acceptance(sample, minimum, failures, exempted, base, limit, population, exempt_leaves_sample)


def allowed_failures(sample: int, limit: Fraction) -> int:
    """Most failures with which a sample still reaches `limit`."""
    return floor_units(sample * (1 - limit))


def passing_probability(
    sample: int, limit: Fraction, true: Fraction, population: int | None = None
) -> Fraction:
    """Exact probability that a sample passes when the true pass rate is `true`.

    A finite population holds as many bad records as the true rate allows.
    """
    if not 0 <= true <= 1:
        raise Refused("bad_input", f"真实合格率 {percent(true)} 不在 0 到 100% 之间")
    allowed = allowed_failures(sample, limit)
    if population is None:
        return binomial_at_most(allowed, sample, 1 - true)
    return hypergeometric_at_most(allowed, sample, floor_units(population * (1 - true)), population)


def binomial_at_most(most: int, n: int, p: Fraction) -> Fraction:
    """P(X ≤ most) for X ~ Binomial(n, p), by integers over one common denominator."""
    if most >= n:
        return Fraction(1)
    bad, good = p.numerator, p.denominator - p.numerator
    if bad == 0:
        return Fraction(1)
    if good == 0:
        return Fraction(0)
    total, coefficient, power = 0, 1, 1
    for k in range(most + 1):  # Horner in `good`: total = Σ C(n,k) · bad^k · good^(most − k)
        total = total * good + coefficient * power
        coefficient = coefficient * (n - k) // (k + 1)
        power *= bad
    return Fraction(total * good ** (n - most), p.denominator**n)


def hypergeometric_at_most(most: int, n: int, bad: int, population: int) -> Fraction:
    """P(X ≤ most) for X bad ones among n drawn without replacement."""
    good = population - bad
    lowest = max(0, n - good)
    if most < lowest:
        return Fraction(0)
    term = math.comb(bad, lowest) * math.comb(good, n - lowest)
    total = 0
    for k in range(lowest, min(most, bad, n) + 1):
        total += term
        term = term * (bad - k) * (n - k) // ((k + 1) * (good - n + k + 1))
    return Fraction(total, math.comb(population, n))

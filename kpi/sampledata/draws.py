"""Exact draws from a seed: no binary fractions, the same on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import TypeVar

from kpi.quantities import half_up

T = TypeVar("T")


class Draws:
    """One stream of draws. Streams with different names are independent: adding a ledger moves no other."""

    __slots__ = ("_random",)

    def __init__(self, *names: object) -> None:
        self._random = Random("/".join(map(str, names)))

    def integer(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both inside."""
        return low + self._random.randrange(high - low + 1)

    def chance(self, share: Fraction) -> bool:
        """True in `share` (0 to 1) of all draws."""
        return share > 0 and (share >= 1 or self._random.randrange(share.denominator) < share.numerator)

    def about(self, mean: Fraction) -> int:
        """A whole number whose mean is `mean`: its whole part, and one more in the share that is left."""
        whole = mean.__floor__()
        return whole + self.chance(mean - whole)

    def pick(self, options: Sequence[T]) -> T:
        """One of `options`."""
        return options[self._random.randrange(len(options))]

    def weighted(self, options: Sequence[T], weights: Sequence[int]) -> T:
        """One of `options`, each as often as its weight says."""
        at = self._random.randrange(sum(weights))
        for option, weight in zip(options, weights, strict=True):
            at -= weight
            if at < 0:
                return option
        raise AssertionError("weights do not add up")

    def some(self, options: Sequence[T], number: int) -> list[T]:
        """`number` of `options` (all, where there are fewer), in their order."""
        places = self._random.sample(range(len(options)), min(number, len(options)))
        return [options[place] for place in sorted(places)]

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """All of `options` in any order."""
        return self._random.sample(list(options), len(options))

    def digest(self) -> str:
        """64 hexadecimal digits that stand for a file which does not exist."""
        return f"{self._random.getrandbits(256):064x}"

    def parts(self, total: int, number: int) -> list[int]:
        """`total` in `number` uneven whole parts that add up to it."""
        weights = [self.integer(60, 140) for _ in range(number)]
        ends = [0]
        sofar = 0
        for weight in weights:
            sofar += weight
            ends.append(int(half_up(Fraction(total * sofar, sum(weights)), 0)))
        return [ends[place + 1] - ends[place] for place in range(number)]

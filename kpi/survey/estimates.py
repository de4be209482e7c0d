"""What a sample says of the whole: the exact interval of a rate, and how many to draw for a wished margin.

Everything is an exact rational; the ends of the interval are found on a grid of one hundredth of a point.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from kpi.quantities import ceil_units
from kpi.rulebook.answers import Refused

#: Steps from 0 to 1 on which the ends of an interval are looked for.
GRID = 10_000
TAIL = Fraction(25, 1000)  # on either side: 95% confidence
#: The normal quantile of 97.5%, to five places, for the size of a sample alone.
QUANTILE = Fraction(195996, 100000)
_SCALE = 1 << 256


@dataclass(frozen=True, slots=True)
class Interval:
    """A rate with its Clopper–Pearson interval at 95%. `low` is rounded down, `high` up."""

    hits: int
    number: int
    low: Fraction
    high: Fraction

    @property
    def rate(self) -> Fraction:
        return Fraction(self.hits, self.number)


def interval(hits: int, number: int) -> Interval:
    """The exact binomial interval of `hits` out of `number`; Refused("no_data") for nought out of nought."""
    if not 0 <= hits <= number:
        raise Refused("bad_input", f"属实 {hits} 条多于查过的 {number} 条；请核对")
    if number == 0:
        raise Refused("no_data", "还没有查出结果的记录，算不出比率")
    return Interval(hits, number, _low(hits, number), 1 - _low(number - hits, number))


def _low(hits: int, number: int) -> Fraction:
    """The largest rate on the grid at which so many hits, or more, are still no likelier than the tail."""
    if hits == 0:
        return Fraction(0)
    below, above = 0, GRID
    while above - below > 1:
        middle = (below + above) // 2
        if _at_least(hits, number, middle) <= TAIL:
            below = middle
        else:
            above = middle
    return Fraction(below, GRID)


def _at_least(hits: int, number: int, steps: int) -> Fraction:
    """P(X ≥ hits) for a rate of steps/GRID: terms relative to the likeliest, in fixed point of 256 bits."""
    if steps in (0, GRID):
        return Fraction(steps, GRID)
    yes, no = steps, GRID - steps
    mode = min(number, (number + 1) * yes // GRID)
    above = below = 0
    term = _SCALE
    for place in range(mode, number + 1):
        above, below = (above + term, below) if place >= hits else (above, below + term)
        term = term * (number - place) * yes // ((place + 1) * no)
    term = _SCALE * mode * no // ((number - mode + 1) * yes)
    for place in range(mode - 1, -1, -1):
        above, below = (above + term, below) if place >= hits else (above, below + term)
        term = term * place * no // ((number - place + 1) * yes)
    return Fraction(above, above + below)


def size_for(population: int, margin: Fraction, expected: Fraction = Fraction(1, 2)) -> int:
    """How many of so many to draw, so that the rate is known to ± `margin` at 95% (finite population).

    `expected`: the rate that is reckoned with; a half asks for the most.
    """
    if population < 1 or not 0 < margin < 1 or not 0 < expected < 1:
        raise Refused("bad_input", "误差应在 0 到 100 个百分点之间，总体至少 1 条")
    endless = QUANTILE**2 * expected * (1 - expected) / margin**2
    return min(population, ceil_units(endless / (1 + (endless - 1) / population)))

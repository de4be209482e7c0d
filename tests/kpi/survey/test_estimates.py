"""Intervals and sizes against tables that anybody can look up, and against plain summing."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest

from kpi.rulebook.answers import Refused
from kpi.survey.estimates import GRID, TAIL, interval, size_for

F = Fraction


@pytest.mark.parametrize(
    ("hits", "number", "low", "high"),
    [(0, 10, "0", "0.3085"), (5, 10, "0.1870", "0.8130"), (9, 10, "0.5549", "0.9975"), (10, 10, "0.6915", "1"),
     (47, 52, "0.7896", "0.9681"), (98, 100, "0.9296", "0.9976")],
)  # fmt: skip
def test_clopper_pearson_of_the_tables(hits: int, number: int, low: str, high: str) -> None:
    found = interval(hits, number)
    assert abs(found.low - F(low)) <= F(2, GRID)
    assert abs(found.high - F(high)) <= F(2, GRID)
    assert found.low <= found.rate <= found.high


def at_least(hits: int, number: int, rate: Fraction) -> Fraction:
    return sum((comb(number, one) * rate**one * (1 - rate) ** (number - one) for one in range(hits, number + 1)), F(0))


@pytest.mark.parametrize(("hits", "number"), [(1, 3), (7, 9), (20, 40), (39, 40)])
def test_the_lower_end_is_the_last_step_below_the_tail(hits: int, number: int) -> None:
    low = interval(hits, number).low
    assert at_least(hits, number, low) <= TAIL < at_least(hits, number, low + F(1, GRID))


def test_large_samples_are_quick_and_narrow() -> None:
    found = interval(4500, 5000)
    assert F("0.891") < found.low < F("0.9") < found.high < F("0.909")


def test_sizes_for_a_margin() -> None:
    assert size_for(10_000_000, F(5, 100)) == 385
    assert size_for(1000, F(5, 100)) == 278
    assert size_for(7, F(5, 100)) == 7
    assert size_for(1_000_000, F(5, 100), F(9, 10)) == 139


@pytest.mark.parametrize(("hits", "number"), [(0, 0), (3, 2), (-1, 2)])
def test_what_has_no_rate_is_refused(hits: int, number: int) -> None:
    with pytest.raises(Refused):
        interval(hits, number)


@pytest.mark.parametrize(("population", "margin"), [(0, F(1, 20)), (10, F(0)), (10, F(1))])
def test_what_has_no_size_is_refused(population: int, margin: Fraction) -> None:
    with pytest.raises(Refused):
        size_for(population, margin)

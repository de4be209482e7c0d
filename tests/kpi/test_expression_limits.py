"""Lists and tables joined into one number, and expressions that would never end."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.expressions import Expression, ExpressionError, NoData

SITES = {"东城": 90, "西城": 80, "北城": None}
STAFF = {"东城": 1, "西城": 3, "北城": 6}


def value(text: str, **figures: Any) -> Any:
    return Expression(text).over(figures.get)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("min(sites)", 80), ("max(sites)", 90), ("sum(sites)", 170), ("mean(sites)", 85), ("held(sites)", 2),
        ("missing(sites)", 1), ("below(sites, 85)", 1), ("shortfall(sites, 85)", 5), ("len(sites)", 3),
        ("weighted(sites, staff)", Fraction(330, 4)), ("weighted([90, 80], [1, 3])", Fraction(330, 4)),
        ("rank(85, sites)", 2), ("rank(90, sites)", 1), ("rank(80, [90, 90, 80])", 3), ("rank(95, sites)", 1),
    ],
)  # fmt: skip
def test_members_and_windows_become_one_number(text: str, wanted: Any) -> None:
    assert value(text, sites=SITES, staff=STAFF) == wanted


@pytest.mark.parametrize(
    "text", ["weighted(sites, {})", "weighted(none, staff)", "mean(none)", "min(none)", "rank(5, none)", "weighted(sites, zero)"]
)
def test_nothing_held_or_no_weight_is_no_data(text: str) -> None:
    if "{}" in text:
        with pytest.raises(ExpressionError):
            Expression(text)
        return
    with pytest.raises(NoData):
        value(text, sites=SITES, staff=STAFF, none={"东城": None}, zero={"东城": 0, "西城": 0, "北城": 0})


@pytest.mark.parametrize("text", ["weighted([1, 2], [1])", "mean(5)", "sum('abc')", "'a' * 3", "[1] * 3", "round(1, 99)",
                                  "round(1, -1)", "min()", "1 < 'a'"])  # fmt: skip
def test_what_cannot_be_computed_is_said(text: str) -> None:
    with pytest.raises(ExpressionError, match="算不出来"):
        value(text)


@pytest.mark.parametrize(
    "text",
    ["1+" * 3000 + "1", "(" * 500 + "1" + ")" * 500, "not " * 600 + "1", "matches(a, '(a+)+')", "matches(a, '(a|b)*c')",
     "matches(a, '[')", "matches(a, b)", "a.b", "a ** 9", "lambda: 1", "a[0]", "[x for x in a]", "f'{a}'", "a := 1", "1e9"],
)  # fmt: skip
def test_what_runs_away_or_reaches_out_is_refused_when_read(text: str) -> None:
    with pytest.raises(ExpressionError):
        Expression(text)


numbers = st.lists(st.integers(-100, 100), min_size=1, max_size=8)


@given(numbers, st.integers(1, 9))
def test_equal_weights_are_the_mean_and_means_lie_between(values: list[int], weight: int) -> None:
    found = value("weighted(a, b)", a=values, b=[weight] * len(values))
    assert found == value("mean(a)", a=values)
    assert min(values) <= found <= max(values)


@given(numbers)
def test_ranks_run_from_the_highest(values: list[int]) -> None:
    ranks = [value("rank(one, a)", one=one, a=values) for one in sorted(values, reverse=True)]
    assert ranks == sorted(ranks)
    assert ranks[0] == 1

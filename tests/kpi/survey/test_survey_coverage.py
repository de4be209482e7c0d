"""Coverage: exclusions are capped, what exceeds the cap counts as not collected."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.rulebook.answers import Refused
from kpi.survey.coverage import Rounding, coverage

TWO_PERCENT = Fraction(2, 100)
COUNTS = st.integers(0, 400_000)


def test_exclusions_beyond_the_cap_stay_in_the_base() -> None:
    result = coverage(
        259_000, 280_000, {"死亡": 4000, "参军服刑": 800, "境外": 500, "失联": 800}, TWO_PERCENT
    )
    assert (result.counted, result.excess) == (5600, 500)
    assert (result.numerator, result.denominator) == (259_000, 274_400)
    assert result.explain() == (
        "总基数280000人，核减6100人（死亡4000人、参军服刑800人、境外500人、失联800人），上限5600人，"
        "超出上限的500人按未采集处理；有效采集259000 ÷ 应采集274400 = 94.3877…%"
    )


@pytest.mark.parametrize(("rounding", "cap"), [("down", 2), ("up", 3), ("half_up", 3)])
def test_cap_is_rounded_as_answered(rounding: Rounding, cap: int) -> None:
    assert coverage(100, 125, {"死亡": 9}, TWO_PERCENT, rounding).cap == cap


@given(base=COUNTS, deceased=COUNTS, unreachable=COUNTS, share=st.fractions(0, 1))
def test_excluded_and_excess_add_up_and_stay_under_the_cap(
    base: int, deceased: int, unreachable: int, share: Fraction
) -> None:
    result = coverage(0, base, {"死亡": deceased, "失联": unreachable}, share)
    assert result.counted + result.excess == deceased + unreachable
    assert result.counted <= base * share
    assert result.denominator + result.counted == base


def test_empty_base_is_no_data() -> None:
    with pytest.raises(Refused) as refused:
        _ = coverage(0, 0, {}, TWO_PERCENT).rate
    assert refused.value.kind == "no_data"


@pytest.mark.parametrize(
    ("valid", "base", "exclusions", "share"),
    [
        (-1, 10, {}, TWO_PERCENT),
        (1, 10, {"死亡": -1}, TWO_PERCENT),
        (11, 10, {}, TWO_PERCENT),
        (1, 10, {"死亡": True}, TWO_PERCENT),
        (1, 10, {}, Fraction(3, 2)),
    ],
)
def test_contradictory_numbers_are_refused(
    valid: int, base: int, exclusions: dict[str, int], share: Fraction
) -> None:
    with pytest.raises(Refused) as refused:
        coverage(valid, base, exclusions, share)
    assert refused.value.kind == "bad_input"

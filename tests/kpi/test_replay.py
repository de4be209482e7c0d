"""The same entries under a changed rulebook: the difference in points and yuan, place by place."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.quantities import Money
from kpi.replay import Replayed, fitting, replay
from tests.kpi import riverside

ROWS = riverside.lessons(4, 19)  # 912 learners: 92 points, 优


def under(new: str, old: str = "", **more: Any) -> Replayed:
    """The year under the rulebook with `old` replaced by `new`."""
    before, after = riverside.source(), riverside.source(old, new)
    setting = riverside.given(**more)
    kept, _ = fitting(after.rulebook, setting)
    return replay(before, after, setting, riverside.measured(ROWS, setting, before), riverside.measured(ROWS, kept, after))


def test_the_same_rulebook_changes_nothing() -> None:
    found = under("")
    assert (found.points, found.yuan, found.changes) == (0, Money(0), ())


def test_a_milder_deduction_in_points() -> None:
    found = under("each: 0.5,", "each: 1,")
    assert (found.points, found.yuan) == (4, Money(0))
    places = {one.place: (one.before, one.after) for one in found.changes}
    assert places == {"考核项 item_2": (32, 36), "总分": (92, 96)}
    assert found.text == "2025-01-01：得分变化 4 分，金额变化 ¥0.00，共 2 处不同"


def test_a_changed_target_in_points_and_yuan() -> None:
    found = under("value: 900", "value: 1000")
    assert (found.points, found.yuan) == (8, Money.of(880))
    assert ("指标 HP-2#1", "unmet", "met") in [(one.place, one.before, one.after) for one in found.changes]


def test_a_stricter_band_in_tier_and_yuan() -> None:
    found = under("at_least: 95", "at_least: 90")
    assert (found.points, found.yuan) == (0, Money.of(-10000))
    assert {one.place for one in found.changes} == {"档次", "付款 settlement"}


def test_what_cannot_be_computed_is_no_difference_of_zero() -> None:
    found = under("share: null", "share: {answer: advance_share}")
    assert found.points == 0
    assert found.yuan is None
    assert "不能比较" in found.text


def test_given_data_that_the_new_rulebook_lacks_is_left_out_and_said() -> None:
    found = under("papers: []", "papers: [{id: request, title: 付款申请}]", papers={"settlement": ["request"]})
    assert len(found.left_out) == 1
    assert "request" in found.left_out[0]


def test_fitting_drops_only_what_does_not_fit() -> None:
    setting = riverside.given(
        events=[{"kind": "leak"}, {"kind": "flood"}], paid={"advance": 1, "third": 2}, history=[["floor"], ["nothing"]]
    )
    kept, left_out = fitting(riverside.source().rulebook, setting)
    assert [one.kind for one in kept.events] == ["leak"]
    assert kept.paid == {"advance": Money(100)}
    assert kept.facts == setting.facts
    assert len(left_out) == 3


@pytest.mark.parametrize("each", ["0.1", "2", "7"])
def test_there_and_back_is_opposite(each: str) -> None:
    old, new = riverside.source(), riverside.source("each: 1,", f"each: {each},")
    setting = riverside.given()
    figures = riverside.measured(ROWS, setting)
    there, back = replay(old, new, setting, figures, figures), replay(new, old, setting, figures, figures)
    assert there.points == -(back.points or Fraction(0))
    assert there.yuan == -(back.yuan or Money(0))


@given(st.integers(0, 40).map(lambda n: Fraction(n, 10)), st.integers(0, 40).map(lambda n: Fraction(n, 10)))
def test_a_harsher_rule_never_gains_points(one: Fraction, other: Fraction) -> None:
    low, high = sorted((one, other))
    old, new = (riverside.source("each: 1,", f"each: {float(each)},") for each in (low, high))
    setting = riverside.given()
    figures = riverside.measured(ROWS, setting)
    assert (replay(old, new, setting, figures, figures).points or 0) <= 0

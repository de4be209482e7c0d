"""Per head in stages, slabs of prices and sums, advances offset in parts, the cap on all reductions, open boundaries."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.quantities import Money
from tests.kpi.payments.books import paid, plan, yuan

HEADS = {"trained": 100, "licensed": 40, "placed": 25, "staff": 3, "known": 10, "barred": 2}


def heads(*stages: dict[str, Any], **more: Any) -> dict[str, Any]:
    rows = [{"title": one["count"], "each": 100, **one} for one in stages]
    return {"amount": {"pays": "per_head", "stages": rows, **more}}


@pytest.mark.parametrize(
    ("stages", "more", "amount"),
    [
        ([{"count": "trained"}], {}, "10000.00"),
        ([{"count": "trained", "excluded": "staff"}, {"count": "licensed"}], {}, "13700.00"),
        ([{"count": "trained", "paid_before": "known"}], {}, "9000.00"),
        ([{"count": "trained", "paid_before": "known", "excluded": "staff"}, {"count": "licensed"}],
         {"excluded": "barred"}, "12300.00"),
        ([{"count": "trained"}, {"count": "licensed", "each": 300}, {"count": "placed", "each": 500}],
         {"once": "highest"}, "23000.00"),
        ([{"count": "trained", "excluded": "staff"}, {"count": "licensed", "each": 300}],
         {"once": "highest", "excluded": "barred"}, "16900.00"),
        ([{"count": "staff", "excluded": "trained"}], {}, "0.00"),
        ([{"count": "trained"}], {"cap": "2500"}, "2500.00"),
    ],
)  # fmt: skip
def test_heads(stages: list[dict[str, Any]], more: dict[str, Any], amount: str) -> None:
    assert yuan(paid(plan(heads(*stages, **more)), figures=HEADS)) == [amount]


def test_who_is_left_out_is_said() -> None:
    row = heads({"count": "trained", "excluded": "staff", "paid_before": "known"}, excluded="barred")
    said = paid(plan(row), figures=HEADS).plans["main"].lines[0].explanation
    assert said == (
        "trained 100 人，不付 2 人，本阶段不付 3 人，以前已付 10 人，计 85 人 × ¥100.00 = ¥8,500.00，合计 ¥8,500.00"
    )


def test_more_heads_in_a_later_stage_than_in_the_one_before_is_refused() -> None:
    decision = paid(plan(heads({"count": "licensed"}, {"count": "trained"}, once="highest")), figures=HEADS)
    assert yuan(decision) == [None]
    assert "后一阶段却有 100 人" in decision.plans["main"].lines[0].explanation
    assert yuan(paid(plan(heads({"count": "licensed"}, {"count": "trained"})), figures=HEADS)) == ["14000.00"]


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=5))
def test_the_highest_stage_pays_everybody_once(numbers: list[int]) -> None:
    reached = sorted(numbers, reverse=True)
    stages = [{"count": str(number)} for number in reached]
    assert yuan(paid(plan(heads(*stages, once="highest")))) == [Money(reached[0] * 10_000).plain()]
    assert yuan(paid(plan(heads(*stages)))) == [Money(sum(reached) * 10_000).plain()]


TABLE = [{"below": 1000, "points": 20}, {"at_least": 1000, "below": 5000, "points": 18}, {"at_least": 6000, "points": 15}]


@pytest.mark.parametrize(
    ("gives", "heads", "amount"),
    [("unit_price", 999, "19980.00"), ("unit_price", 1000, "18000.00"), ("unit_price", 5500, None),
     ("unit_price", 6000, "90000.00"), ("sum", 999, "20.00"), ("sum", 6000, "15.00"), ("sum", 5000, None)],
)  # fmt: skip
def test_slabs_of_prices_and_sums(gives: str, heads: int, amount: str | None) -> None:
    rule = {"pays": "slabs", "value": "n", "gives": gives, "table": TABLE}
    assert yuan(paid(plan({"amount": rule}), figures={"n": heads})) == [amount]


# -- offsets -------------------------------------------------------------------------------------

ADVANCE = {"amount": {"pays": "share", "share": "10%"}, "advance": True}


def linear(less: Any) -> dict[str, Any]:
    return {"amount": {"pays": "linear", "full": 100, "base": "price / 2", "less": less}}


@pytest.mark.parametrize(
    ("first", "second", "amounts"),
    [
        ([], "t1", ["500000.00", "400000.00"]),
        ({"t1": "50%"}, {"t1": "50%"}, ["450000.00", "450000.00"]),
        ({"t1": "1/3"}, {"t1": "2/3"}, ["466666.67", "433333.33"]),
        ({"t1": "30%"}, [], ["470000.00", "500000.00"]),
        ({"t1": 1}, [], ["400000.00", "500000.00"]),
        ({"t1": "60%"}, {"t1": "41%"}, ["440000.00", None]),
        ("t1", ["t1", "t2"], ["400000.00", "0.00"]),  # what was paid so far comes off the whole
    ],
)
def test_an_advance_comes_off_whole_or_in_parts(first: Any, second: Any, amounts: list[str | None]) -> None:
    decision = paid(plan(ADVANCE, linear(first), linear(second)), score=Fraction(100))
    assert yuan(decision) == ["100000.00", *amounts]


def test_an_offset_beyond_the_advance_says_so() -> None:
    said = paid(plan(ADVANCE, linear({"t1": "60%"}), linear({"t1": "41%"})), score=Fraction(100)).plans["main"].lines[2]
    assert "已抵扣 60%，再抵扣 41% 就超过全部" in said.explanation


@pytest.mark.parametrize(
    "rule",
    [
        {"pays": "per_head", "stages": [{"title": "甲", "count": "n", "each": 10000}]},
        {"pays": "rate_table", "rows": [{"group": "甲", "count": "n", "rate": 10000}]},
        {"pays": "slabs", "value": "n", "table": [{"points": "20%"}]},
        {"pays": "slabs", "value": "n", "gives": "sum", "table": [{"points": 200000}]},
        {"pays": "cohort", "count": "n", "each": 10000, "check_after_months": 3, "known": "1"},
        {"pays": "unit_price", "unit_price": 10000, "count": "n"},
    ],
)
def test_what_is_counted_is_offset_too(rule: dict[str, Any]) -> None:
    decision = paid(plan(ADVANCE, {"amount": {**rule, "less": "t1"}}), figures={"n": 20})
    assert yuan(decision) == ["100000.00", "100000.00"]
    assert "抵扣第1期 ¥100,000.00" in decision.plans["main"].lines[1].explanation


# -- the rest ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "inside", "amount"),
    [("60", True, "600000.00"), ("60", False, "0.00"), ("60.01", False, "600100.00"), ("59.99", True, "0.00")],
)
def test_the_floor_itself_is_paid_or_not(score: str, inside: bool, amount: str) -> None:
    rule = {"pays": "linear", "full": 100, "floor": 60, "floor_paid": inside}
    assert yuan(paid(plan({"amount": rule}), score=Fraction(score))) == [amount]


def fixed(each: int) -> dict[str, Any]:
    return {"amount": {"reduces": "fixed_per_record", "count": "1", "each": each}}


@pytest.mark.parametrize(
    ("sums", "cap", "taken"),
    [([60000, 30000], "price * 10%", "90000.00"), ([60000, 50000], "price * 10%", "100000.00"), ([], "price * 10%", "0.00"),
     ([60000, 50000], "price * 0.0123456%", "123.46")],
)  # fmt: skip
def test_all_reductions_together_stop_at_their_cap(sums: list[int], cap: str, taken: str) -> None:
    whole = {"amount": {"pays": "share", "share": "100%"}}
    answered = {"answers": {"share": "1%"}}
    decision = paid(plan(whole), reductions=[fixed(one) for one in sums], reduction_cap=cap, given=answered)
    assert decision.reduction_total is not None
    assert decision.reduction_total.plain() == taken
    assert decision.payable == Money.of(1000000) - decision.reduction_total
    assert (decision.reduction_note is not None) is (sum(sums) > 100000)
    assert ("超过上限" in decision.explanation) is (sum(sums) > 100000)


def test_a_cap_that_is_not_known_blocks_the_payment() -> None:
    whole = {"amount": {"pays": "share", "share": "100%"}}
    decision = paid(plan(whole), reductions=[fixed(5)], reduction_cap="limit", given={"answers": {"share": "1%"}})
    assert (decision.status, decision.reduction_total) == ("blocked", None)
    assert any("上限还不能计算" in one for one in decision.reasons)

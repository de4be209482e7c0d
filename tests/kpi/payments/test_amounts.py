"""Every way to work out a tranche, at and around its boundaries."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.quantities import Money, parse_exact, total
from tests.kpi.payments.books import paid, plan, yuan

TIERED = {"pays": "tier_share", "shares": {"优秀": "100%", "良好": "90%"}, "stops": {"较差": "keep"}}


def test_the_last_of_fixed_shares_balances() -> None:
    shares = [{"amount": {"pays": "share", "share": share}} for share in ("1/3", "1/3", "1/3")]
    assert yuan(paid(plan(*shares), given={"price": "100.00"})) == ["33.33", "33.33", "33.34"]


def test_shares_that_leave_something_open_do_not_balance() -> None:
    shares = [{"amount": {"pays": "share", "share": share}} for share in ("10%", "20%")]
    assert yuan(paid(plan(*shares))) == ["100000.00", "200000.00"]


@given(st.integers(1, 10**11), st.lists(st.integers(1, 97), min_size=2, max_size=8))
def test_tranches_sum_to_the_price_to_the_fen(fen: int, weights: list[int]) -> None:
    shares = [f"{weight}/{sum(weights)}" for weight in weights]
    decision = paid(
        plan(*({"amount": {"pays": "share", "share": share}} for share in shares)), given={"price": Money(fen).plain()}
    )
    assert decision.plans["main"].in_all == Money(fen)


@given(st.integers(1, 10**11), st.integers(1, 36))
def test_instalments_sum_to_the_price_and_differ_by_fen_only(fen: int, number: int) -> None:
    decision = paid(plan({"amount": {"pays": "instalments", "number": number}}), given={"price": Money(fen).plain()})
    amounts = [line.amount for line in decision.plans["main"].lines if line.amount is not None]
    assert len(amounts) == number
    assert total(amounts) == Money(fen)
    assert all(abs(amount.fen - amounts[0].fen) <= number for amount in amounts)


@pytest.mark.parametrize(
    ("tier", "amounts"),
    [("优秀", ["100000.00", "900000.00"]), ("良好", ["100000.00", "800000.00"]), ("较差", ["100000.00", "0.00"]),
     ("合格", ["100000.00", None]), (None, ["100000.00", None])],
)  # fmt: skip
def test_share_by_tier_less_the_advance(tier: str | None, amounts: list[str | None]) -> None:
    advance = {"amount": {"pays": "share", "share": "10%"}, "advance": True}
    decision = paid(plan(advance, {"amount": {**TIERED, "less": "t1"}}), tier=tier)
    assert yuan(decision) == amounts


def test_a_kept_base_fee_stays_outside_the_assessed_sum() -> None:
    advance = {"amount": {"pays": "share", "share": "60%"}, "advance": True}
    decision = paid(plan(advance, {"amount": {**TIERED, "outside": "t1"}}), tier="良好")
    assert yuan(decision) == ["600000.00", "360000.00"]
    outcome = decision.plans["main"]
    assert (outcome.advance, outcome.in_all) == (Money.parse("600000"), Money.parse("960000"))


@pytest.mark.parametrize(("way", "amount"), [("keep", "0.00"), ("refund", "-100000.00"), ("pro_rata", "400000.00")])
def test_what_happens_after_the_contract_ends(way: str, amount: str) -> None:
    advance = {"amount": {"pays": "share", "share": "10%"}, "advance": True}
    rule = {**TIERED, "less": "t1", "stops": {"较差": way}}
    assert yuan(paid(plan(advance, {"amount": rule}), tier="较差", score=Fraction(50)))[1] == amount


@pytest.mark.parametrize(
    ("score", "amount"), [("59.99", "0.00"), ("60", "600000.00"), ("84.1", "841000.00"), ("106.5", "1000000.00")]
)
def test_linear_in_the_score_between_floor_and_ceiling(score: str, amount: str) -> None:
    rule = {"pays": "linear", "full": 100, "floor": 60, "ceiling": 100}
    assert yuan(paid(plan({"amount": rule}), score=parse_exact(score))) == [amount]


@pytest.mark.parametrize(
    ("score", "amount"), [("60", "500000.00"), ("75", "750000.00"), ("90", "1000000.00"), ("95", None), ("59", None)]
)
def test_interpolated_between_points_and_refused_outside(score: str, amount: str | None) -> None:
    rule = {"pays": "interpolated", "points": [[60, "50%"], [90, "100%"]]}
    assert yuan(paid(plan({"amount": rule}), score=parse_exact(score))) == [amount]


def test_a_holdback_is_released_by_its_condition() -> None:
    rule = {"pays": "holdback", "share": "5%", "release": "kept_running"}
    assert yuan(paid(plan({"amount": rule}), figures={"kept_running": False})) == ["0.00"]
    assert yuan(paid(plan({"amount": rule}), figures={"kept_running": True})) == ["50000.00"]
    assert yuan(paid(plan({"amount": rule}))) == [None]


@pytest.mark.parametrize(("released", "gone", "left", "rest"), [
    (True, "20000.01", "29999.99", "0.00"), (True, "50000.00", "0.00", "0.00"), (False, "20000.01", "0.00", "29999.99"),
])  # fmt: skip
def test_what_is_not_given_back_is_paid_by_no_line(released: bool, gone: str, left: str, rest: str) -> None:
    """Neither with the holdback itself, where it balances a plan of fixed shares too, nor with a balance behind it."""
    share = {"amount": {"pays": "share", "share": "95%"}}
    held = {"amount": {"pays": "holdback", "share": "5%", "release": "ok"}}
    more: dict[str, Any] = {"figures": {"ok": released}, "given": {"forfeited": {"t2": gone}}}
    assert yuan(paid(plan(share, held), **more)) == ["950000.00", left]
    assert yuan(paid(plan(share, held, {"amount": {"pays": "balance"}}), **more)) == ["950000.00", left, rest]


def test_unit_price_with_and_without_a_cap() -> None:
    rule = {"pays": "unit_price", "unit_price": 5, "count": "heads"}
    assert yuan(paid(plan({"amount": rule}), figures={"heads": 300000})) == ["1500000.00"]
    assert yuan(paid(plan({"amount": {**rule, "cap": "price"}}), figures={"heads": 300000})) == ["1000000.00"]


def test_per_head_in_stages_leaves_out_the_excluded() -> None:
    stages = [{"title": "结业", "count": "done", "each": 300}, {"title": "就业", "count": "placed", "each": 500}]
    rule = {"pays": "per_head", "stages": stages, "excluded": "twice"}
    assert yuan(paid(plan({"amount": rule}), figures={"done": 100, "placed": 40, "twice": 2})) == ["48400.00"]


def test_rate_table_with_reimbursement_and_a_pot() -> None:
    rows = [{"group": "初级", "count": "a", "rate": 1000}, {"group": "高级", "count": "b", "rate": 2000}]
    rule = {"pays": "rate_table", "rows": rows, "reimbursed": "costs", "pot": 15000}
    assert yuan(paid(plan({"amount": rule}), figures={"a": 5, "b": 3, "costs": 500})) == ["11500.00"]
    assert yuan(paid(plan({"amount": rule}), figures={"a": 5, "b": 6, "costs": 500})) == ["15000.00"]


@pytest.mark.parametrize(("value", "amount"), [(95, "1000000.00"), (90, "1000000.00"), (85, None), (79, "500000.00")])
def test_slabs_refuse_an_undefined_band(value: int, amount: str | None) -> None:
    table = [{"at_least": 90, "points": "100%"}, {"below": 80, "points": "50%"}]
    decision = paid(plan({"amount": {"pays": "slabs", "value": "n", "table": table}}), figures={"n": value})
    assert yuan(decision) == [amount]
    if amount is None:
        assert "没有落在约定的任何一档" in decision.plans["main"].lines[0].explanation


def test_a_cohort_is_paid_when_its_result_is_known() -> None:
    rule = {"pays": "cohort", "count": "still_there", "each": 800, "check_after_months": 6, "known": "result_in"}
    assert yuan(paid(plan({"amount": rule}), figures={"still_there": 30, "result_in": False})) == [None]
    assert yuan(paid(plan({"amount": rule}), figures={"still_there": 30, "result_in": True})) == ["24000.00"]


def test_the_balance_is_what_earlier_tranches_left() -> None:
    first = {"amount": {"pays": "share", "share": "33.33%"}}
    assert yuan(paid(plan(first, {"amount": {"pays": "balance"}}))) == ["333300.00", "666700.00"]


def test_an_unstated_share_refuses_only_its_own_line() -> None:
    asked = {"amount": {"pays": "share", "share": {"answer": "share"}}}
    decision = paid(plan({"amount": {"pays": "share", "share": "10%"}}, asked))
    assert yuan(decision) == ["100000.00", None]
    assert "待采购人确认：比例是多少？" in decision.plans["main"].lines[1].explanation
    assert yuan(paid(plan(asked), given={"answers": {"share": "30%"}})) == ["300000.00"]


def test_without_a_price_the_line_says_so() -> None:
    decision = paid(plan({"amount": {"pays": "share", "share": "10%"}}), given={"price": None})
    assert yuan(decision) == [None]
    assert "合同价款还没有填写" in decision.plans["main"].lines[0].explanation


def test_the_sum_written_out_recomputes_the_amount() -> None:
    decision = paid(plan({"amount": {**TIERED}}), tier="良好", given={"price": "1680000.00"})
    line = decision.plans["main"].lines[0]
    found = re.search(r"¥([\d,.]+) × ([\d.]+)%.* = ¥([\d,.]+)", line.explanation)
    assert found is not None
    base, share, amount = (Fraction(part.replace(",", "")) for part in found.groups())
    assert line.amount is not None
    assert base * share / 100 == amount == line.amount.yuan

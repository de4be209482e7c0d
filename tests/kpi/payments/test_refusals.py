"""What payments must not guess: balances, groups, bands, negative sums, papers of the wrong instalment."""

from __future__ import annotations

from fractions import Fraction

import pytest
from pydantic import ValidationError

from tests.kpi.payments.books import paid, plan, yuan

SHARE = {"amount": {"pays": "share", "share": {"answer": "share"}}}
BALANCE = {"amount": {"pays": "balance"}}


def fixed(each: str, group: str = "", count: str = "1") -> dict[str, object]:
    return {"amount": {"reduces": "fixed_per_record", "count": count, "each": each}, "group": group}


def test_a_balance_is_not_known_before_what_it_is_the_balance_of() -> None:
    assert yuan(paid(plan(SHARE, BALANCE))) == [None, None]
    assert yuan(paid(plan(SHARE, BALANCE), given={"answers": {"share": "30%"}})) == ["300000.00", "700000.00"]


def test_a_tranche_does_not_take_in_another_whose_id_begins_with_its_own() -> None:
    rows = [
        {"id": "stage_1", "amount": {"pays": "share", "share": "10%"}},
        {"id": "stage", "amount": {"pays": "share", "share": "20%"}},
        {"id": "rest", "amount": {"pays": "linear", "full": 100, "less": ["stage"]}},
    ]
    assert yuan(paid(plan(*rows), score=Fraction(100))) == ["100000.00", "200000.00", "800000.00"]


@pytest.mark.parametrize(("sums", "total"), [(["50", "50"], "50.00"), (["50", "60", "60"], "60.00"), (["0", "0"], "0.00")])
def test_of_a_group_one_reduction_counts_even_among_equals(sums: list[str], total: str) -> None:
    decision = paid(plan(BALANCE), reductions=[fixed(each, "same") for each in sums])
    assert decision.reduction_total is not None
    assert decision.reduction_total.plain() == total
    stacked = paid(plan(BALANCE), reductions=[fixed(each) for each in sums])
    assert stacked.reduction_total is not None
    assert stacked.reduction_total.fen == sum(int(each) for each in sums) * 100


def test_a_reduction_below_nothing_is_refused() -> None:
    decision = paid(plan(BALANCE), reductions=[fixed("100", count="failures - exempted")], figures={"failures": 2, "exempted": 3})
    assert decision.reduction_total is None
    assert "负数" in decision.reductions[0].explanation


def test_a_figure_of_the_wrong_kind_is_a_reason_not_a_traceback() -> None:
    decision = paid(plan(BALANCE), reductions=[fixed("100", count="failures")], figures={"failures": "许多"})
    assert decision.reductions[0].amount is None
    assert "不是一个数" in decision.reductions[0].explanation


@pytest.mark.parametrize("order", [1, -1])
def test_an_inclusive_boundary_belongs_to_its_band_in_any_order(order: int) -> None:
    table = [{"below": 10, "inclusive_top": True, "points": "10%"}, {"at_least": 10, "points": "20%"}][::order]
    rows = [{"amount": {"pays": "slabs", "value": "days", "table": table}}]
    assert [yuan(paid(plan(*rows), figures={"days": days}))[0] for days in (9, 10, 11)] == [
        "100000.00", "100000.00", "200000.00"]  # fmt: skip


def test_an_instalment_needs_its_own_papers() -> None:
    row = {"id": "part", "amount": {"pays": "instalments", "number": 2}, "papers": [{"id": "request", "title": "付款申请"}]}
    settled = {"answers": {"share": "10%"}, "papers": {"part_1": ["request"]}}
    first = paid(plan(row), given=settled)
    assert first.status == "payable"
    second = paid(plan(row), given={**settled, "paid": {"part_1": 500000}})
    assert second.status == "blocked"
    assert "缺少付款材料：付款申请" in second.reasons


@pytest.mark.parametrize(
    "amount",
    [
        {"pays": "linear", "full": 0},
        {"pays": "interpolated", "points": [[60, "50%"]]},
        {"pays": "interpolated", "points": [[60, "50%"], [60, "70%"]]},
    ],
)
def test_rules_that_divide_by_nothing_are_not_read(amount: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        paid(plan({"amount": amount}))

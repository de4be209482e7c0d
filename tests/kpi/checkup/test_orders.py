"""The order of operations under the linter: contradictions, steps that do nothing, totals that rounding moves."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from kpi.checkup import check
from tests.kpi.assessments.orders import orders
from tests.kpi.checkup.books import Raw, band, found, one, question, sound, source

ITEMS = ["deductions", "item_floor", "item_maximum"]
LINEAR = {"id": "last", "clause": "A-9", "title": "last", "amount": {"pays": "linear", "full": 100, "less": "first"}}


def ordered(*order: Any, **rubric: Any) -> Raw:
    raw = sound()
    raw["rubric"].update({"order": list(order), **rubric})
    return raw


def test_a_stated_order_that_holds_brings_no_finding() -> None:
    assert check(source(ordered(*ITEMS, {"round": 2}, "sum", "tier"))).findings == ()


@pytest.mark.parametrize(
    ("order", "text"),
    [
        ([*ITEMS, "sum"], "没有写“定档”（tier），而规则书有档次"),
        ([*ITEMS, "tier", "sum"], "“定档”排在“各项相加”前面"),
        ([*ITEMS, "sum", "downgrade", "tier"], "“降档”排在“定档”前面"),
        (["deductions", "item_maximum", "sum", "tier"], "总分可以扣到0分以下"),
    ],
)
def test_a_contradiction_is_an_error_at_the_order(order: list[Any], text: str) -> None:
    raw = ordered(*order)
    finding = one(raw, "order_contradiction")
    assert finding.severity == "error"
    assert finding.field == "rubric.order"
    assert text in finding.message
    lines = source(raw).text.splitlines()
    assert lines[finding.line - 1].strip().startswith("order:")


@pytest.mark.parametrize(
    ("kind", "step"), [("penalty", "处罚扣分"), ("veto", "一票否决"), ("downgrade", "降档"), ("at_most", "限档")]
)
def test_a_consequence_needs_its_step(kind: str, step: str) -> None:
    raw = ordered(*ITEMS, "sum", "tier")
    raw["consequences"] = [{"id": "c", "clause": "A-9", "kind": kind, "when": "visits < 1", "title": "后果", "tier": "中", "points": 1}]
    assert f"没有写“{step}”" in one(raw, "order_contradiction").message


def test_an_event_with_veto_needs_its_step_too() -> None:
    raw = ordered(*ITEMS, "sum", "tier")
    raw["events"] = [{"id": "fraud", "clauses": ["A-9"], "title": "造假", "veto": True}]
    assert "没有写“一票否决”（veto）" in one(raw, "order_contradiction").message


def test_each_answer_is_checked() -> None:
    options = {"good": "甲", "bad": "乙"}
    raw = sound()
    raw["assumptions"] = [question("which", options=options, default="good")]
    raw["rubric"]["order"] = {"answer": "which", "when": {"good": [*ITEMS, "sum", "tier"], "bad": ["sum", "deductions", "tier"]}}
    finding = found(raw, "order_contradiction")[0]
    assert finding.field == "rubric.order.when.bad"
    assert finding.answered_by_assumption == "which"
    raw["rubric"]["order"] = {"answer": "which"}
    assert "请写 when" in one(raw, "answer_needs_when").message


@pytest.mark.parametrize("step", ["floor", "full_marks", "mean_penalty", {"round": 1}])
def test_what_comes_after_the_tier_moves_nothing_where_no_payment_reads_the_score(step: Any) -> None:
    raw = ordered(*ITEMS, "sum", "tier", step)
    assert one(raw, "order_without_effect").severity == "warning"
    raw["payment"]["plans"][0]["tranches"][1] = LINEAR
    assert not found(raw, "order_without_effect")
    raw = ordered(*ITEMS, "sum", "tier", step)
    raw["consequences"] = [{"id": "c", "clause": "A-9", "kind": "remedy", "when": "score < 60", "title": "整改"}]
    assert not found(raw, "order_without_effect")


@settings(max_examples=40, deadline=None)
@given(orders())
def test_no_valid_order_is_called_a_contradiction(order: list[Any]) -> None:
    assert not found(ordered(*order), "order_contradiction")


# -- tiers ---------------------------------------------------------------------------------------


def tenths(*order: Any) -> Raw:
    """0.5 a shortfall: totals like 69.5 lie between the stated bands."""
    raw = ordered(*order) if order else sound()
    raw["rubric"]["items"][0]["rules"][0]["each"] = 0.5
    return raw


def test_a_gap_that_rounding_never_reaches_is_none() -> None:
    assert len(found(tenths(), "tier_gap")) == 2
    assert found(tenths(*ITEMS, {"round": 0}, "sum", "tier"), "tier_gap") == []
    assert found(tenths(*ITEMS, "sum", {"round": 0, "mode": "down"}, "tier"), "tier_gap") == []
    assert len(found(tenths(*ITEMS, "sum", {"round": 1}, "tier"), "tier_gap")) == 2
    raw = tenths(*ITEMS, "sum", "tier", {"round": 0})
    raw["payment"]["plans"][0]["tranches"][1] = LINEAR
    assert len(found(raw, "tier_gap")) == 2  # rounded after the tier: too late


def test_the_example_of_a_gap_leads_to_its_total_through_the_rounding() -> None:
    raw = tenths(*ITEMS, "sum", {"round": 0, "mode": "down"}, "tier")
    raw["tiers"]["bands"][0]["stated_from"] = 71
    raw["tiers"]["bands"][0]["at_least"] = 71
    finding = one(raw, "tier_gap")
    assert "例如 70 分，“走访”扣29.5分" in finding.message


def bands(*rows: Raw) -> Raw:
    raw = sound()
    raw["tiers"]["bands"] = list(rows)
    return raw


def test_a_boundary_outside_both_bands_is_a_gap_and_inside_both_an_overlap() -> None:
    low = band("差", 0, 0, 70)
    assert len(found(bands({**band("好", 70, 70, None), "inclusive": False}, low), "tier_overlap")) == 1
    outside = {**band("好", 70, 70, None), "inclusive": False, "stated_open_from": True}
    assert found(bands(outside, low), "tier_overlap") == []
    assert "例如 70 分" in one(bands(outside, {**low, "stated_open": True}), "tier_gap").message
    assert "好（70 分起（不含））" in one(bands(outside, {**low, "stated_open": True}), "tier_gap").message


def test_a_lowest_band_without_zero_itself_is_an_error() -> None:
    raw = bands(band("好", 70, 70, None), {**band("差", 0, 0, 69), "inclusive": False})
    assert "0 分和以下没有档次" in one(raw, "bands_not_from_zero").message


@pytest.mark.parametrize(("inclusive", "idle"), [(True, 0), (False, 1)])
def test_a_band_that_begins_above_full_marks_is_never_reached(inclusive: bool, idle: int) -> None:
    raw = bands({**band("好", 100, 100, None), "inclusive": inclusive}, band("差", 0, 0, 99))
    assert len(found(raw, "unreachable_tier")) == idle

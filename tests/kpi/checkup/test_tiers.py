"""Gaps and overlaps of the stated bands over the totals that the rubric's own mechanics reach."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.checkup.findings import Book
from kpi.checkup.losses import joint_losses
from kpi.checkup.reachable import reach
from kpi.rulebook.mechanics import Checklist, Discretion, PerUnit
from tests.kpi.checkup.books import band, checked, found, item, one, question, sound, source


def graded(each: object, *bands: dict[str, Any], second: object = 2) -> dict[str, Any]:
    raw = sound()
    raw["rubric"]["items"] = [item("A-1", "走访", 60, each), item("A-2", "培训", 40, second, "missed")]
    raw["tiers"]["bands"] = list(bands)
    return raw


WHOLE = (band("好", 70, 70, 100), band("中", 50, 50, 69), band("差", 0, 0, 49))


def test_whole_points_have_no_gap_and_tenths_have_all() -> None:
    assert not found(graded(1, *WHOLE), "tier_gap")
    gaps = found(graded("0.1", *WHOLE), "tier_gap")
    assert [(gap.message.split(" ")[0], gap.message.split(" ")[2]) for gap in gaps] == [
        ("69", "70"),
        ("49", "50"),
    ]
    assert "例如 69.9 分" in gaps[0].message
    assert "“走访”扣" in gaps[0].message


@pytest.mark.parametrize("low", [35, 61, 80])
def test_the_gap_moves_with_the_stated_bands(low: int) -> None:
    moved = (band("好", low, low, 100), band("差", 0, 0, low - 1))
    gap = one(graded("0.5", *moved), "tier_gap")
    assert gap.severity == "question"
    assert f"{low - 1} 分到 {low} 分" in gap.message
    assert f"例如 {low}" not in gap.message
    assert f"{low - 1}.5 分" in gap.message
    assert gap.clauses == ("A-9",)


def test_a_gap_that_no_mechanic_reaches_is_none() -> None:
    bands = (band("好", 70, 70, 100), band("差", 0, 0, 69))
    assert not found(graded(4, *bands, second=4), "tier_gap")
    wide = (band("好", 72, 72, 100), band("差", 0, 0, 68))
    assert not found(graded(4, *wide, second=4), "tier_gap"), "100, 96, … 72, 68: nothing lies between"
    assert one(graded(2, *wide, second=4), "tier_gap")


def test_a_gap_at_the_top_and_at_the_bottom() -> None:
    bands = (band("好", 70, 70, 95), band("差", 0, 10, 69))
    gaps = found(graded(1, *bands), "tier_gap")
    assert [gap.message.partition("之间")[0] for gap in gaps] == ["95 分到 100 分", "0 分到 10 分"]


def test_stated_bands_that_overlap() -> None:
    bands = (band("好", 70, 70, 100), band("差", 0, 0, 75))
    overlap = one(graded(1, *bands), "tier_overlap")
    assert "例如 70 分" in overlap.message
    open_top = {**band("差", 0, 0, 70), "stated_open": True}
    assert not checked(graded("0.1", bands[0], open_top)).findings


def test_an_open_top_closes_the_gap() -> None:
    bands = (band("好", 70, 70, 100), {**band("差", 0, 0, 70), "stated_open": True})
    assert not checked(graded("0.01", *bands)).findings


def test_the_assumption_that_asks_is_named() -> None:
    raw = graded("0.5", *WHOLE)
    raw["assumptions"] = [
        question("gaps", options={"half_open": "不足", "round": "取整"}, default="half_open")
    ]
    raw["tiers"]["gaps"] = {"answer": "gaps"}
    for gap in found(raw, "tier_gap"):
        assert gap.answered_by_assumption == "gaps"
        assert gap.question == "gaps怎样定？"


def test_the_reading_covers_everything_from_zero_in_order() -> None:
    raw = graded(1, {"tier": "好", "at_least": 70}, {"tier": "差", "at_least": 10})
    assert one(raw, "bands_not_from_zero").severity == "error"
    raw = graded(1, {"tier": "差", "at_least": 0}, {"tier": "好", "at_least": 70})
    assert one(raw, "bands_order").severity == "error"


def test_a_tier_that_nobody_reaches_is_a_warning() -> None:
    raw = graded(
        50,
        {"tier": "好", "at_least": 90},
        {"tier": "中", "at_least": 65},
        {"tier": "差", "at_least": 0},
        second=40,
    )
    assert "“中”" in one(raw, "unreachable_tier").message


def test_unknown_maxima_still_show_what_is_reachable() -> None:
    raw = graded("0.5", *WHOLE)
    for one_item in raw["rubric"]["items"]:
        del one_item["maximum"]
    gaps = found(raw, "tier_gap")
    assert len(gaps) == 2
    assert all("没有写明满分" in gap.message for gap in gaps)


def test_pooled_items_lose_the_pool_together() -> None:
    raw = graded(1, *WHOLE)
    raw["rubric"]["items"].append(item("A-2", "另一项", 40, 1, "missed") | {"id": "more"})
    raw["rubric"]["pools"] = [{"id": "p", "items": ["A-2", "more"], "maximum": 40}]
    raw["rubric"]["items"][1]["clauses"] = ["A-9"]
    loaded = source(raw)
    assert loaded.rulebook.rubric is not None
    reached = reach(Book(loaded), loaded.rulebook.rubric)
    assert reached.totals[0] == 0
    assert len(reached.groups) == 2


def test_a_rule_that_only_another_answer_switches_on_is_left_out() -> None:
    raw = graded(1, *WHOLE)
    raw["assumptions"] = [question("fine", options={"no": "不", "yes": "是"}, default="no")]
    raw["parameters"].append(
        {
            "id": "fine_on",
            "clause": "A-1",
            "title": "细分",
            "value": {"answer": "fine", "when": {"no": 0, "yes": 1}},
        }
    )
    tenth = {"mechanic": "per_unit", "count": "visits", "each": "0.1", "when": "fine_on == 1"}
    raw["rubric"]["items"][0]["rules"].append(tenth)
    assert not found(raw, "tier_gap")
    raw["assumptions"][0]["default"] = "yes"
    assert found(raw, "tier_gap")


amounts = st.sampled_from([Fraction(1, 10), Fraction(1, 4), Fraction(1, 2), Fraction(1), Fraction(3, 2)])


@given(
    maximum=st.integers(1, 4),
    first=amounts,
    second=amounts,
    cap=st.none() | st.integers(1, 3),
    listed=st.integers(1, 3),
)
def test_losses_are_those_that_trying_all_counts_gives(
    maximum: int, first: Fraction, second: Fraction, cap: int | None, listed: int
) -> None:
    rules = [
        PerUnit(mechanic="per_unit", count="a", each=first, up_to=cap),
        Checklist(mechanic="checklist", missing="b", each=second, conditions=tuple("甲乙丙"[:listed])),
        Discretion(mechanic="discretion", low=Fraction(1, 2), high=Fraction(1), step=Fraction(1, 4)),
    ]
    tried = set()
    picks = [Fraction(0), Fraction(1, 2), Fraction(3, 4), Fraction(1)]
    for count, missing, picked in product(range(41), range(listed + 1), picks):
        loss = min(count * first, cap if cap is not None else 99) + missing * second + picked
        score = max(Fraction(0), maximum - loss)
        tried.add(maximum - Fraction(int(score * 100 + Fraction(1, 2)), 100))
    assert joint_losses(rules, Fraction(maximum), Fraction(100)) == tried


def test_how_adds_up_to_the_total() -> None:
    loaded = source(graded("0.5", *WHOLE, second="0.3"))
    assert loaded.rulebook.rubric is not None
    reached = reach(Book(loaded), loaded.rulebook.rubric)
    for total in reached.totals[::7]:
        parts = [part.rpartition("扣")[2].rstrip("分") for part in reached.how(total).split("、")]
        lost = sum((Fraction(part) for part in parts if part), Fraction(0)) if total != 10000 else Fraction(0)
        assert 100 - lost == Fraction(total, 100)

"""Discretion and decisions: what is proposed, what may be decided, what is refused, exemption slips."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from kpi.indicators.values import CriterionValue, IndicatorValue
from tests.kpi.assessments.offices import outcome, score
from tests.kpi.assessments.reading import points_of

RANGE = {"mechanic": "discretion", "low": "0.5", "high": 1}
CASES = {**RANGE, "high": 2, "count": "cases"}
UNITS = {"mechanic": "per_unit", "count": "cases", "each": "0.5"}


def item(*rules: dict[str, Any], maximum: Any = 10, **more: Any) -> dict[str, Any]:
    one = {"id": "one", "clauses": ["LS-1"], "title": "一", "maximum": maximum, "rules": list(rules), **more}
    return {"method": "deduct", "items": [one]}


def missed(*names: str, texts: tuple[str, ...] = ("每月50家未达标",)) -> list[IndicatorValue]:
    criteria = tuple(CriterionValue(text, False, missed=names) for text in texts)
    return [IndicatorValue("LS-1", "走访", False, criteria)]


@pytest.mark.parametrize(
    ("rule", "facts", "low", "high"),
    [
        (RANGE, {"met": False}, "0.5", "1"),
        (RANGE, {"met": True}, "0", "0"),
        ({**RANGE, "met": "wishes >= 50"}, {"wishes": 49}, "0.5", "1"),
        ({**RANGE, "met": "wishes >= 50"}, {"wishes": 50}, "0", "0"),
        (CASES, {"cases": 3}, "1.5", "6"),
        (CASES, {"cases": 0}, "0", "0"),
        (CASES, {"met": False}, "0.5", "2"),
    ],
)
def test_the_lower_bound_is_proposed(rule: dict[str, Any], facts: dict[str, Any], low: str, high: str) -> None:
    found = outcome(rule, facts)
    assert (found.low, found.proposed, found.high) == (Fraction(low), Fraction(low), Fraction(high))
    assert found.decided is None
    assert points_of(found.explanation) == found.proposed


@pytest.mark.parametrize(
    ("per", "indicators", "number"),
    [
        ("period", missed("2月", "5月"), 1),
        ("window", missed("2月", "5月"), 2),
        ("window", missed("2月", "5月", texts=("家数", "条数")), 2),
        ("window", missed(), 1),
        ("criterion", missed("2月", texts=("家数", "条数", "台账")), 3),
        ("window", [IndicatorValue("LS-1", "走访", False, members={"东门": missed("2月", "3月", "9月")[0]})], 3),
    ],
)
def test_the_range_applies_once_for_each(per: str, indicators: list[IndicatorValue], number: int) -> None:
    found = outcome({**RANGE, "per": per}, {"met": False}, indicators=indicators)
    assert (found.low, found.high) == (Fraction(number, 2), number)
    assert points_of(found.explanation) == found.proposed


def test_explanation_names_the_missed_windows() -> None:
    found = outcome({**RANGE, "per": "window"}, {"met": False}, indicators=missed("2月", "5月"))
    assert found.explanation == (
        "每月50家未达标；未达标2个时段（2月、5月），每项可扣0.5至1分，建议取下限；2 × 0.5 = 扣1分"
    )


@pytest.mark.parametrize("points", ["0.5", "0.6", "0.9", "1"])
def test_a_decision_in_the_range_counts_and_stays_apart(points: str) -> None:
    found = score(item(RANGE), {}, otherwise=True, decided={"LS-1": points})
    clause = found.items[0].by_clause[0]
    assert (clause.proposed, clause.decided, clause.deducted) == (Fraction("0.5"), Fraction(points), Fraction(points))
    assert clause.outcomes[0].decided == Fraction(points)
    assert found.total == 100 - Fraction(points)
    assert f"核定扣{points}分" in clause.explanation


@pytest.mark.parametrize(
    ("rule", "facts", "points", "words"),
    [
        (RANGE, {}, "1.5", "允许0.5至1分"),
        (RANGE, {}, "0.4", "允许0.5至1分"),
        (RANGE, {}, "0", "允许0.5至1分"),
        (RANGE, {}, "-0.5", "允许0.5至1分"),
        (RANGE, {}, "0.75", "每0.1分一档"),
        (RANGE, {"LS-1": {"met": True}}, "0.5", "已达标，不扣分"),
        ({**RANGE, "met": "wishes >= 5"}, {"LS-1": {"wishes": 5}}, "0.5", "已达标，不扣分"),
        (CASES, {"LS-1": {"cases": 2}}, "4.1", "允许1至4分"),
        (UNITS, {"LS-1": {"cases": 2}}, "1.5", "只能是1分"),
        (UNITS, {}, "10.5", "允许0至10分"),
    ],
)
def test_a_decision_outside_is_refused(
    rule: dict[str, Any], facts: dict[str, Any], points: str, words: str
) -> None:
    found = score(item(rule), facts, decided={"LS-1": points})
    assert (found.total, found.refused) == (None, ("LS-1",))
    assert found.reasons[0].kind == "out_of_range"
    assert words in found.reasons[0].reason


@pytest.mark.parametrize("points", ["0", "3.7", "10"])
def test_without_data_anything_up_to_the_maximum_may_be_decided(points: str) -> None:
    found = score(item(UNITS), {}, decided={"LS-1": points})
    assert found.items[0].score == 10 - Fraction(points)
    assert score(item(UNITS), {}).refused == ("LS-1",)


def test_without_a_maximum_there_is_no_upper_limit() -> None:
    found = score(item(UNITS, maximum=None), {}, decided={"LS-1": 37})
    assert (found.items[0].deduction, found.items[0].score, found.total) == (37, None, 63)


@pytest.mark.parametrize(
    ("decided", "deduction"),
    [
        ({"met": True}, "0"), (True, "0"), (False, "0.5"), ({"met": False, "reason": "两次未做"}, "0.5"),
        ({"points": "0.8", "reason": "两次未做", "by": "李"}, "0.8"),
    ],
)
def test_a_decision_may_say_met_or_give_a_reason(decided: Any, deduction: str) -> None:
    found = score(item(RANGE), {}, decided={"LS-1": decided})
    assert found.deductions == {"one": Fraction(deduction)}


def test_the_reason_of_a_decision_is_told() -> None:
    found = score(item(RANGE), {}, decided={"LS-1": {"points": "0.8", "reason": "两次未做", "by": "李"}})
    assert "核定扣0.8分，理由：两次未做，决定人：李" in found.items[0].explanation


@pytest.mark.parametrize("decided", ["多", {"point": 1}, [1], {"points": "x"}])
def test_a_decision_that_cannot_be_read_is_refused(decided: Any) -> None:
    found = score(item(RANGE), {}, decided={"LS-1": decided})
    assert (found.total, found.reasons[0].kind) == (None, "bad_input")


@pytest.mark.parametrize("rule", [{"mechanic": "zero_if", "condition": "not met"}, {"mechanic": "all_or_nothing"}])
def test_a_decision_alone_means_unmet_for_every_rule_that_asks(rule: dict[str, Any]) -> None:
    for points, total in (("10", 90), ("9", None)):
        assert score(item(rule), {}, otherwise=True, decided={"LS-1": points}).total == total
    assert score(item(rule), {}, otherwise=True, decided={"LS-1": True}).total == 100


def test_data_go_before_a_decided_met() -> None:
    rule = {**RANGE, "met": "wishes >= 5"}
    found = score(item(rule), {"LS-1": {"wishes": 4}}, decided={"LS-1": {"met": True}})
    assert found.reasons[0].kind == "out_of_range"


def test_a_decision_for_a_clause_without_a_scoring_rule_is_refused() -> None:
    found = score(item(RANGE), {}, otherwise=True, decided={"LS-4": 1})
    assert (found.total, found.refused) == (None, ("LS-4",))
    assert score(item(RANGE), {}, otherwise=True, decided={"LS-4": {"met": True}}).total == 100


def test_a_clause_scored_by_two_items_needs_to_know_which() -> None:
    rubric = item(RANGE)
    rubric["items"].append({**rubric["items"][0], "id": "two"})
    assert score(rubric, {}, otherwise=True, decided={"LS-1": "0.5"}).refused == ("LS-1",)
    found = score(rubric, {}, otherwise=True, decided={"two/LS-1": "0.6"})
    assert found.deductions == {"one": 0, "two": Fraction("0.6")}


def test_exempted_clauses_deduct_nothing_and_say_so() -> None:
    found = score(item(UNITS), {"LS-1": {"cases": 4}}, exempted={"LS-1": "暴雨停办"})
    assert found.total == 100
    assert "已免责（暴雨停办），原应扣2分，扣0分" in found.items[0].explanation


def test_two_rules_of_a_clause_share_one_decision() -> None:
    rule = {**RANGE, "met": "wishes >= 5"}
    facts = {"LS-1": {"wishes": 4, "cases": 2}}
    assert score(item(rule, UNITS), facts).deductions == {"one": Fraction("1.5")}
    found = score(item(rule, UNITS), facts, decided={"LS-1": "1.8"})
    assert [one.decided for one in found.items[0].outcomes] == [Fraction("0.8"), None]
    assert score(item(rule, UNITS), facts, decided={"LS-1": "2.1"}).refused == ("LS-1",)

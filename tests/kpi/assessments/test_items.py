"""Items: the order of operations, caps, pools, floor and maximum, rounding, unknown maxima."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tests.kpi.assessments.offices import score

F = Fraction


def per(clause: str, each: Any = 1) -> dict[str, Any]:
    return {"mechanic": "per_unit", "clause": clause, "count": "cases", "each": each}


def one(item: str, *rules: dict[str, Any], maximum: Any = 10, **more: Any) -> dict[str, Any]:
    clauses = list(dict.fromkeys(rule.get("clause", "LS-1") for rule in rules))
    return {"id": item, "clauses": clauses, "title": item, "maximum": maximum, "rules": list(rules), **more}


def cases(**numbers: int) -> dict[str, Any]:
    return {f"LS-{name[1:]}": {"cases": number} for name, number in numbers.items()}


def test_deductions_of_an_item_add_up_and_stop_at_its_maximum() -> None:
    rubric = {"items": [one("a", per("LS-1"), per("LS-2"), maximum=5)]}
    assert score(rubric, cases(c1=2, c2=1)).scores == {"a": 2}
    found = score(rubric, cases(c1=4, c2=3)).items[0]
    assert (found.deduction, found.score) == (5, 0)
    assert found.explanation.endswith("超过满分5分，扣完为止，扣5分；满分5分，得0分")


def test_clause_cap_comes_before_everything_else() -> None:
    rubric = {"items": [one("a", per("LS-1"), per("LS-2"), clause_caps={"LS-1": 2})]}
    found = score(rubric, cases(c1=9, c2=1)).items[0]
    assert (found.deduction, found.score) == (3, 7)
    assert "超过本条上限2分，扣完为止，扣2分" in found.explanation


def test_a_pool_holds_clauses_of_an_item_together() -> None:
    rubric = {
        "items": [one("a", per("LS-1"), per("LS-2"), per("LS-3"))],
        "pools": [{"id": "pot", "items": ["LS-1", "LS-2"], "maximum": 6}],
    }
    found = score(rubric, cases(c1=4, c2=5, c3=1))
    assert found.scores == {"a": 3}
    assert [clause.deducted for clause in found.items[0].by_clause] == [4, 2, 1]
    assert (found.pools[0].maximum, found.pools[0].lost) == (6, 6)


def test_a_clause_cap_goes_before_the_pool_and_the_pool_before_the_item() -> None:
    rubric = {
        "items": [one("a", per("LS-1"), per("LS-2"), maximum=4, clause_caps={"LS-1": 1})],
        "pools": [{"id": "pot", "items": ["a"], "maximum": 3}],
    }
    assert score(rubric, cases(c1=9, c2=1)).scores == {"a": 2}
    assert score(rubric, cases(c1=9, c2=9)).scores == {"a": 1}


def test_items_without_maxima_share_the_pool_as_their_maximum() -> None:
    rubric = {
        "items": [one("a", per("LS-1"), maximum=None), one("b", per("LS-2"), maximum=None), one("c", per("LS-3"))],
        "pools": [{"id": "pot", "items": ["a", "b"], "maximum": 6}],
    }
    found = score(rubric, cases(c1=1, c2=2, c3=1))
    assert (found.pools[0].score, found.scores, found.total) == (3, {"c": 9}, 12)
    assert score(rubric, cases(c1=5, c2=9, c3=1)).total == 9
    refused = score(rubric, cases(c1=1, c3=1))
    assert (refused.total, refused.refused) == (None, ("LS-2",))


def test_a_lost_item_is_lost_whatever_else_happened() -> None:
    zero = {"mechanic": "zero_if", "condition": "missing(series) > 0"}
    few = {"mechanic": "per_unit", "count": "shortfall(series, 10)", "each": "0.5"}
    rubric = {"items": [one("a", zero, few, per("LS-2"), maximum=5)]}
    facts = {"LS-1": {"series": [12, 8, None, 10]}, "LS-2": {"cases": 1}}
    found = score(rubric, facts).items[0]
    assert (found.deduction, found.score) == (5, 0)
    facts["LS-1"] = {"series": [12, 8, 9, 10]}
    assert score(rubric, facts).scores == {"a": F("2.5")}


def test_scores_are_rounded_half_up_once_per_item() -> None:
    rubric = {"items": [one("a", per("LS-1", "0.0025")), one("b", per("LS-2", "1/3"))]}
    found = score(rubric, cases(c1=1, c2=2))
    assert found.scores == {"a": 10, "b": F("9.33")}
    assert found.total == F("19.33")
    assert found.deductions == {"a": 0, "b": F("0.67")}
    assert score(rubric, cases(c1=2, c2=0)).scores["a"] == 10  # 9.995 rounds half up


def test_a_maximum_that_does_not_divide_leaves_no_deduction_behind() -> None:
    rubric = {"method": "deduct", "items": [one("a", per("LS-1"), maximum="100/14")]}
    assert score(rubric, cases(c1=0)).deductions == {"a": 0}
    assert score(rubric, cases(c1=1)).deductions == {"a": 1}
    assert score(rubric, cases(c1=50)).total == 100 - F("7.14")


def test_without_the_answer_to_its_maximum_an_item_only_deducts() -> None:
    rubric = {"method": "deduct", "items": [one("a", per("LS-1"), maximum={"answer": "full_marks"})]}
    found = score(rubric, cases(c1=12))
    assert (found.items[0].score, found.items[0].maximum, found.deductions, found.total) == (None, None, {"a": 12}, 88)
    answered = score(rubric, cases(c1=12), answers={"full_marks": 5})
    assert (answered.scores, answered.deductions, answered.total) == ({"a": 0}, {"a": 5}, 95)


def test_a_rule_that_needs_the_maximum_asks_the_question() -> None:
    zero = {"mechanic": "zero_if", "condition": "cases > 3"}
    rubric = {"method": "deduct", "items": [one("a", zero, maximum={"answer": "full_marks"}), one("b", per("LS-2"))]}
    found = score(rubric, cases(c1=4, c2=1))
    assert (found.total, found.refused, found.scores) == (None, ("LS-1",), {"b": 9})
    assert (found.reasons[0].kind, found.reasons[0].reason) == ("unanswered", "待采购人确认：本项满分是多少？")
    assert score(rubric, cases(c1=3, c2=1)).total == 99


@pytest.mark.parametrize(
    ("reports", "late", "points"), [(3, 0, "1.5"), (3, 1, "0.5"), (3, 2, "0"), (100, 0, "4"), (100, 1, "4")]
)
def test_items_that_start_at_zero_earn(reports: int, late: int, points: str) -> None:
    earn = {"mechanic": "earn_per_unit", "count": "reports", "each": "0.5"}
    rubric = {"items": [one("a", earn, {**per("LS-1")}, maximum=4, start="zero")]}
    found = score(rubric, {"LS-1": {"reports": reports, "cases": late}}).items[0]
    assert (found.score, found.deduction) == (F(points), 4 - F(points))


def test_a_refused_item_leaves_the_others_alone() -> None:
    rubric = {"items": [one("a", per("LS-1"), per("LS-2")), one("b", per("LS-3"))]}
    found = score(rubric, cases(c1=1, c3=2))
    assert (found.total, found.refused, found.scores, found.deductions) == (None, ("LS-2",), {"b": 8}, {"b": 2})
    assert "LS-2 没有“发现问题”的数据" in found.explanation


def test_figures_of_another_clause_do_not_stand_in_for_missing_ones() -> None:
    rubric = {"items": [one("a", per("LS-1")), one("b", per("LS-2"))]}
    assert score(rubric, cases(c1=3)).refused == ("LS-2",)


def test_self_scores_stand_beside() -> None:
    found = score({"items": [one("a", per("LS-1"))]}, cases(c1=3), self_scores={"a": "9.5"})
    assert (found.items[0].self_score, found.items[0].score) == (F("9.5"), 7)
    assert found.self_scores == {"a": F("9.5")}


def test_an_earning_item_is_lost_even_where_it_earned_more_than_its_maximum() -> None:
    earn = {"mechanic": "earn_per_unit", "count": "reports", "each": 1}
    zero = {"mechanic": "zero_if", "condition": "cases > 0"}
    rubric = {"items": [one("a", earn, zero, maximum=4, start="zero")]}
    assert score(rubric, {"LS-1": {"reports": 100, "cases": 0}}).scores == {"a": 4}
    assert score(rubric, {"LS-1": {"reports": 100, "cases": 1}}).scores == {"a": 0}


def test_a_lost_clause_needs_no_other_figure() -> None:
    zero = {"mechanic": "zero_if", "condition": "missing(series) > 0"}
    rubric = {"items": [one("a", zero, per("LS-1"))]}
    assert score(rubric, {"LS-1": {"series": [1, None]}}).scores == {"a": 0}
    assert score(rubric, {"LS-1": {"series": [1, 1]}}).refused == ("LS-1",)

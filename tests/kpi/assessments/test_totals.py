"""A whole sheet: the sum, the pot of 100, bonus lines with their caps, what a refusal leaves."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tests.kpi.assessments.offices import score

F = Fraction
UNITS = {"mechanic": "per_unit", "count": "cases", "each": "0.5"}
RANK = {"id": "rank", "clause": "LS-B", "rule": {"mechanic": "by_rank", "rank": "rank", "points": [5, 3]}}
NEWS = {
    "id": "news", "clause": "LS-B", "rule": {"mechanic": "per_extra", "count": "reports", "beyond": 1, "each": 5},
}


def rubric(*lines: dict[str, Any], method: str = "sum", **bonus: Any) -> dict[str, Any]:
    items = [
        {"id": f"i{number}", "clauses": f"LS-{number}", "title": "项", "maximum": 50, "rules": [UNITS]}
        for number in (1, 2)
    ]
    more = {"bonus": {"rules": list(lines), **bonus}} if lines else {}
    return {"method": method, "items": items, **more}


def facts(first: int, second: int, **bonus: int) -> dict[str, Any]:
    return {"LS-1": {"cases": first}, "LS-2": {"cases": second}, **({"LS-B": bonus} if bonus else {})}


@pytest.mark.parametrize("method", ["sum", "deduct"])
@pytest.mark.parametrize(("first", "second", "total"), [(0, 0, "100"), (3, 1, "98"), (7, 0, "96.5"), (999, 999, "0")])
def test_both_methods_come_to_the_same(method: str, first: int, second: int, total: str) -> None:
    found = score(rubric(method=method), facts(first, second))
    assert found.base == found.total == F(total)


def test_the_sum_is_told() -> None:
    assert score(rubric(), facts(3, 1)).explanation == "48.5 + 49.5 = 98分"
    assert score(rubric(RANK, method="deduct"), facts(3, 0, rank=2)).explanation == "100 - 1.5 + 加分3 = 101.5分"


def test_totals_other_than_a_hundred() -> None:
    found = score({**rubric(method="deduct"), "total": 120}, facts(4, 0))
    assert (found.full, found.total) == (120, 118)


def test_a_pot_never_goes_below_nothing() -> None:
    items = [{"id": "i1", "clauses": "LS-1", "title": "项", "rules": [UNITS]}]
    found = score({"method": "deduct", "items": items}, {"LS-1": {"cases": 999}})
    assert found.total == 0


def test_bonus_lines_stand_apart() -> None:
    found = score(rubric(RANK, NEWS), facts(0, 2, rank=2, reports=3))
    assert (found.bonus, found.bonus_total, found.base, found.total) == ({"rank": 3, "news": 10}, 13, 99, 112)


@pytest.mark.parametrize(
    ("bonus", "lines", "added"),
    [
        ({}, (RANK, NEWS), "25"),
        ({}, (RANK, {**NEWS, "cap": 8}), "13"),
        ({"cap": 11}, (RANK, NEWS), "11"),
        ({"cap": 11}, (RANK, {**NEWS, "cap": 2}), "7"),
    ],
)
def test_caps_of_lines_and_of_all(bonus: dict[str, Any], lines: tuple[dict[str, Any], ...], added: str) -> None:
    found = score(rubric(*lines, **bonus), facts(0, 0, rank=1, reports=5))
    assert (found.bonus_total, found.total) == (F(added), 100 + F(added))


@pytest.mark.parametrize(
    ("answer", "cases", "total"), [(True, 4, "103"), (False, 4, "100"), (True, 40, "85"), (False, 40, "85")]
)
def test_an_answer_says_whether_bonus_exceeds_full_marks(answer: bool, cases: int, total: str) -> None:
    lines = rubric(RANK, may_exceed_total={"answer": "over", "when": {"true": True, "false": False}})
    found = score(lines, facts(cases, 0, rank=1), answers={"over": answer})
    assert found.total == F(total)
    assert ("不超过满分100分" in found.explanation) is (total == "100")


def test_an_unanswered_cap_is_asked_only_where_there_is_something_to_cap() -> None:
    lines = rubric({**RANK, "cap": {"answer": "full_marks"}}, cap={"answer": "full_marks"})
    assert score(lines, facts(0, 0)).total == 100
    assert score(lines, facts(0, 0, rank=9)).total == 100
    refused = score(lines, facts(0, 0, rank=1))
    assert (refused.total, refused.base, refused.refused) == (None, 100, ("LS-B",))
    over_all = score(rubric(RANK, cap={"answer": "full_marks"}), facts(0, 0, rank=1))
    assert (over_all.total, over_all.bonus, over_all.refused) == (None, {"rank": 5}, ("LS-B",))


def test_a_refused_bonus_line_refuses_the_total_only() -> None:
    found = score(rubric(RANK, NEWS), facts(2, 0, rank=1))
    assert (found.total, found.base, found.bonus, found.scores) == (None, 99, {"rank": 5}, {"i1": 49, "i2": 50})
    assert found.refused == ("LS-B",)


def test_a_bonus_without_data_may_be_decided_per_line() -> None:
    found = score(rubric(RANK, NEWS), facts(0, 0, rank=1), decided={"news/LS-B": 5})
    assert (found.bonus, found.total) == ({"rank": 5, "news": 5}, 110)


def test_the_sum_needs_every_maximum_and_the_pot_does_not() -> None:
    open_items = rubric()["items"]
    open_items[1] = {**open_items[1], "maximum": {"answer": "full_marks"}}
    found = score({"method": "sum", "items": open_items}, facts(2, 2))
    assert (found.total, found.refused, found.reasons[0].kind) == (None, ("LS-2",), "unanswered")
    assert score({"method": "deduct", "items": open_items}, facts(2, 2)).total == 98


def test_every_outcome_is_listed() -> None:
    found = score(rubric(RANK), facts(1, 1, rank=1))
    assert [one.mechanic for one in found.outcomes] == ["per_unit", "per_unit", "by_rank"]

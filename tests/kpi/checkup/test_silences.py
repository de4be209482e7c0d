"""What a document leaves open or says twice is asked, wherever it stands."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kpi.checkup.books import checked, found, one, question, sound

ALL = {"mechanic": "all_or_nothing"}
NEEDING: list[dict[str, Any]] = [
    {"mechanic": "zero_if", "condition": "visits == 0"},
    {"mechanic": "gate", "require": "visits > 3"},
    {"mechanic": "any_failing", "values": "visits", "at_least": 1},
    {"mechanic": "half_credit", "full": "visits > 9", "half": "visits > 3"},
    ALL,
]


def without_maximum(index: int, *rules: dict[str, Any]) -> dict[str, Any]:
    raw = sound()
    del raw["rubric"]["items"][index]["maximum"]
    raw["rubric"]["items"][index]["rules"] += rules
    return raw


@pytest.mark.parametrize("index", [0, 1])
@pytest.mark.parametrize("rule", NEEDING, ids=[rule["mechanic"] for rule in NEEDING])
def test_losing_everything_of_an_unknown_maximum(index: int, rule: dict[str, Any]) -> None:
    raw = without_maximum(index, rule)
    finding = one(raw, "maximum_missing")
    assert finding.field == f"rubric.items.{index}"
    assert finding.severity == "question"
    raw["rubric"]["items"][index]["stated"] = [{"quote": "（60分）", "value": 60, "about": "maximum"}]
    assert not found(raw, "maximum_missing")


def test_a_stated_worth_needs_no_maximum() -> None:
    raw = without_maximum(0, {**ALL, "worth": 5})
    assert not found(raw, "maximum_missing")
    assert "1 个考核项没有写明满分" in one(raw, "maxima_missing").message


def test_a_maximum_that_only_an_answer_gives_is_not_stated() -> None:
    raw = without_maximum(1, NEEDING[0])
    raw["assumptions"] = [question("top", type="number", default=40)]
    raw["rubric"]["items"][1]["maximum"] = {"answer": "top"}
    assert one(raw, "maximum_missing").answered_by_assumption == "top"


def test_parts_without_weights() -> None:
    raw = sound()
    raw["rubric"]["parts"] = [
        {"id": "daily", "title": "日常考核"},
        {"id": "annual", "title": "年度考核", "weight": "60%"},
    ]
    assert "“日常考核”" in one(raw, "weights_missing").message
    raw["rubric"]["parts"][0]["weight"] = "30%"
    assert one(raw, "weights_sum").severity == "error"
    raw["rubric"]["parts"][0]["weight"] = "40%"
    assert not checked(raw).findings


def bonus(cap: object, overall: object, **rule: object) -> dict[str, Any]:
    raw = sound()
    line = {
        "id": "extra",
        "clause": "A-2",
        "rule": {"mechanic": "per_extra", "count": "missed", "each": 5, **rule},
    }
    raw["rubric"]["bonus"] = {"rules": [{**line, "cap": cap}], "cap": overall}
    return raw


def test_bonus_without_cap_of_a_line_and_of_all() -> None:
    assert [one.field for one in found(bonus(None, None), "bonus_without_cap")] == [
        "rubric.bonus",
        "rubric.bonus.rules.0",
    ]
    assert [one.field for one in found(bonus(10, None), "bonus_without_cap")] == ["rubric.bonus"]
    assert [one.field for one in found(bonus(None, 10), "bonus_without_cap")] == ["rubric.bonus.rules.0"]
    assert not found(bonus(None, 10, up_to=10), "bonus_without_cap")
    ranked = bonus(None, 10)
    ranked["rubric"]["bonus"]["rules"][0]["rule"] = {
        "mechanic": "by_rank",
        "rank": "missed",
        "points": [5, 3],
    }
    assert not found(ranked, "bonus_without_cap")


def test_the_cap_of_a_group_covers_its_lines() -> None:
    raw = bonus(None, 10)
    raw["rubric"]["bonus"]["rules"][0]["group"] = "宣传"
    assert found(raw, "bonus_without_cap")
    raw["rubric"]["bonus"]["group_caps"] = {"宣传": 5}
    assert not found(raw, "bonus_without_cap")


def test_reductions_per_record_of_whom() -> None:
    raw = sound()
    amount = {"reduces": "fixed_per_record", "count": "missed", "each": 100}
    raw["payment"]["reductions"] = [{"id": "r", "clause": "A-2", "title": "每例扣款", "amount": amount}]
    assert one(raw, "population_missing").clauses == ("A-2",)
    amount["population"] = "样本中的不合格记录"
    assert not checked(raw).findings


def says(*pairs: tuple[str, object, str]) -> list[dict[str, Any]]:
    return [{"quote": quote, "value": value, "about": about} for quote, value, about in pairs]


def test_two_values_for_one_aspect() -> None:
    raw = sound()
    raw["indicators"][1]["stated"] = says(
        ("不少于95%", "95%", ""), ("须达90%", "90%", ""), ("3份", 3, "copies")
    )
    finding = one(raw, "stated_contradiction")
    assert finding.question == "以哪一个为准：95%、90%？"
    assert "须达90%" in finding.message
    raw["indicators"][1]["stated"] = says(
        ("不少于95%", "95%", ""), ("达到95%", "0.95", ""), ("3份", 3, "copies")
    )
    assert not checked(raw).findings


def test_a_contradiction_that_is_asked_is_reported_once() -> None:
    raw = sound()
    both = says(("不少于95%", "95%", ""), ("须达90%", "90%", ""))
    raw["indicators"][1]["stated"] = both
    raw["assumptions"] = [
        question(
            "which",
            clauses=["A-2"],
            options={"95": "95%", "90": "90%"},
            default="95",
            stated=[dict(one) for one in both],
        )
    ]
    raw["parameters"].append(
        {
            "id": "goal",
            "clause": "A-2",
            "title": "目标",
            "value": {"answer": "which", "when": {"95": "95%", "90": "90%"}},
        }
    )
    finding = one(raw, "stated_contradiction")
    assert finding.answered_by_assumption == "which"
    assert finding.field == "assumptions.0"


def test_what_nobody_decided() -> None:
    raw = sound()
    raw["assumptions"] = [question("goal", type="number", touches_payment=True)]
    raw["parameters"][0]["value"] = {"answer": "goal"}
    finding = one(raw, "unanswered")
    assert finding.answered_by_assumption == "goal"
    assert "付款" in finding.message
    raw = sound()
    raw["parameters"][0]["value"] = None
    assert one(raw, "parameter_not_stated").field == "parameters.0"


def test_a_requirement_without_deduction() -> None:
    raw = sound()
    raw["rubric"]["items"][0]["rules"].append({"mechanic": "no_deduction", "label": "态度"})
    assert "“态度”" in one(raw, "no_deduction_stated").message

"""Deducting mechanics: a table of cases with the boundaries of each, and what the explanation says."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tests.kpi.assessments.offices import outcome
from tests.kpi.assessments.reading import points_of

FAIRS = {"mechanic": "per_unit", "count": ["due - held", "small"], "each": "0.5"}
CASES = {"mechanic": "per_unit", "count": "cases", "each": "0.1"}
POSTS = {"mechanic": "per_point", "of": "completion", "actual": "actual", "target": "target", "each": "0.5"}
RATE = {"mechanic": "per_point", "actual": "satisfied / sample", "target": "90%", "each": "0.5"}
WISHES = {
    "mechanic": "steps", "value": "wishes",
    "table": [
        {"below": 1, "points": 1},
        {"at_least": 1, "below": 200, "points": "0.5"},
        {"at_least": 200, "points": 0},
    ],
}
TOP = {
    "mechanic": "steps", "value": "target - actual",
    "table": [{"below": 5, "inclusive_top": True, "points": 1}, {"at_least": 5, "below": 10, "points": 2}],
}


@pytest.mark.parametrize(
    ("rule", "facts", "points"),
    [
        (FAIRS, {"due": 52, "held": 50, "small": 3}, "2.5"),
        (FAIRS, {"due": 52, "held": 52, "small": 0}, 0),
        (FAIRS, {"due": 52, "held": 60, "small": 3}, "1.5"),  # more fairs do not make up for small ones
        (CASES, {"cases": 7}, "0.7"),
        ({**CASES, "free": 3}, {"cases": 3}, 0),
        ({**CASES, "free": 3}, {"cases": 4}, "0.1"),
        ({**CASES, "up_to": 1}, {"cases": 10}, 1),
        ({**CASES, "up_to": 1}, {"cases": 11}, 1),
        ({"mechanic": "checklist", "missing": "missing", "each": 1}, {"missing": 2}, 2),
        ({"mechanic": "checklist", "missing": "missing", "each": 1}, {"missing": 0}, 0),
        (POSTS, {"actual": 9420, "target": 10000}, "2.5"),
        (POSTS, {"actual": 9400, "target": 10000}, 3),
        (POSTS, {"actual": 9401, "target": 10000}, "2.5"),
        (POSTS, {"actual": 10001, "target": 10000}, 0),
        (RATE, {"satisfied": 873, "sample": 1000}, 1),
        (RATE, {"satisfied": 900, "sample": 1000}, 0),
        (RATE, {"satisfied": 89999, "sample": 100000}, 0),
        ({**RATE, "rounding": "ceiling"}, {"satisfied": 89999, "sample": 100000}, "0.5"),
        ({**RATE, "rounding": "ceiling"}, {"satisfied": 87, "sample": 100}, "1.5"),
        ({**RATE, "rounding": "pro_rata"}, {"satisfied": 873, "sample": 1000}, "1.35"),
        ({**RATE, "step": "0.1"}, {"satisfied": 8985, "sample": 10000}, "0.5"),
        ({**RATE, "up_to": 2}, {"satisfied": 0, "sample": 10}, 2),
        (WISHES, {"wishes": 0}, 1),
        (WISHES, {"wishes": 1}, "0.5"),
        (WISHES, {"wishes": 199}, "0.5"),
        (WISHES, {"wishes": 200}, 0),
        (TOP, {"target": 10, "actual": 5}, 1),
        (TOP, {"target": 10, "actual": 4}, 2),
    ],
)
def test_points(rule: dict[str, Any], facts: dict[str, Any], points: Any) -> None:
    found = outcome(rule, facts)
    assert found.refused is None
    assert found.low == found.proposed == found.high == Fraction(points)
    assert found.met is (found.proposed == 0)
    assert points_of(found.explanation) == found.proposed


@pytest.mark.parametrize(
    ("rule", "facts", "text"),
    [
        (FAIRS, {"due": 52, "held": 50, "small": 3}, "应办52场，实办50场，少2场；岗位不足50个3场；5 × 0.5 = 扣2.5分"),
        ({**CASES, "free": 3}, {"cases": 4}, "发现问题4例；共4例，免计3例；1 × 0.1 = 扣0.1分"),
        ({**CASES, "up_to": 1}, {"cases": 11}, "发现问题11例；11 × 0.1 = 1.1分，超过上限1分，扣完为止，扣1分"),
        (
            POSTS, {"actual": 9420, "target": 10000},
            "实际完成9420条；目标10000，完成94.2%，少5.8个百分点；按整数计5个；5 × 0.5 = 扣2.5分",
        ),
        (
            RATE, {"satisfied": 873, "sample": 1000},
            "满意873人，抽查1000人；实际87.3%，目标90%，少2.7个百分点；按整数计2个；2 × 0.5 = 扣1分",
        ),
        (
            {"mechanic": "per_unit", "count": "shortfall(series, 10)", "each": "0.5"}, {"series": [12, 8, None, 9]},
            "各季度企业12、8、未举办、9家，少3家；3 × 0.5 = 扣1.5分",
        ),
        (WISHES, {"wishes": 150}, "培训意愿150人；属“1以上、200以下（不含）”一档；1 × 0.5 = 扣0.5分"),
        (
            {"mechanic": "checklist", "conditions": ["标识", "座椅"], "missing": "missing", "each": 1}, {"missing": 1},
            "共2项要求；缺少条件1项；1 × 1 = 扣1分",
        ),
    ],
)
def test_explanation(rule: dict[str, Any], facts: dict[str, Any], text: str) -> None:
    assert outcome(rule, facts).explanation == text


@pytest.mark.parametrize(
    ("rule", "facts", "kind", "words"),
    [
        (FAIRS, {"due": 52, "held": 50}, "no_data", "没有“岗位不足50个”的数据"),
        (FAIRS, {}, "no_data", "没有“应办”的数据"),
        (FAIRS, {"met": False}, "no_data", "没有“应办”的数据"),
        (RATE, {"satisfied": 0, "sample": 0}, "no_data", "分母为 0"),
        (POSTS, {"actual": 1, "target": 0}, "no_data", "为 0 时没有完成率"),
        (TOP, {"target": 20, "actual": 1}, "no_band", "应完成20条，实际完成1条，少19条，没有一档包含这个值"),
        ({**WISHES, "value": "series"}, {"series": [1, 2]}, "bad_input", "不是一个数"),
        ({**CASES, "count": "due - series"}, {"due": 3, "series": [1]}, "bad_input", "数据的类型不对"),
    ],
)
def test_refused(rule: dict[str, Any], facts: dict[str, Any], kind: str, words: str) -> None:
    found = outcome(rule, facts)
    assert found.refused is not None
    assert found.refused.kind == kind
    assert words in found.refused.reason
    assert found.no_data is (kind == "no_data")


def test_an_answer_decides_how_points_are_rounded() -> None:
    rule = {**RATE, "rounding": {"answer": "rounding"}}
    facts = {"satisfied": 873, "sample": 1000}
    found = {how: outcome(rule, facts, answers={"rounding": how}).proposed for how in ("ceiling", "pro_rata")}
    assert found == {"ceiling": Fraction("1.5"), "pro_rata": Fraction("1.35")}
    assert outcome(rule, facts).proposed == 1


def test_a_rule_that_is_switched_off_moves_nothing_and_needs_no_figure() -> None:
    found = outcome({**FAIRS, "when": "wishes > 10"}, {"wishes": 10})
    assert (found.proposed, found.refused, found.off, found.effect) == (0, None, True, "none")
    assert points_of(found.explanation) == 0
    assert outcome({**FAIRS, "when": "wishes > 10"}, {"due": 1, "held": 1, "small": 0}).no_data


@pytest.mark.parametrize("rule", [FAIRS, CASES, POSTS, RATE, WISHES, TOP])
def test_plain_met_deducts_nothing(rule: dict[str, Any]) -> None:
    for found in (outcome(rule, {"met": True}), outcome(rule, {}, otherwise=True)):
        assert (found.proposed, found.met, found.refused) == (0, True, None)
        assert found.explanation == "已达标，扣0分"


def test_figures_go_before_a_general_met() -> None:
    assert outcome(CASES, {"cases": 2}, otherwise=True).proposed == Fraction("0.2")
    assert outcome(FAIRS, {"due": 2, "held": 1}, otherwise=True).no_data


def test_sources_name_the_figures_behind_the_points() -> None:
    assert outcome(FAIRS, {"due": 52, "held": 50, "small": 3}).sources == ("LS-1/due", "LS-1/held", "LS-1/small")

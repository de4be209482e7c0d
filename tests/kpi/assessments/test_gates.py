"""Rules that lose an item whole, and requirements without a deduction."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tests.kpi.assessments.offices import outcome
from tests.kpi.assessments.reading import points_of

MEETINGS = {"mechanic": "zero_if", "condition": "missing(series) > 0", "label": "有季度未举办"}
RESPONDENTS = {"mechanic": "gate", "require": "sample >= 50"}
OUTLETS = {"mechanic": "any_failing", "values": "outlets", "at_least": "60", "unit": "分"}
WHOLE = {"mechanic": "all_or_nothing"}


@pytest.mark.parametrize(
    ("rule", "facts", "points", "zero"),
    [
        (MEETINGS, {"series": [12, 8, None, 10]}, 10, True),
        (MEETINGS, {"series": [12, 8, 1, 10]}, 0, False),
        ({**MEETINGS, "share": "missing(series) / 4"}, {"series": [12, None, None, 10]}, 5, False),
        ({"mechanic": "zero_if", "condition": "not met"}, {"met": False}, 10, True),
        (RESPONDENTS, {"sample": 50}, 0, False),
        ({**RESPONDENTS, "otherwise": "zero"}, {"sample": 49}, 10, True),
        ({**RESPONDENTS, "otherwise": "pass"}, {"sample": 49}, 0, False),
        (OUTLETS, {"outlets": [60, 61, 99]}, 0, False),
        (OUTLETS, {"outlets": [60, 59, 99]}, 10, True),
        (OUTLETS, {"outlets": {"东门": 60, "西门": 59}}, 10, True),
        (OUTLETS, {"outlets": [60, None]}, 10, True),
        (WHOLE, {"met": True}, 0, False),
        (WHOLE, {"met": False}, 10, False),
        ({**WHOLE, "met": "wishes >= 4"}, {"wishes": 4}, 0, False),
        ({**WHOLE, "met": "wishes >= 4"}, {"wishes": 3}, 10, False),
        ({**WHOLE, "met": "wishes >= 4", "worth": 4}, {"wishes": 3}, 4, False),
        ({**WHOLE, "met": "wishes >= 4"}, {"met": False}, 10, False),
        ({"mechanic": "no_deduction"}, {"met": False}, 0, False),
        ({"mechanic": "no_deduction"}, {}, 0, False),
    ],
)
def test_points(rule: dict[str, Any], facts: dict[str, Any], points: Any, zero: bool) -> None:
    found = outcome(rule, facts)
    assert found.refused is None
    assert (found.proposed, found.zero) == (Fraction(points), zero)
    assert points_of(found.explanation) == found.proposed


@pytest.mark.parametrize(
    ("rule", "facts", "text"),
    [
        (
            MEETINGS, {"series": [12, 8, None, 10]},
            "各季度企业12、8、未举办、10家；有季度未举办，本项不得分；1 × 10 = 扣10分",
        ),
        (
            OUTLETS, {"outlets": {"东门": 60, "西门": 59}},
            "共2个，每个应不少于60分；未达到1个（西门59分），本项不得分；1 × 10 = 扣10分",
        ),
        (WHOLE, {"met": False}, "未达标；1 × 10 = 扣10分"),
        ({"mechanic": "no_deduction"}, {"met": False}, "未达标；没有约定扣分，扣0分"),
    ],
)
def test_explanation(rule: dict[str, Any], facts: dict[str, Any], text: str) -> None:
    assert outcome(rule, facts).explanation == text


def test_a_gate_may_refuse_and_says_what_to_do() -> None:
    found = outcome({**RESPONDENTS, "otherwise": "refuse"}, {"sample": 49})
    assert found.refused is not None
    assert (found.refused.kind, found.no_data) == ("blocked", False)
    assert "抽查49人" in found.refused.reason


@pytest.mark.parametrize(
    ("rule", "lost", "kept"),
    [
        (MEETINGS, {"series": [1, None]}, {"series": [1, 1]}),
        (RESPONDENTS, {"sample": 1}, {"sample": 50}),
        (OUTLETS, {"outlets": [1]}, {"outlets": [60]}),
        (WHOLE, {"met": False}, {"met": True}),
    ],
)
def test_a_maximum_is_needed_only_where_it_is_lost(
    rule: dict[str, Any], lost: dict[str, Any], kept: dict[str, Any]
) -> None:
    refused = outcome(rule, lost, maximum=None).refused
    assert refused is not None
    assert refused.kind == "not_stated"
    assert outcome(rule, kept, maximum=None).proposed == 0


@pytest.mark.parametrize("rule", [MEETINGS, RESPONDENTS, OUTLETS, WHOLE])
def test_nothing_known_must_be_decided(rule: dict[str, Any]) -> None:
    found = outcome(rule, {})
    assert found.no_data
    assert found.refused is not None
    assert "由采购人作出决定" in found.refused.reason


def test_no_outlets_at_all_is_no_data() -> None:
    assert outcome(OUTLETS, {"outlets": []}).no_data


def test_a_requirement_without_deduction_shows_its_state() -> None:
    rule = {"mechanic": "no_deduction", "met": "wishes >= 4"}
    assert [outcome(rule, {"wishes": n}).met for n in (3, 4)] == [False, True]
    unknown = outcome(rule, {})
    assert (unknown.met, unknown.no_data, unknown.refused) == (None, True, None)

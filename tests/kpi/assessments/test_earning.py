"""Earning mechanics and bonus: cases with boundaries, in items that start at zero and beside them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tests.kpi.assessments.offices import outcome
from tests.kpi.assessments.reading import points_of

CONDITIONS = {
    "mechanic": "earn_per_condition",
    "conditions": [
        {"when": "window_open", "points": 2, "label": "设有专窗"},
        {"when": "wishes >= 100", "points": 3, "label": "意愿满百"},
    ],
}
UNITS = {"mechanic": "earn_per_unit", "count": "reports", "each": "0.5", "above": 4, "base": 2, "up_to": 5}
LINEAR = {
    "mechanic": "proportional", "value": "satisfied / sample", "low": "80%", "high": "90%",
    "low_points": 1, "high_points": 5, "percent": True,
}
FEWER = {"mechanic": "proportional", "value": "cases", "low": 10, "high": 0, "high_points": 4}
HALVES = {"mechanic": "half_credit", "full": "held >= due", "half": "held * 2 >= due"}
RANK = {"mechanic": "by_rank", "rank": "rank", "points": [5, 3]}
EXTRA = {"mechanic": "per_extra", "count": "reports", "beyond": 1, "each": 5, "unit": "篇"}


@pytest.mark.parametrize(
    ("rule", "facts", "points"),
    [
        (CONDITIONS, {"window_open": True, "wishes": 100}, 5),
        (CONDITIONS, {"window_open": True, "wishes": 99}, 2),
        (CONDITIONS, {"window_open": False, "wishes": 99}, 0),
        (UNITS, {"reports": 3}, 0),
        (UNITS, {"reports": 4}, 2),
        (UNITS, {"reports": 5}, "2.5"),
        (UNITS, {"reports": 10}, 5),
        (UNITS, {"reports": 11}, 5),
        (LINEAR, {"satisfied": 79, "sample": 100}, 1),
        (LINEAR, {"satisfied": 80, "sample": 100}, 1),
        (LINEAR, {"satisfied": 85, "sample": 100}, 3),
        (LINEAR, {"satisfied": 95, "sample": 100}, 5),
        (FEWER, {"cases": 0}, 4),
        (FEWER, {"cases": 5}, 2),
        (FEWER, {"cases": 12}, 0),
        (HALVES, {"held": 4, "due": 4}, 10),
        (HALVES, {"held": 2, "due": 4}, 5),
        (HALVES, {"held": 1, "due": 4}, 0),
        (RANK, {"rank": 1}, 5),
        (RANK, {"rank": 2}, 3),
        (RANK, {"rank": 3}, 0),
        (EXTRA, {"reports": 3}, 10),
        (EXTRA, {"reports": 1}, 0),
        (EXTRA, {"reports": 0}, 0),
        ({**EXTRA, "up_to": 8}, {"reports": 3}, 8),
        ({"mechanic": "all_or_nothing", "met": "wishes >= 4"}, {"wishes": 4}, 10),
        ({"mechanic": "all_or_nothing", "met": "wishes >= 4"}, {"wishes": 3}, 0),
    ],
)
@pytest.mark.parametrize("mode", ["earn", "bonus"])
def test_points(rule: dict[str, Any], facts: dict[str, Any], points: Any, mode: str) -> None:
    found = outcome(rule, facts, mode=mode)
    assert found.refused is None
    assert (found.effect, found.proposed) == ("earn", Fraction(points))
    assert points_of(found.explanation) == found.proposed
    assert ("加" if mode == "bonus" else "得") in found.explanation.split("；")[-1]


@pytest.mark.parametrize(
    ("rule", "facts", "text"),
    [
        (EXTRA, {"reports": 3}, "媒体报道3篇；1篇以外多2篇；2 × 5 = 加10分"),
        (RANK, {"rank": 2}, "全市排名2；第2名；1 × 3 = 加3分"),
        (RANK, {"rank": 3}, "全市排名3；第3名，前2名才有分；1 × 0 = 加0分"),
        (UNITS, {"reports": 5}, "媒体报道5篇；起点4，超出1；2 + 1 × 0.5 = 加2.5分"),
        (
            LINEAR, {"satisfied": 85, "sample": 100},
            "满意85人，抽查100人；实际85%，区间80%至90%，达到0.5；1 + 0.5 × 4 = 加3分",
        ),
        (
            CONDITIONS, {"window_open": True, "wishes": 100},
            "设有专窗是，培训意愿100人；2项条件符合2项（设有专窗、意愿满百）；2 + 3 = 加5分",
        ),
    ],
)
def test_explanation(rule: dict[str, Any], facts: dict[str, Any], text: str) -> None:
    assert outcome(rule, facts, mode="bonus").explanation == text


@pytest.mark.parametrize(
    ("facts", "lost"), [({"held": 4, "due": 4}, 0), ({"held": 2, "due": 4}, 5), ({"held": 1, "due": 4}, 10)]
)
def test_half_credit_in_an_item_that_starts_full_loses_the_rest(facts: dict[str, Any], lost: int) -> None:
    found = outcome(HALVES, facts)
    assert (found.effect, found.proposed) == ("deduct", lost)
    assert points_of(found.explanation) == lost


@pytest.mark.parametrize("rule", [CONDITIONS, UNITS, LINEAR, RANK, EXTRA])
def test_a_bonus_that_nobody_claims_gives_nothing(rule: dict[str, Any]) -> None:
    for otherwise in (True, False):
        found = outcome(rule, {}, mode="bonus", otherwise=otherwise)
        assert (found.proposed, found.refused) == (0, None)


def test_a_bonus_claimed_without_its_figure_must_be_decided() -> None:
    assert outcome(EXTRA, {"rank": 1}, mode="bonus").no_data
    assert outcome(EXTRA, {"rank": 1}, mode="bonus", otherwise=True).proposed == 0
    assert outcome(EXTRA, {"reports": None}, mode="bonus", otherwise=True).no_data


@pytest.mark.parametrize(
    ("rule", "points"), [(CONDITIONS, 5), (UNITS, 5), (LINEAR, 5), (HALVES, 10), ({"mechanic": "all_or_nothing"}, 10)]
)
def test_an_earning_item_that_is_simply_met_earns_what_it_can(rule: dict[str, Any], points: int) -> None:
    found = outcome(rule, {"met": True}, mode="earn")
    assert (found.effect, found.proposed) == ("earn", points)
    assert points_of(found.explanation) == points


def test_what_a_plain_met_is_worth_may_be_unknown() -> None:
    assert outcome(RANK, {"met": True}, mode="earn").no_data


@pytest.mark.parametrize(("rank", "kind"), [(0, "bad_input"), (-1, "bad_input"), ("50%", "bad_input")])
def test_ranks_are_whole_numbers_from_one(rank: Any, kind: str) -> None:
    refused = outcome(RANK, {"rank": rank}, mode="bonus").refused
    assert refused is not None
    assert refused.kind == kind


def test_a_range_without_length_is_refused() -> None:
    refused = outcome({**LINEAR, "high": "80%"}, {"satisfied": 8, "sample": 10}, mode="earn").refused
    assert refused is not None
    assert refused.kind == "bad_input"

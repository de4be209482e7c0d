"""Explanations are not decoration: the figures in the text recompute the points, for every mechanic."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.assessments import RuleOutcome
from kpi.quantities import show
from kpi.rulebook.mechanics import Mechanic
from tests.kpi.assessments.offices import outcome
from tests.kpi.assessments.reading import arithmetic, counted, factor_of, number, numbers, points_of

Reader = Callable[[str, dict[str, Any]], Fraction]
COUNT = st.integers(0, 400)
SERIES = st.lists(st.none() | st.integers(0, 30), min_size=1, max_size=6)


def segments(text: str) -> list[str]:
    return text.split("；")[:-1]


def of_counts(text: str, rule: dict[str, Any]) -> Fraction:
    """Each segment ends in a count; together, less the free ones, they are the number multiplied."""
    shown = [one for one in segments(text) if not one.startswith("共")]
    total = sum((counted(one) for one in shown), Fraction(0))
    free = next((numbers(one)[1] for one in segments(text) if "免计" in one), Fraction(0))
    assert factor_of(text) == max(Fraction(0), total - free), text
    return points_of(text)


def of_points(text: str, rule: dict[str, Any]) -> Fraction:
    """Rate and target give the points short, these the steps."""
    gap = next(one for one in segments(text) if "个百分点" in one and "实际" in one)
    actual, target, short = numbers(gap)
    exact = max(Fraction(0), target - actual)
    steps = numbers(next(one for one in segments(text) if re.search("计|档", one) and one is not gap))[-1]
    if "…" not in gap:
        assert short == exact
        size = number(rule.get("step", "1"))
        wanted = {"whole": Fraction(exact / size // 1), "ceiling": -(-exact / size // 1), "pro_rata": exact / size}
        assert steps == wanted[rule.get("rounding", "whole")], text
    assert factor_of(text) == steps
    return points_of(text)


def of_band(text: str, rule: dict[str, Any]) -> Fraction:
    """The value lies inside the band that is named."""
    value = numbers(segments(text)[0])[-1]
    band = numbers(segments(text)[1])
    low = band[0] if "以上" in segments(text)[1] else None
    top = band[-1] if "不含" in segments(text)[1] else None
    assert low is None or low <= value, text
    assert top is None or value < top, text
    return points_of(text)


def of_units(text: str, rule: dict[str, Any]) -> Fraction:
    """Sub-units that failed are named, as many as it says; one is enough."""
    found = re.search(r"未达到(\d+)个（(.*)）", text)
    assert (found is None) == (points_of(text) == 0)
    if found:
        bound = re.search(r"不少于(\d+)", text)
        failing = found[2].split("、")
        assert bound
        assert len(failing) == int(found[1])
        assert all("未举办" in one or numbers(one)[-1] < int(bound[1]) for one in failing)
    return points_of(text)


def of_range(text: str, rule: dict[str, Any]) -> Fraction:
    """The lower bound, once for each case."""
    if "每项可扣" in text:
        assert Fraction(re.search(r"每项可扣([\d.]+)至", text)[1]) == number(text.split(" × ")[1].split(" =")[0])  # type: ignore[index]
    return points_of(text)


def of_share(text: str, rule: dict[str, Any]) -> Fraction:
    """Where the value lies in its range gives the share."""
    found = re.search(r"实际([\d.]+)(…?)%，区间(\d+)%至(\d+)%，达到(\S+?)；", text)
    assert found
    if not found[2]:
        actual, low, high = Fraction(found[1]), int(found[3]), int(found[4])
        assert number(found[5]) == min(1, max(0, (actual - low) / (high - low)))
    assert number(found[5]) == number(text.split(" × ")[0].split(" + ")[-1].split("；")[-1])
    return points_of(text)


def of_parts(text: str, rule: dict[str, Any]) -> Fraction:
    """As many points are added as conditions hold."""
    held = re.search(r"符合(\d+)项", text)
    assert held
    left = text.split("；")[-1].split(" = ")[0]
    assert len([one for one in left.split(" + ") if one != "0"]) == int(held[1])
    return arithmetic(left)


def of_start(text: str, rule: dict[str, Any]) -> Fraction:
    """What is beyond the start (or the first ones) is what is multiplied."""
    beyond = next((one for one in segments(text) if "超出" in one or "以外多" in one), None)
    if beyond:
        start, more = numbers(beyond)
        assert more == max(Fraction(0), counted(segments(text)[0]) - start)
        assert factor_of(text) == more
    return points_of(text)


def only_arithmetic(text: str, rule: dict[str, Any]) -> Fraction:
    return points_of(text)


PER_POINT = {"mechanic": "per_point", "actual": "satisfied / sample", "target": "90%", "each": "0.5"}
FACTS = st.fixed_dictionaries(
    {
        "due": COUNT, "held": COUNT, "small": COUNT, "missing": COUNT, "cases": COUNT, "wishes": COUNT,
        "satisfied": st.integers(0, 1000), "sample": st.sampled_from([1000, 500, 800, 37]),
        "series": SERIES, "outlets": SERIES, "rank": st.integers(1, 9), "reports": COUNT,
        "window_open": st.booleans(),
    }
)
RULES: list[tuple[dict[str, Any], Reader]] = [
    ({"mechanic": "all_or_nothing", "met": "wishes >= 200"}, only_arithmetic),
    ({"mechanic": "checklist", "conditions": ["一", "二"], "missing": "missing", "each": "1.5"}, of_counts),
    ({"mechanic": "per_unit", "count": ["due - held", "small"], "each": "0.5"}, of_counts),
    ({"mechanic": "per_unit", "count": "cases", "each": "0.3", "free": 3, "up_to": 7}, of_counts),
    ({"mechanic": "per_unit", "count": "shortfall(series, 10)", "each": "1/3"}, of_counts),
    (PER_POINT, of_points),
    ({**PER_POINT, "rounding": "ceiling", "step": "0.5"}, of_points),
    ({**PER_POINT, "rounding": "pro_rata", "up_to": 5}, of_points),
    ({"mechanic": "steps", "value": "wishes", "table": [
        {"below": 1, "points": 3}, {"at_least": 1, "below": 200, "points": "0.5"}, {"at_least": 200, "points": 0},
    ]}, of_band),
    ({"mechanic": "zero_if", "condition": "missing(series) > 0"}, only_arithmetic),
    ({"mechanic": "zero_if", "condition": "missing(series) > 0", "share": "missing(series) / len(series)"}, only_arithmetic),
    ({"mechanic": "gate", "require": "sample >= 500"}, only_arithmetic),
    ({"mechanic": "any_failing", "values": "outlets", "at_least": 10}, of_units),
    ({"mechanic": "discretion", "met": "cases < 100", "low": "0.5", "high": 3}, of_range),
    ({"mechanic": "discretion", "count": "cases", "low": "0.3", "high": 3}, of_range),
    ({"mechanic": "no_deduction", "met": "cases < 100"}, only_arithmetic),
    ({"mechanic": "earn_per_condition", "conditions": [
        {"when": "window_open", "points": 2}, {"when": "wishes > 100", "points": "1/3"},
    ]}, of_parts),
    ({"mechanic": "earn_per_unit", "count": "reports", "each": "0.7", "base": 2, "above": 30, "up_to": 99}, of_start),
    ({"mechanic": "proportional", "value": "satisfied / sample", "low": "60%", "high": "90%", "low_points": 1,
      "high_points": 8, "percent": True}, of_share),
    ({"mechanic": "half_credit", "full": "held >= due", "half": "held * 2 >= due"}, only_arithmetic),
    ({"mechanic": "by_rank", "rank": "rank", "points": [5, 3]}, only_arithmetic),
    ({"mechanic": "per_extra", "count": "reports", "beyond": 2, "each": "2.5", "up_to": 50}, of_start),
]


def test_every_mechanic_is_read() -> None:
    types = get_args(get_args(Mechanic)[0])
    names = {get_args(one.model_fields["mechanic"].annotation)[0] for one in types}
    assert names == {rule["mechanic"] for rule, _ in RULES}


@pytest.mark.parametrize(("rule", "read"), RULES, ids=[rule["mechanic"] for rule, _ in RULES])
@given(facts=FACTS, mode=st.sampled_from(["deduct", "earn", "bonus"]))
def test_the_figures_in_the_text_recompute_the_points(
    rule: dict[str, Any], read: Reader, facts: dict[str, Any], mode: str
) -> None:
    found: RuleOutcome = outcome(rule, facts, mode=mode)
    assert found.refused is None, found.explanation
    assert read(found.explanation, rule) == found.proposed
    assert set(found.sources) <= {f"LS-1/{name}" for name in facts}


@given(st.fractions(0, 40, max_denominator=30), st.integers(0, 7))
def test_points_are_cut_and_never_rounded_in_texts(each: Fraction, cases: int) -> None:
    found = outcome({"mechanic": "per_unit", "count": "cases", "each": str(each)}, {"cases": cases})
    assert f"扣{show(found.proposed, 2)}分" in found.explanation
    assert points_of(found.explanation) == each * cases

"""Properties of every sheet: more shortfall never scores more, clamps hold, decisions stay in their range."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.assessments.decisions import Range
from kpi.quantities import half_up
from tests.kpi.assessments.offices import outcome, score

COUNT = st.integers(0, 500)
POINTS = st.sampled_from(["0.1", "0.5", "1", "1/3", "7"])

#: rule without its variable part, and how a shortfall of n (0 is none) looks in the facts
WORSE: list[tuple[dict[str, Any], Any]] = [
    ({"mechanic": "all_or_nothing", "met": "missing <= 3"}, lambda n: {"missing": n}),
    ({"mechanic": "checklist", "missing": "missing"}, lambda n: {"missing": n}),
    ({"mechanic": "per_unit", "count": "due - held"}, lambda n: {"due": 500, "held": 500 - n}),
    ({"mechanic": "per_unit", "count": ["cases", "small"], "free": 5, "up_to": 6}, lambda n: {"cases": n, "small": 2}),
    (
        {"mechanic": "per_point", "actual": "satisfied / sample", "target": "90%"},
        lambda n: {"satisfied": 500 - n, "sample": 500},
    ),
    (
        {"mechanic": "per_point", "of": "completion", "actual": "actual", "target": "target", "rounding": "ceiling",
         "step": "0.1"},
        lambda n: {"actual": 505 - n, "target": 500},
    ),
    (
        {"mechanic": "per_point", "of": "completion", "actual": "actual", "target": "target", "rounding": "pro_rata"},
        lambda n: {"actual": 505 - n, "target": 500},
    ),
    (
        {"mechanic": "steps", "value": "missing", "table": [
            {"below": 10, "points": 0}, {"at_least": 10, "below": 20, "inclusive_top": True, "points": 1},
            {"at_least": 20, "points": 12},
        ]},
        lambda n: {"missing": n},
    ),
    ({"mechanic": "zero_if", "condition": "missing > 7"}, lambda n: {"missing": n}),
    ({"mechanic": "zero_if", "condition": "missing > 7", "share": "missing / 500"}, lambda n: {"missing": n}),
    ({"mechanic": "gate", "require": "held >= 490"}, lambda n: {"held": 500 - n}),
    ({"mechanic": "any_failing", "values": "outlets", "at_least": 490}, lambda n: {"outlets": [500, 500 - n]}),
    ({"mechanic": "discretion", "count": "cases", "low": "0.5", "high": 2}, lambda n: {"cases": n}),
    ({"mechanic": "discretion", "met": "cases < 9", "low": "0.5", "high": 2}, lambda n: {"cases": n}),
    ({"mechanic": "half_credit", "full": "held >= due", "half": "held * 2 >= due"}, lambda n: {"due": 500, "held": 500 - n}),
]
_NEEDS_EACH = {"checklist", "per_unit", "per_point"}


def complete(rule: dict[str, Any], each: str) -> dict[str, Any]:
    return {**rule, "each": each} if rule["mechanic"] in _NEEDS_EACH else rule


@pytest.mark.parametrize(("rule", "facts"), WORSE, ids=[rule["mechanic"] for rule, _ in WORSE])
@given(one=COUNT, other=COUNT, each=POINTS, maximum=st.sampled_from([None, 5, "7.5", 10]))
def test_more_shortfall_never_scores_more(
    rule: dict[str, Any], facts: Any, one: int, other: int, each: str, maximum: Any
) -> None:
    less, more = sorted((one, other))
    item = {"id": "a", "clauses": "LS-1", "title": "项", "maximum": maximum, "rules": [complete(rule, each)]}
    rubric = {"method": "deduct", "items": [item]}
    better, worse = (score(rubric, {"LS-1": facts(number)}) for number in (less, more))
    if maximum is None and worse.total is None:
        assert worse.refused == ("LS-1",)  # the maximum is lost, and nobody knows it
        return
    assert better.total is not None
    assert worse.total is not None
    assert worse.total <= better.total
    assert worse.deductions["a"] >= better.deductions["a"] >= 0


@given(st.lists(st.tuples(COUNT, POINTS), min_size=1, max_size=4), st.sampled_from(["1", "5", "7.25", "100/14"]))
def test_scores_stay_between_nothing_and_the_maximum(rules: list[tuple[int, str]], maximum: str) -> None:
    facts = {f"LS-{number}": {"cases": cases} for number, (cases, _) in enumerate(rules, 1)}
    item = {
        "id": "a", "clauses": list(facts), "title": "项", "maximum": maximum,
        "rules": [
            {"mechanic": "per_unit", "clause": clause, "count": "cases", "each": each}
            for clause, (_, each) in zip(facts, rules, strict=True)
        ],
    }
    found = score({"items": [item]}, facts).items[0]
    full = half_up(Fraction(maximum))
    lost = sum(cases * Fraction(each) for cases, each in rules)
    assert found.score is not None
    assert 0 <= found.score <= full
    assert found.score == half_up(max(Fraction(0), Fraction(maximum) - lost))
    assert abs(found.score + found.deduction - full) <= Fraction(1, 100)


@given(
    st.integers(0, 8), st.integers(1, 30).map(lambda n: Fraction(n, 10)), st.integers(0, 30).map(lambda n: Fraction(n, 10)),
    st.integers(-5, 400).map(lambda n: Fraction(n, 20)),
)
def test_a_decision_counts_inside_its_range_and_nowhere_else(
    cases: int, low: Fraction, more: Fraction, decided: Fraction
) -> None:
    rule = {"mechanic": "discretion", "low": str(low), "high": str(low + more), "count": "cases"}
    item = {"id": "a", "clauses": "LS-1", "title": "项", "rules": [rule]}
    facts = {"LS-1": {"cases": cases}}
    found = score({"method": "deduct", "items": [item]}, facts, decided={"LS-1": str(decided)})
    inside = low * cases <= decided <= (low + more) * cases and (decided - low * cases) % Fraction(1, 10) == 0
    assert (found.deductions.get("a") == decided) is inside
    assert (found.refused == ("LS-1",)) is not inside
    proposal = outcome(rule, {"cases": cases})
    assert proposal.proposed in Range(proposal.low, proposal.high, proposal.step)


@given(
    st.integers(1, 9), COUNT, st.integers(0, 60), st.integers(0, 60), st.booleans(), st.integers(0, 200)
)
def test_bonus_caps_hold(rank: int, reports: int, line: int, over_all: int, over: bool, cases: int) -> None:
    item = {"id": "a", "clauses": "LS-1", "title": "项", "maximum": 100, "rules": [
        {"mechanic": "per_unit", "count": "cases", "each": "0.5"},
    ]}
    lines = [
        {"id": "rank", "clause": "LS-B", "rule": {"mechanic": "by_rank", "rank": "rank", "points": [5, 3]}},
        {"id": "news", "clause": "LS-B", "cap": line, "rule": {"mechanic": "per_extra", "count": "reports", "each": 5}},
    ]
    bonus = {"rules": lines, "cap": over_all, "may_exceed_total": over}
    facts = {"LS-1": {"cases": cases}, "LS-B": {"rank": rank, "reports": reports}}
    found = score({"items": [item], "bonus": bonus}, facts)
    assert found.base is not None
    assert found.total is not None
    assert found.bonus["news"] == min(line, 5 * reports)
    assert found.bonus_total == min(over_all, sum(found.bonus.values()))
    assert found.total == found.base + found.bonus_total or (not over and found.total == 100)
    assert over or found.total <= 100


@given(st.lists(COUNT, min_size=2, max_size=3), st.integers(1, 40))
def test_a_pool_never_loses_more_than_it_holds(numbers: list[int], pot: int) -> None:
    items = [
        {"id": f"i{index}", "clauses": f"LS-{index}", "title": "项", "maximum": 100,
         "rules": [{"mechanic": "per_unit", "count": "cases", "each": 1}]}
        for index in range(1, len(numbers) + 1)
    ]
    rubric = {"items": items, "pools": [{"id": "pot", "items": [item["id"] for item in items], "maximum": pot}]}
    facts = {f"LS-{index}": {"cases": number} for index, number in enumerate(numbers, 1)}
    found = score(rubric, facts)
    assert sum(found.deductions.values()) == min(pot, sum(numbers)) == found.pools[0].lost

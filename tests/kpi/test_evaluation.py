"""The whole way on a made-up contract: figures, items, tier, penalties, payment; and what must never happen."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.evaluation import Evaluation, evaluate
from kpi.quantities import Money
from kpi.rulebook.answers import Refused
from kpi.rulebook.given import Given
from tests.kpi import riverside


def scores(evaluation: Evaluation) -> dict[str, Fraction]:
    assert evaluation.assessment is not None
    return evaluation.assessment.scores


def paid(evaluation: Evaluation) -> Money:
    assert evaluation.payment is not None
    assert evaluation.payment.net is not None
    return evaluation.payment.net


def test_a_full_year_is_worth_full_marks_and_the_whole_price() -> None:
    year = riverside.year()
    assert scores(year) == {"item_1": 40, "item_2": 40, "item_3": 20}
    assert (year.score, year.tier.tier if year.tier else None, paid(year)) == (100, "优", Money.of(100000))


def test_a_short_year_by_hand() -> None:
    """3 × 20 a month: no month is full (−24); 720 of 1000 is 28 points short (−28); 280 × ¥10 come off 60%."""
    year = riverside.year(riverside.lessons(3, 20))
    assert scores(year) == {"item_1": 16, "item_2": 12, "item_3": 20}
    assert year.score == 48
    assert paid(year) == Money.of(60000 - 2800)


def test_a_floor_on_one_item_holds_the_tier_down() -> None:
    """864 of 1000 learners: 27 of 40 points, below the floor of 30; 92 points would have been 优."""
    year = riverside.year(riverside.lessons(4, 18))
    assert scores(year)["item_2"] == 27
    assert year.tier is not None
    assert (year.score, year.tier.by_score, year.tier.tier) == (87, "良", "良")
    kinder = riverside.source("maximum: 40,\n       rules: [{mechanic: per_unit", "maximum: 45,\n       rules: [{mechanic: per_unit")
    better = riverside.year(riverside.lessons(4, 18), kinder)
    assert better.tier is not None
    assert (better.score, better.tier.by_score, better.tier.tier) == (92, "优", "良")


def test_a_penalty_comes_off_before_tier_and_payment() -> None:
    event = {"kind": "leak", "decided": "upheld"}
    year = riverside.year(riverside.lessons(4, 19), events=[event])  # 912 learners: −8 → 92, −5 → 87
    assert year.tier is not None
    assert (year.score, year.tier.by_score, year.tier.tier) == (87, "优", "良")
    assert paid(year) == Money.of(90000 - 880)


def test_no_data_is_neither_zero_nor_full_marks() -> None:
    year = riverside.year(facts={})
    assert "item_3" not in scores(year)
    assert year.score is None
    assert year.tier is None
    assert "HP-3" in year.refused
    decided = riverside.year(facts={}, decided={"HP-3": {"points": "1.5", "reason": "只看到九次"}})
    assert decided.score == Fraction("98.5")


def test_an_open_question_refuses_only_what_needs_it() -> None:
    year = riverside.year(answers={})
    assert year.score == 100
    assert year.payment is not None
    assert year.payment.status == "blocked"
    assert any("预付多少" in one for one in year.payment.reasons)


def test_an_unanswered_formula_refuses_only_its_own_figure() -> None:
    open_question = riverside.source("rubric:\n", """  - {clause: HP-1, title: 备用, duty: duty}
derived:
  - {id: extra, clause: HP-9, title: 备用数, value: {answer: which, when: {a: '1', b: '2'}}}
rubric:
""")  # fmt: skip
    question = "assumptions:\n  - {id: which, clauses: HP-9, question: 哪个?, options: {a: 一, b: 二}}\n"
    text = open_question.text.replace("assumptions:\n", question, 1)
    book = riverside.load_text(text, "riverside.yaml")
    year = riverside.year(book=book)
    assert year.score == 100
    assert "哪个" in year.derived["extra"].reason


def test_a_changed_target_moves_criteria_points_and_money() -> None:
    change = {"learners_target": {"value": 800, "reason": "封路两个月", "by": "分管领导", "date": "2025-09-01"}}
    before, after = riverside.year(riverside.lessons(4, 17)), riverside.year(riverside.lessons(4, 17), targets=change)
    assert (scores(before)["item_2"], scores(after)["item_2"]) == (22, 40)  # 816 of 1000, of 800
    assert before.indicators["HP-2"][0].met is False
    assert after.indicators["HP-2"][0].met is True
    assert paid(after) == Money.of(100000)


@pytest.mark.parametrize("missing", ["reason", "by", "date"])
def test_a_changed_target_says_why_who_and_when(missing: str) -> None:
    change: dict[str, Any] = {"value": 800, "reason": "封路", "by": "分管领导", "date": "2025-09-01"}
    del change[missing]
    with pytest.raises(ValueError, match=missing):
        Given.model_validate({"targets": {"learners_target": change}})


def test_marks_of_several_assessors_become_one() -> None:
    mean = riverside.source("  total: 100\n", "  total: 100\n  merge_marks: mean\n")
    seen = {"HP-3": {"notices": 3}}
    year = riverside.year(book=mean, facts=seen, decided={"HP-3": {"marks": ["1", "1.5", "2.5"], "reason": "三人评议"}})
    assert scores(year)["item_3"] == Fraction("18.33")  # 5/3 points off
    assert year.assessment is not None
    assert "3人评分1、1.5、2.5，取平均" in year.assessment.items[2].explanation
    outside = riverside.year(book=mean, facts=seen, decided={"HP-3": {"marks": ["1", "6"]}})
    assert "HP-3" in outside.refused
    apart = riverside.year(facts=seen, decided={"HP-3": {"marks": ["1", "2"]}})
    assert "HP-3" in apart.refused  # consensus is wanted


def test_what_does_not_fit_is_refused_at_once() -> None:
    wrong = riverside.given(paid={"nothing": 5}, gates={"none": True}, events=[{"kind": "flood"}])
    with pytest.raises(Refused) as refused:
        evaluate(riverside.source(), wrong)
    for name in ("nothing", "none", "flood"):
        assert f"“{name}”规则书里没有" in refused.value.reason


#: lessons a month, learners each (never under ten, which would be a shortfall of its own), months
years = st.tuples(st.integers(1, 6), st.integers(20, 40), st.integers(1, 12))


@settings(max_examples=30)
@given(years, st.integers(0, 2), st.integers(0, 10), st.integers(0, 3))
def test_more_shortfall_never_scores_more_nor_pays_more(
    year: tuple[int, int, int], fewer: int, smaller: int, shorter: int
) -> None:
    """Fewer months, fewer lessons a month, fewer learners each: never more points, never more yuan."""
    per_month, learners, months = year
    one = riverside.year(riverside.lessons(per_month, learners, months))
    other = riverside.year(riverside.lessons(max(1, per_month - fewer), learners - smaller, max(1, months - shorter)))
    assert one.score is not None
    assert other.score is not None
    assert other.score <= one.score
    assert paid(other) <= paid(one)


@given(years)
def test_points_stay_between_nothing_and_the_maximum(year: tuple[int, int, int]) -> None:
    found = riverside.year(riverside.lessons(*year)).assessment
    assert found is not None
    for item in found.items:
        assert item.maximum is not None
        assert item.score is not None
        assert 0 <= item.score <= item.maximum
        assert item.score + item.deduction == item.maximum
    assert found.total == sum(scores_of for scores_of in found.scores.values())

"""The two contracts with points, worked by hand: from facts through the real rulebooks to scores.

Beside the customer's worked cases each stands perturbed, so that nothing can fit the shown figures only.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from kpi.assessments import AssessmentScore, assess
from kpi.indicators.book import FigureBook
from kpi.indicators.criteria import evaluate_indicators
from kpi.indicators.facts import figures_from_facts
from kpi.rulebook.answers import Answers
from kpi.rulebook.given import Given
from kpi.rulebook.loader import load_known
from tests.kpi.assessments.reading import points_of

F = Fraction
GIG = load_known("zhenjiang-gig-market").rulebook
HOME = load_known("xingan-employment-home").rulebook

MIDDLING: dict[str, dict[str, Any]] = {
    "ZJ-1.1": {"missing": 1}, "ZJ-1.2": {"missing": 0}, "ZJ-1.3a": {"full_time_staff": 4},
    "ZJ-1.3b": {"upheld_complaints": 2, "findings": 1},
    **{f"ZJ-{name}": {"met": True} for name in ("2.1", "2.2", "2.3", "2.4", "3.2a", "3.4a", "3.4c", "3.6d")},
    "ZJ-3.1a": {"fairs_due": 52, "fairs_held": 50, "fairs_under_50_posts": 3},
    "ZJ-3.1b": {"posts": 9420, "enterprises": 312, "gig_posts": 2167, "unlawful_posts": 2},
    "ZJ-3.2b": {"cases": 7}, "ZJ-3.2c": {"placed": 463}, "ZJ-3.3": {"missing": 1}, "ZJ-3.4b": {"wishes": 150},
    "ZJ-3.5": {"missing": 0}, "ZJ-3.6a": {"missing": 0}, "ZJ-3.6b": {"missing": 0}, "ZJ-3.6c": {"missing": 1},
    "ZJ-3.7": {"respondents": 125, "satisfied": 109},
}
MIDDLING_SCORES = {
    "ZJ-1.1": 4, "ZJ-1.2": 5, "ZJ-1.3a": 4, "ZJ-1.3b": 3, "ZJ-2.1": 10, "ZJ-2.2": 5, "ZJ-2.3": 5, "ZJ-2.4": 5,
    "ZJ-3.1a": "7.5", "ZJ-3.1b": "6.5", "ZJ-3.2a": 2, "ZJ-3.2b": "2.3", "ZJ-3.2c": "11.5", "ZJ-3.3": "0.5",
    "ZJ-3.4a": 1, "ZJ-3.4b": "0.5", "ZJ-3.4c": 1, "ZJ-3.5": 1, "ZJ-3.6a": 1, "ZJ-3.6b": 1, "ZJ-3.6c": "0.5",
    "ZJ-3.6d": 1, "ZJ-3.7": "5.8",
}  # fmt: skip


def run(rulebook: Any, given: dict[str, Any]) -> AssessmentScore:
    known = Given.model_validate(given)
    figures, plain = figures_from_facts(rulebook, known.facts)
    answers = Answers(rulebook, known.answers)
    book = FigureBook(rulebook, answers, figures, plain, known.otherwise == "met")
    return assess(rulebook.rubric, book, answers, evaluate_indicators(book), known)


def market(**changed: dict[str, Any]) -> AssessmentScore:
    facts = {clause: {**figures, **changed.get(clause, {})} for clause, figures in MIDDLING.items()}
    return run(GIG, {"facts": facts})


def test_a_middling_year_of_the_market() -> None:
    found = market()
    assert found.scores == {item: F(points) for item, points in MIDDLING_SCORES.items()}
    assert (found.total, found.refused) == (F("84.1"), ())


@pytest.mark.parametrize(
    ("clause", "figures", "points"),
    [
        ("ZJ-1.1", {"missing": 5}, "0"),
        ("ZJ-1.3a", {"full_time_staff": 3}, "0"),
        ("ZJ-1.3a", {"full_time_staff": 9}, "4"),
        ("ZJ-1.3b", {"upheld_complaints": 4, "findings": 3}, "0"),
        ("ZJ-2.2", {"met": False}, "0"),
        ("ZJ-3.1a", {"fairs_held": 0}, "0"),
        ("ZJ-3.1a", {"fairs_held": 54}, "8.5"),
        ("ZJ-3.1b", {"posts": 9400}, "6"),
        ("ZJ-3.1b", {"posts": 10000, "unlawful_posts": 0}, "10"),
        ("ZJ-3.1b", {"posts": 12000, "enterprises": 1, "gig_posts": 1, "unlawful_posts": 1}, "9.5"),
        ("ZJ-3.2b", {"cases": 31}, "0"),
        ("ZJ-3.2c", {"placed": 500}, "15"),
        ("ZJ-3.2c", {"placed": 496}, "15"),
        ("ZJ-3.2c", {"placed": 0}, "0"),
        ("ZJ-3.4b", {"wishes": 200}, "1"),
        ("ZJ-3.4b", {"wishes": 0}, "0"),
        ("ZJ-3.7", {"satisfied": 0}, "0"),
        ("ZJ-3.7", {"respondents": 50, "satisfied": 45}, "6"),
        ("ZJ-3.7", {"respondents": 50, "satisfied": 44}, "5.8"),
    ],
)
def test_one_figure_changed_moves_its_item_only(clause: str, figures: dict[str, Any], points: str) -> None:
    found = market(**{clause: figures})
    assert found.scores[clause] == F(points)
    assert found.total == F("84.1") - F(MIDDLING_SCORES[clause]) + F(points)


def test_too_few_respondents_cannot_be_scored() -> None:
    found = market(**{"ZJ-3.7": {"respondents": 49, "satisfied": 49}})
    assert (found.total, found.refused) == (None, ("ZJ-3.7",))
    assert found.scores.keys() == MIDDLING_SCORES.keys() - {"ZJ-3.7"}


def test_a_year_without_anything_recorded_has_no_score() -> None:
    found = run(GIG, {})
    assert (found.total, found.scores, len(found.refused)) == (None, {}, len(MIDDLING))


def home(quarters: list[Any] | None, right: int = 873, **given: Any) -> AssessmentScore:
    facts: dict[str, dict[str, Any]] = {"XG-2.10-1": {"records": 152000, "sample": 1000, "right": right}}
    if quarters is not None:
        facts["XG-2.14-1"] = {"enterprises_per_quarter": quarters}
    if "bonus" in given:
        rank, reports = given.pop("bonus")
        facts["XG-3-B"] = {"city_rank": rank, "central_or_provincial_reports": reports}
    return run(HOME, {"answers": {"item_13_maximum": 5}, "facts": facts, "otherwise": "met", **given})


@pytest.mark.parametrize(
    ("quarters", "right", "bonus", "decided", "deductions", "total"),
    [
        ([12, 8, None, 10], 873, (2, 3), {"XG-2.1-1": "0.5"}, {"item_1": "0.5", "item_10": 1, "item_13": 5}, "106.5"),
        ([12, 8, 9, 10], 873, (2, 3), {"XG-2.1-1": "0.5"}, {"item_1": "0.5", "item_10": 1, "item_13": "1.5"}, "110"),
        ([10, 10, 10, 10], 950, (3, 1), {"XG-2.5-1": "0.8", "XG-2.5-4": 1}, {"item_5": "1.8"}, "98.2"),
        ([1, 1, 1, 1], 900, (1, 0), {}, {"item_13": 5}, "100"),
        ([10, 10, 10, 9], 899, (9, 2), {"XG-2.6-1": 3}, {"item_6": 3, "item_13": "0.5"}, "101.5"),
        ([99, 10, 10, 10], 889, (9, 1), {}, {"item_10": "0.5"}, "99.5"),
    ],
)
def test_a_year_of_the_employment_home(
    quarters: list[Any], right: int, bonus: tuple[int, int], decided: dict[str, Any], deductions: dict[str, Any],
    total: str,
) -> None:
    found = home(quarters, right, bonus=bonus, decided=decided)
    assert {item: lost for item, lost in found.deductions.items() if lost} == {
        item: F(lost) for item, lost in deductions.items()
    }
    assert found.total == F(total)


def test_bonus_lines_of_the_employment_home() -> None:
    assert home([10] * 4, bonus=(2, 3)).bonus == {"rank": 3, "reports": 10}
    assert home([10] * 4, bonus=(3, 1)).bonus == {"rank": 0, "reports": 0}
    assert home([10] * 4).bonus == {"rank": 0, "reports": 0}


@pytest.mark.parametrize(
    ("clause", "points", "inside"),
    [
        ("XG-2.1-1", "1.5", False), ("XG-2.1-1", "1", True), ("XG-2.6-1", "3", True), ("XG-2.6-1", "3.1", False),
        ("XG-2.9-1", "0.4", False), ("XG-2.16-1", "2", True), ("XG-2.16-1", "2.1", False),
    ],
)
def test_decisions_outside_their_range_are_refused(clause: str, points: str, inside: bool) -> None:
    found = home(None, 900, decided={clause: points})
    assert found.refused == (() if inside else (clause,))
    assert found.total == (100 - F(points) if inside else None)


def test_without_the_buyers_answer_a_missed_meeting_cannot_be_scored() -> None:
    found = home([12, 8, None, 10], answers={})
    assert (found.total, found.refused) == (None, ("XG-2.14-1",))
    assert home([12, 8, 9, 10], 900, answers={}).total == F("98.5")


@pytest.mark.parametrize("found", [market(), home([12, 8, None, 10], bonus=(2, 3), decided={"XG-2.1-1": "0.5"})])
def test_every_explanation_recomputes_its_points(found: AssessmentScore) -> None:
    for outcome in found.outcomes:
        assert points_of(outcome.explanation) == outcome.proposed, outcome.explanation

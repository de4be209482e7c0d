"""Several sheets of a period, and the marks of several assessors."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.assessments import CombinedScore, Sheet, combine_sheets, merge_marks
from kpi.rulebook.answers import Answers, Refused
from tests.kpi.assessments.offices import rulebook

F = Fraction
DAILY = {"id": "daily", "title": "日常考核", "weight": "40%", "every": "month"}
YEARLY = {"id": "yearly", "title": "年度考核", "weight": "60%"}
MARKS = st.lists(st.fractions(0, 100, max_denominator=100), min_size=3, max_size=9)


def combined(sheets: list[tuple[str, Any]], **rubric: Any) -> CombinedScore:
    item = {"id": "a", "clauses": "LS-1", "title": "项", "rules": []}
    book = rulebook({"items": [item], **rubric})
    assert book.rubric is not None
    filled = [Sheet(None if total is None else F(total), part=part) for part, total in sheets]
    return combine_sheets(book.rubric, Answers(book), filled)


@pytest.mark.parametrize(
    ("rubric", "sheets", "total"),
    [
        ({}, [("", 91)], "91"),
        ({"combine": "mean"}, [("", 90), ("", 91), ("", 91)], "272/3"),
        ({"combine": "weights", "parts": [DAILY, YEARLY]}, [("daily", 80), ("daily", 90), ("yearly", 95)], "91"),
        (
            {"combine": "weights", "parts": [{**DAILY, "merge": "smallest"}, YEARLY]},
            [("daily", 80), ("daily", 90), ("yearly", 95)], "89",
        ),
        (
            {"combine": "weights", "parts": [{**DAILY, "merge": "last"}, YEARLY]},
            [("daily", 80), ("daily", 90), ("yearly", 95)], "93",
        ),
        (
            {"combine": "weights", "parts": [{**DAILY, "weight": 1, "merge": "sum"}]},
            [("daily", 8), ("daily", 9)], "17",
        ),
        (
            {"combine": "weights", "parts": [{**DAILY, "penalty_below": 85, "penalty": 2}, YEARLY]},
            [("daily", 80), ("daily", "84.99"), ("daily", 85), ("yearly", 95)],
            str((F("249.99") / 3 - 4) * F("0.4") + 57),
        ),
        (
            {"combine": "weights", "parts": [{**DAILY, "weight": 1, "penalty_below": 60, "penalty": 20}]},
            [("daily", 10), ("daily", 30)], "0",
        ),
    ],
)
def test_combining(rubric: dict[str, Any], sheets: list[tuple[str, Any]], total: str) -> None:
    assert combined(sheets, **rubric).total == F(total)


def test_weights_are_told_with_both_parts() -> None:
    found = combined([("daily", 85), ("yearly", 95)], combine="weights", parts=[DAILY, YEARLY])
    assert found.parts == {"daily": 85, "yearly": 95}
    assert found.explanation.endswith("85 × 0.4 + 95 × 0.6 = 91分")


@pytest.mark.parametrize(
    ("rubric", "sheets", "kind"),
    [
        ({}, [], "no_data"),
        ({}, [("", None)], "no_data"),
        ({}, [("", 90), ("", 91)], "not_stated"),
        ({"combine": "mean"}, [("", 90), ("", None)], "no_data"),
        ({"combine": "weights", "parts": [DAILY, YEARLY]}, [("yearly", 95)], "no_data"),
        ({"combine": "weights", "parts": [{**DAILY, "weight": None}, YEARLY]}, [("daily", 1), ("yearly", 5)], "not_stated"),
        ({"combine": "weights", "parts": [{**DAILY, "weight": "30%"}, YEARLY]}, [("daily", 1), ("yearly", 5)], "bad_input"),
        (
            {"combine": "weights", "parts": [{**DAILY, "weight": {"answer": "full_marks"}}, YEARLY]},
            [("daily", 1), ("yearly", 5)], "unanswered",
        ),
    ],
)
def test_what_is_missing_is_said(rubric: dict[str, Any], sheets: list[tuple[str, Any]], kind: str) -> None:
    found = combined(sheets, **rubric)
    assert found.total is None
    assert found.reasons[0].kind == kind
    assert found.explanation.startswith("不能合成得分：")


@pytest.mark.parametrize(
    ("method", "marks", "merged"),
    [
        ("consensus", ["8", "8.0"], "8"),
        ("mean", ["8", "9", "9"], "26/3"),
        ("median", ["1", "9", "8"], "8"),
        ("median", ["1", "9", "8", "7"], "7.5"),
        ("trimmed_mean", ["1", "9", "8", "7"], "7.5"),
    ],
)
def test_marks(method: Any, marks: list[str], merged: str) -> None:
    assert merge_marks(method, [F(mark) for mark in marks]) == F(merged)


@pytest.mark.parametrize(
    ("method", "marks", "kind"),
    [("consensus", [8, 9], "blocked"), ("mean", [], "no_data"), ("trimmed_mean", [8, 9], "no_data")],
)
def test_marks_that_cannot_be_merged(method: Any, marks: list[int], kind: str) -> None:
    with pytest.raises(Refused) as refused:
        merge_marks(method, [F(mark) for mark in marks])
    assert refused.value.kind == kind


@given(MARKS, st.sampled_from(["mean", "median", "trimmed_mean"]))
def test_a_merged_mark_lies_between_the_marks_in_any_order(marks: list[Fraction], method: Any) -> None:
    merged = merge_marks(method, marks)
    assert min(marks) <= merged <= max(marks)
    assert merged == merge_marks(method, marks[::-1])

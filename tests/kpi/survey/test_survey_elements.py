"""Element tables: points lost per wrong element, the threshold, names that the table does not hold."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.rulebook.answers import Answers, Refused
from kpi.survey.elements import ScoredTable, record_score
from tests.kpi.survey.rulebook import SOURCE, SURVEY

ANSWERS = Answers(SOURCE.rulebook)
EMPLOYED = SURVEY.tables[0]


@pytest.mark.parametrize(
    ("wrong", "score", "qualified"),
    [
        ([], 100, True),
        (["手机"], 90, True),
        (["手机", "手机"], 90, True),
        (["手机", "单位"], 80, True),
        (["手机", "单位", "特长"], Fraction(159, 2), False),
        ([one.name for one in EMPLOYED.elements], 0, False),
    ],
)
def test_record_loses_the_points_of_each_wrong_element_once(
    wrong: list[str], score: Fraction, qualified: bool
) -> None:
    result = record_score(SURVEY, "在职", wrong, ANSWERS)
    assert (result.score, result.qualified) == (score, qualified)


@given(st.sets(st.sampled_from([one.name for one in EMPLOYED.elements])), st.data())
def test_one_more_wrong_element_never_scores_more(wrong: set[str], data: st.DataObject) -> None:
    extra = data.draw(st.sampled_from([one.name for one in EMPLOYED.elements]))
    assert (
        record_score(SURVEY, "在职", wrong | {extra}, ANSWERS).score
        <= record_score(SURVEY, "在职", wrong, ANSWERS).score
    )


def test_unknown_element_is_refused_with_the_near_names() -> None:
    with pytest.raises(Refused, match=r"“手机号”.*相近的有 手机") as refused:
        record_score(SURVEY, "在职", ["手机号"], ANSWERS)
    assert refused.value.kind == "bad_input"


def test_explanation_recomputes_the_points() -> None:
    text = record_score(SURVEY, "在职", ["手机", "特长"], ANSWERS).explain()
    assert text == "在职：满分100分，手机、特长错误或空白，扣10.5分，得89.5分，合格线80分，合格"


def test_answered_sections_count_alone() -> None:
    table = ScoredTable.of(SURVEY, EMPLOYED, Answers(SOURCE.rulebook, {"scope": "basic"}))
    result = table.score(["单位"])
    assert (result.score, result.full, result.bar) == (69, 79, 63)


def test_unknown_section_is_refused() -> None:
    table = EMPLOYED.model_copy(update={"scored_sections": ("没有",)})
    with pytest.raises(Refused, match="没有类别“没有”"):
        ScoredTable.of(SURVEY, table, ANSWERS)


def test_unknown_branch_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Refused, match="没有“退休”的要素分值表；现有 在职、求职"):
        record_score(SURVEY, "退休", [], ANSWERS)


def test_basic_error_disqualifies_only_where_the_buyer_says_so() -> None:
    strict = SURVEY.model_copy(update={"basic_error_disqualifies": True})
    assert record_score(SURVEY, "在职", ["性别"], ANSWERS).qualified
    result = record_score(strict, "在职", ["性别"], ANSWERS)
    assert (result.score, result.basic_ok, result.qualified) == (95, False, False)
    assert record_score(strict, "在职", ["单位"], ANSWERS).qualified

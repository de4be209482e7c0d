"""The labour survey's real element tables, in records given by their wrong elements and in raw records."""

from __future__ import annotations

from datetime import date

import pytest

from kpi.rulebook.answers import Answers
from kpi.rulebook.loader import load_known
from kpi.survey.definition import Definition
from kpi.survey.elements import record_score
from kpi.survey.records import RecordChecker
from kpi.survey.scoring import SurveyRules
from kpi.survey.synthetic import Recipe, records

RULEBOOK = load_known("xinzhou-labour-survey").rulebook
ANSWERS = Answers(RULEBOOK)
SURVEY = RULEBOOK.surveys[0]
DEFINITION = Definition.of(RULEBOOK, None, ANSWERS)
RECIPE = Recipe(
    first_day=date(2026, 3, 1),
    last_day=date(2026, 4, 25),
    pools={
        "registered_address": ["江西省上饶市信州区第一街1号"],
        "work_address": ["江西省上饶市信州区第二街2号"],
        "unit_nature_note": ["合作社"],
    },
    in_branch={
        ("employment_status", "已就业"): ["已就业"],
        ("employment_status", "未就业"): ["未就业"],
        ("employment_status", "自主创业"): ["已就业"],
        ("person_type", "已就业"): ["普通劳动者"],
        ("person_type", "未就业"): ["其他"],
        ("person_type", "自主创业"): ["自主创业"],
        ("unemployed_reason", "未就业"): ["失业"],
    },
    after_birth={"graduation_year": (15, 15)},
    numbers={"annual_output": (10_000, 900_000), "employees": (1, 40)},
)


@pytest.mark.parametrize(("branch", "number"), [("已就业", 23), ("未就业", 22), ("自主创业", 26)])
def test_table_has_the_printed_elements_and_100_points(branch: str, number: int) -> None:
    table = next(one for one in SURVEY.tables if one.branch == branch)
    assert len(table.elements) == number
    assert record_score(SURVEY, branch, [], ANSWERS).score == 100


@pytest.mark.parametrize(
    ("branch", "wrong", "score", "qualified"),
    [
        ("已就业", ["专业名称", "手机号", "月收入水平"], 88, True),
        ("已就业", ["就业状态", "参保情况", "毕业年份"], 78, False),
        ("未就业", ["期望薪资", "是否有就业意愿", "是否残疾", "民族"], 80, True),
        ("自主创业", ["年产值", "用工人数", "是否获得技能等级证书", "参保情况"], 78, False),
    ],
)
def test_worked_records(branch: str, wrong: list[str], score: int, qualified: bool) -> None:
    result = record_score(SURVEY, branch, wrong, ANSWERS)
    assert (result.score, result.qualified) == (score, qualified)


def test_each_blank_element_of_a_raw_record_costs_its_points() -> None:
    checker = RecordChecker(SurveyRules(DEFINITION))
    rows = records(DEFINITION, 40, 7, RECIPE).to_pylist()
    sound = {row["branch"]: row for row in rows}
    variants, expected = [], []
    for table in SURVEY.tables:
        row = sound[table.branch]
        for element in (None, *table.elements):
            variants.append({**row, **({element.field: " "} if element else {})})
            expected.append(100 - (element.points if element else 0))
    found = [checker.check([variant])[0].score for variant in variants]  # one a call: no repeats
    assert found == expected


def test_faultless_records_are_faultless() -> None:
    result = RecordChecker(SurveyRules(DEFINITION)).check(records(DEFINITION, 200, 3, RECIPE).to_pylist())
    assert {one.score for one in result} == {100}
    assert all(one.qualified and one.basic_ok and one.passed for one in result)

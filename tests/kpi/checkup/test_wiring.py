"""Rules that lean on one another: what they lean on must be there and of the right kind."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kpi.checkup.books import checked, found, one, question, sound


@pytest.mark.parametrize(
    "mechanic",
    [
        {"mechanic": "all_or_nothing", "worth": 3},
        {"mechanic": "discretion", "low": "0.5", "high": 1},
        {"mechanic": "no_deduction"},
    ],
)
def test_asking_an_indicator_that_is_not_there(mechanic: dict[str, Any]) -> None:
    raw = sound()
    raw["rubric"]["items"][1]["rules"].append({**mechanic, "clause": "A-9"})
    assert "A-9" in one(raw, "no_indicator").message
    raw["rubric"]["items"][1]["rules"][1]["met"] = "missed == 0"
    assert not found(raw, "no_indicator")
    raw["rubric"]["items"][1]["rules"][1] = mechanic
    assert not found(raw, "no_indicator"), "the item's own clause has one"


def test_gates_and_verdicts_need_indicators() -> None:
    raw = sound()
    raw["verdicts"] = [{"id": "year", "clause": "A-9", "title": "年度", "requires": ["A-1", "A-9"]}]
    gate = {"id": "g", "clause": "A-9", "title": "达标", "met": ["A-2"]}
    raw["payment"]["plans"][0]["tranches"][1]["gates"] = [gate]
    assert one(raw, "no_indicator").field == "verdicts.0"
    raw["verdicts"][0]["requires"] = ["A-1"]
    assert not checked(raw).findings
    gate["met"] = ["A-9"]
    assert one(raw, "no_indicator").field == "payment.plans.0.tranches.1.gates.0"


@pytest.mark.parametrize(
    ("kind", "wrong", "hint", "right"),
    [
        ("yes_no", "done == '是'", "请写 done 或 not done", "done"),
        ("date", "done >= '2026-08-31'", "date('2026-08-31')", "done >= date('2026-08-31')"),
        ("time", "done < '19:00'", "time('19:00')", "done < time('19:00')"),
        ("integer", "done == '3'", "不带引号", "done == 3"),
    ],
)
def test_comparing_with_a_text_that_never_equals(kind: str, wrong: str, hint: str, right: str) -> None:
    raw = sound()
    raw["ledgers"][0]["fields"].append({"id": "done", "name": "办结", "type": kind})
    raw["indicators"][0]["figures"]["visits"]["where"] = wrong
    assert hint in one(raw, "wrong_kind").message
    raw["indicators"][0]["figures"]["visits"]["where"] = right
    assert not checked(raw).findings


def test_conditions_of_figures_may_read_parameters_but_ledger_rules_may_not() -> None:
    raw = sound()
    raw["indicators"][0]["figures"]["visits"]["where"] = "minutes >= visits_target"
    assert not checked(raw).findings
    raw["ledgers"][0]["rules"] = [
        {"id": "long", "require": "minutes >= visits_target", "message": "时长不足"}
    ]
    assert "“visits_target”" in one(raw, "unknown_name").message


def test_consequences_say_how_far() -> None:
    raw = sound()
    rule = {"id": "c", "clause": "A-9", "kind": "at_most", "when": "missed > 3", "title": "降档"}
    raw["consequences"] = [rule]
    assert one(raw, "incomplete").severity == "error"
    rule["tier"] = "中"
    assert not checked(raw).findings
    del raw["tiers"]
    assert one(raw, "no_tiers")
    rule["kind"] = "penalty"
    assert one(raw, "points_not_stated").severity == "question"


def surveyed() -> dict[str, Any]:
    raw = sound()
    elements = [{"name": "备注", "field": "note", "points": 100}]
    tables = [
        {"clause": "A-2", "branch": name, "elements": elements[:], "qualified_at": 80}
        for name in ("现场", "电话")
    ]
    check = {"check": "required", "id": "note_given", "message": "备注没有填", "fields": ["note"]}
    raw["surveys"] = [
        {
            "id": "s",
            "clause": "A-2",
            "title": "调查",
            "ledger": "visit",
            "record_id": "note",
            "branch": "kind",
            "tables": [dict(table, elements=[dict(elements[0])]) for table in tables],
            "checks": [check],
            "template": {"note": "备注"},
        }
    ]
    return raw


def test_survey_checks_name_what_the_tables_have() -> None:
    raw = surveyed()
    assert not checked(raw).findings
    check = raw["surveys"][0]["checks"][0]
    check["branches"], check["elements"] = ["网上"], ["姓名"]
    assert "“网上”" in one(raw, "unknown_branch").message
    assert "“姓名”" in one(raw, "unknown_element").message
    raw = surveyed()
    del raw["surveys"][0]["tables"][1]
    assert "“电话”" in one(raw, "branch_without_table").message
    raw = surveyed()
    raw["surveys"][0]["template"]["name"] = "姓名"
    raw["surveys"][0]["checks"][0]["fields"] = ["names"]
    assert {finding.message.split("的台账字段")[0] for finding in found(raw, "unknown_field")} == {
        "没有叫“name”",
        "没有叫“names”",
    }


@pytest.mark.parametrize(
    ("place", "type_", "options", "code"),
    [
        (("rubric", "every"), "choice", {"year": "每年", "weekly": "每周"}, "unfit_option"),
        (("rubric", "items", 0, "maximum"), "text", {}, "unfit_type"),
        (("payment", "suspend"), "number", {}, "answer_needs_when"),
        (
            ("rubric", "bonus", "may_exceed_total"),
            "choice",
            {"yes": "可以", "false": "不可以"},
            "unfit_option",
        ),
    ],
)
def test_an_answer_that_cannot_be_the_value(
    place: tuple[object, ...], type_: str, options: dict[str, str], code: str
) -> None:
    raw = sound()
    line = {"id": "extra", "clause": "A-2", "rule": {"mechanic": "by_rank", "rank": "missed", "points": [1]}}
    raw["rubric"]["bonus"] = {"rules": [line], "cap": 1}
    raw["assumptions"] = [question("a", type=type_, options=options)]
    at: Any = raw
    for part in place[:-1]:
        at = at[part]
    at[place[-1]] = {"answer": "a"}
    assert one(raw, code).severity == "error"


def test_a_default_that_is_no_number() -> None:
    raw = sound()
    raw["assumptions"] = [question("a", type="percent", default="一半")]
    raw["parameters"][0]["value"] = {"answer": "a"}
    assert one(raw, "default_not_a_number").field == "assumptions.0.default"

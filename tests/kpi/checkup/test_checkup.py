"""The checkup as a whole: a sound rulebook is silent, findings are complete and sorted, texts show them."""

from __future__ import annotations

import json
from copy import deepcopy

from kpi.checkup import coverage
from kpi.checkup.text import as_dict, coverage_dict, coverage_sheet, sheet, summary
from tests.kpi.checkup.books import checked, question, sound, source


def test_a_sound_rulebook_has_no_findings() -> None:
    checkup = checked(sound())
    assert checkup.findings == ()
    assert checkup.sound


def faulty() -> dict[str, object]:
    raw = sound()
    raw["assumptions"] = [question("idle", default="x", options={"x": "甲", "y": "乙"}), question("open")]
    raw["rubric"]["items"][0]["clauses"] = ["A-7"]
    raw["clauses"].append({"id": "A-8", "title": "现场风貌", "not_carried": "无法由程序判断"})
    return raw


def test_every_finding_has_place_clause_message_and_question() -> None:
    checkup = checked(faulty())
    assert {finding.severity for finding in checkup.findings} == {"error", "question", "warning"}
    assert [finding.line for finding in checkup.findings] == sorted(
        finding.line for finding in checkup.findings
    )
    for finding in checkup.findings:
        assert finding.file == "made-up.yaml"
        assert finding.line > 0
        assert finding.field
        assert finding.message
        assert finding.question.endswith("？")


def test_the_line_is_the_one_in_the_text() -> None:
    loaded = source(faulty())
    finding = next(one for one in checked(faulty()).findings if one.code == "unknown_clause")
    assert "A-7" in loaded.text.splitlines()[finding.line - 1]
    assert finding.field == "rubric.items.0.clauses.0"


def test_errors_alone_make_a_rulebook_unsound() -> None:
    raw = faulty()
    assert not checked(raw).sound
    raw["rubric"]["items"][0]["clauses"] = ["A-1"]
    assert checked(raw).of("question")
    assert checked(raw).sound


def test_sheet_groups_by_severity_and_ends_with_the_counts() -> None:
    checkup = checked(faulty())
    text = sheet(checkup)
    assert text.index("【错误") < text.index("【待确认") < text.index("【提醒") < text.index("【程序不能承载")
    assert text.endswith(summary(checkup))
    for finding in checkup.findings:
        assert finding.place in text
        assert finding.question in text
    assert "A-8 现场风貌：无法由程序判断" in text


def test_json_holds_every_finding() -> None:
    checkup = checked(faulty())
    plain = json.loads(json.dumps(as_dict(checkup), ensure_ascii=False))
    assert len(plain["findings"]) == len(checkup.findings)
    assert plain["sound"] is False
    assert plain["not_carried"] == {"A-8": "无法由程序判断"}
    assert {one["answered_by_assumption"] for one in plain["findings"]} >= {None, "open"}


def test_coverage_names_what_carries_each_clause() -> None:
    loaded = source(sound())
    covered = coverage(loaded)
    kinds = {carrier.kind for carrier in covered["A-1"].by}
    assert kinds == {"台账", "指标", "考核项"}
    for carrier in covered["A-9"].by:
        assert loaded.text.splitlines()[carrier.line - 1].strip()
    assert json.loads(json.dumps(coverage_dict(covered)))["A-2"]["carried_by"][0]["kind"] == "指标"
    assert "A-2 培训：指标" in coverage_sheet(covered)


def test_dummies_carry_nothing() -> None:
    raw = sound()
    raw["clauses"].append({"id": "A-3", "title": "没有规则"})
    raw["indicators"].append({"clause": "A-3", "title": "空指标"})
    raw["ledgers"].append({"id": "empty", "name": "空台账", "clauses": ["A-3"], "fields": []})
    raw["parameters"].append({"id": "n", "clause": "A-3", "title": "参数", "value": 1})
    assert not coverage(source(raw))["A-3"].covered
    assert [one.clauses for one in checked(raw).findings if one.code == "uncovered_clause"] == [("A-3",)]
    raw["clauses"][-1]["not_carried"] = "由现场查看"
    assert coverage(source(raw))["A-3"].covered


def test_striking_the_carriers_uncovers_the_clause() -> None:
    for clause in ("A-1", "A-2", "A-9"):
        raw = deepcopy(sound())
        raw["ledgers"] = [one for one in raw["ledgers"] if clause not in one["clauses"]]
        raw["indicators"] = [one for one in raw["indicators"] if one["clause"] != clause]
        raw["rubric"]["items"] = [one for one in raw["rubric"]["items"] if clause not in one["clauses"]]
        if clause == "A-9":
            del raw["rubric"], raw["tiers"], raw["payment"]
        covered = coverage(source(raw))
        assert [name for name, one in covered.items() if not one.covered] == [clause]

"""The worked example: sound, quoted word for word, and scored as worked by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from docs.examples.make_entries import write
from kpi.cases import run_cases
from kpi.checkup import check, coverage
from kpi.cli import main
from kpi.rulebook.loader import Source, known_keys, load_text
from tests.docs.guide import EXAMPLES, every
from tests.kpi.rulebooks.records import bare, foreign

INPUTS = ["--setup", str(EXAMPLES / "sixth-setup.yaml"), "--entries", str(EXAMPLES / "sixth-entries.xlsx")]


def sixth() -> Source:
    return load_text((EXAMPLES / "sixth.yaml").read_text("utf-8"), "sixth.yaml")


def document() -> str:
    return (EXAMPLES / "sixth-document.txt").read_text("utf-8")


def test_it_is_not_one_of_the_five() -> None:
    assert sixth().rulebook.key not in known_keys()


def test_the_checkup_finds_no_errors_and_nothing_idle() -> None:
    checkup = check(sixth())
    assert [one.message for one in (*checkup.of("error"), *checkup.of("warning"))] == []
    assert {one.answered_by_assumption for one in checkup.of("question")} == {
        "class_hours",
        "error_population",
    }


def test_every_clause_is_carried_or_excused() -> None:
    assert all(one.covered for one in coverage(sixth()).values())


def test_its_quotes_stand_in_its_document() -> None:
    assert foreign(sixth(), document()) == []
    assert foreign(sixth(), document().replace("4个", "5个")) != []


def test_the_guide_quotes_the_same_document() -> None:
    for block in every("yaml part"):
        for clause in block.value.get("clauses", ()):
            assert all(bare(one["quote"]) in bare(document()) for one in clause["stated"])


@pytest.mark.parametrize(
    "text", [(EXAMPLES / "sixth-cases.yaml").read_text("utf-8"), *(one.text for one in every("yaml cases"))]
)
def test_its_cases_come_out(text: str) -> None:
    outcomes = run_cases(text, "sixth-cases.yaml", EXAMPLES)
    assert [one.differences for one in outcomes if not one.passed] == []
    assert outcomes


def test_a_wrong_expectation_is_noticed() -> None:
    text = (EXAMPLES / "sixth-cases.yaml").read_text("utf-8").replace("total: 79.85", "total: 79.84")
    assert [one.differences for one in run_cases(text, "x", EXAMPLES) if not one.passed] == [
        ("total 应为 79.84，实为 79.85",)
    ]


def scored(capsys: pytest.CaptureFixture[str], command: str, *more: str) -> Any:
    capsys.readouterr()
    assert main([command, str(EXAMPLES / "sixth.yaml"), *more, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_workbook_scores_as_worked_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    found = scored(capsys, "score", *INPUTS)
    case = yaml.safe_load((EXAMPLES / "sixth-cases.yaml").read_text("utf-8"))["cases"][0]["expect"]
    assert found["assessment"]["total"] == str(case["total"])
    items = {item["id"]: item["score"] for item in found["assessment"]["items"]}
    assert items == {name: str(score) for name, score in case["scores"].items()}
    assert found["tier"]["tier"] == case["tier"]


def test_its_payment_is_decided(capsys: pytest.CaptureFixture[str]) -> None:
    found = scored(capsys, "pay", *INPUTS)
    assert (found["status"], found["payable"]) == ("payable", "224768.00")


def cells(book: Workbook) -> dict[str, list[tuple[Any, ...]]]:
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def test_the_workbook_is_the_template_filled_by_the_script(tmp_path: Path) -> None:
    made = cells(write(tmp_path / "entries.xlsx"))
    assert cells(load_workbook(EXAMPLES / "sixth-entries.xlsx")) == made
    assert {ledger.name for ledger in sixth().rulebook.ledgers} <= made.keys()

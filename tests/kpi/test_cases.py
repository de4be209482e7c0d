"""Worked cases: the customer's and our own, by hand; and that a wrong expectation is really noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi.cases import compare, run_cases
from kpi.rulebook.loader import known_keys, load_known
from kpi.rulebook.yaml_text import TextProblems

FOLDER = Path(__file__).parent / "cases"
FILES = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_worked_case_comes_out_exactly(path: Path) -> None:
    outcomes = run_cases(path.read_text("utf-8"), path.name, FOLDER)
    assert outcomes
    assert [(one.name, one.differences) for one in outcomes if not one.passed] == []


def test_every_contract_has_cases() -> None:
    covered = {path.read_text("utf-8").split("contract:")[1].split()[0] for path in FILES}
    assert set(known_keys()) <= covered


def test_a_changed_expectation_is_a_difference() -> None:
    text = (FOLDER / "zhenjiang.yaml").read_text("utf-8").replace("total: 84.1", "total: 84.2")
    outcome = run_cases(text, "changed.yaml", FOLDER)[0]
    assert outcome.differences == ("total 应为 84.2，实为 84.1",)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("contract: zhenjiang-gig-market", "contract: nowhere", "没有规则书“nowhere”"),
        ("total: 84.1", "totals: 84.1", "没有名为“totals”的结果"),
        ("price: 1680000.00", "price: 1680000.001", "超过两位小数"),
        ("price: 1680000.00", "prise: 1680000.00", "不认识的键“prise”；是不是“price”？"),
        ("ZJ-1.1: {missing: 1}", "ZJ-9.9: {missing: 1}", "条款“ZJ-9.9”规则书里没有"),
        ("ZJ-1.1: {missing: 1}", "ZJ-1.1: {mising: 1}", "没有名为“mising”的数据；是不是“missing”？"),
        ("ZJ-1.1: {missing: 1}", "ZJ-1.1: {missing: 1e3}", "不是普通数字"),
        ("cases:", "case:", "要有 contract 和 cases"),
    ],
)
def test_bad_case_files_say_what_and_where(old: str, new: str, message: str) -> None:
    text = (FOLDER / "zhenjiang.yaml").read_text("utf-8")
    assert old in text
    try:
        outcomes = run_cases(text.replace(old, new), "bad.yaml", FOLDER)
        found = "\n".join(line for one in outcomes for line in one.differences)
    except TextProblems as problems:
        found = str(problems)
        assert "bad.yaml" in found
    assert message in found


def test_the_rulebook_can_be_given_from_outside() -> None:
    path = FOLDER / "sandu.yaml"
    outcomes = run_cases(path.read_text("utf-8").replace("sandu-employment-data", "other"), path.name, FOLDER,
                         load_known("sandu-employment-data"))  # fmt: skip
    assert all(one.passed for one in outcomes)


def test_comparison_is_exact_and_partial() -> None:
    assert compare("x", {"a": 1}, {"a": 1, "b": 2}) == []
    assert compare("x", [1, None], [1, None]) == []
    assert compare("x", [1], [1, 2])
    assert compare("x", True, 1)
    assert compare("x", None, 0)

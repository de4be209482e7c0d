"""check, schema, template, cases through the command."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from tests.kpi import riverside
from tests.kpi.cli.running import BOOK, Runner

CASE = """contract: {book}
cases:
  - name: 一年
    given:
      price: 100000.00
      answers: {{advance_share: 20%}}
      facts:
        HP-1: {{due: 12, full: 11, small: 2}}
        HP-2: {{learners: 912}}
        HP-3: {{notices: 12}}
    expect:
      scores: {{item_1: 34, item_2: 32, item_3: 20}}
      total: {total}
      tier: 良
      payments: {{main: {{advance: 20000.00, in_all: 90000.00, remaining: 70000.00}}}}
      reductions: {{short: 880.00}}
"""


def case(folder: Path, total: str = "86") -> Path:
    (folder / "case.yaml").write_text(CASE.format(book=BOOK, total=total), "utf-8")
    return folder / "case.yaml"


def test_check_ends_0_on_open_questions_and_1_on_errors(run: Runner, tmp_path: Path) -> None:
    ran = run("check", BOOK)
    assert ran.code == 0
    assert "规则书可以使用" in ran.out
    broken = tmp_path / "broken.yaml"
    broken.write_text(riverside.TEXT.replace("at_least: learners_target, unit", "at_least: lerners_target, unit"), "utf-8")
    ran = run("check", broken)
    assert ran.code == 1
    assert "learners_target" in ran.out
    found = run("check", broken, "--json")
    assert found.code == 1
    assert any("lerners_target" in json.dumps(one, ensure_ascii=False) for one in found.json["findings"])


def test_check_lists_what_carries_each_clause(run: Runner) -> None:
    carried = run("check", BOOK, "--coverage", "--json").json
    assert {"HP-1", "HP-2", "HP-3", "HP-9"} == set(carried)
    assert "HP-1" in run("check", BOOK, "--coverage").out


def test_coverage_of_a_clause_that_nothing_carries_is_a_finding(run: Runner, tmp_path: Path) -> None:
    book = tmp_path / "book.yaml"
    book.write_text(riverside.TEXT.replace("clauses:\n", "clauses:\n  - {id: HP-8, title: 没人管}\n", 1), "utf-8")
    assert run("check", book, "--coverage").code == 1


def test_the_schema_goes_to_the_terminal_or_a_file(run: Runner, tmp_path: Path) -> None:
    printed = run("schema").json
    assert printed["$schema"].endswith("2020-12/schema")
    assert run("schema", "--out", tmp_path / "s.json").code == 0
    assert json.loads((tmp_path / "s.json").read_text("utf-8")) == printed
    assert "文件夹" in run.bad("schema", "--out", tmp_path / "none" / "s.json")
    assert "是文件夹" in run.bad("schema", "--out", tmp_path)


def test_the_template_can_be_filled_in_and_scored(run: Runner, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    assert "2 本台账" in run("template", BOOK, "--out", path).out
    files = riverside.write(tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = book["开课台账"]
    heads = [cell.value for cell in sheet[1]]
    values = {"日期": "2025-02-03", "课名": "书法", "方式": "现场", "学员人数": 30, "编号": "A1", "状态": "已审核",
              "填报人": "甲", "审核人": "乙"}  # fmt: skip
    sheet.append([values.get(str(head)) for head in heads])
    book.save(path)
    ran = run("score", BOOK, *files[:2], "--entries", path, "--json")
    assert ran.code == 0, ran.err
    assert "计入 1 条已审核记录" in ran.err


def test_a_template_is_a_workbook_in_a_folder_that_exists(run: Runner, tmp_path: Path) -> None:
    assert "要写成 .xlsx 文件" in run.bad("template", BOOK, "--out", tmp_path / "t.csv")
    assert "文件夹" in run.bad("template", BOOK, "--out", tmp_path / "none" / "t.xlsx")
    (tmp_path / "dir.xlsx").mkdir()
    assert "是文件夹" in run.bad("template", BOOK, "--out", tmp_path / "dir.xlsx")


def test_cases_come_out_or_say_what_differs(run: Runner, tmp_path: Path) -> None:
    ran = run("cases", case(tmp_path))
    assert (ran.code, "共 1 例，相符 1，不符 0" in ran.out) == (0, True)
    ran = run("cases", case(tmp_path, "87"))
    assert (ran.code, "total 应为 87，实为 86" in ran.out) == (1, True)
    ran = run("cases", case(tmp_path, "87"), "--json")
    assert ran.json[0]["passed"] is False
    assert ran.json[0]["differences"] == ["total 应为 87，实为 86"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("expect:", "expekt:", "每个案例要有 name、given、expect"),
        ("    given:", "    givn:", "不认识的键“givn”"),
        ("    given:", "    remark: 手算\n    given:", "不认识的键“remark”"),
        ("total: 86", "totel: 86", "没有名为“totel”的结果"),
        ("scores: {item_1: 34, item_2: 32, item_3: 20}", "scores: [34]", "这里要写“名称: 期望值”的表"),
        ("total: 86", "refused: HP-1", "这里要写列表"),
        ("HP-2: {learners: 912}", "HP-2: {lerners: 912}", "是不是“learners”？"),
        ("price: 100000.00", "price: 1.005", "超过两位小数"),
    ],
)
def test_a_case_that_is_wrong_says_where(old: str, new: str, message: str, run: Runner, tmp_path: Path) -> None:
    path = case(tmp_path)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    ran = run("cases", path)
    assert ran.code == 2
    assert message in ran.out
    assert f"{path}:" in ran.out


def test_case_files_that_are_none(run: Runner, tmp_path: Path) -> None:
    for text, message in (("", "要有 contract 和 cases"), ("contract: x\ncases: []", "没有规则书“x”"), ("- 1", "要有 contract")):
        (tmp_path / "case.yaml").write_text(text, "utf-8")
        assert message in run.bad("cases", tmp_path / "case.yaml")
    assert "找不到文件" in run.bad("cases", tmp_path / "none.yaml")


def test_cases_run_against_another_rulebook(run: Runner, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(riverside.TEXT.replace("each: 2, unit: 次", "each: 3, unit: 次"), "utf-8")
    assert "total 应为 86，实为 83" in run("cases", case(tmp_path), "--rulebook", other).out

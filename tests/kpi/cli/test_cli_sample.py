"""sample and survey through the command: the draw that both sides can redo."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kpi.cli.running import BOOK, Runner

BUYER, SUPPLIER = "buyer's own sixteen and more", "supplier's sixteen and more"
SEEDS = ["--buyer-seed", BUYER, "--supplier-seed", SUPPLIER]


@pytest.fixture
def records(tmp_path: Path) -> Path:
    rows = [f"R{number},{'城区' if number % 4 else '乡镇'}" for number in range(400)]
    (tmp_path / "records.csv").write_text("编号,区域\n" + "\n".join(rows) + "\n", "utf-8")
    return tmp_path / "records.csv"


def commitments(run: Runner) -> list[str]:
    found = run("sample", "commit", *SEEDS, "--json").json
    return ["--commitments", found["采购人"], found["供应商"]]


def test_both_sides_draw_the_same_stratified_sample(run: Runner, records: Path, tmp_path: Path) -> None:
    order = ["sample", "draw", "--records", records, *SEEDS, *commitments(run), "--share", "2%"]
    one = run(*order, "--json", "--out", tmp_path / "drawn.txt").json
    assert one == run(*order, "--json").json
    assert one["size"] == 8
    assert {tuple(row["stratum"]): row["drawn"] for row in one["allocation"]} == {("城区",): 6, ("乡镇",): 2}
    assert (tmp_path / "drawn.txt").read_text("utf-8").split() == one["drawn"]
    assert run(*order).out.strip().endswith(f"共抽中 8 条：{'、'.join(one['drawn'])}")
    many = run(*order[:-1], "10%").out
    assert many.strip().endswith("等，全部编号用 --out 写进文件")  # nobody takes the first twenty for all


def test_other_data_or_other_seeds_draw_otherwise(run: Runner, records: Path) -> None:
    agreed = commitments(run)
    order = ["sample", "draw", "--records", records, "--share", "2%"]
    first = run(*order, *SEEDS, *agreed, "--json").json
    other = ["--buyer-seed", BUYER + "!", "--supplier-seed", SUPPLIER]
    assert "与事先提交的摘要不符" in run.bad(*order, *other, *agreed)
    records.write_text(records.read_text("utf-8") + "R400,城区\n", "utf-8")
    assert run(*order, *SEEDS, *agreed, "--json").json["drawn"] != first["drawn"]


@pytest.mark.parametrize(("population", "size"), [("100", "2"), ("101", "3"), ("1", "1")])
def test_the_size_is_rounded_up(population: str, size: str, run: Runner) -> None:
    assert run("sample", "size", "--share", "2%", "--population", population, "--json").json["size"] == int(size)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["commit"], "请写 --buyer-seed 或 --supplier-seed"),
        (["commit", "--buyer-seed", "short"], "至少 16 个字符"),
        (["size", "--share", "2%"], "--population"),
        (["size", "--population", "100"], "--rulebook"),
        (["size", "--share", "很少", "--population", "100"], "不是可用的数字"),
        (["size", "--share", "200%", "--population", "100"], "0 到 100%"),
        (["size", "--share", "0", "--population", "100"], "0 到 100%"),
        (["size", "--rulebook", BOOK, "--population", "100"], "没有抽样方案"),
        (["draw"], "抽取要写 --records"),
    ],
)
def test_what_a_sample_needs(arguments: list[str], message: str, run: Runner) -> None:
    assert message in run.bad("sample", *arguments)


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "没有记录"), ("id\n1\n1\n", "“1”与第2行相同"), ("id,a\n1\n", "有 1 格，表头有 2 列"), ("id,a\n1,2,3\n", "有 3 格")],
)
def test_records_that_cannot_be_drawn_from(text: str, message: str, run: Runner, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(text, "utf-8")
    order = ["sample", "draw", "--records", tmp_path / "r.csv", *SEEDS, *commitments(run), "--share", "50%"]
    assert message in run.bad(*order)


def test_a_survey_needs_a_rulebook_with_one_and_a_table(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("a,b\n1,2\n", "utf-8")
    assert "没有调查" in run.bad("survey", BOOK, tmp_path / "d.csv")
    survey = "xinzhou-labour-survey"
    assert "没有“模块”这一列" in run.bad("survey", survey, tmp_path / "d.csv")
    assert "找不到文件" in run.bad("survey", survey, tmp_path / "none.csv")
    (tmp_path / "d.txt").write_text("", "utf-8")
    assert ".csv 或 .xlsx" in run.bad("survey", survey, tmp_path / "d.txt")


def test_a_survey_ends_1_on_faults_and_lists_them_without_personal_values(run: Runner, tmp_path: Path) -> None:
    rows = ["记录编号,模块,姓名,身份证号,手机号", "1,已就业,张三,110105194912310029,123", "2,火星,李四,,"]
    (tmp_path / "d.csv").write_text("\n".join(rows) + "\n", "utf-8")
    ran = run("survey", "xinzhou-labour-survey", tmp_path / "d.csv", "--errors", tmp_path / "errors.csv", "--json")
    assert ran.code == 1
    assert (ran.json["records"], ran.json["unscored"]) == (2, 1)
    errors = (tmp_path / "errors.csv").read_text("utf-8-sig")
    assert ran.json["errors_written"] == len(errors.splitlines()) - 1 > 0
    assert "110105194912310029" not in errors
    assert "张三" not in errors

"""`kpi report`: from entry files and a rulebook to the report, with every mistake told in Chinese."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from kpi.reports.model import from_data
from tests.kpi import riverside
from tests.kpi.cli.running import Runner

DUTY = """
reports:
  - id: monthly
    clauses: [HP-1]
    title: 月度报告（刘𫖯、王𬭎、䶮）
    every: month
    sections:
      - {shows: targets}
      - {shows: ledgers}
      - {shows: words, title: 说明, words: "本月共{记录数}。"}
  - {id: manual, clauses: [HP-1], title: 手册}
"""


@pytest.fixture
def book(tmp_path: Path) -> str:
    path = tmp_path / "book.yaml"
    path.write_text(riverside.FILE.read_text("utf-8") + DUTY, "utf-8")
    return str(path)


@pytest.fixture
def asked(book: str, year: list[str]) -> list[str]:
    return ["report", book, *year, "--duty", "monthly", "--period", "2025-03"]


def test_the_report_is_the_same_on_the_terminal_as_data_and_as_a_workbook(run: Runner, asked: list[str], tmp_path: Path) -> None:
    shown = run(*asked)
    assert shown.code == 0
    report = from_data(run(*asked, "--json").json)
    assert report.label == "2025年3月"
    target = tmp_path / "月报.xlsx"
    assert run(*asked, "--xlsx", target).code == 0
    written = {str(box.value) for sheet in load_workbook(target) for row in sheet.iter_rows() for box in row if box.value is not None}
    numbers = report.numbers()
    assert numbers
    for one in numbers.values():
        assert one.shown in written
        assert one.text in shown.out
    assert "月度报告（刘𫖯、王𬭎、䶮）" in written
    assert f"本月共{numbers['记录数'].shown}。" in written
    assert list(tmp_path.glob(".*.part")) == []
    assert run(*asked, "--json").out == run(*asked, "--json").out


def test_the_list_tells_what_is_made_and_what_is_only_registered(run: Runner, book: str) -> None:
    out = run("report", book, "--list").out
    assert "控制台生成" in out
    assert "登记" in out


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (["--duty", "weekly"], "没有报告“weekly”"), (["--duty", "manual"], "没有写 sections"), (["--period", "2031-03"], "不都在合同期"),
        (["--period", "明年"], "看不懂"), (["--entries", "/nothing.csv"], "找不到记录文件"), (["--setup", "/nothing.yaml"], "找不到文件"),
        (["--xlsx", "a.txt"], "要写 .xlsx"), (["--xlsx", "/nowhere/a.xlsx"], "文件夹不存在"),
    ],
)  # fmt: skip
def test_bad_input_is_told(wrong: list[str], message: str, run: Runner, asked: list[str]) -> None:
    assert message in run.bad(*asked, *wrong)


def test_what_is_missing_is_asked_for(run: Runner, book: str, year: list[str]) -> None:
    assert "--duty" in run.bad("report", book, *year)
    assert "--period" in run.bad("report", book, *year, "--duty", "monthly")
    assert "要知道合同期" in run.bad("report", book, "--duty", "monthly", "--period", "2025-03")


def test_a_full_disk_leaves_the_old_workbook_whole(run: Runner, asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "月报.xlsx"
    target.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(Workbook, "save", full)
    assert "磁盘已满" in run.bad(*asked, "--xlsx", target)
    assert target.read_bytes() == b"old"

"""forecast and replay through the command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kpi import riverside
from tests.kpi.cli.running import BOOK, Runner


@pytest.fixture
def half(tmp_path: Path) -> list[str]:
    """Half a year with four lessons of 15 a month: 720 learners at the end."""
    return riverside.write(tmp_path, riverside.lessons(4, 15, 6))


def test_the_forecast_says_where_it_leads_and_what_helps(run: Runner, half: list[str]) -> None:
    ran = run("forecast", BOOK, *half, "--as-of", "2025-06-30")
    assert ran.code == 0
    for words in ("截止 2025-06-30", "不是考核结果", "期末得分 7", "补足后最能保住的", "HP-2"):
        assert words in ran.out
    found = run("forecast", BOOK, *half, "--as-of", "2025-06-30", "--json").json
    assert found["provisional"] is False
    assert found["share_gone"] == "181/365"
    lever = next(one for one in found["levers"] if one["clause"] == "HP-2")
    assert lever["gain_points"] == "27"  # 360 × 365 ÷ 181 = 725 by the end, 27 whole points short


@pytest.mark.parametrize(
    ("day", "message"), [("2025-13-01", "看不懂"), ("2031-01-01", "不在合同期"), ("2024-12-31", "不在合同期"), ("", "看不懂")]
)
def test_a_forecast_needs_a_day_of_the_term(day: str, message: str, run: Runner, half: list[str]) -> None:
    if day:
        assert message in run.bad("forecast", BOOK, *half, "--as-of", day)
    assert "要知道合同期" in run.bad("forecast", BOOK)


def test_a_year_without_holidays_is_provisional_only_ahead(run: Runner, tmp_path: Path) -> None:
    """Due windows by working days: the forecast counts weekdays and says so, the score refuses."""
    book = tmp_path / "book.yaml"
    book.write_text(riverside.TEXT.replace("window: month, label: 应有月数", "window: working_day, label: 应有月数"), "utf-8")
    later = [{**row, "date": row["date"].replace("2025", "2031"),
              "fields": {**row["fields"], "date": row["date"].replace("2025", "2031")}} for row in riverside.lessons()]  # fmt: skip
    files = riverside.write(tmp_path, later, riverside.SETUP.replace("2025", "2031"))
    ran = run("score", book, *files)
    assert "2031年没有已公布的放假调休数据" in ran.err
    assert "请由管理员导入2031年的放假调休表" in ran.err
    assert "合计：不能计算" in ran.out
    assert run("forecast", book, *files, "--as-of", "2031-06-30", "--json").json["provisional"] is True


def test_a_replay_shows_points_and_yuan_and_ends_1(run: Runner, tmp_path: Path, half: list[str]) -> None:
    new = tmp_path / "new.yaml"
    new.write_text(riverside.TEXT.replace("each: 1,", "each: 0.5,"), "utf-8")
    files = riverside.write(tmp_path, riverside.lessons(4, 19))  # 912: −8 → −4
    ran = run("replay", BOOK, *files, "--against", new)
    assert ran.code == 1
    assert "考核项 item_2" in ran.out
    found = run("replay", BOOK, *files, "--against", new, "--json").json
    assert (found[0]["points"], found[0]["yuan"]) == ("4", "0.00")
    assert run("replay", BOOK, *files, "--against", BOOK).code == 0


def test_a_replay_leaves_out_what_the_new_rulebook_does_not_know(run: Runner, tmp_path: Path, year: list[str]) -> None:
    new = tmp_path / "new.yaml"
    new.write_text(riverside.TEXT.replace("papers: [{id: request, title: 付款申请}]", "papers: []"), "utf-8")
    ran = run("replay", BOOK, *year, "--against", new)
    assert "没有采用的设置" in ran.out
    assert "“request”规则书里没有" in ran.out


def test_a_replay_runs_period_by_period(run: Runner, year: list[str]) -> None:
    found = run("replay", BOOK, *year, "--against", BOOK, "--every", "quarter", "--json").json
    assert len(found) == 4
    assert "要知道合同期" in run.bad("replay", BOOK, "--against", BOOK)
    assert "没有规则书" in run.bad("replay", BOOK, *year, "--against", "nowhere")

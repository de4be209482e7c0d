"""Where conditions stand in the middle of an assessment period, and which of them a report shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kpi.quantities import Period
from kpi.rulebook.loader import Source, load_text
from tests.kpi import riverside
from tests.kpi.reports.test_report import DUTY, SPANS, report, table

#: April's lessons: 30 and 9 learners in the room, 50 online; March had 80. A third of the year is over.
FIGURES = "learners: {measure: sum, ledger: lesson, field: learners, label: 学员, unit: 人}"
CRITERION = "- {value: learners, at_least: learners_target, unit: 人}"


def book(figures: str = "", criteria: str = "", more: str = "", duty: str = DUTY) -> Source:
    """The night school with other figures and conditions of its second clause."""
    text = riverside.TEXT.replace(FIGURES, figures or FIGURES).replace(CRITERION, criteria or CRITERION)
    assert (figures or FIGURES) in text
    assert (criteria or CRITERION) in text
    return load_text(text + more + duty, "riverside.yaml")


def targets(made: Source) -> dict[str, list[str]]:
    return {row[1]: row[2:7] for row in table(report(book=made), "targets")}


def test_a_condition_on_a_derived_figure_stands_with_both_its_parts() -> None:
    """Coverage, accuracy, recovery: what a contract is judged by first rests on figures one step further down."""
    room = f"{FIGURES}\n      room: {{measure: sum, ledger: lesson, field: learners, where: kind == '现场', label: 现场学员, unit: 人}}"
    asked = "\n      ".join(
        (CRITERION, "- {value: room_share, at_least: 90%, percent: true, label: 现场学员占比}",
         "- {value: learners if by_room == 1 else 0, at_least: 0, label: 按回答不用的条件}")
    )  # fmt: skip
    derived = "derived:\n  - {id: room_share, clause: HP-2, title: 现场学员占比, numerator: room, denominator: learners}\n"
    text = book(room, asked, derived).text.replace(
        "  - {id: learners_target,", "  - {id: by_room, clause: HP-2, title: 按现场, value: 0}\n  - {id: learners_target,"
    )
    rows = targets(load_text(text, "riverside.yaml"))
    assert rows["现场学员占比"] == ["43.82%（39/89）", "70.41%（119/169）", "不少于90%", "—", "未达标"]
    assert not [name for name in rows if "不用" in name]


def test_a_derived_figure_names_the_ledgers_of_other_clauses_too() -> None:
    """Else it would not show as out of date when one of those is changed."""
    asked = f"{CRITERION}\n      - {{value: together, at_least: 1, label: 学员和公示}}"
    derived = "derived:\n  - {id: together, clause: HP-2, title: 学员和公示, value: \"learners + of('HP-3', 'notices')\"}\n"
    made = report(book=book("", asked, derived))
    ledgers = {one.number: one.ledgers for one in made.sources}
    assert {row[1]: ledgers[int(row[7])] for row in table(made, "targets") if row[0] == "HP-2"} == {
        "学员": ("lesson",), "学员和公示": ("lesson", "notice"),
    }  # fmt: skip


def test_a_month_shows_its_figure_though_its_target_is_not_known_in_it() -> None:
    first = f"{FIGURES}\n      first: {{measure: sum, ledger: lesson, field: learners, where: month(date) == 3, label: 三月学员, unit: 人}}"
    asked = CRITERION.replace("at_least: learners_target", "at_least: half_of_march")
    derived = "derived:\n  - {id: half_of_march, clause: HP-2, title: 三月的一半, value: first / (1 if first > 0 else 0)}\n"
    rows = targets(book(first, asked, derived))
    assert rows["学员"][:2] == ["89人", "169人"]


def test_what_reached_its_target_is_met_before_its_window_ends() -> None:
    year = FIGURES.replace("field: learners", "field: learners, window: year")
    assert targets(book(year, CRITERION.replace("learners_target", "169")))["学员"][2:] == ["不少于169人", "100%（169/169）", "达标"]
    assert targets(book(year, CRITERION.replace("learners_target", "400")))["学员"][4] == "进行中"
    assert targets(book(year))["学员"][4] == "落后于时间进度"


def test_what_is_owed_once_in_the_year_is_not_late_in_april() -> None:
    once = FIGURES.replace("field: learners", "field: learners, where: learners > 500, window: year")
    made = book(once, CRITERION.replace("learners_target", "1"))
    assert targets(made)["学员"][4] == "进行中"
    assert "学员" not in {row[1] for row in table(report(book=made), "behind")}


def test_what_is_behind_is_told_with_its_figures_and_windows() -> None:
    year = FIGURES.replace("field: learners", "field: learners, window: year")
    [told] = [row[4] for row in table(report(book=book(year)), "behind") if row[1] == "学员"]
    assert told == "累计169人，目标不少于1000人，时间进度32.8%"
    monthly = FIGURES.replace("field: learners", "field: learners, window: month")
    [told] = [row[4] for row in table(report(book=book(monthly, CRITERION.replace("learners_target", "85"))), "behind") if row[1] == "学员"]
    assert told == "学员每月应不少于85人，应考核4个月，未达标1个月（2025年3月80人），无数据2个月（2025年1月、2025年2月）"


def test_of_an_assessment_period_that_is_over_nothing_is_left_to_do() -> None:
    [planned] = [one for part in report(book=book()).parts for one in part.tables if one.id == "planned"]
    assert planned.headings[3] == "到考核期末（2025-12-31）"
    assert ("HP-2", "学员", "—", "还需831人") in planned.rows
    over = replace(SPANS, assessed=Period(date(2025, 1, 1), date(2025, 4, 30)))
    [planned] = [one for part in report(book=book(), spans=over).parts for one in part.tables if one.id == "planned"]
    assert planned.headings == ("条款", "指标", "下期应完成")
    assert "HP-2" not in {row[0] for row in planned.rows}


def test_a_day_is_not_exceeded_but_kept() -> None:
    last = "learners: {measure: latest, ledger: lesson, field: date, label: 末课日期}"
    made = book(last, CRITERION.replace("at_least: learners_target, unit: 人", "at_most: date('2025-06-30')"))
    assert targets(made)["学员"][1:3] == ["2025-04-03", "不晚于2025-06-30"]


def test_growth_of_a_month_counts_from_what_was_there_before_it() -> None:
    growth = "learners: {measure: net_growth, ledger: lesson, field: learners, label: 学员, unit: 人}"
    # 20 in March, 50 by the end of April: 30 more, though April's own first figure was 30.
    assert targets(book(growth))["学员"][:2] == ["30人", "30人"]


def test_a_group_that_has_none_has_a_rate_of_nought() -> None:
    plain = DUTY.replace("        ranked: {by: size, most: 1}\n", "").replace(
        "learners: {by: kind, figure: {measure: sum, ledger: lesson, field: learners, label: 学员, unit: 人}}",
        "learners: {by: kind, figure: {measure: count, ledger: lesson, where: learners > 40, label: 大课, unit: 次}}",
    ).replace("label: 每课学员", "label: 大课比例, percent: true")  # fmt: skip
    assert table(report(book=book(duty=plain)), "各种方式")[0] == ["现场", "2", "0", "0%（0/2）"]

"""A report of a made-up night school: figures, comparison, groups, words that follow the numbers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import cycle
from typing import Any

import pytest

from kpi.ledger import LedgerEntry
from kpi.quantities import Period, percent
from kpi.reports.compose import Order, build
from kpi.reports.marks import with_aside
from kpi.reports.model import Number, Report, from_data
from kpi.reports.phrases import days_of, points_between
from kpi.reports.plain_data import plain_data
from kpi.reports.settled import Settled
from kpi.reports.spans import Measured, Spans, earlier
from kpi.reports.words import UnknownField, filled, known, typed_digits, with_words
from kpi.rulebook.given import Given, work_calendar
from kpi.rulebook.loader import Source, load_text
from tests.kpi import riverside

DUTY = """
reports:
  - id: monthly
    clauses: [HP-1, HP-2]
    title: 夜校月报
    every: month
    sections:
      - {shows: words, title: 本月工作, words: ["{期间}课次够的有{HP-1/full}。学员{HP-2/learners@本期}。"]}
      - {shows: targets}
      - {shows: compared}
      - shows: grouped
        title: 各种方式
        rows: 方式
        columns:
          lessons: {by: kind, figure: {measure: count, ledger: lesson, label: 课, unit: 次}}
          learners: {by: kind, figure: {measure: sum, ledger: lesson, field: learners, label: 学员, unit: 人}}
        rates:
          size: {numerator: learners, denominator: lessons, label: 每课学员}
        ranked: {by: size, most: 1}
      - {shows: ledgers}
      - {shows: behind}
"""
BOOK = load_text(riverside.TEXT + DUTY, "riverside.yaml")
TERM = Period(date(2025, 1, 1), date(2025, 12, 31), "合同期")
MARCH, APRIL = Period(date(2025, 3, 1), date(2025, 3, 31), "2025年3月"), Period(date(2025, 4, 1), date(2025, 4, 30), "2025年4月")

SPANS = Spans(APRIL, TERM, MARCH, None, Period(date(2025, 5, 1), date(2025, 5, 31), "2025年5月"))


def lesson(number: int, day: date, learners: int, kind: str = "现场", state: Any = "verified") -> LedgerEntry:
    fields = {"date": day, "title": f"第{number}课", "kind": kind, "learners": learners}
    return LedgerEntry(f"L{number}", "lesson", day, fields, state=state, author="甲", verifier="乙" if state == "verified" else "")


#: March: four lessons of 20; April: three lessons, two in the room (30, 9), one online (50), one that waits.
ENTRIES = [
    *(lesson(n, date(2025, 3, n), 20) for n in range(1, 5)),
    lesson(5, date(2025, 4, 1), 30), lesson(6, date(2025, 4, 2), 9), lesson(7, date(2025, 4, 3), 50, "网络"),
    lesson(8, date(2025, 4, 4), 99, state="submitted"), lesson(9, date(2025, 5, 1), 70),
]  # fmt: skip


def report(
    entries: Iterable[LedgerEntry] = ENTRIES, templates: dict[str, tuple[str, ...]] | None = None, label: str = APRIL.label,
    book: Source = BOOK, spans: Spans | None = None,
) -> Report:  # fmt: skip
    given = Given.model_validate(
        {"term": {"start": "2025-01-01", "end": "2025-12-31"}, "answers": {"advance_share": "20%"}}
    )
    [duty] = book.rulebook.reports
    about = spans or replace(SPANS, period=replace(APRIL, label=label))
    measured = Measured.of(book.rulebook, given, work_calendar(given), about, [duty], {}).add_all(entries)
    settled = Settled("河畔夜校服务", "县人社局", "夜校公司", None, TERM)
    return build(Order(duty, label, templates), measured, settled, book.sha256)


def table(made: Report, name: str) -> list[list[str]]:
    found = next(one for part in made.parts for one in part.tables if one.id == name)
    return [[cell.shown if isinstance(cell, Number) else cell for cell in row] for row in found.rows]


def test_figures_of_the_month_beside_what_has_come_together() -> None:
    rows = {row[1]: row[2:7] for row in table(report(), "targets")}
    # 80 in March and 89 in April of 1000: 16.9%, while a third of the year is over.
    assert rows["学员"] == ["89人", "169人", "不少于1000人", "16.9%（169/1000）", "落后于时间进度"]
    assert ["审核通过的台账记录", "3条"] in table(report(), "overview")
    assert ["等待审核、没有计入的记录", "1条"] in table(report(), "overview")


def test_comparison_shows_both_parts_of_each_rate_and_says_what_cannot_be_compared() -> None:
    made = report()
    [row] = [row for row in table(made, "compared") if row[0] == "学员"]
    assert row[1:5] == ["89人", "80人", "+9人", "+11.2%（9/80）"]
    [compared] = [one for part in made.parts for one in part.tables if one.id == "compared"]
    assert "去年同期" in compared.note
    assert "去年同期" not in "".join(compared.headings)


def test_rates_differ_by_what_their_shown_digits_differ_by() -> None:
    assert [percent(Fraction(2, 3)), percent(Fraction(1, 2))] == ["66.66…%", "50%"]
    assert points_between(Fraction(2, 3), Fraction(1, 2)) == "+16.66个百分点"
    assert points_between(Fraction(1, 2), Fraction(2, 3)) == "-16.66个百分点"
    assert points_between(Fraction(2, 3), Fraction(2, 3)) == "0个百分点"


def test_groups_are_ranked_by_the_rate_and_their_total_is_counted_not_summed() -> None:
    made = report()
    assert table(made, "各种方式/highest") == [["网络", "1", "50", "50.00（50/1）"]]
    assert table(made, "各种方式/lowest") == [["现场", "2", "39", "19.50（39/2）"]]
    assert table(made, "各种方式/totals") == [["合计", "3", "89", "29.66（89/3）"]]
    assert dict(made.names)["各种方式最高"] == "网络"


def test_ranks_that_fit_stand_in_one_table_with_what_was_left_blank() -> None:
    """The rows of a table make up its total."""
    few = DUTY.replace("ranked: {by: size, most: 1}", "ranked: {by: lessons, most: 10}").replace("by: kind,", "by: note,")
    noted = riverside.TEXT.replace("{id: fee, name: 费用, type: money, minimum: 0}", "{id: note, name: 备注, type: text}")
    made = report(ENTRIES, book=load_text(noted + few, "riverside.yaml"))
    assert table(made, "各种方式") == [["未填写", "3", "89", "29.66（89/3）"], ["合计", "3", "89", "29.66（89/3）"]]


def test_a_report_on_one_event_counts_the_entries_of_that_event() -> None:
    """A second draw's report says nothing of the first one's sample."""
    each = DUTY.replace("    every: month\n", "    after: {ledger: lesson, field: kind}\n")
    made = load_text(riverside.TEXT + each, "riverside.yaml")
    assert table(report(label="网络", book=made), "各种方式") == [["网络", "1", "50", "50（50/1）"], ["合计", "1", "50", "50（50/1）"]]
    assert table(report(label="四月的课", book=made), "各种方式/totals") == [["合计", "3", "89", "29.66（89/3）"]]


def test_each_number_has_an_id_of_its_own_and_a_footnote_that_is_there() -> None:
    made = report()
    every = [one for part in made.parts for one in part.tables for one in one.numbers()]
    notes = {one.number for one in made.sources}
    assert len({one.id for one in every}) == len(every)
    assert all(one.source in notes for one in every)
    assert {"lesson"} <= {name for one in made.sources for name in one.ledgers}


def test_the_report_comes_back_from_its_plain_data() -> None:
    made = report()
    assert from_data(json.loads(json.dumps(plain_data(made)))) == made


def test_words_follow_the_numbers() -> None:
    [first, *_] = report().parts[0].paragraphs
    assert filled(first.text, known(report())) == "2025年4月课次够的有0个月（0/1）。学员89人。"
    fewer = report(ENTRIES[:5])
    assert filled(fewer.parts[0].paragraphs[0].text, known(fewer)) == "2025年4月课次够的有0个月（0/1）。学员30人。"


def test_a_template_that_names_what_there_is_not_says_so() -> None:
    with pytest.raises(UnknownField, match=r"本月工作.*HP-2/learner@本期.*是不是“\{HP-2/learners@本期\}”"):
        report(templates={"words1": ("学员{HP-2/learner@本期}",)})
    with pytest.raises(UnknownField, match="单独的花括号"):
        report(templates={"words1": ("学员{",)})


def test_digits_typed_by_hand_are_found_and_dates_are_not() -> None:
    assert typed_digits("一是（1）开课，二是(2)走访，1．备课 2、讲课") == []
    assert typed_digits("2025年4月5日，按第3条（HP-1）开课{HP-1/full}，学员 1,234 人，满意率98.5%") == ["1,234", "98.5%"]


def test_changed_words_are_marked_and_the_others_are_not() -> None:
    made = with_words(report(), {"words1": ["学员{HP-2/learners@本期}，比上月多{HP-2/learners@上期增减}。"]})
    assert [one.by_hand for one in made.parts[0].paragraphs] == [True]
    assert filled(made.parts[0].paragraphs[0].text, known(made)) == "学员89人，比上月多+9人。"


def test_a_period_without_entries_says_so() -> None:
    made = report(ENTRIES[:4])
    assert made.warnings == ("本期没有审核通过的台账记录。",)
    assert {row[1]: row[2] for row in table(made, "targets")}["学员"] == "无数据"


def test_a_template_may_name_numbers_that_a_month_without_entries_lacks() -> None:
    lacking = sorted(report().numbers().keys() - report([]).numbers().keys())
    assert {"HP-2/learners@上期增减", "HP-2/learners@目标", "各种方式/网络/lessons", "lesson@审核通过"} <= set(lacking)
    units = cycle(("", "人次", "元", "%"))
    made = report([], {"words1": tuple(f"共{{{field}}}{next(units)}。" for field in lacking)})
    assert {filled(one.text, known(made)) for one in made.parts[0].paragraphs} == {"共无数据。"}
    assert len(made.parts[0].paragraphs) == len(lacking)
    assert from_data(plain_data(made)) == made
    with pytest.raises(UnknownField, match="不是这份报告里的数字"):
        report([], {"words1": ("{各种方式/网络/lesson}",)})


def test_words_about_groups_are_read_in_a_month_that_has_none() -> None:
    plain = load_text((riverside.TEXT + DUTY).replace("        ranked: {by: size, most: 1}\n", ""), "riverside.yaml")
    words = {"words1": ("共{各种方式/合计/lessons}。",)}
    assert [one.text for one in report([], words, book=plain).parts[0].paragraphs] == ["共{各种方式/合计/lessons}。"]
    assert dict(report([], words, book=plain).names)["各种方式/合计/lessons"] == "无数据"
    assert dict(report([], {"words1": ("以{各种方式最高}为高。",)}).names)["各种方式最高"] == "无数据"
    with pytest.raises(UnknownField):
        report([], {"words1": ("{方式/合计/lessons}",)}, book=plain)


def test_the_period_before_the_first_and_a_year_before_the_term_are_none() -> None:
    assert earlier(MARCH, TERM, [MARCH, APRIL]) == (None, None)
    assert earlier(APRIL, TERM, [MARCH, APRIL]) == (MARCH, None)


@pytest.mark.parametrize(
    ("label", "told"),
    [
        (APRIL.label, "2025年4月（4月1日至4月30日）"), ("4月1日至4月30日", "2025年4月1日至2025年4月30日"),
        ("2025年4月（4月1日至4月30日）", "2025年4月（4月1日至4月30日）"), ("阶段性核验", "阶段性核验（2025年4月1日至2025年4月30日）"),
    ],
)  # fmt: skip
def test_the_period_says_its_year_and_nothing_twice(label: str, told: str) -> None:
    assert dict(report(label=label).facts)["报告期间"] == told


def test_a_single_day_is_said_once() -> None:
    day = Period(date(2025, 4, 3), date(2025, 4, 3))
    assert [days_of(day), days_of(day, year=True)] == ["4月3日", "2025年4月3日"]
    assert [days_of(APRIL), days_of(APRIL, year=True)] == ["4月1日至4月30日", "2025年4月1日至2025年4月30日"]


def test_no_brackets_stand_in_brackets() -> None:
    assert with_aside("月报", "2026年11月（11月1日至11月12日）") == "月报（2026年11月，11月1日至11月12日）"
    assert with_aside("调查", "人(家)") == "调查（人，家）"
    assert with_aside("课次", "次") == "课次（次）"

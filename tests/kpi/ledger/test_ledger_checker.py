"""Rows as a whole: required fields, rules, dates, repeats, references, states."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kpi.ledger import EntryChecker, Evidence
from kpi.quantities import Period
from kpi.rulebook.loader import known_keys, load_known
from tests.kpi.indicators.rulebooks import END, START
from tests.kpi.ledger.books import check, checker, rulebook


def messages(**values: Any) -> list[str]:
    return [f"{problem.field}{problem.severity}{problem.message}" for problem in check(**values).problems]


def test_headings_and_ids_lead_to_the_same_entry() -> None:
    by_id = check(posts=5, kind="网络招聘会")
    by_heading = checker().check(
        {"台账": "招聘会台账", "编号": "fairs-1", "日期": "2026-03-05", "岗位(个)": "5", "类别": "网络招聘会"})  # fmt: skip
    assert by_id.entry == by_heading.entry
    nested = checker().check({"ledger": "fairs", "id": "fairs-1", "date": "2026-03-05",
                              "fields": {"posts": 5, "kind": "网络招聘会"}})  # fmt: skip
    assert nested.entry == by_id.entry


def test_what_is_fixed_is_read() -> None:
    entry, problems = check(
        状态="已审核", 填报人="李四", 审核人="王五", 网点="金川镇", version="3",
        佐证材料="现场照片:a.jpg;签到表:b.pdf", 抽查属实="是", photos=["c.jpg", "d.jpg"],
    )  # fmt: skip
    assert problems == ()
    assert entry is not None
    assert entry[3]["outlet"] == entry.outlet == "金川镇"
    assert (entry.state, entry.author, entry.verifier, entry.version) == ("verified", "李四", "王五", 3)
    assert entry.validated is True
    assert entry.evidence == (Evidence("照片", "c.jpg"), Evidence("照片", "d.jpg"),
                              Evidence("现场照片", "a.jpg"), Evidence("签到表", "b.pdf"))  # fmt: skip


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"date": ""}, "没有业务日期"),
        ({"date": "2026-02-28"}, "不在合同期 2026-03-01 至 2026-05-31 内"),
        ({"date": "2026-06-01"}, "不在合同期"),
        ({"done": "否"}, "原因error按本条其他内容"),
        ({"kind": "现场招聘会", "length": 89}, "现场招聘会不足90分钟"),
        ({"岗位数": 5}, "台账“招聘会台账”没有这一列；是不是“岗位”？"),
        ({"状态": "通过"}, "没有“通过”这个选项"),
        ({"nil": "是"}, "不接受零报告"),
        ({"posts": 5, "岗位": 6}, "写了两次"),
    ],
)
def test_a_row_that_breaks_a_rule_is_kept_out(values: dict[str, Any], words: str) -> None:
    assert check(**values).entry is None
    assert any(words in message for message in messages(**values)), messages(**values)


@pytest.mark.parametrize(
    "values",
    [{"kind": "网络招聘会", "length": 5}, {"kind": "现场招聘会"}, {"done": "是"}, {"date": "2026-05-31"},
     {"kind": "现场招聘会", "length": 90}],
)  # fmt: skip
def test_a_rule_holds_only_where_it_applies(values: dict[str, Any]) -> None:
    assert check(**values).problems == ()


def test_a_warning_lets_the_entry_through() -> None:
    entry, problems = check(posts=101)
    assert entry is not None
    assert [(problem.severity, problem.message) for problem in problems] == [("warning", "岗位特别多")]


def test_all_problems_of_a_row_come_at_once() -> None:
    assert len(check(date="", posts="x", kind="y", pay="1.234").problems) == 4


def test_repeats_are_found_across_rows() -> None:
    held = checker()
    row = {"ledger": "fairs", "id": "a-1", "date": "2026-03-05", "title": "春风行动"}
    assert held.check(row).problems == ()
    assert [one.field for one in held.check({**row, "id": "a-2"}).problems] == ["日期、标题"]
    assert [one.field for one in held.check({**row, "title": "另一场"}).problems] == ["编号"]
    assert held.check({**row, "id": "a-02", "title": "第三场"}).problems == ()
    withdrawn = held.check({**row, "id": "a-3", "状态": "已撤回"})
    assert withdrawn.entry is not None
    assert withdrawn.problems == ()


def test_blank_parts_of_a_unique_key_repeat_nothing() -> None:
    held = checker()
    for number in range(3):
        assert held.check({"ledger": "fairs", "id": f"b{number}", "date": "2026-03-05"}).problems == ()


def test_drafts_may_be_incomplete() -> None:
    entry, problems = check(date="", 状态="草稿")
    assert entry is None
    assert [problem.severity for problem in problems] == ["warning"]


def test_references_are_resolved_when_all_rows_are_in() -> None:
    held = checker()
    for number, order in enumerate(("o-1", "o-2")):
        assert held.check({"ledger": "fairs", "id": f"f{number}", "date": "2026-03-05", "order": order}).entry
    assert held.check({"ledger": "orders", "id": "o-2", "date": "2026-03-05"}).entry
    assert ["o-1" in str(problem) for problem in held.unresolved()] == [True]


@pytest.mark.parametrize(
    ("row", "words"),
    [({"date": "2026-03-05"}, "没有写是哪本台账"), ({"ledger": "招聘台账"}, "是不是“招聘会台账”？")],
)
def test_a_row_must_belong_to_a_ledger(row: dict[str, Any], words: str) -> None:
    entry, problems = checker().check(row)
    assert entry is None
    assert words in problems[0].message


def test_a_nil_return_needs_only_its_date() -> None:
    held = EntryChecker(rulebook(nil_return=True), Period(START, END))
    entry, problems = held.check({"ledger": "fairs", "date": "2026-03-05", "零报告": "是"}, line=3)
    assert problems == ()
    assert entry is not None
    assert (entry.nil, entry.date, entry.id) == (True, date(2026, 3, 5), "fairs-000003")


def test_defaults_fill_blanks() -> None:
    entry, _ = EntryChecker(rulebook(defaults={"posts": "7"})).check({"ledger": "fairs", "date": "2026-03-05"})
    assert entry is not None
    assert entry.fields["posts"] == 7


@pytest.mark.parametrize("key", known_keys())
def test_the_ledgers_of_every_rulebook_compile_and_know_their_headings(key: str) -> None:
    held = EntryChecker(load_known(key).rulebook)
    for one in held.ledgers.values():
        row = {"ledger": one.ledger.name, **{field.name: None for field in one.ledger.fields}}
        problems = held.check(row, line=2).problems
        assert not [problem for problem in problems if "没有这一列" in problem.message]

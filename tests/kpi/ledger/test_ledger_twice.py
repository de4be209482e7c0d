"""What a row says twice must be the same both times: two different days would count on one of them at random."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kpi.ledger.books import checker, rulebook

DAY = "2026-03-05"


def problems(row: dict[str, Any], **ledger: Any) -> list[str]:
    checked = checker(**ledger).check({"ledger": "fairs", "id": "fairs-1", **row}, "表.jsonl", 7)
    assert (checked.entry is None) == any(one.severity == "error" for one in checked.problems)
    return [str(one) for one in checked.problems]


@pytest.mark.parametrize(
    ("top", "words"),
    [
        ("2026-02-30", "没有“2026-02-30”这一天"),
        ("2026-13-01", "没有“2026-13-01”这一天"),
        ("明天", "不是日期"),
        (20260305, "不是日期"),
        (True, "不是日期"),
        (["2026-03-05"], "不是日期"),
        ({}, "不是日期"),
        ("2026-03-06", "内容不同"),
        ("2031-03-05", "内容不同"),
    ],
)
def test_a_day_beside_fields_must_be_the_day_inside(top: Any, words: str) -> None:
    found = problems({"date": top, "fields": {"date": DAY}})
    assert len(found) == 1
    assert words in found[0]
    assert found[0].startswith("表.jsonl:7 招聘会台账 日期")


#: A ledger whose own field of the day has another id, so that `date` stands beside it as a fixed column.
OWN_DAY = {
    "date": "held_on", "unique": [],
    "fields": [{"id": "held_on", "name": "举办日期", "type": "date", "required": True}], "rules": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("top", "words"),
    [("2026-02-30", "没有“2026-02-30”这一天"), ("2026-03-06", "写的是 2026-03-06，而“举办日期”是 2026-03-05"), (5, "不是日期")],
)
@pytest.mark.parametrize("key", ["date", "业务日期"])
@pytest.mark.parametrize("inside", [{"held_on": DAY}, {"举办日期": DAY}])
def test_a_fixed_day_must_be_the_ledger_s_own(key: str, inside: dict[str, str], top: Any, words: str) -> None:
    for row in ({key: top, "fields": inside}, {key: top, **inside}):
        found = problems(row, **OWN_DAY)
        assert len(found) == 1
        assert words in found[0]


@pytest.mark.parametrize("top", [DAY, "2026/3/5", "2026年3月5日", " 2026-03-05 "])
def test_the_same_day_in_other_words_is_the_same_day(top: str) -> None:
    assert problems({"date": top, "fields": {"date": DAY}}) == []
    assert problems({"date": top, "fields": {"held_on": DAY}}, **OWN_DAY) == []


@pytest.mark.parametrize("top", [DAY, "2026-03-05 19:30", "2026-03-05T11:30:00Z"])
def test_a_moment_has_its_day(top: str) -> None:
    fields = [{"id": "opened", "name": "开放时刻", "type": "datetime"}]
    ledger = {"date": "opened", "fields": fields, "rules": [], "unique": []}
    assert problems({"date": top, "fields": {"opened": "2026-03-05 19:30"}}, **ledger) == []
    assert "而“开放时刻”是 2026-03-06" in problems({"date": top, "fields": {"opened": "2026-03-06 00:30"}}, **ledger)[0]


@pytest.mark.parametrize(
    ("outer", "inner", "words"),
    [
        ({"posts": 5}, {"posts": 6}, "岗位：fields 里外各写了一次"),
        ({"posts": "五"}, {"posts": 6}, "岗位：fields 之外也写了这一项，而且不对"),
        ({"state": "verified"}, {"state": "submitted"}, "内容不同"),
        ({"状态": "已审核"}, {"state": "submitted"}, "内容不同"),
        ({"id": "a"}, {"id": "b"}, "内容不同"),
    ],
)
def test_other_items_said_twice_must_agree_too(outer: dict[str, Any], inner: dict[str, Any], words: str) -> None:
    found = "\n".join(problems({"date": DAY, **outer, "fields": {"title": "春风", **inner}}))
    assert words in found


@pytest.mark.parametrize(("outer", "inner"), [({"posts": 5}, {"posts": "5"}), ({"posts": "5.0"}, {"posts": 5})])
def test_the_same_value_in_another_form_is_no_contradiction(outer: dict[str, Any], inner: dict[str, Any]) -> None:
    assert problems({"date": DAY, **outer, "fields": inner}) == []


def test_a_contradiction_of_people_is_told_without_their_numbers() -> None:
    inner = {"seeker": "13812345678"}
    found = problems({"date": DAY, "seeker": "13912345678", "fields": inner})
    assert "内容不同" in found[0]
    assert "12345678" not in found[0]


def test_the_made_up_ledger_has_a_day_of_its_own() -> None:
    assert rulebook(**OWN_DAY).ledgers[0].date == "held_on"

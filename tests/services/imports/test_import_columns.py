"""Columns to fields: found by name, nearly by name, by content; what is missing is named first; words are translated."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.services.imports import grid, mapping
from app.services.imports.grid import Broken
from app.services.imports.look import Look, data_below, look_at
from app.services.imports.mapper import Mapper
from app.services.imports.mapping import ColumnMap
from app.services.imports.near import NEAR, nearness
from app.services.imports.targets import Targets, targets_of
from kpi.rulebook.loader import load_text
from tests.factories.office import BOOK

RULEBOOK = load_text(BOOK.read_text("utf-8")).rulebook


def targets(ledger: str) -> Targets:
    found = RULEBOOK.ledger(ledger)
    assert found is not None
    return targets_of(found)


def look(to: Targets, *lines: str) -> Look:
    return look_at(grid.read("a.csv", "\n".join(lines).encode()), to.by_heading)


def suggested(to: Targets, at: Look, saved: ColumnMap | None = None) -> dict[str, tuple[str, str]]:
    return {name: (each.key, each.how) for name, each in mapping.suggest(to, at, saved).items()}


def rows(to: Targets, given: ColumnMap, *lines: str) -> list[tuple[dict[str, object], list[str]]]:
    at = look(to, *lines)
    mapper = Mapper.of(to, given, [(each.place, each.heading) for each in at.columns])
    found = [mapper.raw(row.cells) for row in data_below(grid.read("a.csv", "\n".join(lines).encode()), at.line)]
    return [(raw, [each.field for each in troubles]) for raw, troubles in found]


def test_names_then_near_names_then_what_stands_there() -> None:
    to = targets("visits")
    at = look(
        to, "走访时间,企业名称,统一社会信用代码,走访事项,缺工人数（人）,备注,填报人",
        "2026-03-04 10:22:01,湖畔电子,91360124MA35F0AY10,招工,3,无,甲",
    )  # fmt: skip
    assert suggested(to, at) == {
        "走访时间": ("date", "content"), "企业名称": ("enterprise.name", "exact"),
        "统一社会信用代码": ("enterprise.code", "exact"), "走访事项": ("topic", "near"),
        "缺工人数（人）": ("need", "exact"), "备注": ("", ""), "填报人": ("", "aside"),
    }  # fmt: skip


def test_one_field_is_suggested_once() -> None:
    to = targets("news")
    found = suggested(to, look(to, "发布日期,更新日期,渠道", "2026-03-01,2026-03-02,公众号"))
    assert sorted(key for key, _ in found.values() if key) == ["channels", "date"]


def test_near_is_near() -> None:
    assert nearness("缺工人数（人）", "缺工人数") == 1
    assert nearness("ｃontact", "Contact") == 1
    assert nearness("发布渠道", "渠道") >= NEAR
    assert nearness("播放量", "日期") < NEAR
    assert nearness("", "日期") == 0


def test_what_is_missing_comes_first_and_says_what_to_do() -> None:
    to = targets("visits")
    found = mapping.problems(to, ColumnMap({"甲": "note", "乙": "note"}, {"cost": "很多"}))
    assert [(each.place, each.missing) for each in found] == [
        ("date", True), ("enterprise", True), ("topic", True), ("note", False), ("cost", False),
    ]  # fmt: skip
    assert "“企业”" in found[1].message
    assert "只留一列" in found[3].message
    assert "不是数字" in found[4].message


def test_a_name_alone_does_not_tell_people_apart() -> None:
    to = targets("seekers")
    named = {"日": "date", "岗": "wish", "姓名": "person.name"}
    assert [each.place for each in mapping.problems(to, ColumnMap(named))] == ["person"]
    assert mapping.problems(to, ColumnMap({**named, "手机": "person.phone"})) == []


def test_a_fixed_value_covers_a_column_that_is_not_there() -> None:
    to = targets("news")
    given = ColumnMap({"日期": "date", "标题": "note"}, {"channels": "抖音"})
    assert mapping.problems(to, given) == []
    found = rows(to, given, "日期,标题", "2026-03-01 08:00:11,甲", "2026年3月2日,")
    assert [raw for raw, _ in found] == [
        {"channels": "抖音", "date": "2026-03-01", "note": "甲"}, {"channels": "抖音", "date": "2026年3月2日"},
    ]  # fmt: skip


def test_their_words_are_said_in_ours() -> None:
    to = targets("news")
    at = look(to, "日期,渠道", "2026-03-01,微信、抖音", "2026-03-02,微信", "2026-03-03,公众号")
    given = ColumnMap({"日期": "date", "渠道": "channels"})
    (unknown,) = mapping.unknown_words(to, at, given)
    assert (unknown.target.key, unknown.words) == ("channels", ("微信",))
    assert mapping.untold([unknown], given) == [unknown]
    told = replace(given, values={"channels": {"微信": "公众号"}})
    assert mapping.untold([unknown], told) == []
    found = rows(to, told, "日期,渠道", "2026-03-01,微信、抖音")
    assert found[0][0]["channels"] == "公众号、抖音"


def test_outlets_are_words_too() -> None:
    to = targets("news")
    at = look(to, "日期,渠道,网点", "2026-03-01,抖音,城东", "2026-03-02,抖音,城东街道")
    given = ColumnMap({"日期": "date", "渠道": "channels", "网点": "outlet"})
    assert [each.words for each in mapping.unknown_words(to, at, given, {"城东街道"})] == [("城东",)]
    assert mapping.unknown_words(to, at, given) == []


def test_a_saved_mapping_is_taken_as_it_was() -> None:
    to = targets("news")
    saved = ColumnMap({"发布": "date", "平台": "channels", "链接": ""}, {}, {"channels": {"微信": "公众号"}}, True)
    at = look(to, "发布,平台,链接,阅读", "2026-03-01,微信,x,5")
    found = mapping.suggest(to, at, saved)
    assert {name: each.how for name, each in found.items()} == {
        "发布": "saved", "平台": "saved", "链接": "saved", "阅读": "",
    }  # fmt: skip
    given = mapping.as_map(found, saved)
    assert (given.values, given.trace) == (saved.values, True)
    assert not mapping.is_settled(to, at, found, given, ()), "a column that is new is shown first"


@pytest.mark.parametrize(
    ("lines", "settled"),
    [
        (("日期,渠道,情况,网点,零报告", "2026-03-01,抖音,甲,,"), True),
        (("日期,渠道,编号", "2026-03-01,抖音,7"), True),
        (("日期,渠道", "2026-03-01,微信"), False),
        (("日期,平台渠道", "2026-03-01,抖音"), False),
        (("日期,情况", "2026-03-01,抖音"), False),
    ],
)
def test_a_file_in_our_own_words_needs_no_word(lines: tuple[str, ...], settled: bool) -> None:
    to = targets("news")
    at = look(to, *lines)
    found = mapping.suggest(to, at)
    assert mapping.is_settled(to, at, found, mapping.as_map(found), ()) is settled


def test_people_from_several_columns_and_cells_that_cannot_be_right() -> None:
    to = targets("seekers")
    given = ColumnMap({"姓名": "person", "手机": "person.phone", "身份证": "person.id_number", "岗": "wish", "日": "date"})
    found = rows(to, given, "日,姓名,手机,身份证,岗", "2026-03-01,甲一,13800000001,,保洁", "2026-03-01,乙二,,3.6E+17,保洁")
    assert found[0] == ({"date": "2026-03-01", "wish": "保洁", "person": {"name": "甲一", "phone": "13800000001"}}, [])
    assert found[1][1] == ["person"]


def test_short_rows_and_blank_cells_say_nothing() -> None:
    to = targets("news")
    given = ColumnMap({"日期": "date", "渠道": "channels", "情况": "note"})
    mapper = Mapper.of(to, given, [(0, "日期"), (1, "渠道"), (2, "情况")])
    assert mapper.raw(["2026-03-01"]) == ({"date": "2026-03-01"}, [])
    assert mapper.raw(["", "", "x"]) == ({"note": "x"}, [])
    row, troubles = mapper.raw([Broken("3.6E+17", "丢了"), "抖音", ""])
    assert (row, [each.field for each in troubles]) == ({"channels": "抖音"}, ["date"])

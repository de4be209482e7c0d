"""Holiday data that an administrator imports."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from kpi.calendar import CalendarDataInvalid, CalendarMissing, OverrideDay, WorkCalendar, parse_overrides

YEAR = 2071


def notice() -> dict[str, Any]:
    """A whole year: 2071-01-01 is a Thursday, 2071-10-01 too."""
    return {
        "holidays": {
            "元旦": ["2070-12-31", date(2071, 1, 1), "2071-01-02"],
            "春节": ["2071-02-02"],
            "清明": ["2071-04-06"],
            "劳动节": ["2071-05-01"],
            "端午节": ["2071-06-01"],
            "国庆节、中秋节": ["2071-10-01", "2071-10-02"],
        },
        "workdays": ["2071-01-03"],
    }


def loaded(data: object) -> WorkCalendar:
    table = parse_overrides(data)
    return WorkCalendar().with_overrides(table.rows, table.published)


def test_a_whole_year_becomes_published() -> None:
    calendar = loaded({YEAR: notice()})
    assert calendar.covers(YEAR)
    assert calendar.is_workday(date(2071, 1, 3))
    assert calendar.holiday_name(date(2071, 10, 1)) == "国庆节、中秋节"
    assert calendar.holiday_name(date(2071, 4, 6)) == "清明节"
    due = calendar.add_working_days(date(2071, 9, 30), 1)
    assert (due.date, due.provisional) == (date(2071, 10, 5), False)


def test_the_december_before_is_arranged_but_not_published() -> None:
    table = parse_overrides({YEAR: notice()})
    assert date(2070, 12, 31) in {row.day for row in table.rows}
    assert table.published == {YEAR}
    with pytest.raises(CalendarMissing, match="2070"):
        loaded({YEAR: notice()}).is_workday(date(2070, 12, 31))
    assert not loaded({YEAR: notice()}).as_provisional().is_workday(date(2070, 12, 31))


def test_a_year_that_misses_a_holiday_stays_unpublished() -> None:
    partial = notice()
    del partial["holidays"]["春节"]
    calendar = loaded({YEAR: partial})
    assert not calendar.covers(YEAR)
    with pytest.raises(CalendarMissing, match="须列全元旦、春节"):
        calendar.is_workday(date(2071, 1, 1))


def test_corrections_of_single_days_leave_the_rest_of_the_year() -> None:
    calendar = loaded({2026: {"holidays": {"特别假日": ["2026-07-01"]}, "workdays": ["2026-10-07"]}})
    assert calendar.holiday_name(date(2026, 7, 1)) == "特别假日"
    assert calendar.is_workday(date(2026, 10, 7))
    assert calendar.holiday_name(date(2026, 10, 6)) == "国庆节"
    assert WorkCalendar().is_workday(date(2026, 7, 1)), "the published calendar itself is unchanged"


def test_a_whole_year_replaces_the_published_one() -> None:
    names = ["元旦", "春节", "清明节", "劳动节", "端午节", "国庆节", "中秋节"]
    days = [["2019-01-01"], *([f"2019-{month:02d}-05"] for month in range(2, 8))]
    calendar = loaded({"2019": {"holidays": dict(zip(names, days, strict=True))}})
    assert calendar.is_workday(date(2019, 10, 1)), "not in the new notice"
    # 2018-12-31 belonged to the replaced notice of 2019, 2018-10-01 to that of 2018.
    assert calendar.is_workday(date(2018, 12, 31))
    assert not calendar.is_workday(date(2018, 10, 1))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "最外层"),
        ({"27": {}}, "四位数字"),
        ({True: {}}, "四位数字"),
        ({2027: []}, "holidays"),
        ({2027: {}}, "holidays"),
        ({2027: {"holiday": {}}}, "holidays"),
        ({2027: {"holidays": ["2027-01-01"]}}, "节日名称"),
        ({2027: {"holidays": {"元旦": "2027-01-01"}}}, "列表"),
        ({2027: {"holidays": {"": ["2027-01-01"]}}}, "节日名称"),
        ({2027: {"holidays": {"元旦": ["2027-02-30"]}}}, "不是日期"),
        ({2027: {"holidays": {"元旦": [20270101]}}}, "不是日期"),
        ({2027: {"holidays": {"元旦": [datetime(2027, 1, 1, 8, 0)]}}}, "不是日期"),
        ({2027: {"holidays": {"元旦": ["2028-01-01"]}}}, "不在2027年"),
        ({2027: {"holidays": {"元旦": ["2026-11-30"]}}}, "不在2027年"),
        ({2027: {"holidays": {"元旦": ["2027-01-02"]}, "workdays": ["2027-01-02"]}}, "同时列为"),
        (
            {2070: {"workdays": ["2070-12-31"]}, 2071: {"holidays": {"元旦": ["2070-12-31"]}}},
            "两个年份",
        ),
        ({2071: notice() | {"workdays": ["2071-01-05"]}}, "不是周六或周日"),
    ],
)
def test_faults_are_refused_with_place_and_remedy(data: object, words: str) -> None:
    with pytest.raises(CalendarDataInvalid, match=words) as refusal:
        parse_overrides(data)
    assert "请" in str(refusal.value)


def test_rows_given_directly() -> None:
    rows = [OverrideDay(date(2026, 3, 7), working=True), OverrideDay(date(2026, 3, 9), False, "五一")]
    calendar = WorkCalendar().with_overrides(rows)
    assert calendar.is_workday(date(2026, 3, 7))
    assert calendar.holiday_name(date(2026, 3, 9)) == "劳动节"
    with pytest.raises(CalendarDataInvalid, match="没有节日名称"):
        OverrideDay(date(2026, 3, 9), working=False)
    with pytest.raises(TypeError):
        OverrideDay(datetime(2026, 3, 9, 8, 0), working=True)

"""The text form of holiday data: what an administrator imports when a year's notice is out.

For example, with the make-up days (调休上班) under `workdays`:

    2027:
      holidays:
        元旦: [2027-01-01]
        国庆节、中秋节: [2027-10-01, …]
      workdays: [2027-02-06]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from kpi.calendar.errors import CalendarDataInvalid
from kpi.calendar.holidays import JOINER, STATUTORY_HOLIDAYS, OverrideDay, holiday_names, notice_year

_PARTS = frozenset({"holidays", "workdays"})
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class OverrideTable:
    """Days to lay over the published calendar, and the years that they give whole."""

    rows: tuple[OverrideDay, ...]
    published: frozenset[int]


def parse_overrides(data: object) -> OverrideTable:
    """Overrides from YAML-loaded data: {year: {holidays: {name: [dates]}, workdays: [dates]}}.

    Dates are dates or texts like 2027-01-01, inside the year or in the December before it (notices
    arrange 元旦 so). A year that names all seven statutory holidays counts as published; any other is
    a correction of single days. Raises CalendarDataInvalid with the place and the remedy.
    """
    if not isinstance(data, Mapping):
        raise CalendarDataInvalid(
            "放假调休表的最外层应为“年份: 内容”；请写成 2027: {holidays: …, workdays: …}"
        )
    rows: dict[date, OverrideDay] = {}
    published: set[int] = set()
    for key, block in data.items():
        year = _year(key)
        found = _block(year, block)
        for row in found:
            if rows.setdefault(row.day, row) != row:
                raise CalendarDataInvalid(f"{row.day} 在两个年份中写法不同，无法判断是否上班；请只保留一处")
        if _is_whole(found):
            _check_make_up_days(year, found)
            published.add(year)
    return OverrideTable(tuple(rows[day] for day in sorted(rows)), frozenset(published))


def _year(key: object) -> int:
    text = str(key)
    if isinstance(key, bool) or not (text.isascii() and text.isdigit() and len(text) == 4):
        raise CalendarDataInvalid(f"放假调休表中的年份“{key}”不是四位数字；请写成 2027 的样子")
    return int(text)


def _block(year: int, block: object) -> list[OverrideDay]:
    if not isinstance(block, Mapping) or not block or set(block) - _PARTS:
        raise CalendarDataInvalid(
            f"{year}年的内容只能有 holidays（放假）和 workdays（补班）两部分；请核对名称和缩进"
        )
    off: dict[date, list[str]] = {}
    for name, day in _named_days(year, block.get("holidays") or {}):
        off.setdefault(day, []).append(name)
    working = set(_days(year, "workdays", block.get("workdays") or []))
    if both := sorted(working & off.keys()):
        raise CalendarDataInvalid(f"{both[0]} 同时列为放假和补班，无法判断是否上班；请删去其中一处")
    return [OverrideDay(day, working=False, name=JOINER.join(names)) for day, names in off.items()] + [
        OverrideDay(day, working=True) for day in working
    ]


def _named_days(year: int, holidays: object) -> Iterator[tuple[str, date]]:
    if not isinstance(holidays, Mapping):
        raise CalendarDataInvalid(f"{year}年的 holidays 应为“节日名称: [日期, …]”；请按此改写")
    for name, days in holidays.items():
        if not isinstance(name, str) or not holiday_names(name):
            raise CalendarDataInvalid(f"{year}年的节日名称“{name}”不是文字；请写中文名称，例如 国庆节")
        for day in _days(year, name, days):
            yield name, day


def _days(year: int, place: str, days: object) -> Iterator[date]:
    if not isinstance(days, list | tuple):
        raise CalendarDataInvalid(f"{year}年“{place}”的日期应为列表；请写成 [{year}-01-01, …] 的样子")
    for value in days:
        day = _date(year, place, value)
        if year not in (day.year, notice_year(day)):
            raise CalendarDataInvalid(
                f"{year}年“{place}”中的 {day} 不在{year}年（或上年12月）；请核对日期，或移到所属年份"
            )
        yield day


def _date(year: int, place: str, value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise CalendarDataInvalid(
            f"{year}年“{place}”中的“{value}”不是日期；请写成 {year}-01-01 的样子"
        ) from None


def _is_whole(rows: list[OverrideDay]) -> bool:
    named = {name for row in rows for name in holiday_names(row.name)}
    return named.issuperset(STATUTORY_HOLIDAYS)


def _check_make_up_days(year: int, rows: list[OverrideDay]) -> None:
    # In a whole year a working weekday needs no mention; one that is listed is a slip of the date,
    # and the weekend that was meant would silently stay a day off.
    for row in rows:
        if row.working and row.day.weekday() < SATURDAY:
            raise CalendarDataInvalid(
                f"{year}年的补班日 {row.day} 不是周六或周日，可能写错了日期；请核对放假通知"
            )

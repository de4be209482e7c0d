"""The published holidays: names, the State Council's notices as data, and corrections on top."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

import chinese_calendar  # type: ignore[import-untyped,unused-ignore]

from kpi.calendar.errors import CalendarDataInvalid

STATUTORY_HOLIDAYS = ("元旦", "春节", "清明节", "劳动节", "端午节", "国庆节", "中秋节")
JOINER = "、"
DECEMBER = 12

_ALIASES = {
    "新年": "元旦",
    "元旦节": "元旦",
    "清明": "清明节",
    "五一": "劳动节",
    "五一节": "劳动节",
    "五一劳动节": "劳动节",
    "国际劳动节": "劳动节",
    "端午": "端午节",
    "中秋": "中秋节",
    "国庆": "国庆节",
    "十一": "国庆节",
}
# Fixed by the national regulation on public holidays (全国年节及纪念日放假办法, 2025), so that a
# forecast can place them before the year's notice; the other four follow the moon or the sun.
_FIXED = {(1, 1): "元旦", (5, 1): "劳动节", (5, 2): "劳动节"} | {(10, day): "国庆节" for day in (1, 2, 3)}
# The library keeps one name for a day; on these two festivals fell together.
_SHARED = {date(2020, 10, 1): ("国庆节", "中秋节")}


def canonical_holiday(name: str) -> str:
    """五一 → 劳动节; a name without an alias is returned as it stands, stripped."""
    return _ALIASES.get(name.strip(), name.strip())


def holiday_names(text: str) -> tuple[str, ...]:
    """国庆节、中秋节 → ("国庆节", "中秋节"): a notice may give one run of days two names."""
    return tuple(dict.fromkeys(canonical_holiday(name) for name in text.split(JOINER) if name.strip()))


def fixed_holiday(day: date) -> tuple[str, ...]:
    """The statutory holiday that falls on this day in every year, if any."""
    name = _FIXED.get((day.month, day.day))
    return (name,) if name else ()


def has_fixed_date(name: str) -> bool:
    """Whether a forecast can place this holiday without the year's notice."""
    return canonical_holiday(name) in _FIXED.values()


def notice_year(day: date) -> int:
    """The year whose notice arranges this day: days off in December belong to the next 元旦."""
    return day.year + 1 if day.month == DECEMBER else day.year


@dataclass(frozen=True, slots=True)
class OverrideDay:
    """One day decided by an administrator: a working day, or a day off with the holiday's name."""

    day: date
    working: bool
    name: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.day, datetime):
            raise TypeError("an override is for a date, not for an instant")
        if not self.working and not holiday_names(self.name):
            raise CalendarDataInvalid(f"{self.day} 列为放假但没有节日名称，无法归入节假日；请补写节日名称")


@dataclass(frozen=True, slots=True)
class HolidayTable:
    """Days off with their names, make-up working days, and the years that were published whole."""

    off: Mapping[date, tuple[str, ...]]
    working: frozenset[date]
    years: frozenset[int]

    def overridden(self, rows: Iterable[OverrideDay], published: Iterable[int]) -> HolidayTable:
        """This table with `rows` on top; whole years in `published` replace what was there."""
        replaced = frozenset(published)
        off = {day: names for day, names in self.off.items() if notice_year(day) not in replaced}
        working = {day for day in self.working if notice_year(day) not in replaced}
        for row in rows:
            off.pop(row.day, None)
            working.discard(row.day)
            if row.working:
                working.add(row.day)
            else:
                off[row.day] = holiday_names(row.name)
        return HolidayTable(off, frozenset(working), self.years | replaced)


@cache
def published_table() -> HolidayTable:
    """The notices that the library chinesecalendar carries (2004 on; 1.11 reaches to 2026)."""
    names = {holiday.value: (canonical_holiday(holiday.chinese),) for holiday in chinese_calendar.Holiday}
    off: dict[date, tuple[str, ...]] = {day: names[name] for day, name in chinese_calendar.holidays.items()}
    years = frozenset(range(min(off).year, max(off).year + 1))
    return HolidayTable(off | _SHARED, frozenset(chinese_calendar.workdays), years)

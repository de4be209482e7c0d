"""放假调休表: what the administrator imports for a year, and what each year rests on."""

from __future__ import annotations

import calendar as gregorian
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

import yaml

from app.services import books
from app.services.act import Act
from app.store import setup
from app.store.setup import CalendarText
from kpi.calendar import STATUTORY_HOLIDAYS, CalendarDataInvalid, WorkCalendar, parse_overrides
from kpi.calendar.holidays import notice_year
from kpi.rulebook.yaml_text import Problem, TextProblems, read_yaml

Basis = Literal["library", "table", "corrected", "missing"]
MOST_BYTES = 100_000
FIRST_YEAR, LAST_YEAR = 2004, 2100
_SATURDAY = 5


@dataclass(frozen=True)
class YearBasis:
    """What a year rests on. `imported`: the table that counts, `by` whom and when, how many came before it."""

    year: int
    basis: Basis
    source: str = ""
    by: str = ""
    at: datetime | None = None
    earlier: int = 0


@dataclass(frozen=True)
class DayCell:
    """A day of the year view. `mark` 休 or 班 where the notice says so; `name` of the holiday."""

    day: date
    mark: str
    name: str
    weekend: bool


@dataclass(frozen=True)
class MonthView:
    """Weeks of a month from Monday; None stands before the first and after the last day."""

    month: int
    weeks: tuple[tuple[DayCell | None, ...], ...]
    working_days: int
    provisional: bool


def years(act: Act, beyond: int = 2) -> list[YearBasis]:
    """Every year that is published or imported, and those to come up to `beyond` years from now."""
    tables: dict[int, list[tuple[CalendarText, str]]] = {}
    for row, name in setup.calendar_texts(act.session):
        tables.setdefault(row.year, []).append((row, name))
    library, whole = WorkCalendar(), books.calendar(act.session)
    this_year = act.today.year
    wanted = {*range(this_year - 1, this_year + beyond + 1), *tables}
    return [_basis(year, tables.get(year, []), library, whole) for year in sorted(wanted)]


def _basis(
    year: int, tables: list[tuple[CalendarText, str]], library: WorkCalendar, whole: WorkCalendar
) -> YearBasis:
    if not tables:
        return YearBasis(year, "library" if library.covers(year) else "missing")
    row, name = tables[0]
    replaces = year in parse_overrides(yaml.safe_load(row.text)).published
    basis: Basis = "table" if replaces else "corrected" if whole.covers(year) else "missing"
    return YearBasis(year, basis, row.source, name, row.imported_at, len(tables) - 1)


def year_view(act: Act, year: int) -> list[MonthView]:
    """The twelve months of a year as the console counts them; weekdays where the year has no data."""
    days = books.calendar(act.session, provisional=True)
    return [_month(days, year, month) for month in range(1, 13)]


def _month(days: WorkCalendar, year: int, month: int) -> MonthView:
    weeks = []
    working = 0
    for week in gregorian.Calendar().monthdatescalendar(year, month):
        cells = [_cell(days, day) if day.month == month else None for day in week]
        working += sum(1 for day in week if day.month == month and days.look_up(day).workday)
        weeks.append(tuple(cells))
    return MonthView(month, tuple(weeks), working, not days.covers(year))


def _cell(days: WorkCalendar, day: date) -> DayCell:
    found, weekend = days.look_up(day), day.weekday() >= _SATURDAY
    name = "、".join(found.holidays)
    if not found.workday and found.holidays:
        return DayCell(day, "休", name, weekend)
    if found.workday and weekend:
        return DayCell(day, "班", "调休上班", weekend)
    return DayCell(day, "", name, weekend)


# -- import ---------------------------------------------------------------------------------------


class BadTable(Exception):
    """The text is no table of holidays; `problems` lists what is wrong, with lines where they are known."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems[0].message)
        self.problems = problems


def read_table(text: str) -> dict[int, dict[str, Any]]:
    """Year → its block, checked as a whole; BadTable says where and what to write instead."""
    if not text.strip():
        raise BadTable([Problem("", 0, "", "内容是空的；请粘贴放假调休表，或选择文件")])
    if len(text.encode()) > MOST_BYTES:
        raise BadTable([Problem("", 0, "", f"内容超过 {MOST_BYTES:,} 字节，放假调休表没有这么长；请核对文件")])
    try:
        data, places = read_yaml(text, "放假调休表")
        table = parse_overrides(data)
    except TextProblems as error:
        raise BadTable(list(error.problems)) from error
    except CalendarDataInvalid as error:
        raise BadTable([Problem("", 0, "", str(error))]) from error
    if not table.rows:
        raise BadTable([Problem("", 0, "", "表里没有任何一天；请写成 2027: {holidays: {元旦: [2027-01-01]}, workdays: […]}")])
    found = {int(str(year)): block for year, block in data.items()}
    outside = [year for year in found if not FIRST_YEAR <= year <= LAST_YEAR]
    if outside:
        line = places.line((str(outside[0]),))
        raise BadTable([Problem("", line, "", f"年份 {outside[0]} 不在 {FIRST_YEAR} 至 {LAST_YEAR} 之间；请核对")])
    return found


def import_table(act: Act, text: str, source: str) -> list[int]:
    """Keeps the table of each year in the text; the years. Together with the other years it must make sense."""
    found = read_table(text)
    merged = books.calendar_data(act.session) | {str(year): block for year, block in found.items()}
    try:
        parse_overrides(merged)
    except CalendarDataInvalid as error:
        raise BadTable([Problem("", 0, "", f"与已经导入的其他年份对不上：{error}")]) from error
    for year, block in sorted(found.items()):
        row = CalendarText(
            year=year,
            text=yaml.safe_dump({year: block}, allow_unicode=True, sort_keys=False),
            source=source.strip(),
            imported_by=act.person().user_id,
            imported_at=act.now,
        )
        setup.add_calendar(act.session, row)
        whole = year in parse_overrides({year: block}).published
        said = {"year": year, "revision": row.revision, "whole": whole, "source": row.source}
        act.record("calendar.imported", "calendar", row.id, None, **said)
    return sorted(found)


def text_of(act: Act, year: int) -> str:
    """The table that counts for a year as text, to correct and import again; a pattern where there is none."""
    for row, _ in setup.calendar_texts(act.session):
        if row.year == year:
            return row.text
    return _published(year)


def _published(year: int) -> str:
    """The year as the library publishes it; empty lists where it does not."""
    library = WorkCalendar()
    off: dict[str, list[str]] = {name: [] for name in STATUTORY_HOLIDAYS}
    working: list[str] = []
    if library.covers(year):
        for number in range(366):
            day = date(year, 1, 1) + timedelta(days=number)
            found = library.look_up(day) if day.year == year and library.covers(notice_year(day)) else None
            if found is not None and found.holidays and not found.workday:
                off.setdefault("、".join(found.holidays), []).append(day.isoformat())
            elif found is not None and found.workday and day.weekday() >= _SATURDAY:
                working.append(day.isoformat())
    names = "\n".join(f"    {name}: [{', '.join(days)}]" for name, days in off.items())
    return f"{year}:\n  holidays:\n{names}\n  workdays: [{', '.join(working)}]\n"

"""Working days by the State Council's calendar with make-up days (rules of counting 3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kpi.calendar.deadlines import Deadline, Span, check_span
from kpi.calendar.errors import CalendarMissing, TermInvalid
from kpi.calendar.holidays import (
    JOINER,
    STATUTORY_HOLIDAYS,
    HolidayTable,
    OverrideDay,
    fixed_holiday,
    published_table,
)

ONE_DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """What a day is. `holidays` are the names under which it is off; ordinary weekends have none.

    In a provisional day (a year without data) holidays of fixed date carry their name, but weekdays
    count as working days all the same.
    """

    day: date
    workday: bool
    holidays: tuple[str, ...]
    provisional: bool


@dataclass(frozen=True, slots=True)
class WorkingDayCount:
    """A number of working days; `provisional` (暂定) if a year without data was counted."""

    days: int
    provisional: bool


class WorkCalendar:
    """Immutable. Strict by default: a year without data raises CalendarMissing.

    `provisional=True` is for displays and forecasts only: such a year counts weekdays, and every
    result says so. The mode belongs to the calendar, so that scoring cannot ask for it by accident.
    """

    __slots__ = ("_table", "provisional")

    def __init__(self, *, provisional: bool = False, table: HolidayTable | None = None) -> None:
        self._table = table or published_table()
        self.provisional = provisional

    def with_overrides(self, rows: Iterable[OverrideDay], published: Iterable[int] = ()) -> WorkCalendar:
        """A calendar with `rows` on top; the years in `published` are replaced whole and covered."""
        return WorkCalendar(provisional=self.provisional, table=self._table.overridden(rows, published))

    def as_provisional(self) -> WorkCalendar:
        """The same data for displays and forecasts."""
        return WorkCalendar(provisional=True, table=self._table)

    def covers(self, year: int) -> bool:
        """Whether the year's holidays are published: by the library or by an override of the year."""
        return year in self._table.years

    def holidays(self) -> frozenset[str]:
        """Every holiday name that this calendar knows, the statutory seven included."""
        return frozenset(STATUTORY_HOLIDAYS).union(*self._table.off.values())

    def look_up(self, day: date) -> CalendarDay:
        """What `day` is; CalendarMissing if its year has no data and the calendar is strict."""
        if isinstance(day, datetime):
            raise TypeError("a calendar answers for dates; take the business date of an instant first")
        covered = self.covers(day.year)
        if not covered and not self.provisional:
            raise CalendarMissing(day.year)
        names = self._table.off.get(day, ())
        workday = day in self._table.working or (day.weekday() < SATURDAY and not names)
        if not covered and day not in self._table.working:
            names = names or fixed_holiday(day)
        return CalendarDay(day, workday, names, provisional=not covered)

    def is_workday(self, day: date) -> bool:
        """Make-up weekends are, days off under a holiday are not."""
        return self.look_up(day).workday

    def is_public_holiday(self, day: date) -> bool:
        """A day off under a holiday's name in the notice; an ordinary weekend is none."""
        return bool(self.look_up(day).holidays)

    def holiday_name(self, day: date) -> str | None:
        """国庆节, 国庆节、中秋节 where two fall together, None for any other day."""
        return JOINER.join(self.look_up(day).holidays) or None

    def add_working_days(self, start: date, days: int) -> Deadline:
        """The `days`-th working day after `start`, which itself is not counted.

        Negative counts go back; 0 is `start` as it stands, working day or not.
        """
        step = ONE_DAY if days > 0 else -ONE_DAY
        day, left, provisional = start, abs(days), False
        while left:
            day += step
            found = self.look_up(day)
            left -= found.workday
            provisional |= found.provisional
        return Deadline(day, provisional)

    def workday_on_or_before(self, day: date) -> Deadline:
        """`day`, or the working day before it (a reminder that must not come late)."""
        return self._nearest(day, -ONE_DAY)

    def workday_on_or_after(self, day: date) -> Deadline:
        """`day`, or the working day after it."""
        return self._nearest(day, ONE_DAY)

    def working_days_between(self, first: date, last: date) -> WorkingDayCount:
        """Working days after `first` up to and with `last`: what add_working_days counts.

        TermInvalid if `last` lies before `first`.
        """
        if last < first:
            raise TermInvalid(f"截止日 {last} 早于起算日 {first}，不能计算工作日数；请核对两个日期")
        found = [self.look_up(first + ONE_DAY * n) for n in range(1, (last - first).days + 1)]
        return WorkingDayCount(sum(day.workday for day in found), any(day.provisional for day in found))

    def working_days(self, span: Span) -> tuple[CalendarDay, ...]:
        """The working days of `span`, first and last day included, in order."""
        check_span(span)
        days = (self.look_up(span.start + ONE_DAY * n) for n in range((span.end - span.start).days + 1))
        return tuple(day for day in days if day.workday)

    def _nearest(self, day: date, step: timedelta) -> Deadline:
        found = self.look_up(day)
        provisional = found.provisional
        while not found.workday:
            found = self.look_up(found.day + step)
            provisional |= found.provisional
        return Deadline(found.day, provisional)

"""Until when the supervisor decides on what was submitted, and what is over that time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from app.clock import SHANGHAI, business_day
from app.services import books
from app.store.contracts import Contract, ContractScope
from kpi.calendar import Deadline, WorkCalendar


@dataclass(frozen=True)
class Due:
    """The last day for a decision, and how many working days are left: 0 today, below 0 overdue."""

    on: date
    days_left: int
    provisional: bool = False

    @property
    def overdue(self) -> bool:
        return self.days_left < 0


@dataclass(frozen=True)
class Clock:
    """Deadlines of one contract on one day; each day of submission is reckoned once."""

    calendar: WorkCalendar
    days: int
    today: date
    known: dict[date, Due] = field(default_factory=dict)

    @classmethod
    def of(cls, scope: ContractScope, contract: Contract, today: date) -> Clock:
        return cls(books.calendar(scope.session, provisional=True), contract.review_days, today)

    def due(self, submitted_at: datetime) -> Due:
        """When what came in at this instant is to be decided."""
        day = business_day(submitted_at)
        if day not in self.known:
            self.known[day] = due_of(self.calendar, self.calendar.add_working_days(day, self.days), self.today)
        return self.known[day]

    @property
    def cutoff(self) -> datetime:
        """What came in before this instant is overdue."""
        day = self.today
        while day > self.today - timedelta(days=self.days * 3 + 30):
            earlier = day - timedelta(days=1)
            if self.calendar.add_working_days(earlier, self.days).date < self.today:
                break
            day = earlier
        return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def due_of(calendar: WorkCalendar, deadline: Deadline, today: date) -> Due:
    """The deadline with what is left of it."""
    if deadline.date >= today:
        left = calendar.working_days_between(today, deadline.date)
        return Due(deadline.date, left.days, deadline.provisional or left.provisional)
    over = calendar.working_days_between(deadline.date, today)
    return Due(deadline.date, -max(over.days, 1), deadline.provisional or over.provisional)

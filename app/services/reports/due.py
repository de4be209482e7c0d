"""A report of one period that is owed, and how many days after its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.services.books import Book
from kpi.quantities import Period
from kpi.rulebook.answers import Refused as Unanswered
from kpi.rulebook.reports import ReportDuty


@dataclass(frozen=True)
class Owed:
    """A report of one period. `due`: the last day; where the document states none, the end of the next period."""

    duty: ReportDuty
    period: Period
    due: date | None

    @property
    def key(self) -> tuple[str, date, date]:
        return self.duty.id, self.period.start, self.period.end


def within(book: Book, duty: ReportDuty) -> int | None:
    """Days after the period's end; None where the document states none, or its question is open."""
    if duty.within_days is None:
        return None
    try:
        return int(book.answers.get(duty.within_days))
    except Unanswered:
        return None

"""Until when a rectification is due: N working days after the day of service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.clock import business_day
from app.security.case_terms import CaseState
from app.services import books
from app.services.verification.deadlines import Due, due_of
from app.store.cases import RectificationCase, RectificationReport
from app.store.contracts import ContractScope
from kpi.calendar import WorkCalendar


@dataclass(frozen=True)
class Clock:
    """Deadlines of one contract's rectifications on one day. A year without published data is 暂定."""

    calendar: WorkCalendar
    today: date

    @classmethod
    def of(cls, scope: ContractScope, today: date) -> Clock:
        return cls(books.calendar(scope.session, provisional=True), today)

    def due(self, case: RectificationCase) -> Due | None:
        """When the contractor's report is due; None before service and after the end."""
        if case.clock_from is None or case.state not in {CaseState.SERVED.value, CaseState.REPORTED.value}:
            return None
        return due_of(self.calendar, self.calendar.add_working_days(case.clock_from, case.days), self.today)

    def of_report(self, case: RectificationCase, report: RectificationReport) -> Due | None:
        """When a report was due, and what was left on the day it came in; None where it answered an earlier term."""
        day = business_day(report.reported_at)
        if case.clock_from is None or day < case.clock_from:
            return None
        return due_of(self.calendar, self.calendar.add_working_days(case.clock_from, case.days), day)

    def is_overdue(self, case: RectificationCase) -> bool:
        """Whether the contractor owes a report that is late."""
        due = self.due(case)
        return case.state == CaseState.SERVED.value and due is not None and due.overdue

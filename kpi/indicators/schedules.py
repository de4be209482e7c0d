"""Dates that follow from a date by the rulebook's schedules, such as loan reminders."""

from __future__ import annotations

from datetime import date

from kpi.calendar import CalendarError, WorkCalendar, shift
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import Given, work_calendar


def reminders(rulebook: Rulebook, answers: Answers, given: Given) -> dict[str, dict[str, date]]:
    """Dates that follow from the given dates by the rulebook's schedules: {schedule: {step: date}}."""
    found: dict[str, dict[str, date]] = {}
    for schedule in rulebook.schedules:
        day = given.dates.get(schedule.given)
        if day is None:
            continue
        steps = {
            name: shift(day, months=step.months, days=step.days) for name, step in schedule.steps.items()
        }
        move: str = answers.get(schedule.move)
        if move == "previous_working_day":
            calendar = work_calendar(given)
            steps = {name: _moved(calendar, one) for name, one in steps.items()}
        found[schedule.id] = steps
    return found


def _moved(calendar: WorkCalendar, day: date) -> date:
    try:
        return calendar.workday_on_or_before(day).date
    except CalendarError as error:
        raise Refused("no_data", str(error), "calendar") from error

"""Working days, deadlines, windows and assessment periods. Pure: every date is passed in."""

from kpi.calendar.deadlines import (
    Deadline,
    Span,
    business_date,
    chinese_date,
    chinese_span,
    first_occurrence,
    shift,
)
from kpi.calendar.errors import (
    CalendarDataInvalid,
    CalendarError,
    CalendarMissing,
    TermInvalid,
    WindowsUndecided,
)
from kpi.calendar.holidays import STATUTORY_HOLIDAYS, OverrideDay, canonical_holiday
from kpi.calendar.index import WindowIndex
from kpi.calendar.overrides import OverrideTable, parse_overrides
from kpi.calendar.schedule import PERIOD_KINDS, due_windows, periods, undated_holidays, windows
from kpi.calendar.window import Anchor, Partial, Window, WindowKind
from kpi.calendar.workdays import CalendarDay, WorkCalendar, WorkingDayCount

__all__ = [
    "PERIOD_KINDS",
    "STATUTORY_HOLIDAYS",
    "Anchor",
    "CalendarDataInvalid",
    "CalendarDay",
    "CalendarError",
    "CalendarMissing",
    "Deadline",
    "OverrideDay",
    "OverrideTable",
    "Partial",
    "Span",
    "TermInvalid",
    "Window",
    "WindowIndex",
    "WindowKind",
    "WindowsUndecided",
    "WorkCalendar",
    "WorkingDayCount",
    "business_date",
    "canonical_holiday",
    "chinese_date",
    "chinese_span",
    "due_windows",
    "first_occurrence",
    "parse_overrides",
    "periods",
    "shift",
    "undated_holidays",
    "windows",
]

"""Days of a plan: `start+30`, `end-10`, `today-2`, `08-31` (the first inside the term), `2026-03-05`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kpi.calendar import first_occurrence
from kpi.quantities import Period

_RELATIVE = re.compile(r"(start|end|today)\s*(?:([+-])\s*(\d+))?\Z")
_YEARLY = re.compile(r"(\d{2})-(\d{2})\Z")


@dataclass(frozen=True, slots=True)
class Frame:
    """The term and the day on which the sample is looked at."""

    term: Period
    today: date

    def day(self, text: object) -> date | None:
        """The day that a text means, or None where it is no day."""
        if isinstance(text, date):
            return text
        if not isinstance(text, str):
            return None
        if found := _RELATIVE.match(text):
            base = {"start": self.term.start, "end": self.term.end, "today": self.today}[found[1]]
            days = int(found[3] or 0)
            return base + timedelta(days=-days if found[2] == "-" else days)
        if found := _YEARLY.match(text):
            return first_occurrence(int(found[1]), int(found[2]), self.term)
        return None

    def fill(self, value: Any) -> Any:
        """Plain data in which relative days are dates."""
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.fill(item) for item in value]
        found = self.day(value)
        return value if found is None else found

"""Days of a plan: `start+30`, `end-10`, `today-2`, `never`, `08-31` (the first inside the term), `2026-03-05`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator

from kpi.calendar import first_occurrence
from kpi.quantities import Period

_RELATIVE = re.compile(r"(start|end|today)\s*(?:([+-])\s*(\d+))?\Z")
_YEARLY = re.compile(r"(\d{2})-(\d{2})\Z")
_FULL = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_NEVER = "never"


def _day_text(value: object) -> object:
    text = value.isoformat() if isinstance(value, date) else value
    if isinstance(text, str) and (text == _NEVER or _RELATIVE.match(text) or _YEARLY.match(text)):
        return text
    try:
        return date.fromisoformat(str(text)).isoformat()
    except ValueError as error:
        raise ValueError(f"“{value}”不是日子；请写 start+30、end-10、today、never、08-31 或 2026-03-05") from error


#: A day of a plan as text.
DayText = Annotated[str, BeforeValidator(_day_text)]


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
        if text == _NEVER:
            return date.max
        if found := _RELATIVE.match(text):
            base = {"start": self.term.start, "end": self.term.end, "today": self.today}[found[1]]
            days = int(found[3] or 0)
            return base + timedelta(days=-days if found[2] == "-" else days)
        if found := _YEARLY.match(text):
            return first_occurrence(int(found[1]), int(found[2]), self.term)
        return date.fromisoformat(text) if _FULL.match(text) else None

    def fill(self, value: Any) -> Any:
        """Plain data in which relative days are dates."""
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.fill(item) for item in value]
        found = self.day(value)
        return value if found is None else found

"""Which window a date lies in, for a million entries in a row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kpi.calendar.deadlines import chinese_date
from kpi.calendar.errors import WindowsUndecided
from kpi.calendar.window import Window


class WindowIndex:
    """A table with one slot a day from the first window's start to the last one's end.

    Memory is a pointer a day (a contract year: 3 kB), a look-up one subtraction and one list access.
    Windows that overlap raise WindowsUndecided: a date would have two answers.
    """

    __slots__ = ("_first", "_slots", "windows")

    def __init__(self, windows: Sequence[Window]) -> None:
        self.windows = tuple(windows)
        self._first = min((window.start.toordinal() for window in self.windows), default=1)
        last = max((window.end.toordinal() for window in self.windows), default=0)
        self._slots: list[int | None] = [None] * (last - self._first + 1)
        for number, window in enumerate(self.windows):
            self._enter(number, window)

    def _enter(self, number: int, window: Window) -> None:
        begin = window.start.toordinal() - self._first
        for slot in range(begin, begin + window.days):
            taken = self._slots[slot]
            if taken is not None:
                raise WindowsUndecided(
                    f"{self.windows[taken].label}与{window.label}有重叠的日期（自{chinese_date(window.start)}起），"
                    "一条记录无法归入唯一的周期；请核对周期设置"
                )
            self._slots[slot] = number

    def __len__(self) -> int:
        return len(self.windows)

    def at(self, day: date) -> int | None:
        """The place in `windows` of the window that contains `day`, or None."""
        slot = day.toordinal() - self._first
        # A negative slot would count from the list's end.
        return self._slots[slot] if 0 <= slot < len(self._slots) else None

"""A figure compiled for one assessment period: its windows, filter, bounds and members."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Protocol

from kpi.calendar import Window, WindowIndex
from kpi.rulebook.indicators import ByHand, Figure, MembersDue, WindowsDue

Fields = Mapping[str, Any]
Condition = Callable[[Fields], Any]
Exact = int | Fraction


class Entry(Protocol):
    """What a figure reads of an entry: VerifiedEntry, and LedgerEntry for what is only claimed."""

    @property
    def id(self) -> str: ...
    @property
    def ledger(self) -> str: ...
    @property
    def date(self) -> date: ...
    @property
    def fields(self) -> dict[str, Any]: ...
    @property
    def outlet(self) -> str: ...
    @property
    def nil(self) -> bool: ...


class Slots:
    """The cells that business dates fall into: one for each due window, or one for a whole span.

    `at(day)` is the cell's number or None. `listed`: the figure is a list with one value per window.
    """

    __slots__ = ("_cells", "at", "listed", "windows")

    def __init__(self, windows: Sequence[Window], listed: bool = True) -> None:
        index = WindowIndex(windows)
        self.windows, self.listed = index.windows, listed
        self._cells: dict[date, int] = {}
        for number, window in enumerate(self.windows):
            for offset in range(window.days):
                self._cells[window.start + timedelta(days=offset)] = number
        # A dict of a year's days answers in a fifth of the index's time, a million times over.
        self.at = self._cells.get

    def __len__(self) -> int:
        return len(self.windows)

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(window.label for window in self.windows)


@dataclass(frozen=True, slots=True)
class Spec:
    """A figure ready to count.

    `where` and `condition` (hits, require) run over an entry's fields; `bound` is the number that a window or
    member must reach; `until` the last day on which a stay may become complete (None: any day);
    `given` a figure entered by hand; `since` the day from which what occurred before the first cell is remembered.
    """

    figure: Figure
    slots: Slots
    where: Condition | None = None
    condition: Condition | None = None
    bound: Exact = 1
    members: tuple[str, ...] = ()
    until: date | None = None
    end: date | None = None
    given: Any = None
    since: date | None = None

    @property
    def ledger(self) -> str | None:
        """The ledger that the figure reads, None if it reads none."""
        return None if isinstance(self.figure, WindowsDue | MembersDue | ByHand) else self.figure.ledger


def member_of(entry: Entry, by: str) -> tuple[str, ...]:
    """The members that an entry counts for: one, several where the field holds several, or none."""
    value = entry.fields.get(by)
    if value is None:
        return (entry.outlet,) if by == "outlet" and entry.outlet else ()
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, str) else (str(value),)

"""Sustained employment: people who stayed for so many months."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from kpi.calendar import shift
from kpi.indicators.accumulators import Accumulator, Bag, measures, put
from kpi.indicators.spec import Entry
from kpi.rulebook.indicators import Sustained


@measures("sustained")
class Stays(Accumulator):
    """Distinct keys with a stay of at least `months` months.

    A month is complete when its day of the month comes round, or on the month's last day where the month has no
    such day. A stay without an end goes on; it counts once it is complete by `spec.end`, the day of
    the count. `spec.until` (the period's end) bounds every stay where it must be complete inside the term.
    """

    __slots__ = ()

    def _stay(self, entry: Entry) -> tuple[Any, date, date | None] | None:
        figure = self.spec.figure
        assert isinstance(figure, Sustained)
        key, start = entry.fields.get(figure.key), _as_date(entry.fields.get(figure.start))
        if key is None or start is None:
            return None
        return key, start, _as_date(entry.fields.get(figure.end))

    def _count(self, bag: Bag, entry: Entry, n: int) -> None:
        stay = self._stay(entry)
        if stay is not None:
            put(bag, stay, n)

    def _complete(self, start: date, end: date | None) -> bool:
        figure = self.spec.figure
        assert isinstance(figure, Sustained)
        complete = shift(start, months=figure.months)
        if self.spec.until is not None and complete > self.spec.until:
            return False
        last = end if end is not None else self.spec.end
        return last is not None and complete <= last

    def _worth(self, bag: Bag, cell: int) -> Any:
        stays: list[Any] = list(bag)
        return len({key for key, start, end in stays if self._complete(start, end)})

    def rests_on(self, entry: Entry) -> bool:
        stay = self._stay(entry)
        return super().rests_on(entry) and stay is not None and self._complete(stay[1], stay[2])


def _as_date(value: Any) -> date | None:
    return value.date() if isinstance(value, datetime) else value

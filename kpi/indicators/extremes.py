"""Smallest, largest, mean, latest value; net growth of a running figure."""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction
from typing import Any

from kpi.indicators.accumulators import Accumulator, Bag, Parts, measures, put
from kpi.indicators.quantities import ENTRIES, add_exact, exact_sum, whole
from kpi.indicators.spec import Entry
from kpi.rulebook.indicators import Latest, NetGrowth, Statistic


class _OfField(Accumulator):
    """Figures over the values of one field; blank fields are left out."""

    __slots__ = ()

    def _value(self, entry: Entry) -> Any:
        figure = self.spec.figure
        assert isinstance(figure, Statistic | Latest | NetGrowth)
        return entry.fields.get(figure.field)

    def rests_on(self, entry: Entry) -> bool:
        return super().rests_on(entry) and self._value(entry) is not None


@measures("min", "max")
class Extreme(_OfField):
    """The smallest or largest value; None where no entry has one."""

    __slots__ = ()

    def _count(self, bag: Bag, entry: Entry, n: int) -> None:
        value = self._value(entry)
        if value is not None:
            put(bag, value, n)

    def _worth(self, bag: Bag, cell: int) -> Any:
        if not bag:
            return self.empty
        return min(bag) if self.spec.figure.measure == "min" else max(bag)  # type: ignore[type-var]


@measures("mean")
class Mean(_OfField):
    """The mean of the values, exactly; 0/0 is no data."""

    __slots__ = ()

    def _count(self, bag: Bag, entry: Entry, n: int) -> None:
        value = self._value(entry)
        if value is not None:
            put(bag, ENTRIES, n)
            add_exact(bag, value, n)

    def _worth(self, bag: Bag, cell: int) -> Any:
        count = bag.get(ENTRIES, 0)
        return whole(Fraction(exact_sum(bag)) / count) if count else self.empty

    def parts(self) -> Parts | None:
        if self.spec.slots.listed:
            return None
        bag = self.bags.get(0, {})
        return exact_sum(bag), bag.get(ENTRIES, 0)


@measures("latest")
class LatestValue(_OfField):
    """The value on the latest business date. Of several on that day the largest counts."""

    __slots__ = ()

    def _count(self, bag: Bag, entry: Entry, n: int) -> None:
        value = self._value(entry)
        if value is not None:
            put(bag, (entry.date, value), n)

    def _worth(self, bag: Bag, cell: int) -> Any:
        return max(bag)[1] if bag else self.empty  # type: ignore[type-var,index]


@measures("net_growth")
class Growth(_OfField):
    """Latest minus earliest value, summed over the channels.

    Of several values on one day the largest counts as that day's last, the smallest as its first.
    """

    __slots__ = ()

    def _count(self, bag: Bag, entry: Entry, n: int) -> None:
        figure = self.spec.figure
        assert isinstance(figure, NetGrowth)
        value = self._value(entry)
        if value is not None:
            channel = entry.fields.get(figure.per) if figure.per is not None else None
            put(bag, (channel, entry.date, value), n)

    def _worth(self, bag: Bag, cell: int) -> Any:
        if not bag:
            return self.empty
        channels: dict[Hashable, list[tuple[Any, Any]]] = {}
        for key in bag:
            assert isinstance(key, tuple)
            channel, day, value = key
            channels.setdefault(channel, []).append((day, value))
        return sum(max(readings)[1] - min(readings)[1] for readings in channels.values())

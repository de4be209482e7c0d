"""Count, sum, distinct, repeats, per-event checks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from kpi.indicators.accumulators import Accumulator, Bag, Parts, measures, put, values_of
from kpi.indicators.quantities import quantity
from kpi.indicators.spec import Entry, Spec
from kpi.rulebook.indicators import Count, Distinct, Repeats, Sum


@measures("count", "sum", "distinct")
class Amount(Accumulator):
    """How many entries, how much in all, how many different ones.

    Where every value counts once in the term, what occurred before the first cell is kept in a cell of its own.
    """

    __slots__ = ("_quantity",)
    BEFORE = -1

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        if spec.since is not None and spec.slots.windows:
            self._at = _remembering(spec, spec.since, self.BEFORE)
        figure = spec.figure
        assert isinstance(figure, Count | Sum | Distinct)
        self._quantity = quantity(figure.measure, None if isinstance(figure, Count) else figure.field)

    def _count(self, bag: Bag, entry: Entry, n: int) -> None:
        self._quantity.put(bag, entry.fields, n)

    def _worth(self, bag: Bag, cell: int) -> Any:
        if self.spec.since is None:
            return self._quantity.total(bag)
        earlier = [held for one, held in self.bags.items() if one < cell]
        return sum(1 for key in bag if not any(key in held for held in earlier))

    def rests_on(self, entry: Entry) -> bool:
        return self._at(entry.date) != self.BEFORE and super().rests_on(entry)


def _remembering(spec: Spec, since: date, before: int) -> Callable[[date], int | None]:
    """The cells of the slots, and one more for the days of the term before them."""
    first = spec.slots.windows[0].start

    def at(day: date) -> int | None:
        return before if since <= day < first else spec.slots.at(day)

    return at


@measures("repeats")
class Repeated(Accumulator):
    """How many keys occur more often than allowed."""

    __slots__ = ()

    def _count(self, bag: Bag, entry: Entry, n: int) -> None:
        assert isinstance(self.spec.figure, Repeats)
        for value in values_of(entry.fields, self.spec.figure.field):
            put(bag, value, n)

    def _worth(self, bag: Bag, cell: int) -> Any:
        assert isinstance(self.spec.figure, Repeats)
        allowed = self.spec.figure.allowed
        return sum(1 for n in bag.values() if n > allowed)


@measures("failing")
class FailingEntries(Accumulator):
    """How many entries do not fulfil `require`; a blank that leaves it undecided does not fulfil it.

    Where nothing was checked at all, and no nil return says so, there is no data (rules of counting 4).
    """

    __slots__ = ()
    CHECKED, FAILED = 0, 1

    def _fails(self, entry: Entry) -> bool:
        return self.spec.condition is not None and not self.spec.condition(entry.fields)

    def _count(self, bag: Bag, entry: Entry, n: int) -> None:
        put(bag, self.CHECKED, n)
        if self._fails(entry):
            put(bag, self.FAILED, n)

    def _worth(self, bag: Bag, cell: int) -> Any:
        if not bag and cell not in self.nils:
            return self.empty
        return bag.get(self.FAILED, 0)

    def parts(self) -> Parts | None:
        return None if self.spec.slots.listed else self.parts_of(self.bags.get(0, {}))

    def parts_of(self, bag: Bag) -> Parts | None:
        return bag.get(self.FAILED, 0), bag.get(self.CHECKED, 0)

    def rests_on(self, entry: Entry) -> bool:
        return super().rests_on(entry) and self._fails(entry)

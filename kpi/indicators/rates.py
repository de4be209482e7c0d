"""Shares: of entries, or of a field's sum, for which a condition holds."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from kpi.indicators.accumulators import Accumulator, Bag, Parts, measures
from kpi.indicators.quantities import add_exact, exact_sum, whole
from kpi.indicators.spec import Entry
from kpi.rulebook.indicators import Rate


@measures("rate")
class Share(Accumulator):
    """Hits over all, exactly. 0/0 is no data (rules of counting 5), whatever `empty` says."""

    __slots__ = ()
    ALL, HITS = "all", "hits"

    def _count(self, bag: Bag, entry: Entry, n: int) -> None:
        figure = self.spec.figure
        assert isinstance(figure, Rate)
        worth = 1 if figure.field is None else entry.fields.get(figure.field)
        if worth is None:
            return
        add_exact(bag, worth, n, self.ALL)
        if self.spec.condition is not None and self.spec.condition(entry.fields):
            add_exact(bag, worth, n, self.HITS)

    def _worth(self, bag: Bag, cell: int) -> Any:
        everything = exact_sum(bag, self.ALL)
        return whole(Fraction(exact_sum(bag, self.HITS)) / everything) if everything else None

    def worth(self, cell: int) -> Any:
        return self._worth(self.bags.get(cell, {}), cell)

    def parts(self) -> Parts | None:
        return None if self.spec.slots.listed else self.parts_of(self.bags.get(0, {}))

    def parts_of(self, bag: Bag) -> Parts | None:
        return exact_sum(bag, self.HITS), exact_sum(bag, self.ALL)

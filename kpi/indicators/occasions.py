"""Windows that are met: how many, how many are due, how many in a row."""

from __future__ import annotations

from typing import Any

from kpi.indicators.accumulators import Accumulator, Bag, Parts, measures
from kpi.indicators.quantities import quantity
from kpi.indicators.spec import Entry, Spec
from kpi.rulebook.indicators import Streak, WindowsMet


class _Judged(Accumulator):
    """Windows judged against a bound; a window cut by the term pro rata has its share of the bound."""

    __slots__ = ("_quantity",)

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        figure = spec.figure
        of, field = (figure.of, figure.field) if isinstance(figure, WindowsMet) else ("count", None)
        self._quantity = quantity(of, field)

    def _count(self, bag: Bag, entry: Entry, n: int) -> None:
        self._quantity.put(bag, entry.fields, n)

    def _worth(self, bag: Bag, cell: int) -> Any:
        return self._quantity.total(bag) >= self.spec.bound * self.spec.slots.windows[cell].fraction

    def windows(self) -> list[bool | None]:
        return [self._met(cell) for cell in range(len(self.spec.slots))]

    def _met(self, cell: int) -> bool | None:
        if cell not in self.entries and cell not in self.nils:
            return None if self.empty is None else self._worth({}, cell)
        return bool(self._worth(self.bags.get(cell, {}), cell))

    def _decided(self) -> list[bool] | None:
        """Met or not per window, None where no window has any data at all."""
        outcomes = self.windows()
        if outcomes and self.empty is None and all(met is None for met in outcomes):
            return None
        return [met is True for met in outcomes]


@measures("windows_met")
class MetWindows(_Judged):
    """Number of due windows that reach the bound."""

    __slots__ = ()

    def value(self) -> Any:
        decided = self._decided()
        return None if decided is None else sum(decided)

    def parts(self) -> Parts | None:
        decided = self._decided()
        return None if decided is None else (sum(decided), len(decided))


@measures("streak")
class LongestRun(_Judged):
    """Longest run of met windows; with `within`, how many of the last so many were met."""

    __slots__ = ()

    def value(self) -> Any:
        decided = self._decided()
        if decided is None:
            return None
        assert isinstance(self.spec.figure, Streak)
        within = self.spec.figure.within
        if within is not None:
            return sum(decided[-within:]) if within else 0
        longest = run = 0
        for met in decided:
            run = run + 1 if met else 0
            longest = max(longest, run)
        return longest


@measures("windows_due")
class DueWindows(Accumulator):
    """Number of due windows. Reads no entries."""

    __slots__ = ()

    def change(self, entry: Entry, n: int, passes: Any = None) -> None:
        """Entries change nothing."""

    def _count(self, bag: Bag, entry: Entry, n: int) -> None:
        """Entries change nothing."""

    def _worth(self, bag: Bag, cell: int) -> Any:
        return None

    def value(self) -> Any:
        return len(self.spec.slots)

    def rests_on(self, entry: Entry) -> bool:
        return False

"""Members (outlets, townships, channels): how many met a bound, how many there are."""

from __future__ import annotations

from typing import Any

from kpi.indicators.accumulators import Accumulator, Bag, Parts, measures
from kpi.indicators.occasions import DueWindows
from kpi.indicators.quantities import quantity
from kpi.indicators.spec import Entry, Spec, member_of
from kpi.rulebook.indicators import MembersMet


@measures("members_met")
class MetMembers(Accumulator):
    """Number of members that reach the bound, in each due window where the figure has a window.

    The bags are kept by window and member: cell = window × number of members + place of the member.
    """

    __slots__ = ("_by", "_places", "_quantity")

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        figure = spec.figure
        assert isinstance(figure, MembersMet)
        self._by = figure.by
        self._places = {member: place for place, member in enumerate(spec.members)}
        self._quantity = quantity(figure.of, figure.field)

    def _count(self, bag: Bag, entry: Entry, n: int) -> None:
        window = self._at(entry.date)
        assert window is not None
        for member in member_of(entry, self._by):
            place = self._places.get(member)
            if place is not None:
                cell = -1 - (window * len(self._places) + place)
                self._quantity.put(self.bags.setdefault(cell, {}), entry.fields, n)

    def _worth(self, bag: Bag, cell: int) -> Any:
        return None

    def outcomes(self) -> dict[str, bool] | None:
        """Met or not by member, None where the ledger holds nothing at all."""
        recorded = self.entries or self.nils or not self.spec.slots.windows
        if not recorded and self.empty is None:
            return None
        return {member: self._met(place) for member, place in self._places.items()}

    def _met(self, place: int) -> bool:
        windows = self.spec.slots.windows
        return all(
            self._quantity.total(self.bags.get(-1 - (number * len(self._places) + place), {}))
            >= self.spec.bound * window.fraction
            for number, window in enumerate(windows)
        )

    def value(self) -> Any:
        outcomes = self.outcomes()
        return None if outcomes is None else sum(outcomes.values())

    def parts(self) -> Parts | None:
        outcomes = self.outcomes()
        return None if outcomes is None else (sum(outcomes.values()), len(outcomes))

    def rests_on(self, entry: Entry) -> bool:
        return super().rests_on(entry) and any(one in self._places for one in member_of(entry, self._by))


@measures("members_due")
class DueMembers(DueWindows):
    """Number of members of the set. Reads no entries."""

    __slots__ = ()

    def value(self) -> Any:
        return len(self.spec.members)

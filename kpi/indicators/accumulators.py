"""One-pass, mergeable accumulators; the registry of measures.

Whatever an accumulator remembers is a counted multiset per cell: `(window, key) → n`, kept without zeros.
Adding, removing and merging only add integers, so that all three are exact in any order; a
database can keep the same rows (foundations.md, Rollups). The families say which keys an entry gives and what
the keys of a cell are worth.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from datetime import date
from typing import Any, ClassVar, Self, TypeVar

from kpi.indicators.spec import Entry, Fields, Spec
from kpi.indicators.states import decode, encode

Bag = dict[Hashable, int]
Parts = tuple[Any, Any]


def put(bag: Bag, key: Hashable, n: int) -> None:
    """Count a key `n` times more; keys counted zero times are not kept."""
    held = bag.get(key, 0) + n
    if held:
        bag[key] = held
    else:
        bag.pop(key, None)


class Accumulator(ABC):
    """One figure over the entries of its ledger. `entries` and `nils`: what exists per cell at all."""

    measures: ClassVar[tuple[str, ...]] = ()
    __slots__ = ("_at", "bags", "empty", "entries", "nils", "spec")

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self._at: Callable[[date], int | None] = spec.slots.at
        self.empty: Any = 0 if getattr(spec.figure, "empty", "no_data") == "zero" else None
        self.bags: dict[int, Bag] = {}
        self.entries: Bag = {}
        self.nils: Bag = {}

    # -- counting -------------------------------------------------------------------------------

    def add(self, entry: Entry) -> None:
        """Count an entry."""
        self.change(entry, 1)

    def remove(self, entry: Entry) -> None:
        """Undo an `add` of the same entry."""
        self.change(entry, -1)

    def change(self, entry: Entry, n: int, passes: Any = None) -> None:
        """Count an entry `n` times. `passes`: the filter's outcome where the caller knows it already."""
        cell = self._at(entry.date)
        if cell is None:
            return
        if entry.nil:
            put(self.nils, cell, n)
            return
        put(self.entries, cell, n)
        if passes is None and self.spec.where is not None:
            passes = bool(self.spec.where(entry.fields))
        if passes is not False:
            bag = self.bags.get(cell)
            if bag is None:
                bag = self.bags[cell] = {}
            self._count(bag, entry, n)

    @abstractmethod
    def _count(self, bag: Bag, entry: Entry, n: int) -> None:
        """Put the entry's keys into the cell's bag."""

    def merge(self, other: Self) -> None:
        """Take over what another accumulator of the same figure counted."""
        for cell, theirs in other.bags.items():
            bag = self.bags.setdefault(cell, {})
            for key, n in theirs.items():
                put(bag, key, n)
        for mine, counts in ((self.entries, other.entries), (self.nils, other.nils)):
            for key, n in counts.items():
                put(mine, key, n)

    # -- values ---------------------------------------------------------------------------------

    def value(self) -> Any:
        """A list with one value per due window, or one value; None (or 0, as `empty` says) without data."""
        values = [self.worth(cell) for cell in range(len(self.spec.slots))]
        if self.spec.slots.listed:
            return values
        return values[0] if values else self.empty

    def worth(self, cell: int) -> Any:
        """The value of one cell."""
        if cell not in self.entries and cell not in self.nils:
            return self.empty
        return self._worth(self.bags.get(cell, {}), cell)

    @abstractmethod
    def _worth(self, bag: Bag, cell: int) -> Any:
        """What the keys of a cell that has data are worth."""

    def parts(self) -> Parts | None:
        """Numerator and denominator, where the figure is a share of something and one value."""
        return None

    def windows(self) -> list[bool | None]:
        """Per due window: met, not met, or None without data. Empty where the measure judges no windows."""
        return []

    def rests_on(self, entry: Entry) -> bool:
        """Whether the figure rests on this entry."""
        if entry.nil or self._at(entry.date) is None:
            return False
        return self.spec.where is None or bool(self.spec.where(entry.fields))

    # -- apart ----------------------------------------------------------------------------------

    def keys(self, entry: Entry) -> Bag:
        """What the entry puts into the bag of its cell; nothing where the figure does not count it."""
        bag: Bag = {}
        if not entry.nil and self._at(entry.date) is not None and (self.spec.where is None or self.spec.where(entry.fields)):
            self._count(bag, entry, 1)
        return bag

    def worth_of(self, bag: Bag) -> Any:
        """What a bag of such keys is worth: a part of the entries, of one place or one month."""
        return self._worth(bag, 0) if bag else self.empty

    def parts_of(self, bag: Bag) -> Parts | None:
        """Numerator and denominator of a bag, where the figure is a share of something."""
        return None

    def is_clear(self) -> bool:
        """Whether nothing is counted."""
        return not (self.entries or self.nils or any(self.bags.values()))

    # -- keeping --------------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """Everything counted, as plain data for JSON; equal contents give equal data."""
        rows = [[cell, encode(key), n] for cell, bag in self.bags.items() for key, n in bag.items()]
        return {
            "rows": sorted(rows, key=repr),
            "entries": sorted(map(list, self.entries.items())),
            "nils": sorted(map(list, self.nils.items())),
        }

    def load(self, state: dict[str, Any]) -> None:
        """Count what `state()` gave in addition."""
        for cell, key, n in state["rows"]:
            put(self.bags.setdefault(cell, {}), decode(key), n)
        for bag, name in ((self.entries, "entries"), (self.nils, "nils")):
            for cell, n in state[name]:
                put(bag, cell, n)


REGISTRY: dict[str, type[Accumulator]] = {}

A = TypeVar("A", bound=type[Accumulator])


def measures(*names: str) -> Callable[[A], A]:
    """Register an accumulator for the measures of kpi.rulebook.indicators."""

    def register(family: A) -> A:
        family.measures = names
        REGISTRY.update(dict.fromkeys(names, family))
        return family

    return register


def values_of(fields: Fields, name: str) -> tuple[Any, ...]:
    """The values of a field: none where it is blank, several where it holds several."""
    value = fields.get(name)
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)

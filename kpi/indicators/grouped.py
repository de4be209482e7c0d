"""A figure kept apart for each member (outlet, township, channel, venue)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from kpi.indicators.accumulators import Accumulator, Bag, Parts
from kpi.indicators.spec import Entry, Spec, member_of


class ByMember:
    """One accumulator of the same kind for each member; the value is a dict by member.

    `members` empty: the members are those that occur. An entry of no listed member counts for nobody; a nil
    return that names no member speaks for all of them.
    """

    __slots__ = ("_by", "_common", "_listed", "_make", "accumulators", "spec")

    def __init__(self, make: Callable[[], Accumulator], by: str, members: tuple[str, ...]) -> None:
        self._make, self._by, self._listed = make, by, bool(members)
        self._common = make()
        self.spec: Spec = self._common.spec
        self.accumulators = {member: make() for member in members}

    def change(self, entry: Entry, n: int, passes: Any = None) -> None:
        """Count an entry `n` times for its members."""
        members = member_of(entry, self._by)
        if not members and entry.nil:
            self._common.change(entry, n)
        for member in members:
            if (held := self._held(member)) is not None:
                held.change(entry, n, passes)

    def _held(self, member: str) -> Accumulator | None:
        held = self.accumulators.get(member)
        if held is None and not self._listed:
            held = self.accumulators[member] = self._make()
        return held

    def add(self, entry: Entry) -> None:
        """Count an entry."""
        self.change(entry, 1)

    def remove(self, entry: Entry) -> None:
        """Undo an `add` of the same entry."""
        self.change(entry, -1)

    def merge(self, other: Self) -> None:
        """Take over what another one counted."""
        self._common.merge(other._common)
        for member, theirs in other.accumulators.items():
            if (held := self._held(member)) is not None:
                held.merge(theirs)

    def value(self) -> dict[str, Any]:
        """The figure of each member: those of the set in its order, else those that occur, sorted."""
        held = {name: one for name, one in self.accumulators.items() if self._listed or not one.is_clear()}
        names = list(held) if self._listed else sorted(held)
        return {name: self._value(held[name]) for name in names}

    def _value(self, held: Accumulator) -> Any:
        if self._common.is_clear():
            return held.value()
        whole = self._make()
        whole.merge(held)
        whole.merge(self._common)
        return whole.value()

    def parts(self) -> Parts | None:
        """No numerator and denominator: a dict by member has none of its own."""
        return None

    def windows(self) -> list[bool | None]:
        """No windows are judged over all members together."""
        return []

    def rests_on(self, entry: Entry) -> bool:
        """Whether any member's figure rests on this entry."""
        return self._knows(entry) and self._common.rests_on(entry)

    def _knows(self, entry: Entry) -> bool:
        members = member_of(entry, self._by)
        return any(member in self.accumulators for member in members) if self._listed else bool(members)

    def keys(self, entry: Entry) -> Bag:
        """What the entry puts into a bag, once for all its members."""
        return self._common.keys(entry) if self._knows(entry) else {}

    def worth_of(self, bag: Bag) -> Any:
        """What a bag of such keys is worth."""
        return self._common.worth_of(bag)

    def parts_of(self, bag: Bag) -> Parts | None:
        """Numerator and denominator of a bag."""
        return self._common.parts_of(bag)

    def state(self) -> dict[str, Any]:
        """The state of each member, and of the nil returns that name none."""
        held = {name: one.state() for name, one in sorted(self.accumulators.items()) if not one.is_clear()}
        return {"members": held, "common": self._common.state()}

    def load(self, state: dict[str, Any]) -> None:
        """Count what `state()` gave in addition."""
        self._common.load(state["common"])
        for member, inner in state["members"].items():
            if (held := self._held(member)) is not None:
                held.load(inner)

"""What was counted step by step, put together: for the whole span, or up to a day inside it.

A finer collector counts a single value in the steps of its span (months, or weeks of a short one) and a list in
its windows, long ones in their months. Counted multisets add up, so that the steps folded into one cell are what a
plain collector counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from kpi.indicators.collect import Collector
from kpi.indicators.compiler import Compiled, Counter
from kpi.indicators.spec import Slots
from kpi.rulebook.indicators import MembersMet

State = dict[str, Any]
#: The cell in which a count goes on; None: it does not.
Cells = Callable[[int], int | None]


def load(collector: Collector, finer: Collector, state: Mapping[str, Any], last: date | None = None) -> None:
    """Counts in `collector` what a finer one of the same rulebook and answers holds as `state`.

    Windows that the collector does not judge (yet) are left out. `last`: only up to the step that ends on that day.
    """
    for one, other in zip(collector.figures, finer.figures, strict=True):
        held = state.get(one.indicator.clause, {}).get(one.name)
        if held is not None and one.counter is not None and other.counter is not None:
            load_figure(one, other, held, last)


def load_figure(one: Compiled, other: Compiled, held: State, last: date | None = None) -> None:
    """The same for a single figure."""
    assert one.counter is not None
    assert other.counter is not None
    one.counter.load(moved(held, cells(one.counter, other.counter, last)))


def cells(counter: Counter, finer: Counter, last: date | None = None) -> Cells:
    """Where the cells of a finer counter go in a plain one of the same figure: into the window that holds them."""
    mine, theirs = counter.spec.slots, finer.spec.slots
    table: dict[int, int | None] = {}
    for place, step in enumerate(theirs.windows):
        ahead = last is not None and step.end > last
        table[place] = None if ahead else _window_of(mine, step.start, step.end) if theirs.listed else 0
    if isinstance(finer.spec.figure, MembersMet):
        return _by_member(table, len(finer.spec.members))
    return lambda cell: cell if cell < 0 else table.get(cell)


def _window_of(slots: Slots, first: date, last: date) -> int | None:
    """The window that holds a step whole."""
    place = slots.at(first)
    return place if place is not None and place == slots.at(last) else None


def _by_member(table: Mapping[int, int | None], members: int) -> Cells:
    """The bags of members are kept in cells below 0 (see MetMembers)."""

    def cell_of(cell: int) -> int | None:
        if cell >= 0 or not members:
            return table.get(cell)
        window, place = divmod(-1 - cell, members)
        found = table.get(window)
        return None if found is None else -1 - (found * members + place)

    return cell_of


def moved(held: State, cell_of: Cells) -> State:
    """A state with its cells moved; what goes nowhere is left out."""
    if "members" in held:
        members = {name: moved(inner, cell_of) for name, inner in held["members"].items()}
        return {"members": members, "common": moved(held["common"], cell_of)}
    return {
        "rows": [[to, key, n] for cell, key, n in held["rows"] if (to := cell_of(cell)) is not None],
        "entries": [[to, n] for cell, n in held["entries"] if (to := cell_of(cell)) is not None],
        "nils": [[to, n] for cell, n in held["nils"] if (to := cell_of(cell)) is not None],
    }  # fmt: skip

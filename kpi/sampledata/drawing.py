"""All entries of a sample, ledger by ledger; each is checked as a real one would be before it goes out."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from itertools import count, repeat
from typing import Any

from kpi.ledger import Checked, EntryChecker
from kpi.rulebook.ledgers import Ledger
from kpi.sampledata.entries import entry_of
from kpi.sampledata.order import in_order, rounds_of
from kpi.sampledata.rows import BatchDrawing, Row
from kpi.sampledata.slots import Slot, Stored, slots
from kpi.sampledata.values import draw
from kpi.sampledata.world import World

#: How often an entry that the ledger refuses is drawn again before the plan counts as wrong.
TRIES = 25
#: States in which an entry may be referred to later.
_STANDING = frozenset({"verified", "submitted"})


def draw_all(world: World) -> Iterator[dict[str, Any]]:
    """The entries of every ledger of the plan, each ledger by date; references lead to earlier ledgers.

    TextProblems where the plan does not fit the rulebook.
    """
    checker = EntryChecker(world.source.rulebook, world.frame.term)
    for ledger in in_order(world.loaded, world.source.rulebook):
        yield from _draw_ledger(world, ledger, checker)


def _draw_ledger(world: World, ledger: Ledger, checker: EntryChecker) -> Iterator[dict[str, Any]]:
    numbers = count(1)
    ready = [_make_ready(world, ledger, place) for place in range(len(world.plan.ledgers[ledger.id]))]
    streams = [zip(found, repeat(drawing)) for drawing, found in ready]
    for slot, drawing in heapq.merge(*streams, key=lambda pair: pair[0].day):
        entry, row = _valid(drawing, slot, numbers, checker)
        if ledger.id in world.remembered and entry.get("state") in _STANDING and not slot.nil:
            kept = {name: row[name] for name in sorted(world.kept & drawing.fields.keys())}
            world.shelf(ledger.id).add(Stored(entry["id"], slot.day, kept))
        yield entry


def _make_ready(world: World, ledger: Ledger, place: int) -> tuple[BatchDrawing, list[Slot]]:
    batch = world.plan.ledgers[ledger.id][place]
    path = ("ledgers", ledger.id, place)
    drawing = BatchDrawing(world, ledger, batch, path, world.draws(ledger.id, place), draw)
    found = slots(batch, world.timetable, rounds_of(drawing), drawing.draws)
    drawing.size = sum(not slot.nil for slot in found)
    return drawing, found


def _valid(
    drawing: BatchDrawing, slot: Slot, numbers: Iterator[int], checker: EntryChecker
) -> tuple[dict[str, Any], Row]:
    """The entry in a slot, drawn again while the ledger refuses it."""
    checked = Checked(None)
    for number in (next(numbers) for _ in range(TRIES)):
        row = Row(drawing, slot, number)
        entry = entry_of(row, f"{drawing.ledger.id}-{number:06d}")
        if not slot.nil and row.draws.chance(drawing.batch.flawed):
            return _flawed(drawing, entry), row
        checked = checker.check(entry)
        if checked.entry is not None:
            return entry, row
    why = "；".join(f"{one.field} {one.message}".strip() for one in checked.problems if one.severity == "error")
    raise drawing.problem(f"台账“{drawing.ledger.name}”{slot.day} 的记录试了 {TRIES} 次仍不合规则：{why}")


def _flawed(drawing: BatchDrawing, entry: dict[str, Any]) -> dict[str, Any]:
    """The entry without one of its required fields, as careless people send it."""
    required = [one.id for one in drawing.ledger.fields if one.required and one.id != drawing.ledger.date]
    if required:
        entry["fields"].pop(drawing.draws.pick(required), None)
    return entry

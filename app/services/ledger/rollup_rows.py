"""The state of the engine's collectors as rows of the database, and back.

Beside the state stand rows of the console's own: who and where the entries behind a figure are from, how many
entries there are, and why verified ones do not count.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from app.security.terms import Side
from app.store.rollups import ENTRY, KEY, NIL, WHO, Place
from kpi.indicators.states import decode, encode

PARTS = {"rows": KEY, "entries": ENTRY, "nils": NIL}
#: In the place of a figure: all entries that are claimed or count, and those that are left out, by reason.
EVERY, LEFT_OUT = "#", "#left"
#: Before the name of a figure: what its entries of one place and month put into the engine's bag.
APART = "#at:"


class Who(NamedTuple):
    """Where entries behind a figure are from. `month`: year × 12 + month − 1; `validated`: by a spot check."""

    month: int
    place: str
    author: str
    validated: bool | None


def flat(side: Side, state: Mapping[str, Any]) -> Counter[Place]:
    """A collector's state as rows."""
    rows: Counter[Place] = Counter()
    for clause, figures in state.items():
        for name, held in figures.items():
            for member, inner in members_of(held):
                for part, short in PARTS.items():
                    for row in inner[part]:
                        cell, key, n = row if part == "rows" else (row[0], None, row[1])
                        rows[side.value, f"{clause}/{name}", member, short, cell, "" if key is None else text_of(key)] += n
    return rows


def text_of(key: Any) -> str:
    return json.dumps(key, ensure_ascii=False, separators=(",", ":"))


def members_of(held: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The states inside a figure's: one, or one a member and what all have in common."""
    if "members" not in held:
        yield "", held
        return
    yield "*", held["common"]
    for member, inner in held["members"].items():
        yield f"={member}", inner


def state_of(rows: Mapping[Place, int], side: Side) -> dict[str, Any]:
    """The state of a collector again; the console's own rows are no part of it."""
    state: dict[str, Any] = {}
    for (one, figure, member, part, cell, text), n in rows.items():
        if one != side or part == WHO or figure.startswith(EVERY):
            continue
        clause, _, name = figure.rpartition("/")
        held = state.setdefault(clause, {}).setdefault(name, {})
        if member:
            held.setdefault("common", empty())
            held.setdefault("members", {})
            held = held["common"] if member == "*" else held["members"].setdefault(member[1:], empty())
        elif not held:
            held.update(empty())
        if part == KEY:
            held["rows"].append([cell, json.loads(text) if text else None, n])
        else:
            held["entries" if part == ENTRY else "nils"].append([cell, n])
    return state


def empty() -> dict[str, list[Any]]:
    return {"rows": [], "entries": [], "nils": []}


# -- the console's own rows ------------------------------------------------------------------------


def who(side: Side, figure: str, one: Who) -> Place:
    """The row of where an entry behind a figure is from."""
    return side.value, figure, "", WHO, one.month, text_of([one.place, one.author, one.validated])


def who_of(rows: Iterable[tuple[int, str, int]]) -> Iterator[tuple[Who, int]]:
    """(cell, key, n) → where from, and how many."""
    for month, text, n in rows:
        yield Who(month, *json.loads(text)), n


def apart(side: Side, figure: str, one: Who, key: Any) -> Place:
    """The row of a key that entries of one place and month put into a figure's bag."""
    return side.value, f"{APART}{figure}", "", KEY, one.month, text_of([one.place, encode(key)])


def apart_of(text: str) -> tuple[str, Any]:
    """Place and key of such a row."""
    place, key = json.loads(text)
    return place, decode(key)


def every(side: Side) -> Place:
    """The row of how many entries there are."""
    return side.value, EVERY, "", ENTRY, 0, ""


def left_out(reason: str) -> Place:
    """The row of how many verified entries do not count for a reason."""
    return Side.VERIFIED.value, LEFT_OUT, "", KEY, 0, text_of(reason)


def reasons(rows: Mapping[Place, int]) -> Counter[str]:
    """Why verified entries do not count, and how many."""
    return Counter({json.loads(place[5]): n for place, n in rows.items() if place[1] == LEFT_OUT})


def behind(rows: Mapping[Place, int], side: Side) -> dict[str, tuple[int, int, int]]:
    """Entries behind each figure on one side: how many, spot-checked, found true."""
    found: dict[str, tuple[int, int, int]] = {}
    for (one, figure, _, part, cell, text), n in rows.items():
        if one == side and part == WHO:
            ((who, _),) = who_of([(cell, text, n)])
            every, drawn, good = found.get(figure, (0, 0, 0))
            found[figure] = (every + n, drawn + n * (who.validated is not None), good + n * (who.validated is True))
    return found

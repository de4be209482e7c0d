"""Columns of a sheet: the table with the most columns sets them, everything else is laid upon them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from app.documents.paper.blocks import Block, Grid, Pairs, Signatures

WHOLE = 1000
#: Thousandths: a column that ends so far off does not do for a place to sign, or for the column of another table.
FAR, NEAR = 120, 30
#: Of the width that a column of another table wants: with less its figures would break.
TIGHT = 0.85
DEFAULT = (220, 500, 720, WHOLE)


def edges(block: Grid | Pairs) -> list[int]:
    """Where the parts of a table end, in thousandths of the width."""
    if isinstance(block, Grid):
        shares = [one.share for one in block.columns]
        return [WHOLE * each // sum(shares) for each in accumulate(shares)]
    one = WHOLE / block.beside
    ends = [(place * one + one * block.label_share / 100, (place + 1) * one) for place in range(block.beside)]
    return [round(end) for pair in ends for end in pair]


def bounds(blocks: Sequence[Block]) -> tuple[int, ...]:
    """Where the sheet's columns end: those of the grid with the most columns, or of the widest form."""
    grids = [edges(block) for block in blocks if isinstance(block, Grid)]
    forms = [edges(block) for block in blocks if isinstance(block, Pairs)]
    chosen = max(grids or forms or [list(DEFAULT)], key=len)
    least = max([2, *map(len, forms), *(block.beside for block in blocks if isinstance(block, Signatures))])
    while len(chosen) < least:  # the widest column gives room
        starts = [0, *chosen[:-1]]
        place = max(range(len(chosen)), key=lambda each: chosen[each] - starts[each])
        chosen = [*chosen[:place], (starts[place] + chosen[place]) // 2, *chosen[place:]]
    for block in blocks:
        if isinstance(block, Grid) and _squeezed(edges(block), chosen):
            chosen = _with_room(chosen, edges(block), NEAR)
        if isinstance(block, Signatures):
            chosen = _with_room(chosen, [WHOLE * (place + 1) // block.beside for place in range(block.beside)], FAR)
    return tuple(chosen)


def _squeezed(wanted: Sequence[int], chosen: Sequence[int]) -> bool:
    """Whether a part would be much narrower than it wants to be."""
    ends = [chosen[column - 1] for column in snapped(wanted, chosen)]
    got, parts = [[end - start for start, end in zip((0, *each), each, strict=False)] for each in (ends, wanted)]
    return any(one < TIGHT * part for one, part in zip(got, parts, strict=True))


def _with_room(chosen: list[int], wanted: Sequence[int], off: int) -> list[int]:
    """With an edge more wherever none is near enough."""
    missing = [edge for edge in wanted if min(abs(edge - one) for one in chosen) > off]
    return sorted({*chosen, *missing})


def snapped(wanted: Sequence[int], known: Sequence[int]) -> list[int]:
    """For each wanted edge the number of the column that it ends with: the nearest, in order, none twice."""
    found: list[int] = []
    for place, edge in enumerate(wanted):
        least = (found[-1] if found else 0) + 1
        most = len(known) - (len(wanted) - 1 - place)
        if place == len(wanted) - 1:
            found.append(len(known))
        else:
            found.append(min(range(least, most + 1), key=lambda column: abs(known[column - 1] - edge)))
    return found

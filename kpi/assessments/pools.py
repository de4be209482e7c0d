"""Pots of points that several items, or clauses of one item, share."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from kpi.assessments.clauses import cap_clause
from kpi.assessments.items import Draft
from kpi.assessments.order import Stages
from kpi.assessments.outcomes import NOTHING, PoolScore
from kpi.rulebook.answers import Answers
from kpi.rulebook.rubric import Item, Pool

#: A clause by its draft and place.
_Place = tuple[Draft, int]


def shares_maximum(pool: Pool, items: Sequence[Item]) -> bool:
    """Whether the pool's maximum stands for those of its items, which state none of their own."""
    own = [item for item in items if item.id in pool.items]
    return bool(own) and all(item.maximum is None for item in own)


def apply_pool(pool: Pool, drafts: Sequence[Draft], answers: Answers, stages: Stages) -> PoolScore:
    """Cuts what the pool's items (or clauses) lose to its maximum, in the order of the sheet.

    Raises Refused where the maximum is needed and not answered. Without maxima of their own, the items
    share the pool's: its score is what is left. An item takes no more of the pool than it can lose: more
    shortfall in one item never spares another.
    """
    inside = [(draft, index) for draft in drafts for index, one in enumerate(draft.clauses)
              if draft.item.id in pool.items or one.clause in pool.items]
    own = [draft for draft in drafts if draft.item.id in pool.items]
    shared = shares_maximum(pool, [draft.item for draft in own])
    if not shared and not any(_moved(*place) for place in inside):
        return PoolScore(pool.id, pool.items, None, NOTHING)
    maximum = answers.get(pool.maximum)
    room = {id(draft): _room(draft, stages) for draft, _ in inside}
    lost = _taken(inside, dict(room), None)
    if lost > maximum:
        lost = _taken(inside, room, maximum)
    refused = any(draft.refused or any(one.refused for one in draft.clauses) for draft in own)
    score = stages.round_item(max(NOTHING, maximum - lost)) if shared and not refused else None
    return PoolScore(pool.id, pool.items, maximum, lost, score)


def _taken(inside: Sequence[_Place], room: dict[int, Fraction | None], left: Fraction | None) -> Fraction:
    """What the clauses take together. With `left`, each is cut to what the pool has left, lost items first."""
    taken = NOTHING
    for draft, index in sorted(inside, key=lambda place: not place[0].clauses[place[1]].zero):
        own, moved = room[id(draft)], _moved(draft, index)
        part = moved if own is None else min(moved, own)
        if left is not None and not draft.clauses[index].zero:
            rest = max(NOTHING, left - taken)
            named = "共用分值剩余的" if part > rest or part == moved else "本项满分剩余的"
            part = min(part, rest)
            draft.clauses[index] = cap_clause(draft.clauses[index], part, draft.earning, named)
        room[id(draft)] = None if own is None else own - part
        taken += part
    return taken


def _room(draft: Draft, stages: Stages) -> Fraction | None:
    """What an item can lose (or earn) at most; None: nothing bounds it."""
    bounded = stages.holds("item_maximum" if draft.earning else "item_floor")
    return draft.maximum if bounded else None


def _moved(draft: Draft, index: int) -> Fraction:
    return draft.clauses[index].earned if draft.earning else draft.clauses[index].deducted

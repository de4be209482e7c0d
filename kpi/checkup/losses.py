"""Which losses (points off full marks) each item can reach by its own mechanics, over what is stated.

A set of losses is an integer whose bit k is set where a loss of k grains is reachable; a grain is the
common measure of all amounts of the item. What only an answer decides is left out, so every loss that
is found can happen whatever the buyer answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any

from kpi.quantities import half_up
from kpi.rulebook.base import Answer
from kpi.rulebook.mechanics import (
    AllOrNothing,
    AnyFailing,
    ByRank,
    Checklist,
    Discretion,
    EarnPerCondition,
    EarnPerUnit,
    Gate,
    HalfCredit,
    Mechanic,
    PerExtra,
    PerPoint,
    PerUnit,
    Proportional,
    Steps,
    ZeroIf,
)
from kpi.rulebook.rubric import Item

_FINE = 1000  # grains in a point; finer amounts are left out rather than computed for minutes
MOST = 10_000  # points of an item, picks of a range: beyond that nobody scores


def stated(value: Any) -> Any:
    """The value where the rulebook states it, None where it is absent or an answer decides it."""
    return None if isinstance(value, Answer) else value


@dataclass(slots=True)
class Moves:
    """What a rule can do to an item.

    once: amounts of which at most one happens; repeated: amounts that happen any number of times up to
    `limit` points in all; dense: any amount of cents up to this; everything: the whole item can be lost.
    """

    once: list[Fraction] = field(default_factory=list)
    repeated: list[Fraction] = field(default_factory=list)
    limit: Fraction | None = None
    dense: Fraction | None = None
    everything: bool = False


def moves(rule: Mechanic, maximum: Fraction | None) -> Moves:
    """The moves of one rule: losses for deducting mechanics, gains for earning ones."""
    match rule:
        case Checklist():
            each = stated(rule.each)
            limit = each * len(rule.conditions) if each is not None and rule.conditions else None
            return Moves(repeated=_held(each), limit=limit)
        case PerUnit():
            return Moves(repeated=_held(stated(rule.each)), limit=stated(rule.up_to))
        case PerPoint():
            return _per_point(rule, maximum)
        case Steps():
            return Moves(once=_held(*(stated(band.points) for band in rule.table)))
        case Discretion():
            return _discretion(rule)
        case AllOrNothing():
            worth = stated(rule.worth)
            return Moves(once=_held(worth), everything=rule.worth is None)
        case ZeroIf():
            return Moves(dense=maximum, everything=True) if rule.share is not None else Moves(everything=True)
        case AnyFailing():
            return Moves(everything=True)
        case Gate():
            return Moves(everything=stated(rule.otherwise) == "zero")
        case HalfCredit():
            worth = stated(rule.worth) if rule.worth is not None else maximum
            return Moves(once=_held(worth, worth / 2 if worth is not None else None))
    return _gains(rule)


def _per_point(rule: PerPoint, maximum: Fraction | None) -> Moves:
    each, limit = stated(rule.each), stated(rule.up_to)
    if stated(rule.rounding) == "pro_rata":
        return Moves(dense=limit if limit is not None else maximum)
    return Moves(repeated=_held(each), limit=limit)


def _discretion(rule: Discretion) -> Moves:
    low, high, step = stated(rule.low), stated(rule.high), stated(rule.step)
    if low is None or high is None or not step or step < 0 or (high - low) / step > MOST:
        return Moves(once=_held(low, high))
    picks = [low + step * index for index in range(int((high - low) / step) + 1)]
    several = rule.count is not None or stated(rule.per) in ("window", "criterion")
    return Moves(repeated=picks) if several else Moves(once=picks)


def _gains(rule: Mechanic) -> Moves:
    match rule:
        case EarnPerCondition():
            return Moves(repeated=_held(*(stated(one.points) for one in rule.conditions)))
        case EarnPerUnit() | PerExtra():
            first = stated(rule.base) if isinstance(rule, EarnPerUnit) else None
            return Moves(once=_held(first), repeated=_held(stated(rule.each)), limit=stated(rule.up_to))
        case ByRank():
            return Moves(once=_held(*(stated(one) for one in rule.points)))
        case Proportional():
            ends = _held(stated(rule.low_points), stated(rule.high_points))
            return Moves(dense=max(ends, default=None))
    return Moves()


def _held(*values: Any) -> list[Fraction]:
    return [Fraction(value) for value in values if value is not None and value > 0]


#: How an item's score is rounded.
Round = Callable[[Fraction], Fraction]


def item_losses(
    item: Item, rules: Sequence[Mechanic], maximum: Fraction | None, bound: Fraction, rounded: Round = half_up
) -> set[Fraction]:
    """Losses that the item can reach by `rules`, each rounded as the item's score is.

    `maximum` None: not stated; the losses that need it are left out, the others go up to `bound`.
    """
    return joint_losses(rules, maximum, bound, gains=item.start == "zero", rounded=rounded)


def joint_losses(
    rules: Sequence[Mechanic], maximum: Fraction | None, bound: Fraction, gains: bool = False, rounded: Round = half_up
) -> set[Fraction]:
    """Losses that rules reach together under one maximum (None: up to `bound`)."""
    found = [moves(rule, maximum) for rule in rules]
    top = maximum if maximum is not None else bound
    if not 0 < top <= MOST:
        return {Fraction(0)}
    scale = _grains(found, top)
    reached = 1
    for one in found:
        reached = _clamp(_sumset(reached, _rule_bits(one, top, scale)), int(top * scale))
    if maximum is not None and any(one.everything for one in found):
        reached |= 1 << int(top * scale)
    amounts = (Fraction(grain, scale) for grain in bits(reached))
    return {top - rounded(amount) if gains else top - rounded(top - amount) for amount in amounts}


def _grains(found: Iterable[Moves], top: Fraction) -> int:
    scale = min(lcm(100 if any(one.dense is not None for one in found) else 1, top.denominator), _FINE)
    for one in found:
        for amount in (*one.once, *one.repeated):
            wider = lcm(scale, amount.denominator)
            scale = wider if wider <= _FINE else scale
    return scale


def _rule_bits(one: Moves, top: Fraction, scale: int) -> int:
    limit = top if one.limit is None else max(Fraction(0), min(top, one.limit))
    reached = 1
    if one.dense is not None:
        for cents in range(int(min(one.dense, top) * 100) + 1):
            reached |= 1 << (cents * scale // 100)
    for amount in one.repeated:
        reached = _repeat(reached, amount * scale, int(limit * scale))
    once = 1
    for amount in one.once:
        if (amount * scale).denominator == 1:
            once |= 1 << int(min(amount, top) * scale)
    return _sumset(reached, once)


def _repeat(reached: int, grains: Fraction, limit: int) -> int:
    """The set with any number of further steps, none beyond `limit`; the last step clamps to it."""
    if grains.denominator != 1 or grains <= 0:
        return reached
    shift = min(int(grains), limit + 1)  # whatever goes beyond the limit lands on it
    while True:
        wider = reached | _clamp(reached << shift, limit)
        if wider == reached:
            return reached
        reached = wider


def _clamp(reached: int, limit: int) -> int:
    inside = reached & ((1 << (limit + 1)) - 1)
    return inside | (1 << limit) if reached >> (limit + 1) else inside


def _sumset(left: int, right: int) -> int:
    found = 0
    for grain in bits(right):
        found |= left << grain
    return found


def bits(reached: int) -> Iterable[int]:
    """Positions of the bits that are set, ascending."""
    while reached:
        low = reached & -reached
        yield low.bit_length() - 1
        reached ^= low

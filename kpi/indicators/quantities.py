"""How much a cell holds: number of entries, exact sum of a field, distinct values of fields."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from kpi.indicators.accumulators import Bag, put, values_of
from kpi.indicators.spec import Exact, Fields

ENTRIES = 0


class Quantity(NamedTuple):
    """`put` puts an entry's fields into a bag, `total` reads the bag."""

    put: Callable[[Bag, Fields, int], None]
    total: Callable[[Bag], Exact]


def quantity(of: Literal["count", "sum", "distinct"], field: str | tuple[str, ...] | None) -> Quantity:
    """The quantity that a figure names by `of` and `field`."""
    if of == "count" or field is None:
        return Quantity(_count_entry, _entries)
    if of == "sum":
        return Quantity(_adder(field if isinstance(field, str) else field[0]), _sum)
    return Quantity(_distincter(field), len)


def _count_entry(bag: Bag, fields: Fields, n: int) -> None:
    put(bag, ENTRIES, n)


def _entries(bag: Bag) -> int:
    return bag.get(ENTRIES, 0)


def add_exact(bag: Bag, value: Exact, n: int, mark: Any = None) -> None:
    """Add a number exactly: the bag keeps one integer sum for each denominator (under `mark`).

    What is below zero has sums of its own, under the denominator below zero: so none of them ever falls under zero while
    entries come and go in any order, which rows of a database that count nothing at zero could not hold.
    """
    top, bottom = (value, 1) if type(value) is int else (value.numerator, value.denominator)
    if top < 0:
        top, bottom = -top, -bottom
    put(bag, bottom if mark is None else (mark, bottom), top * n)


def exact_sum(bag: Bag, mark: Any = None) -> Exact:
    """What add_exact added up to: an int where it is whole."""
    total = Fraction(0)
    for key, top in bag.items():
        if mark is None and isinstance(key, int) and key:
            total += Fraction(top, key)
        elif mark is not None and isinstance(key, tuple) and key[0] == mark:
            total += Fraction(top, key[1])
    return whole(total)


def whole(value: Fraction) -> Exact:
    """The rational, as an int where it is whole."""
    return value.numerator if value.denominator == 1 else value


def _adder(field: str) -> Callable[[Bag, Fields, int], None]:
    def add(bag: Bag, fields: Fields, n: int) -> None:
        value = fields.get(field)
        if value is not None:
            add_exact(bag, value, n)

    return add


def _sum(bag: Bag) -> Exact:
    return exact_sum(bag)


def _distincter(field: str | tuple[str, ...]) -> Callable[[Bag, Fields, int], None]:
    if isinstance(field, str):
        name = field

        def one(bag: Bag, fields: Fields, n: int) -> None:
            for value in values_of(fields, name):
                put(bag, value, n)

        return one
    names = field

    def several(bag: Bag, fields: Fields, n: int) -> None:
        key = tuple(fields.get(name) for name in names)
        if any(part is not None for part in key):
            put(bag, key, n)

    return several

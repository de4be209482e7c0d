"""Pages of a ledger: filtered, sorted by indexed columns alone, turned by the last key seen; never counted.

Which index a page walks follows from the filter: the keys of `entry_key` for a value, else the outlet, the
author or the state, else the day. Whatever else is asked for is tested on the way. A statement is put together
once for each shape of a filter and prepared; a page only fills it in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.store.models import EntryEvidence, EntryKey, LedgerEntry, UserAccount

#: A field of `entry_key` that holds no value of the ledger but a mark of the entry.
MARK = "mark"
WARNED, TRIAL, CONTESTED = "warned", "trial", "contested"
ENTRY, KEY, AUTHOR, PROOF = (model.__table__ for model in (LedgerEntry, EntryKey, UserAccount, EntryEvidence))
SHAPES = 512
Row = tuple[Any, ...]


class Cursor(NamedTuple):
    """Where a page ends: the day and id of its last entry; by number the day is not looked at."""

    day: date
    key: int


@dataclass(frozen=True)
class Wanted:
    """Which entries of a ledger, in which order. `keys`: (field, value) pairs of `entry_key`, all of them."""

    ledger: str
    state: str | None = None
    from_on: date | None = None
    until_on: date | None = None
    outlets: tuple[int, ...] = ()
    author: int | None = None
    number: int | None = None
    keys: tuple[tuple[str, str], ...] = ()
    by_number: bool = False
    newest_first: bool = True

    @property
    def filtered(self) -> bool:
        """Whether anything but the ledger narrows the page; then entries come by day."""
        spans = (self.state, self.from_on, self.until_on, self.author, self.number)
        return any(one is not None for one in spans) or bool(self.outlets or self.keys)


class Line(NamedTuple):
    """One entry as a list shows it. `evidence`: how many files prove it."""

    id: int
    number: int
    business_date: date
    state: str
    nil: bool
    trial: bool
    opening: bool
    validated: bool | None
    contested: bool
    fields: dict[str, Any]
    warnings: list[str] | None
    author_id: int
    author: str
    evidence: int


@dataclass(frozen=True)
class Page:
    """Some entries, and whether there are more on either side."""

    lines: Sequence[Line]
    earlier: bool
    later: bool
    first: Cursor | None = field(default=None)
    last: Cursor | None = field(default=None)


class Shape(NamedTuple):
    """What a statement is made of, without its values. `single`: one outlet, whose index gives the order."""

    given: frozenset[str]
    single: bool
    keys: int
    by_number: bool
    down: bool
    turned: bool


@dataclass(frozen=True)
class Listing:
    """The ledgers of one contract as lists."""

    session: Session
    contract_id: int

    def page(self, wanted: Wanted, size: int, after: Cursor | None = None, before: Cursor | None = None) -> Page:
        """A page of entries after a cursor, before one, or from the start."""
        backwards = before is not None
        by_number = wanted.by_number and not wanted.filtered
        lines = self._lines(wanted, size + 1, after or before, backwards, by_number)
        more = len(lines) > size
        lines = lines[:size]
        if backwards:
            lines.reverse()
        ends = [Cursor(line.business_date, line.number if by_number else line.id) for line in lines[:1] + lines[-1:]]
        earlier, later = (more, True) if backwards else (after is not None, more)
        return Page(lines, earlier and bool(lines), later and bool(lines), *ends)

    def _lines(
        self, wanted: Wanted, size: int, cursor: Cursor | None, backwards: bool, by_number: bool
    ) -> list[Line]:
        values: dict[str, Any] = {
            "contract_id": self.contract_id, "ledger": wanted.ledger, "size": size, "state": wanted.state,
            "from_on": wanted.from_on, "until_on": wanted.until_on, "author": wanted.author, "number": wanted.number,
            "outlets": list(wanted.outlets) if len(wanted.outlets) > 1 else None,
            "outlet": wanted.outlets[0] if len(wanted.outlets) == 1 else None,
        }  # fmt: skip
        values = {name: value for name, value in values.items() if value is not None}
        for place, (name, value) in enumerate(wanted.keys):
            values |= {f"key{place}": name, f"value{place}": value}
        shape = Shape(
            frozenset(values) & CONDITIONS, len(wanted.outlets) == 1, len(wanted.keys), by_number,
            wanted.newest_first is not backwards, cursor is not None,
        )  # fmt: skip
        if cursor is not None:
            values |= {"day": cursor.day, "key": cursor.key}
        return list(map(Line._make, self.session.connection().execute(statement(shape), values).all()))


CONDITIONS = frozenset({"state", "from_on", "until_on", "author", "number", "outlets", "outlet"})


def bound(name: str, type_: Any) -> sa.BindParameter[Any]:
    return sa.bindparam(name, type_=type_)


@lru_cache(SHAPES)
def statement(shape: Shape) -> sa.Select[Row]:
    """The statement of a shape; the same object each time, so that it is compiled once."""
    entry = ENTRY.c
    pieces = (
        sa.select(sa.func.count()).where(PROOF.c.contract_id == entry.contract_id, PROOF.c.entry_id == entry.id)
    ).scalar_subquery()
    # Most entries have none, and reading an empty list fifty times takes longer than the rest of a row.
    warned = sa.case((sa.cast(entry.warnings, sa.Text()) != "[]", entry.warnings))
    query: sa.Select[Row] = sa.select(
        entry.id, entry.number, entry.business_date, entry.state, entry.nil, entry.trial, entry.opening,
        entry.validated, entry.contested, entry.fields, warned, entry.author_id, AUTHOR.c.display_name,
        pieces,
    )  # fmt: skip
    contract, ledger = bound("contract_id", sa.BigInteger()), bound("ledger", sa.String())
    source: Any = ENTRY.join(AUTHOR, AUTHOR.c.id == entry.author_id)
    if shape.keys:
        source = source.join(KEY, sa.and_(KEY.c.contract_id == entry.contract_id, KEY.c.entry_id == entry.id))
        query = query.where(*key_is(KEY, 0))
        query = query.where(*(has_key(place) for place in range(1, shape.keys)))
    else:
        query = query.where(entry.contract_id == contract, entry.ledger == ledger)
    order = order_of(shape)
    query = query.select_from(source).where(*conditions(shape, order[0] if shape.keys else entry.business_date))
    if shape.turned:
        query = query.where(beyond(order, shape.down))
    return query.order_by(*(column.desc() if shape.down else column.asc() for column in order)).limit(
        bound("size", sa.Integer())
    )


def order_of(shape: Shape) -> tuple[sa.ColumnElement[Any], ...]:
    """The columns of the index that is walked."""
    if shape.by_number:
        return (ENTRY.c.number,)
    if shape.keys:
        return (KEY.c.business_date, KEY.c.entry_id)
    return (ENTRY.c.business_date, ENTRY.c.id)


def conditions(shape: Shape, day: sa.ColumnElement[Any]) -> list[sa.ColumnElement[bool]]:
    """What is asked for beside the keys. Several outlets are tested on the way: only one outlet's index is in order."""
    entry = ENTRY.c
    made: dict[str, sa.ColumnElement[bool]] = {
        "state": entry.state == bound("state", sa.String()),
        "number": entry.number == bound("number", sa.BigInteger()),
        "author": entry.author_id == bound("author", sa.BigInteger()),
        "from_on": day >= bound("from_on", sa.Date()),
        "until_on": day <= bound("until_on", sa.Date()),
        "outlet": entry.outlet_id == bound("outlet", sa.BigInteger()),
        "outlets": sa.func.coalesce(entry.outlet_id, 0).in_(sa.bindparam("outlets", expanding=True)),
    }
    return [made[name] for name in sorted(shape.given)]


def key_is(key: Any, place: int) -> list[sa.ColumnElement[bool]]:
    """The key of this place among those asked for."""
    return [
        key.c.contract_id == bound("contract_id", sa.BigInteger()),
        key.c.ledger == bound("ledger", sa.String()),
        key.c.field == bound(f"key{place}", sa.String()),
        key.c.value == bound(f"value{place}", sa.String()),
    ]


def has_key(place: int) -> sa.ColumnElement[bool]:
    """The entry that is walked has another key too: one look at the primary key."""
    other = KEY.alias()
    return sa.exists().where(
        *key_is(other, place), other.c.business_date == KEY.c.business_date, other.c.entry_id == KEY.c.entry_id
    )


def beyond(order: tuple[sa.ColumnElement[Any], ...], down: bool) -> sa.ColumnElement[bool]:
    """Past the cursor in the order that is walked."""
    key = bound("key", sa.BigInteger())
    if len(order) == 1:
        return order[0] < key if down else order[0] > key
    here, there = sa.tuple_(*order), sa.tuple_(bound("day", sa.Date()), key)
    return here < there if down else here > there

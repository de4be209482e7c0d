"""Pages of a ledger: filtered, sorted by indexed columns alone, turned by the last key seen; never counted.

Which index a page walks follows from the filter: the keys of `entry_key` for a value, else the outlet, the
author or the state, else the day. Whatever else is asked for is tested on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.store.models import EntryEvidence, EntryKey, LedgerEntry, UserAccount

#: A field of `entry_key` that holds no value of the ledger but a mark of the entry.
MARK = "mark"
WARNED, TRIAL, CONTESTED = "warned", "trial", "contested"


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
    warnings: list[str]
    author_id: int
    author: str
    version: int
    evidence: int


@dataclass(frozen=True)
class Page:
    """Some entries, and whether there are more on either side."""

    lines: Sequence[Line]
    earlier: bool
    later: bool
    first: Cursor | None = field(default=None)
    last: Cursor | None = field(default=None)


@dataclass(frozen=True)
class Listing:
    """The ledgers of one contract as lists."""

    session: Session
    contract_id: int

    def page(self, wanted: Wanted, size: int, after: Cursor | None = None, before: Cursor | None = None) -> Page:
        """A page of entries after a cursor, before one, or from the start."""
        backwards = before is not None
        rows = self._rows(wanted, size + 1, after or before, backwards)
        more = len(rows) > size
        rows = rows[:size]
        if backwards:
            rows.reverse()
        ends = [Cursor(row.business_date, row.number if self._by_number(wanted) else row.id) for row in rows[:1] + rows[-1:]]
        earlier, later = (more, True) if backwards else (after is not None, more)
        return Page(rows, earlier and bool(rows), later and bool(rows), *ends)

    @staticmethod
    def _by_number(wanted: Wanted) -> bool:
        return wanted.by_number and not wanted.filtered

    def _rows(self, wanted: Wanted, size: int, cursor: Cursor | None, backwards: bool) -> list[Line]:
        entry = LedgerEntry
        pieces = (
            sa.select(sa.func.count())
            .where(EntryEvidence.contract_id == entry.contract_id, EntryEvidence.entry_id == entry.id)
            .scalar_subquery()
        )
        query = sa.select(
            entry.id, entry.number, entry.business_date, entry.state, entry.nil, entry.trial, entry.opening,
            entry.validated, entry.contested, entry.fields, entry.warnings, entry.author_id,
            UserAccount.display_name, entry.version, pieces,
        ).join(UserAccount, UserAccount.id == entry.author_id)  # fmt: skip
        query = self._narrowed(query, wanted)
        order = self._order(wanted)
        down = wanted.newest_first is not backwards
        if cursor is not None:
            query = query.where(beyond(order, cursor, down))
        query = query.order_by(*(column.desc() if down else column.asc() for column in order))
        return [Line(*row) for row in self.session.execute(query.limit(size))]

    def _order(self, wanted: Wanted) -> tuple[sa.ColumnElement[Any], ...]:
        """The columns of the index that is walked."""
        if self._by_number(wanted):
            return (LedgerEntry.number.expression,)
        if wanted.keys:
            return (EntryKey.business_date.expression, EntryKey.entry_id.expression)
        return (LedgerEntry.business_date.expression, LedgerEntry.id.expression)

    def _narrowed(self, query: sa.Select[Any], wanted: Wanted) -> sa.Select[Any]:
        entry = LedgerEntry
        if wanted.keys:
            (name, value), *others = wanted.keys
            query = query.join(
                EntryKey, sa.and_(EntryKey.contract_id == entry.contract_id, EntryKey.entry_id == entry.id)
            ).where(*self._key(EntryKey, wanted.ledger, name, value))
            query = query.where(*(self._has(wanted.ledger, *pair) for pair in others))
            day: Any = EntryKey.business_date
        else:
            query = query.where(entry.contract_id == self.contract_id, entry.ledger == wanted.ledger)
            day = entry.business_date
        conditions: list[tuple[object, Callable[[], sa.ColumnElement[bool]]]] = [
            (wanted.state, lambda: entry.state == wanted.state),
            (wanted.number, lambda: entry.number == wanted.number),
            (wanted.author, lambda: entry.author_id == wanted.author),
            (wanted.from_on, lambda: day >= wanted.from_on),
            (wanted.until_on, lambda: day <= wanted.until_on),
            (wanted.outlets or None, lambda: among(wanted.outlets)),
        ]
        return query.where(*(make() for given, make in conditions if given is not None))

    def _key(self, key: Any, ledger: str, name: str, value: str) -> list[sa.ColumnElement[bool]]:
        return [
            key.contract_id == self.contract_id, key.ledger == ledger, key.field == name, key.value == value
        ]  # fmt: skip

    def _has(self, ledger: str, name: str, value: str) -> sa.ColumnElement[bool]:
        """The entry that is walked has another key too: one look at the primary key."""
        other = aliased(EntryKey)
        same = [other.business_date == EntryKey.business_date, other.entry_id == EntryKey.entry_id]
        return sa.exists().where(*self._key(other, ledger, name, value), *same)


def among(outlets: tuple[int, ...]) -> sa.ColumnElement[bool]:
    """In one outlet (its index gives the order), or in one of several, tested on the way."""
    if len(outlets) == 1:
        return LedgerEntry.outlet_id == outlets[0]
    return sa.func.coalesce(LedgerEntry.outlet_id, 0).in_(outlets)


def beyond(order: tuple[sa.ColumnElement[Any], ...], cursor: Cursor, down: bool) -> sa.ColumnElement[bool]:
    """Past the cursor in the order that is walked."""
    if len(order) == 1:
        return order[0] < cursor.key if down else order[0] > cursor.key
    here = sa.tuple_(*order)
    there = sa.tuple_(sa.literal(cursor.day, sa.Date()), sa.literal(cursor.key, sa.BigInteger()))
    return here < there if down else here > there

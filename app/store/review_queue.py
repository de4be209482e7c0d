"""What waits for a decision: filtered, in the order of arrival, a page at a time by the last key seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.security.terms import EntryDeed, EntryState
from app.store.ledger_listing import CONTESTED, MARK
from app.store.models import EntryEvent, EntryKey, EntryOpening, LedgerEntry, UserAccount

RECENT = 300  # past returns that the frequent reasons are drawn from


@dataclass(frozen=True)
class Asked:
    """Which waiting entries; empty fields do not narrow. `before`: submitted earlier than this."""

    state: EntryState
    trial: bool
    ledger: str | None = None
    author_id: int | None = None
    outlet_id: int | None = None
    from_on: date | None = None
    until_on: date | None = None
    batch_id: int | None = None
    warned: bool | None = None
    nil: bool | None = None
    again: bool = False
    before: datetime | None = None
    not_by: int | None = None

    def conditions(self, contract_id: int) -> list[sa.ColumnElement[bool]]:
        row = LedgerEntry
        equal = {
            row.ledger: self.ledger, row.author_id: self.author_id, row.outlet_id: self.outlet_id,
            row.batch_id: self.batch_id, row.nil: self.nil,
        }  # fmt: skip
        found = [row.contract_id == contract_id, row.state == self.state.value, row.trial.is_(self.trial)]
        found += [column == value for column, value in equal.items() if value is not None]
        if self.from_on is not None:
            found.append(row.business_date >= self.from_on)
        if self.until_on is not None:
            found.append(row.business_date <= self.until_on)
        if self.warned is not None:
            blank = sa.cast(row.warnings, sa.Text) == "[]"
            found.append(sa.not_(blank) if self.warned else blank)
        if self.again:
            found.append(changed())
        if self.before is not None:
            found.append(row.submitted_at < self.before)
        if self.not_by is not None:
            found.append(row.author_id != self.not_by)
        return found


class Cursor(NamedTuple):
    """Where a page begins or ends: when the entry came in, and its id."""

    at: datetime
    entry_id: int


class Line(NamedTuple):
    """One waiting entry as the list shows it. `opened`: this person has had this version before them; `again`: it was changed."""

    id: int
    ledger: str
    number: int
    business_date: date
    version: int
    state: str
    nil: bool
    warnings: list[str]
    contested: bool
    submitted_at: datetime
    author_id: int
    author: str
    opened: bool
    again: bool


def changed() -> sa.ColumnElement[bool]:
    """The entry was changed after it had been made: mostly because it came back."""
    return sa.exists().where(
        EntryEvent.contract_id == LedgerEntry.contract_id,
        EntryEvent.entry_id == LedgerEntry.id,
        EntryEvent.deed == EntryDeed.CHANGED.value,
    )


def lines(user_id: int) -> sa.Select[Line]:
    """The columns of a line."""
    author = aliased(UserAccount)
    seen = sa.exists().where(
        EntryOpening.contract_id == LedgerEntry.contract_id,
        EntryOpening.user_id == user_id,
        EntryOpening.entry_id == LedgerEntry.id,
        EntryOpening.version == LedgerEntry.version,
    )
    row = LedgerEntry
    return sa.select(
        row.id, row.ledger, row.number, row.business_date, row.version, row.state, row.nil, row.warnings,
        row.contested, row.submitted_at, row.author_id, author.display_name.label("author"), seen.label("opened"),
        changed().label("again"),
    ).join(author, author.id == row.author_id)  # fmt: skip


def page(
    session: Session, contract_id: int, asked: Asked, user_id: int, size: int,
    after: Cursor | None = None, before: Cursor | None = None,
) -> list[Line]:  # fmt: skip
    """The next lines after a cursor, or the last ones before one, oldest first."""
    query = lines(user_id).where(*asked.conditions(contract_id)).limit(size)
    key = sa.tuple_(LedgerEntry.submitted_at, LedgerEntry.id)
    if before is not None:
        bound = sa.tuple_(sa.literal(before.at, LedgerEntry.submitted_at.type), sa.literal(before.entry_id))
        rows = session.execute(
            query.where(key < bound).order_by(LedgerEntry.submitted_at.desc(), LedgerEntry.id.desc())
        )
        return [Line(*row) for row in rows][::-1]
    if after is not None:
        bound = sa.tuple_(sa.literal(after.at, LedgerEntry.submitted_at.type), sa.literal(after.entry_id))
        query = query.where(key > bound)
    return [Line(*row) for row in session.execute(query.order_by(LedgerEntry.submitted_at, LedgerEntry.id))]


def of_ids(session: Session, contract_id: int, ids: Sequence[int], user_id: int) -> list[Line]:
    """The lines of these entries whatever their state, in the order given."""
    if not ids:
        return []
    query = lines(user_id).where(LedgerEntry.contract_id == contract_id, LedgerEntry.id.in_(ids))
    found = {row.id: Line(*row) for row in session.execute(query)}
    return [found[key] for key in ids if key in found]


def count(session: Session, contract_id: int, asked: Asked) -> int:
    query = sa.select(sa.func.count()).select_from(LedgerEntry).where(*asked.conditions(contract_id))
    return session.scalar(query) or 0


def ids(session: Session, contract_id: int, asked: Asked, size: int) -> list[int]:
    """Ids of the oldest that wait, for a decision over all of them."""
    query = sa.select(LedgerEntry.id).where(*asked.conditions(contract_id))
    return list(session.scalars(query.order_by(LedgerEntry.submitted_at, LedgerEntry.id).limit(size)))


def by_ledger(session: Session, contract_id: int, asked: Asked) -> dict[str, int]:
    """How many wait, by ledger."""
    query = (
        sa.select(LedgerEntry.ledger, sa.func.count())
        .where(*asked.conditions(contract_id))
        .group_by(LedgerEntry.ledger)
    )
    return dict(session.execute(query).tuples().all())


def authors(session: Session, contract_id: int, asked: Asked) -> list[tuple[int, str, int]]:
    """Id, name and number of waiting entries of each author."""
    query = (
        sa.select(LedgerEntry.author_id, UserAccount.display_name, sa.func.count())
        .join(UserAccount, UserAccount.id == LedgerEntry.author_id)
        .where(*asked.conditions(contract_id))
        .group_by(LedgerEntry.author_id, UserAccount.display_name)
        .order_by(UserAccount.display_name, LedgerEntry.author_id)
    )
    return list(session.execute(query).tuples().all())


def objected(contract_id: int, ledgers: Sequence[str], trial: bool) -> list[sa.ColumnElement[bool]]:
    """Entries of these ledgers that the other side objects to."""
    held = sa.select(EntryKey.entry_id).where(
        EntryKey.contract_id == contract_id,
        EntryKey.ledger.in_(ledgers),
        EntryKey.field == MARK,
        EntryKey.value == CONTESTED,
    )
    return [
        LedgerEntry.contract_id == contract_id, LedgerEntry.id.in_(held),
        LedgerEntry.contested.is_(True), LedgerEntry.trial.is_(trial),
    ]  # fmt: skip


def contested(
    session: Session, contract_id: int, ledgers: Sequence[str], trial: bool, user_id: int, size: int
) -> list[Line]:
    """Entries of the buyer's ledgers that the contractor objects to, the oldest first."""
    if not ledgers:
        return []
    query = lines(user_id).where(*objected(contract_id, ledgers, trial)).order_by(LedgerEntry.id).limit(size)
    return [Line(*row) for row in session.execute(query)]


def count_contested(session: Session, contract_id: int, ledgers: Sequence[str], trial: bool) -> int:
    """How many objections wait for an answer."""
    query = sa.select(sa.func.count()).select_from(LedgerEntry).where(*objected(contract_id, ledgers, trial))
    return session.scalar(query) or 0 if ledgers else 0


def oldest(session: Session, contract_id: int, asked: Asked) -> datetime | None:
    """When the oldest of what waits came in."""
    return session.scalar(sa.select(sa.func.min(LedgerEntry.submitted_at)).where(*asked.conditions(contract_id)))


def reasons(session: Session, contract_id: int, deed: EntryDeed) -> list[str]:
    """The reasons of the contract's latest returns at a stage, the newest first."""
    given_back = EntryEvent.deed.in_((EntryDeed.RETURNED.value, EntryDeed.SENT_BACK.value))
    query = (
        sa.select(EntryEvent.reason, EntryEvent.deed)
        .where(EntryEvent.contract_id == contract_id, given_back)
        .order_by(EntryEvent.id.desc())
        .limit(RECENT)
    )
    return [reason for reason, given in session.execute(query) if given == deed.value]

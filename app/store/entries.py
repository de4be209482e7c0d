"""Ledger entries in the database: one contract at a time, with the keys they are found by."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from app.security.terms import EntryDeed, EntryState
from app.store.models import EntryDraft, EntryEvent, EntryKey, LedgerEntry, Outlet

__all__ = ["EntryDraft", "EntryEvent", "EntryKey", "LedgerEntry"]

UNIQUE = "unique:"
SOME = 500  # ids in one IN list


def number_text(ledger: str, number: int) -> str:
    """The outside number of an entry, as references and capsules name it."""
    return f"{ledger}-{number:06d}"


def number_of(text: str, ledger: str) -> int | None:
    """The number in an outside number of this ledger."""
    head, _, tail = text.rpartition("-")
    return int(tail) if head == ledger and tail.isascii() and tail.isdigit() and len(tail) < 16 else None


def unique_value(values: Sequence[object]) -> str:
    """The digest under which a combination of typed values is found."""
    return hashlib.blake2b(repr(tuple(values)).encode(), digest_size=24).hexdigest()


@dataclass(frozen=True)
class Entries:
    """The entries of one contract. Every query is bound to it."""

    session: Session
    contract_id: int

    def find(self, entry_id: int, ledger: str | None = None) -> LedgerEntry | None:
        """An entry with its author, verifier and outlet; None where it is not in this contract (or ledger)."""
        query = (
            sa.select(LedgerEntry)
            .where(LedgerEntry.contract_id == self.contract_id, LedgerEntry.id == entry_id)
            .options(
                joinedload(LedgerEntry.author), joinedload(LedgerEntry.verifier), joinedload(LedgerEntry.outlet)
            )
        )
        row = self.session.scalars(query).one_or_none()
        return row if row is not None and ledger in {None, row.ledger} else None

    def by_ids(self, ids: Collection[int]) -> list[LedgerEntry]:
        """Entries by id, in the order of their ids."""
        found: list[LedgerEntry] = []
        wanted = sorted(ids)
        for start in range(0, len(wanted), SOME):
            query = sa.select(LedgerEntry).where(
                LedgerEntry.contract_id == self.contract_id, LedgerEntry.id.in_(wanted[start : start + SOME])
            )
            found += self.session.scalars(query.order_by(LedgerEntry.id)).all()
        return found

    def by_number(self, ledger: str, number: int) -> LedgerEntry | None:
        query = sa.select(LedgerEntry).where(
            LedgerEntry.contract_id == self.contract_id,
            LedgerEntry.ledger == ledger,
            LedgerEntry.number == number,
        )
        return self.session.scalars(query).one_or_none()

    def numbers_of(self, ids: Sequence[int]) -> dict[int, int]:
        """Outside numbers by id."""
        found: dict[int, int] = {}
        for start in range(0, len(ids), SOME):
            query = sa.select(LedgerEntry.id, LedgerEntry.number).where(
                LedgerEntry.contract_id == self.contract_id, LedgerEntry.id.in_(ids[start : start + SOME])
            )
            found |= dict(self.session.execute(query).tuples().all())
        return found

    def numbers_there(self, ledger: str, numbers: Collection[int]) -> set[int]:
        """Those of the numbers that the ledger has."""
        found: set[int] = set()
        wanted = sorted(numbers)
        for start in range(0, len(wanted), SOME):
            query = sa.select(LedgerEntry.number).where(
                LedgerEntry.contract_id == self.contract_id,
                LedgerEntry.ledger == ledger,
                LedgerEntry.number.in_(wanted[start : start + SOME]),
            )
            found |= set(self.session.scalars(query))
        return found

    def by_client_key(self, client_key: str) -> LedgerEntry | None:
        """What was already made of this sending."""
        query = sa.select(LedgerEntry).where(
            LedgerEntry.contract_id == self.contract_id, LedgerEntry.client_key == client_key
        )
        return self.session.scalars(query).one_or_none()

    def latest_of(self, ledger: str, author_id: int) -> LedgerEntry | None:
        """The person's own last entry in a ledger, nil returns left out: what “copy last” copies."""
        query = sa.select(LedgerEntry).where(
            LedgerEntry.contract_id == self.contract_id,
            LedgerEntry.author_id == author_id,
            LedgerEntry.ledger == ledger,
            LedgerEntry.nil.is_(False),
        )
        return self.session.scalars(query.order_by(LedgerEntry.id.desc()).limit(1)).one_or_none()

    def activity(self, entry: LedgerEntry) -> Sequence[LedgerEntry]:
        """The other entries of the same activity."""
        root = entry.activity_id or entry.id
        query = sa.select(LedgerEntry).where(
            LedgerEntry.contract_id == self.contract_id,
            sa.or_(LedgerEntry.activity_id == root, LedgerEntry.id == root),
            LedgerEntry.id != entry.id,
        )
        return self.session.scalars(query.order_by(LedgerEntry.id)).all()

    # -- keys -----------------------------------------------------------------------------------

    def set_keys(self, entry: LedgerEntry, keys: Collection[tuple[str, str]]) -> None:
        """Replaces the keys of an entry."""
        self.drop_keys([entry.id])
        self.add_keys([(entry.ledger, field, value, entry.business_date, entry.id) for field, value in sorted(set(keys))])

    def add_keys(self, rows: Sequence[tuple[str, str, str, date, int]]) -> None:
        """Adds keys, many at once: (ledger, field, value, business date, entry id)."""
        if rows:
            names = ("ledger", "field", "value", "business_date", "entry_id")
            given = [{"contract_id": self.contract_id, **dict(zip(names, row, strict=True))} for row in rows]
            self.session.execute(sa.insert(EntryKey), given)

    def drop_keys(self, ids: Sequence[int], *, unique_only: bool = False) -> None:
        """Takes the keys of entries away; a withdrawn entry gives its unique combination free."""
        for start in range(0, len(ids), SOME):
            query = sa.delete(EntryKey).where(
                EntryKey.contract_id == self.contract_id, EntryKey.entry_id.in_(ids[start : start + SOME])
            )
            if unique_only:
                query = query.where(EntryKey.field.startswith(UNIQUE))
            self.session.execute(query)

    def drop_key(self, entry_id: int, field: str, value: str) -> None:
        """Takes one key of an entry away."""
        self.session.execute(
            sa.delete(EntryKey).where(
                EntryKey.contract_id == self.contract_id, EntryKey.entry_id == entry_id,
                EntryKey.field == field, EntryKey.value == value,
            )
        )  # fmt: skip

    def holders(self, ledger: str, field: str, values: Collection[str]) -> dict[str, int]:
        """Which entry holds each of these values of a key; with several, the first."""
        found: dict[str, int] = {}
        wanted = sorted(set(values))
        for start in range(0, len(wanted), SOME):
            query = sa.select(EntryKey.value, EntryKey.entry_id).where(
                EntryKey.contract_id == self.contract_id,
                EntryKey.ledger == ledger,
                EntryKey.field == field,
                EntryKey.value.in_(wanted[start : start + SOME]),
            )
            for value, entry_id in self.session.execute(query.order_by(EntryKey.entry_id)):
                found.setdefault(value, entry_id)
        return found

    # -- many at once ---------------------------------------------------------------------------

    def add_all(self, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Inserts entries given as columns; their ids in the order given."""
        given = [{"contract_id": self.contract_id, "version": 1, **row} for row in rows]
        query = sa.insert(LedgerEntry).returning(LedgerEntry.id, sort_by_parameter_order=True)
        return list(self.session.scalars(query, given))

    def add_events(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Adds deeds to the history, many at once."""
        plain: dict[str, Any] = {"reason": "", "changes": {}, "review_id": None}
        given = [{**plain, "contract_id": self.contract_id, **row} for row in rows]
        if given:
            self.session.execute(sa.insert(EntryEvent), given)

    def note(
        self, entry: LedgerEntry, deed: EntryDeed, actor_id: int | None, at: datetime, reason: str = "",
        changes: Mapping[str, Any] | None = None, review_id: int | None = None,
    ) -> None:  # fmt: skip
        """Adds one deed to an entry's history."""
        self.session.add(
            EntryEvent(
                contract_id=self.contract_id, entry_id=entry.id, at=at, actor_id=actor_id, deed=deed.value,
                version=entry.version, reason=reason, changes=dict(changes or {}), review_id=review_id,
            )
        )  # fmt: skip

    def history(self, entry_id: int) -> Sequence[EntryEvent]:
        """The deeds on an entry, oldest first, with who did them."""
        query = (
            sa.select(EntryEvent)
            .where(EntryEvent.contract_id == self.contract_id, EntryEvent.entry_id == entry_id)
            .options(joinedload(EntryEvent.actor))
            .order_by(EntryEvent.id)
        )
        return self.session.scalars(query).all()

    # -- drafts ---------------------------------------------------------------------------------

    def draft(self, user_id: int, ledger: str, entry_id: int | None) -> EntryDraft | None:
        """What this person typed into this form and has not saved."""
        query = sa.select(EntryDraft).where(
            EntryDraft.contract_id == self.contract_id,
            EntryDraft.user_id == user_id,
            EntryDraft.ledger == ledger,
            EntryDraft.entry_id == entry_id if entry_id is not None else EntryDraft.entry_id.is_(None),
        )
        return self.session.scalars(query).one_or_none()

    def keep_draft(self, user_id: int, ledger: str, entry_id: int | None, sealed: bytes, at: datetime) -> None:
        """Keeps a draft over the one before; of two at once the later stays."""
        row = self.draft(user_id, ledger, entry_id)
        if row is None:
            row = EntryDraft(
                contract_id=self.contract_id, user_id=user_id, ledger=ledger, entry_id=entry_id,
                sealed=sealed, saved_at=at,
            )  # fmt: skip
            try:
                with self.session.begin_nested():
                    self.session.add(row)
            except IntegrityError:
                row = self.draft(user_id, ledger, entry_id)
        if row is not None:
            row.sealed, row.saved_at = sealed, at
        self.session.flush()

    def drop_draft(self, user_id: int, ledger: str, entry_id: int | None) -> None:
        row = self.draft(user_id, ledger, entry_id)
        if row is not None:
            self.session.delete(row)

    # -- counts ---------------------------------------------------------------------------------

    def counts(self, author_id: int | None = None) -> dict[tuple[str, str], int]:
        """How many entries there are by ledger and state; of one author where given."""
        query = sa.select(LedgerEntry.ledger, LedgerEntry.state, sa.func.count()).where(
            LedgerEntry.contract_id == self.contract_id
        )
        if author_id is not None:
            query = query.where(LedgerEntry.author_id == author_id)
        rows = self.session.execute(query.group_by(LedgerEntry.ledger, LedgerEntry.state))
        return {(ledger, state): count for ledger, state, count in rows}

    def waiting_for(self, author_id: int, state: EntryState, size: int) -> Sequence[LedgerEntry]:
        """The person's own entries in a state, oldest first."""
        query = sa.select(LedgerEntry).where(
            LedgerEntry.contract_id == self.contract_id,
            LedgerEntry.author_id == author_id,
            LedgerEntry.state == state.value,
        )
        return self.session.scalars(query.order_by(LedgerEntry.id).limit(size)).all()

    def outlet_ids(self) -> dict[str, int]:
        """Outlets by name; a name that several bear leads to none."""
        query = sa.select(Outlet.name, sa.func.min(Outlet.id), sa.func.count()).where(
            Outlet.contract_id == self.contract_id
        )
        rows = self.session.execute(query.group_by(Outlet.name))
        return {name: key for name, key, count in rows if count == 1}

    def all_of(self, ledger: str | None = None) -> Iterable[LedgerEntry]:
        """Every entry in the order of ids, a thousand at a time, not kept by the session."""
        after = 0
        while True:
            query = sa.select(LedgerEntry).where(
                LedgerEntry.contract_id == self.contract_id, LedgerEntry.id > after
            )
            if ledger is not None:
                query = query.where(LedgerEntry.ledger == ledger)
            rows = self.session.scalars(query.order_by(LedgerEntry.id).limit(1000)).all()
            if not rows:
                return
            after = rows[-1].id
            yield from rows
            for row in rows:
                if row not in self.session.dirty:
                    self.session.expunge(row)

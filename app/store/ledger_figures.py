"""What the index of the ledgers shows of each: small counts over indexes, never over all entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.security.terms import EntryState
from app.store.entries import UNIQUE
from app.store.ledger_listing import MARK
from app.store.models import EntryKey, LedgerEntry, Membership, NumberSequence, UserAccount

OPEN_STATES = (EntryState.DRAFT, EntryState.TO_CHECK, EntryState.SUBMITTED, EntryState.RETURNED)
LAST = "\U0010ffff"
RECENT = 200  # of a person's own entries, per state, that say which ledgers they use most


@dataclass(frozen=True)
class Figures:
    """The figures of one contract's ledgers."""

    session: Session
    contract_id: int

    def numbered(self) -> dict[str, tuple[int, date | None]]:
        """How many numbers each ledger has given out, and the latest business date."""
        latest = (
            sa.select(sa.func.max(LedgerEntry.business_date))
            .where(
                LedgerEntry.contract_id == self.contract_id, LedgerEntry.ledger == NumberSequence.ledger
            )
            .scalar_subquery()
        )
        query = sa.select(NumberSequence.ledger, NumberSequence.next_number - 1, latest).where(
            NumberSequence.contract_id == self.contract_id
        )
        return {ledger: (count, day) for ledger, count, day in self.session.execute(query)}

    def waiting(self, author_id: int | None = None) -> dict[tuple[str, str], int]:
        """Entries that somebody still has to do something about, by ledger and state; of one author where given."""
        query = sa.select(LedgerEntry.ledger, LedgerEntry.state, sa.func.count()).where(
            LedgerEntry.contract_id == self.contract_id,
            LedgerEntry.state.in_([state.value for state in OPEN_STATES]),
        )
        if author_id is not None:
            query = query.where(LedgerEntry.author_id == author_id)
        rows = self.session.execute(query.group_by(LedgerEntry.ledger, LedgerEntry.state))
        return {(ledger, state): count for ledger, state, count in rows}

    def most_used(self, author_id: int, size: int) -> list[str]:
        """The ledgers that a person made most of their latest entries in, most used first."""
        parts = [
            sa.select(
                sa.select(LedgerEntry.ledger)
                .where(
                    LedgerEntry.contract_id == self.contract_id,
                    LedgerEntry.author_id == author_id,
                    LedgerEntry.state == state.value,
                )
                .order_by(LedgerEntry.id.desc())
                .limit(RECENT)
                .subquery()
                .c.ledger
            )
            for state in EntryState
            if state is not EntryState.WITHDRAWN
        ]
        latest = sa.union_all(*parts).subquery()
        query = sa.select(latest.c.ledger).group_by(latest.c.ledger).order_by(sa.func.count().desc(), latest.c.ledger)
        return list(self.session.scalars(query.limit(size)))

    def entered_on(self, ledgers: Sequence[str], day: date) -> set[str]:
        """Those of the ledgers that have an entry (or a nil return) of the day."""
        if not ledgers:
            return set()
        query = sa.select(LedgerEntry.ledger).where(
            LedgerEntry.contract_id == self.contract_id,
            LedgerEntry.ledger.in_(ledgers),
            LedgerEntry.business_date == day,
            LedgerEntry.state != EntryState.WITHDRAWN.value,
        )
        return set(self.session.scalars(query.distinct()))

    def writers(self) -> list[tuple[int, str]]:
        """Everybody who is or was a member, by name: who may have entered something."""
        query = (
            sa.select(UserAccount.id, UserAccount.display_name)
            .join(Membership, Membership.user_id == UserAccount.id)
            .where(Membership.contract_id == self.contract_id)
            .distinct()
            .order_by(UserAccount.display_name, UserAccount.id)
        )
        return [(key, name) for key, name in self.session.execute(query)]

    def enterprises(self, ledger_fields: Sequence[tuple[str, str]], text: str, size: int) -> list[int]:
        """Entries whose enterprise begins with the text (else holds it), one for each value, by id."""
        of_fields = sa.or_(
            *(sa.and_(EntryKey.ledger == ledger, EntryKey.field == name) for ledger, name in ledger_fields)
        )
        base = (
            sa.select(EntryKey.value, sa.func.max(EntryKey.entry_id))
            .where(EntryKey.contract_id == self.contract_id, of_fields)
            .group_by(EntryKey.value)
            .order_by(EntryKey.value)
            .limit(size)
        )
        rows = self.session.execute(base.where(self._begins(text))).all() if text else []
        if text and not rows:
            rows = self.session.execute(base.where(EntryKey.value.contains(text, autoescape=True))).all()
        return [entry_id for _, entry_id in rows]

    def _begins(self, text: str) -> sa.ColumnElement[bool]:
        """The key's value begins with the text. SQLite compares by code point and walks its index so."""
        if self.session.get_bind().dialect.name == "sqlite":
            return sa.and_(EntryKey.value >= text, EntryKey.value < text + LAST)
        return EntryKey.value.startswith(text, autoescape=True)

    def keyed_like(self, ledger: str, text: str, size: int) -> list[int]:
        """Entries of a ledger with some key that begins with the text, newest first."""
        query = (
            sa.select(sa.func.max(EntryKey.entry_id))
            .where(
                EntryKey.contract_id == self.contract_id, EntryKey.ledger == ledger, self._begins(text),
                ~EntryKey.field.startswith(UNIQUE), EntryKey.field != MARK,
            )
            .group_by(EntryKey.entry_id)
            .order_by(sa.func.max(EntryKey.entry_id).desc())
            .limit(size)
        )  # fmt: skip
        return list(self.session.scalars(query))

    def latest(self, ledger: str, size: int) -> list[int]:
        """The latest entries of a ledger that were not withdrawn."""
        query = (
            sa.select(LedgerEntry.id)
            .where(
                LedgerEntry.contract_id == self.contract_id,
                LedgerEntry.ledger == ledger,
                LedgerEntry.state != EntryState.WITHDRAWN.value,
            )
            .order_by(LedgerEntry.id.desc())
            .limit(size)
        )
        return list(self.session.scalars(query))

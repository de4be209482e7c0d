"""Ledger entries, their history, the keys they are found by, and the people they are about."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.security.terms import EntryDeed, EntryState
from app.store.models.base import Base, Code, Hash, Key, Name, one_of, reference, within
from app.store.models.people import UserAccount
from app.store.models.places import Outlet


class LedgerEntry(Base):
    """One entry of a ledger (台账记录). `fields` holds the ledger's own fields as plain JSON.

    `number` is the outside number, one sequence per contract and ledger. `activity_id` names the entry
    whose photos and facts this one shares (one activity feeding several ledgers). `client_key` makes
    sending twice harmless. `trial` entries never count, `opening` ones were made before the console.
    `captured_at` is when the person wrote it on the phone, `entered_at` when it reached the server.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        one_of("state", EntryState),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "ledger", "number"),
        sa.UniqueConstraint("contract_id", "client_key"),
        within("outlet", "outlet_id"),
        within("ledger_entry", "activity_id"),
        within("import_batch", "batch_id"),
        sa.CheckConstraint("version >= 1", name="version"),
        sa.CheckConstraint(
            "(state = 'verified') = (verifier_id IS NOT NULL AND verified_at IS NOT NULL)", name="verified"
        ),
        sa.CheckConstraint("verifier_id IS NULL OR verifier_id <> author_id", name="own_work"),
        sa.Index("ix_ledger_entry_by_date", "contract_id", "ledger", "business_date", "id"),
        sa.Index("ix_ledger_entry_by_number", "contract_id", "ledger", "id"),
        sa.Index("ix_ledger_entry_by_state", "contract_id", "ledger", "state", "business_date", "id"),
        sa.Index("ix_ledger_entry_by_outlet", "contract_id", "ledger", "outlet_id", "business_date", "id"),
        sa.Index("ix_ledger_entry_by_author", "contract_id", "author_id", "state", "id"),
        sa.Index("ix_ledger_entry_by_writer", "contract_id", "ledger", "author_id", "business_date", "id"),
        sa.Index("ix_ledger_entry_queue", "contract_id", "state", "submitted_at", "id"),
        sa.Index("ix_ledger_entry_batch", "contract_id", "batch_id"),
        sa.Index("ix_ledger_entry_activity", "contract_id", "activity_id"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    ledger: Mapped[Code]
    number: Mapped[int] = mapped_column(sa.BigInteger())
    business_date: Mapped[date]
    state: Mapped[str] = mapped_column(sa.String(20))
    outlet_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    author_id: Mapped[int] = reference("user_account.id")
    fields: Mapped[dict[str, Any]]
    warnings: Mapped[list[str]] = mapped_column(default=list)
    nil: Mapped[bool] = mapped_column(default=False)
    trial: Mapped[bool] = mapped_column(default=False)
    opening: Mapped[bool] = mapped_column(default=False)
    validated: Mapped[bool | None]
    rulebook_text_id: Mapped[int] = reference("rulebook_text.id")
    activity_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    batch_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    client_key: Mapped[str | None] = mapped_column(sa.String(64))
    captured_at: Mapped[datetime | None]
    entered_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    verifier_id: Mapped[int | None] = reference("user_account.id")
    verified_at: Mapped[datetime | None]
    return_reason: Mapped[str] = mapped_column(sa.Text(), default="")
    contested: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    author: Mapped[UserAccount] = relationship(foreign_keys=[author_id], viewonly=True)
    verifier: Mapped[UserAccount | None] = relationship(foreign_keys=[verifier_id], viewonly=True)
    outlet: Mapped[Outlet | None] = relationship(
        primaryjoin=lambda: sa.and_(
            LedgerEntry.outlet_id == Outlet.id, LedgerEntry.contract_id == Outlet.contract_id
        ),
        foreign_keys=[outlet_id],
        viewonly=True,
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class EntryKey(Base):
    """A value that entries are filtered, looked up or kept apart by.

    `field` is a field's id, `unique:<place>` for the digest of a combination that may not repeat, or `mark`
    for what lists ask for beside the ledger's own fields (with a warning, of the trial run, contested).
    """

    __tablename__ = "entry_key"
    __table_args__ = (
        within("ledger_entry", "entry_id"),
        sa.Index("ix_entry_key_entry", "contract_id", "entry_id"),
        {"sqlite_with_rowid": False},
    )

    contract_id: Mapped[int] = mapped_column(
        sa.BigInteger(), sa.ForeignKey("contract.id", ondelete="RESTRICT"), primary_key=True
    )
    ledger: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    field: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    value: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    business_date: Mapped[date] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.BigInteger(), primary_key=True)


class EntryEvent(Base):
    """One deed on an entry. `changes` maps a field to [before, after], as `fields` holds them."""

    __tablename__ = "entry_event"
    __table_args__ = (
        one_of("deed", EntryDeed),
        within("ledger_entry", "entry_id"),
        within("review_batch", "review_id"),
        sa.Index("ix_entry_event_entry", "contract_id", "entry_id", "id"),
        sa.Index(
            "ix_entry_event_given_back",
            "contract_id",
            "id",
            sqlite_where=sa.text("deed IN ('returned', 'sent_back')"),
            postgresql_where=sa.text("deed IN ('returned', 'sent_back')"),
        ),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    entry_id: Mapped[int] = mapped_column(sa.BigInteger())
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = reference("user_account.id")
    deed: Mapped[str] = mapped_column(sa.String(20))
    version: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.Text(), default="")
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    review_id: Mapped[int | None] = mapped_column(sa.BigInteger())

    actor: Mapped[UserAccount | None] = relationship(viewonly=True)


class Person(Base):
    """A natural person in a contract: one encrypted blob, keyed digests for exact search, masks to show."""

    __tablename__ = "person"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "id"),
        sa.Index(
            "uq_person_id_digest",
            "contract_id",
            "id_digest",
            unique=True,
            sqlite_where=sa.text("id_digest IS NOT NULL"),
            postgresql_where=sa.text("id_digest IS NOT NULL"),
        ),
        sa.Index("ix_person_phone_digest", "contract_id", "phone_digest"),
        sa.CheckConstraint("id_digest IS NOT NULL OR phone_digest IS NOT NULL", name="key"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary())
    id_digest: Mapped[Hash | None]
    phone_digest: Mapped[Hash | None]
    name_mask: Mapped[Name]
    id_mask: Mapped[str] = mapped_column(sa.String(20), default="")
    phone_mask: Mapped[str] = mapped_column(sa.String(20), default="")
    created_at: Mapped[datetime]


class EntryDraft(Base):
    """What somebody has typed and not saved yet; sealed, as it may name people. One a form."""

    __tablename__ = "entry_draft"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "user_id", "ledger", "entry_id"),
        sa.Index(
            "uq_entry_draft_new",
            "contract_id",
            "user_id",
            "ledger",
            unique=True,
            sqlite_where=sa.text("entry_id IS NULL"),
            postgresql_where=sa.text("entry_id IS NULL"),
        ),
        within("ledger_entry", "entry_id"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    user_id: Mapped[int] = reference("user_account.id")
    ledger: Mapped[Code]
    entry_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary())
    saved_at: Mapped[datetime]


class LedgerView(Base):
    """A saved filter of one person: which entries, which columns, in which order."""

    __tablename__ = "ledger_view"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "user_id", "ledger", "name"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    user_id: Mapped[int] = reference("user_account.id")
    ledger: Mapped[Code]
    name: Mapped[str] = mapped_column(sa.String(40))
    query: Mapped[dict[str, Any]]
    columns: Mapped[list[str]]
    is_default: Mapped[bool] = mapped_column(default=False)




"""What a contract is set up with: versions of its rulebook, opening records, locks, its present standing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.security.terms import OpeningKind
from app.store.models.base import Base, Code, Fen, Hash, Key, Name, one_of, reference, within
from app.store.models.organisations import RulebookText
from app.store.models.people import UserAccount


class ContractRulebook(Base):
    """A version of the contract's rulebook, in force from `effective_on` until the next one's day.

    An amendment (补充协议) is proposed first and counts once it is adopted; what was dropped never counts:
    a draft contract's earlier choice, an amendment that nobody adopted.
    """

    __tablename__ = "contract_rulebook"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "revision"),
        sa.CheckConstraint("revision >= 1", name="revision"),
        sa.CheckConstraint("length(reason) > 0", name="reason"),
        sa.CheckConstraint("(adopted_by IS NULL) = (adopted_at IS NULL)", name="adopted"),
        sa.CheckConstraint("(proposed_by IS NULL) = (proposed_at IS NULL)", name="proposed"),
        sa.CheckConstraint("adopted_at IS NOT NULL OR proposed_at IS NOT NULL", name="by_somebody"),
        sa.Index("ix_contract_rulebook_effective", "contract_id", "effective_on"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    revision: Mapped[int]
    rulebook_text_id: Mapped[int] = reference("rulebook_text.id")
    effective_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.Text())
    proposed_by: Mapped[int | None] = reference("user_account.id")
    proposed_at: Mapped[datetime | None]
    adopted_by: Mapped[int | None] = reference("user_account.id")
    adopted_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]

    text: Mapped[RulebookText] = relationship(viewonly=True)
    proposer: Mapped[UserAccount | None] = relationship(foreign_keys=[proposed_by], viewonly=True)
    adopter: Mapped[UserAccount | None] = relationship(foreign_keys=[adopted_by], viewonly=True)


class OpeningRecord(Base):
    """Work from before the console (中途上线): a paper-signed score or a payment, with its scan.

    It counts once a second person has confirmed it.
    """

    __tablename__ = "opening_record"
    __table_args__ = (
        one_of("kind", OpeningKind),
        sa.UniqueConstraint("contract_id", "id"),
        within("evidence_file", "file_id"),
        sa.CheckConstraint("until_on >= from_on", name="period"),
        sa.CheckConstraint("kind <> 'payment' OR amount_fen IS NOT NULL", name="amount"),
        sa.CheckConstraint("kind <> 'score' OR score IS NOT NULL", name="score"),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_by <> entered_by", name="two_people"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    kind: Mapped[str] = mapped_column(sa.String(20))
    title: Mapped[Name]
    from_on: Mapped[date]
    until_on: Mapped[date]
    amount_fen: Mapped[Fen | None]
    score: Mapped[str | None] = mapped_column(sa.String(20))  # a decimal as text, exact
    tranche: Mapped[str] = mapped_column(sa.String(60), default="")
    note: Mapped[str] = mapped_column(sa.Text(), default="")
    file_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    entered_by: Mapped[int] = reference("user_account.id")
    entered_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = reference("user_account.id")
    confirmed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    enterer: Mapped[UserAccount] = relationship(foreign_keys=[entered_by], viewonly=True)
    confirmer: Mapped[UserAccount | None] = relationship(foreign_keys=[confirmed_by], viewonly=True)


class PeriodLock(Base):
    """Entries dated inside are locked: who locked them, why, and how they can be unlocked."""

    __tablename__ = "period_lock"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "id"),
        sa.CheckConstraint("until_on >= from_on", name="period"),
        sa.CheckConstraint("length(reason) > 0", name="reason"),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted"),
        sa.CheckConstraint("lifted_by IS NULL OR lifted_by <> locked_by", name="two_people"),
        sa.Index("ix_period_lock_span", "contract_id", "from_on", "until_on"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    ledger: Mapped[Code | None]  # None: every ledger
    from_on: Mapped[date]
    until_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.Text())
    locked_by: Mapped[int] = reference("user_account.id")
    locked_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[int | None] = reference("user_account.id")
    lift_reason: Mapped[str] = mapped_column(sa.Text(), default="")

    locker: Mapped[UserAccount] = relationship(foreign_keys=[locked_by], viewonly=True)
    lifter: Mapped[UserAccount | None] = relationship(foreign_keys=[lifted_by], viewonly=True)


class PeriodUnlock(Base):
    """A named, dated exception to a lock; it works once a second person has agreed, until it expires.

    `answer` is the reason of a refusal. An exception can be ended before it expires.
    """

    __tablename__ = "period_unlock"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "id"),
        within("period_lock", "lock_id"),
        within("ledger_entry", "entry_id"),
        sa.CheckConstraint("agreed_by IS NULL OR agreed_by <> asked_by", name="two_people"),
        sa.CheckConstraint("(agreed_by IS NULL) = (agreed_at IS NULL)", name="agreed"),
        sa.CheckConstraint("(refused_by IS NULL) = (refused_at IS NULL)", name="refused"),
        sa.CheckConstraint("agreed_at IS NULL OR refused_at IS NULL", name="one_answer"),
        sa.CheckConstraint("(ended_by IS NULL) = (ended_at IS NULL)", name="ended"),
        sa.CheckConstraint("length(reason) > 0", name="reason"),
        sa.Index("ix_period_unlock_lock", "contract_id", "lock_id"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    lock_id: Mapped[int] = mapped_column(sa.BigInteger())
    ledger: Mapped[Code | None]  # None: every ledger of the lock
    entry_id: Mapped[int | None] = mapped_column(sa.BigInteger())  # None: new entries too
    reason: Mapped[str] = mapped_column(sa.Text())
    expires_on: Mapped[date]
    asked_by: Mapped[int] = reference("user_account.id")
    asked_at: Mapped[datetime]
    agreed_by: Mapped[int | None] = reference("user_account.id")
    agreed_at: Mapped[datetime | None]
    refused_by: Mapped[int | None] = reference("user_account.id")
    refused_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(sa.Text(), default="")
    ended_by: Mapped[int | None] = reference("user_account.id")
    ended_at: Mapped[datetime | None]

    asker: Mapped[UserAccount] = relationship(foreign_keys=[asked_by], viewonly=True)
    agreer: Mapped[UserAccount | None] = relationship(foreign_keys=[agreed_by], viewonly=True)
    refuser: Mapped[UserAccount | None] = relationship(foreign_keys=[refused_by], viewonly=True)
    ender: Mapped[UserAccount | None] = relationship(foreign_keys=[ended_by], viewonly=True)


class Standing(Base):
    """Where a contract stood at a moment, computed in the background: indicators, forecast, prices.

    `event_id` is the last entry event that was there, `inputs` the digest of everything else that it follows
    from; `windows` holds each indicator's due windows, `lines` how its figures went, `ahead` what the
    forecast stands on, `past` the key figures of earlier days.
    """

    __tablename__ = "standing"
    __table_args__ = (sa.UniqueConstraint("contract_id"),)

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    as_of: Mapped[datetime]
    day: Mapped[date]
    rulebook_text_id: Mapped[int] = reference("rulebook_text.id")
    event_id: Mapped[int] = mapped_column(sa.BigInteger())
    inputs: Mapped[Hash]
    found: Mapped[dict[str, Any]]
    windows: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    lines: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    ahead: Mapped[dict[str, Any]] = mapped_column(deferred=True, default=dict)
    past: Mapped[dict[str, Any]]


class CalendarText(Base):
    """An administrator's table of holidays and make-up days of a year; the latest of a year counts."""

    __tablename__ = "calendar_text"
    __table_args__ = (sa.UniqueConstraint("year", "revision"),)

    id: Mapped[Key]
    year: Mapped[int]
    revision: Mapped[int]
    text: Mapped[str] = mapped_column(sa.Text())
    source: Mapped[str] = mapped_column(sa.String(200))
    imported_by: Mapped[int] = reference("user_account.id")
    imported_at: Mapped[datetime]

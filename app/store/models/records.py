"""Answers to a contract's assumptions, number sequences, jobs and the audit chain."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.security.terms import Channel, JobState
from app.store.models.base import Base, Code, Hash, Key, Name, one_of, reference


class SettingAnswer(Base):
    """The buyer's answer to one assumption; a later one replaces it, the earlier stays readable."""

    __tablename__ = "setting_answer"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "assumption", "revision"),
        sa.CheckConstraint("revision >= 1", name="revision"),
        sa.CheckConstraint("length(reason) > 0", name="reason"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    assumption: Mapped[Code]
    revision: Mapped[int]
    answer: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(sa.Text())
    answered_by: Mapped[int] = reference("user_account.id")
    answered_at: Mapped[datetime]


class NumberSequence(Base):
    """The next outside number of a ledger in a contract."""

    __tablename__ = "number_sequence"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "ledger"),
        sa.CheckConstraint("next_number >= 1", name="next_number"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    ledger: Mapped[Code]
    next_number: Mapped[int] = mapped_column(sa.BigInteger(), default=1)


class Job(Base):
    """One run of background work; the pair of name and period exists once.

    `payload` is what the run is about (ids, settings; no personal data); who asked for it finds it again.
    """

    __tablename__ = "job"
    __table_args__ = (
        one_of("state", JobState),
        sa.UniqueConstraint("name", "period"),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        sa.CheckConstraint("attempts >= 0", name="attempts"),
    )

    id: Mapped[Key]
    name: Mapped[Code]
    period: Mapped[Code]
    state: Mapped[str] = mapped_column(sa.String(20))
    attempts: Mapped[int] = mapped_column(default=0)
    progress: Mapped[int] = mapped_column(default=0)
    heartbeat_at: Mapped[datetime | None]
    contract_id: Mapped[int | None] = reference("contract.id", index=True)
    asked_by: Mapped[int | None] = reference("user_account.id", index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    message: Mapped[str] = mapped_column(sa.Text(), default="")
    result: Mapped[dict[str, Any] | None]


class AuditEvent(Base):
    """One act. Rows are only ever added; each holds the hash of the one before and a signature."""

    __tablename__ = "audit_event"
    __table_args__ = (
        one_of("channel", Channel),
        sa.UniqueConstraint("previous_hash"),
        sa.UniqueConstraint("hash"),
        sa.CheckConstraint("position >= 1", name="position"),
        sa.Index("ix_audit_event_contract_id_position", "contract_id", "position"),
        sa.Index("ix_audit_event_subject", "subject_kind", "subject_id"),
    )

    position: Mapped[int] = mapped_column(sa.BigInteger(), primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(sa.String(20))
    actor_id: Mapped[int | None] = reference("user_account.id", index=True)
    contract_id: Mapped[int | None] = reference("contract.id")
    action: Mapped[Code]
    subject_kind: Mapped[Code]
    subject_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    detail: Mapped[dict[str, Any]]
    request_id: Mapped[Code]
    previous_hash: Mapped[Hash]
    hash: Mapped[Hash]
    signature: Mapped[Name]

"""问题与整改: what was found, the notice, the report, the reinspection, exemptions, contract events."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.security.case_terms import CaseState, FindingSource, FindingState, Reinspected, Verdict
from app.security.terms import Signature
from app.store.models.base import Base, Key, Name, one_of, reference, within
from app.store.models.documents import OfficialDocument
from app.store.models.people import UserAccount


class RectificationCase(Base):
    """A rectification from its notice to its end. `clock_from` is the day of service; the deadline is reckoned."""

    __tablename__ = "rectification_case"
    __table_args__ = (
        one_of("state", CaseState),
        within("official_document", "notice_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "number"),
        sa.UniqueConstraint("contract_id", "notice_id"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("days BETWEEN 1 AND 60", name="days"),
        sa.CheckConstraint("state NOT IN ('served', 'reported') OR clock_from IS NOT NULL", name="clock"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    number: Mapped[int]
    notice_id: Mapped[int] = mapped_column(sa.BigInteger())
    demand: Mapped[str] = mapped_column(sa.Text())
    days: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(20))
    clock_from: Mapped[date | None]
    opened_by: Mapped[int] = reference("user_account.id")
    opened_at: Mapped[datetime]
    ended_on: Mapped[date | None]

    notice: Mapped[OfficialDocument] = relationship(
        primaryjoin=lambda: sa.and_(
            RectificationCase.notice_id == OfficialDocument.id,
            RectificationCase.contract_id == OfficialDocument.contract_id,
        ),
        foreign_keys=[notice_id],
        viewonly=True,
    )
    opener: Mapped[UserAccount] = relationship(viewonly=True)


class Finding(Base):
    """问题: one shortfall, with two investigators; deductions cite it by number. `spoken_to` is sealed."""

    __tablename__ = "finding"
    __table_args__ = (
        one_of("source", FindingSource),
        one_of("signature", Signature),
        one_of("state", FindingState),
        within("ledger_entry", "entry_id"),
        within("rectification_case", "case_id"),
        within("official_document", "record_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "number"),
        sa.CheckConstraint("second_id <> found_by", name="two_people"),
        sa.CheckConstraint("length(found) > 0", name="found"),
        sa.CheckConstraint("length(clause) > 0", name="clause"),
        sa.CheckConstraint("state NOT IN ('noticed', 'rectified', 'reduced') OR case_id IS NOT NULL", name="noticed"),
        sa.Index("ix_finding_case", "contract_id", "case_id"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    number: Mapped[int]
    clause: Mapped[Name]
    source: Mapped[str] = mapped_column(sa.String(20))
    entry_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    found: Mapped[str] = mapped_column(sa.Text())
    found_on: Mapped[date]
    found_time: Mapped[str] = mapped_column(sa.String(5), default="")
    place: Mapped[Name] = mapped_column(default="")
    spoken_to: Mapped[dict[str, Any]] = mapped_column(default=dict)
    signature: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[str] = mapped_column(sa.String(20))
    case_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    record_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    found_by: Mapped[int] = reference("user_account.id")
    second_id: Mapped[int] = reference("user_account.id")
    recorded_at: Mapped[datetime]

    finder: Mapped[UserAccount] = relationship(foreign_keys=[found_by], viewonly=True)
    second: Mapped[UserAccount] = relationship(foreign_keys=[second_id], viewonly=True)


class RectificationReport(Base):
    """整改报告 of the contractor; a later one follows where the first did not do."""

    __tablename__ = "rectification_report"
    __table_args__ = (
        within("rectification_case", "case_id"),
        sa.UniqueConstraint("contract_id", "case_id", "revision"),
        sa.CheckConstraint("length(measures) > 0", name="measures"),
        sa.CheckConstraint("revision >= 1", name="revision"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    case_id: Mapped[int] = mapped_column(sa.BigInteger())
    revision: Mapped[int]
    cause: Mapped[str] = mapped_column(sa.Text(), default="")
    measures: Mapped[str] = mapped_column(sa.Text())
    done_on: Mapped[date]
    reported_by: Mapped[int] = reference("user_account.id")
    reported_at: Mapped[datetime]

    reporter: Mapped[UserAccount] = relationship(viewonly=True)


class Reinspection(Base):
    """复检 by two people, and what it came to."""

    __tablename__ = "reinspection"
    __table_args__ = (
        one_of("outcome", Reinspected),
        one_of("signature", Signature),
        within("rectification_case", "case_id"),
        sa.CheckConstraint("second_id <> checked_by", name="two_people"),
        sa.CheckConstraint("length(note) > 0", name="note"),
        sa.Index("ix_reinspection_case", "contract_id", "case_id"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    case_id: Mapped[int] = mapped_column(sa.BigInteger())
    outcome: Mapped[str] = mapped_column(sa.String(20))
    checked_on: Mapped[date]
    place: Mapped[Name] = mapped_column(default="")
    spoken_to: Mapped[dict[str, Any]] = mapped_column(default=dict)
    signature: Mapped[str] = mapped_column(sa.String(20))
    note: Mapped[str] = mapped_column(sa.Text())
    checked_by: Mapped[int] = reference("user_account.id")
    second_id: Mapped[int] = reference("user_account.id")
    recorded_at: Mapped[datetime]

    checker: Mapped[UserAccount] = relationship(foreign_keys=[checked_by], viewonly=True)
    second: Mapped[UserAccount] = relationship(foreign_keys=[second_id], viewonly=True)


class Exemption(Base):
    """免责: the contractor's written application, and the decision of somebody who did not find it."""

    __tablename__ = "exemption"
    __table_args__ = (
        one_of("outcome", Verdict),
        within("finding", "finding_id"),
        within("official_document", "document_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.CheckConstraint("length(reason) > 0", name="reason"),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> applied_by", name="two_people"),
        sa.CheckConstraint("(decided_by IS NULL) = (outcome IS NULL)", name="decided"),
        sa.CheckConstraint("outcome IS NULL OR length(answer) > 0", name="answer"),
        sa.Index(
            "uq_exemption_waiting", "finding_id", unique=True,
            sqlite_where=sa.text("decided_by IS NULL"), postgresql_where=sa.text("decided_by IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    finding_id: Mapped[int] = mapped_column(sa.BigInteger())
    reason: Mapped[str] = mapped_column(sa.Text())
    applied_by: Mapped[int] = reference("user_account.id")
    applied_at: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(sa.String(20))
    answer: Mapped[str] = mapped_column(sa.Text(), default="")
    decided_by: Mapped[int | None] = reference("user_account.id")
    decided_at: Mapped[datetime | None]
    document_id: Mapped[int | None] = mapped_column(sa.BigInteger())

    applicant: Mapped[UserAccount] = relationship(foreign_keys=[applied_by], viewonly=True)
    decider: Mapped[UserAccount | None] = relationship(foreign_keys=[decided_by], viewonly=True)


class ContractEvent(Base):
    """合同事件 (breach, falsification, leak): open until somebody else decides, and blocks payment till then."""

    __tablename__ = "contract_event"
    __table_args__ = (
        one_of("outcome", Verdict),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "number"),
        sa.CheckConstraint("length(account) > 0", name="account"),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> recorded_by", name="two_people"),
        sa.CheckConstraint("(decided_by IS NULL) = (outcome IS NULL)", name="decided"),
        sa.CheckConstraint("outcome IS NULL OR length(answer) > 0", name="answer"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(60))
    title: Mapped[Name]
    happened_on: Mapped[date]
    account: Mapped[str] = mapped_column(sa.Text())
    recorded_by: Mapped[int] = reference("user_account.id")
    recorded_at: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(sa.String(20))
    answer: Mapped[str] = mapped_column(sa.Text(), default="")
    decided_by: Mapped[int | None] = reference("user_account.id")
    decided_at: Mapped[datetime | None]

    recorder: Mapped[UserAccount] = relationship(foreign_keys=[recorded_by], viewonly=True)
    decider: Mapped[UserAccount | None] = relationship(foreign_keys=[decided_by], viewonly=True)

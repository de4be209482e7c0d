"""公文: one register of official documents, their numbers, their service, and the past of every case."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.security.case_terms import CaseDeed, DocumentKind, DocumentState, PaperOf, Receipt, ServiceWay
from app.store.models.base import Base, Hash, Key, Name, one_of, reference, within
from app.store.models.organisations import Organisation
from app.store.models.people import UserAccount


class DocumentSequence(Base):
    """The next 文号 of an issuer, a kind and a year; shared by all contracts of the issuer."""

    __tablename__ = "document_sequence"
    __table_args__ = (
        one_of("kind", DocumentKind),
        sa.UniqueConstraint("issuer_id", "kind", "year"),
        sa.CheckConstraint("next_number >= 1", name="next_number"),
    )

    id: Mapped[Key]
    issuer_id: Mapped[int] = reference("organisation.id")
    kind: Mapped[str] = mapped_column(sa.String(20))
    year: Mapped[int]
    next_number: Mapped[int]


class OfficialDocument(Base):
    """An official document. `content` is what is printed; frozen under its hash once it is numbered.

    A number is never used again, also when the document became void. `sealed_on` is the legal date.
    """

    __tablename__ = "official_document"
    __table_args__ = (
        one_of("kind", DocumentKind),
        one_of("state", DocumentState),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("issuer_id", "number"),
        sa.CheckConstraint("(number IS NULL) = (content_hash IS NULL)", name="frozen"),
        sa.CheckConstraint("state NOT IN ('numbered', 'printed', 'sealed') OR number IS NOT NULL", name="numbered"),
        sa.CheckConstraint("state <> 'sealed' OR (sealed_on IS NOT NULL AND length(signers) > 0)", name="sealed"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    issuer_id: Mapped[int] = reference("organisation.id")
    kind: Mapped[str] = mapped_column(sa.String(20))
    title: Mapped[Name]
    state: Mapped[str] = mapped_column(sa.String(20))
    number: Mapped[str | None] = mapped_column(sa.String(60))
    content: Mapped[dict[str, Any]]
    content_hash: Mapped[Hash | None]
    drafted_by: Mapped[int] = reference("user_account.id")
    drafted_at: Mapped[datetime]
    numbered_on: Mapped[date | None]
    sealed_on: Mapped[date | None]
    signers: Mapped[str] = mapped_column(sa.String(200), default="")

    issuer: Mapped[Organisation] = relationship(viewonly=True)
    drafter: Mapped[UserAccount] = relationship(viewonly=True)


class DocumentService(Base):
    """送达回证: how, to whom and when a document was served; a refusal has its witness."""

    __tablename__ = "document_service"
    __table_args__ = (
        one_of("way", ServiceWay),
        one_of("receipt", Receipt),
        within("official_document", "document_id"),
        sa.CheckConstraint("receipt <> 'refused' OR length(witness) > 0", name="witness"),
        sa.CheckConstraint("length(recipient) > 0", name="recipient"),
        sa.Index("ix_document_service_document", "contract_id", "document_id"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    document_id: Mapped[int] = mapped_column(sa.BigInteger())
    way: Mapped[str] = mapped_column(sa.String(20))
    recipient: Mapped[Name]
    receipt: Mapped[str] = mapped_column(sa.String(20))
    witness: Mapped[Name] = mapped_column(default="")
    served_on: Mapped[date]
    note: Mapped[str] = mapped_column(sa.Text(), default="")
    served_by: Mapped[int] = reference("user_account.id")
    recorded_at: Mapped[datetime]

    server: Mapped[UserAccount] = relationship(viewonly=True)


class CaseEvent(Base):
    """One thing that was done to a finding, a case, a document or a contract event. Rows are only added."""

    __tablename__ = "case_event"
    __table_args__ = (
        one_of("deed", CaseDeed),
        within("finding", "finding_id"),
        within("rectification_case", "case_id"),
        within("official_document", "document_id"),
        within("contract_event", "incident_id"),
        sa.CheckConstraint(
            "finding_id IS NOT NULL OR case_id IS NOT NULL OR document_id IS NOT NULL OR incident_id IS NOT NULL",
            name="subject",
        ),
        sa.Index("ix_case_event_case", "contract_id", "case_id"),
        sa.Index("ix_case_event_finding", "contract_id", "finding_id"),
        sa.Index("ix_case_event_document", "contract_id", "document_id"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    finding_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    case_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    document_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    incident_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    deed: Mapped[str] = mapped_column(sa.String(20))
    note: Mapped[str] = mapped_column(sa.Text(), default="")
    by: Mapped[int] = reference("user_account.id")
    at: Mapped[datetime]

    actor: Mapped[UserAccount] = relationship(viewonly=True)


class CasePaper(Base):
    """A file of evidence beside a finding, a report, a scan or the proof of service."""

    __tablename__ = "case_paper"
    __table_args__ = (
        one_of("use", PaperOf),
        within("evidence_file", "file_id"),
        sa.UniqueConstraint("contract_id", "use", "about_id", "file_id"),
        sa.CheckConstraint("position >= 1", name="position"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    use: Mapped[str] = mapped_column(sa.String(20))
    about_id: Mapped[int] = mapped_column(sa.BigInteger())
    file_id: Mapped[int] = mapped_column(sa.BigInteger())
    position: Mapped[int]

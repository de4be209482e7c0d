"""报告: each report of a period, its versions and files, its words; deliverables, and files (案卷) for the archive."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.security.report_terms import DeliverableAct, Medium, ReportDeed, ReportState, Retention
from app.store.models.base import Base, Code, Hash, Key, Name, one_of, reference, within
from app.store.models.people import UserAccount


class Report(Base):
    """One report that a contract owes, or somebody wanted, for one period. `revision` is its latest version's.

    `words`: paragraphs by section as staff are changing them; they count once the report is made final.
    `entry_id`: the ledger entry that it became when it was handed in.
    """

    __tablename__ = "report"
    __table_args__ = (
        one_of("state", ReportState),
        within("ledger_entry", "entry_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "duty", "from_on", "until_on"),
        sa.CheckConstraint("until_on >= from_on", name="period"),
        sa.CheckConstraint("revision >= 1", name="revision"),
        sa.Index("ix_report_until", "contract_id", "until_on"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    duty: Mapped[Code]
    title: Mapped[str] = mapped_column(sa.String(200))
    label: Mapped[Name]
    every: Mapped[str] = mapped_column(sa.String(20), default="")
    from_on: Mapped[date]
    until_on: Mapped[date]
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(sa.String(20))
    revision: Mapped[int]
    words: Mapped[dict[str, Any]] = mapped_column(default=dict)
    entry_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class ReportVersion(Base):
    """What was computed, frozen under its hash. `event_id` and `case_event_id`: the last events that it takes in.

    `sheets`: hashes of the signed assessments that it rests on. `head_*`: the head of the audit chain then.
    """

    __tablename__ = "report_version"
    __table_args__ = (
        within("report", "report_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("report_id", "revision"),
        sa.CheckConstraint("revision >= 1", name="revision"),
        sa.CheckConstraint("length(sha256) = 64", name="sha256"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    report_id: Mapped[int] = mapped_column(sa.BigInteger())
    revision: Mapped[int]
    sha256: Mapped[Hash]
    data: Mapped[str] = mapped_column(sa.Text(), deferred=True)
    rulebook_text_id: Mapped[int] = reference("rulebook_text.id")
    event_id: Mapped[int] = mapped_column(sa.BigInteger())
    case_event_id: Mapped[int] = mapped_column(sa.BigInteger())
    sheets: Mapped[list[str]]
    head_position: Mapped[int] = mapped_column(sa.BigInteger())
    head_hash: Mapped[Hash]
    final: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(sa.Text(), default="")
    made_by: Mapped[int | None] = reference("user_account.id")
    made_at: Mapped[datetime]

    maker: Mapped[UserAccount | None] = relationship(viewonly=True)


class ReportFile(Base):
    """A file of a version, kept sealed under its hash; never replaced."""

    __tablename__ = "report_file"
    __table_args__ = (
        within("report_version", "version_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("version_id", "kind"),
        sa.CheckConstraint("kind IN ('pdf', 'docx', 'xlsx')", name="kind"),
        sa.CheckConstraint("length(sha256) = 64", name="sha256"),
        sa.CheckConstraint("size > 0", name="size"),
        sa.CheckConstraint("pages >= 0", name="pages"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    version_id: Mapped[int] = mapped_column(sa.BigInteger())
    kind: Mapped[str] = mapped_column(sa.String(8))
    sha256: Mapped[Hash]
    size: Mapped[int] = mapped_column(sa.BigInteger())
    pages: Mapped[int] = mapped_column(default=0)


class ReportEvent(Base):
    """One deed on a report; `detail` holds ids and settings, no personal data."""

    __tablename__ = "report_event"
    __table_args__ = (
        one_of("deed", ReportDeed),
        within("report", "report_id"),
        sa.Index("ix_report_event_report", "contract_id", "report_id", "id"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    report_id: Mapped[int] = mapped_column(sa.BigInteger())
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = reference("user_account.id")
    deed: Mapped[str] = mapped_column(sa.String(20))
    note: Mapped[str] = mapped_column(sa.Text(), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)

    actor: Mapped[UserAccount | None] = relationship(viewonly=True)


class ReportTemplate(Base):
    """What a section's paragraphs begin as, instead of what the rulebook says; the latest revision counts."""

    __tablename__ = "report_template"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "duty", "part", "revision"),
        sa.CheckConstraint("revision >= 1", name="revision"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    duty: Mapped[Code]
    part: Mapped[Code]
    revision: Mapped[int]
    texts: Mapped[list[str]]
    written_by: Mapped[int] = reference("user_account.id")
    written_at: Mapped[datetime]


class ReportLetter(Base):
    """A Word template of the office: its head and foot, with a place for the report. The latest revision counts."""

    __tablename__ = "report_letter"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "revision"),
        sa.CheckConstraint("revision >= 1", name="revision"),
        sa.CheckConstraint("sha256 IS NULL OR length(sha256) = 64", name="sha256"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    revision: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(200))
    sha256: Mapped[Hash | None]
    kept_by: Mapped[int] = reference("user_account.id")
    kept_at: Mapped[datetime]


class Deliverable(Base):
    """Something owed that the console does not make: a plan, a manual, a disc. `duty`: the rulebook's, blank for none."""

    __tablename__ = "deliverable"
    __table_args__ = (
        one_of("medium", Medium),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "number"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("copies >= 0", name="copies"),
        sa.CheckConstraint("length(title) > 0", name="title"),
        sa.CheckConstraint("(accepted_on IS NULL) = (length(accepted_by) = 0)", name="accepted"),
        sa.CheckConstraint("accepted_on IS NULL OR handed_on IS NOT NULL", name="handed"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    number: Mapped[int]
    duty: Mapped[str] = mapped_column(sa.String(60), default="")
    title: Mapped[str] = mapped_column(sa.String(200))
    clauses: Mapped[str] = mapped_column(sa.String(200), default="")
    due_on: Mapped[date | None]
    edition: Mapped[str] = mapped_column(sa.String(40), default="")
    copies: Mapped[int]
    medium: Mapped[str] = mapped_column(sa.String(20))
    handed_on: Mapped[date | None]
    accepted_by: Mapped[str] = mapped_column(sa.String(80), default="")
    accepted_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(sa.Text(), default="")
    recorded_by: Mapped[int | None] = reference("user_account.id")
    recorded_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class DeliverableDeed(Base):
    """A deliverable was handed in (with its scan), accepted or returned. Rows are only added; `who`: as it was told."""

    __tablename__ = "deliverable_deed"
    __table_args__ = (
        one_of("deed", DeliverableAct),
        within("deliverable", "deliverable_id"),
        within("evidence_file", "file_id"),
        sa.CheckConstraint("deed <> 'returned' OR length(reason) > 0", name="reason"),
        sa.Index("ix_deliverable_deed_deliverable", "contract_id", "deliverable_id", "id"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    deliverable_id: Mapped[int] = mapped_column(sa.BigInteger())
    deed: Mapped[str] = mapped_column(sa.String(20))
    happened_on: Mapped[date]
    who: Mapped[str] = mapped_column(sa.String(80), default="")
    reason: Mapped[str] = mapped_column(sa.Text(), default="")
    file_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    by: Mapped[int] = reference("user_account.id")
    at: Mapped[datetime]

    actor: Mapped[UserAccount] = relationship(viewonly=True)


class Dossier(Base):
    """案卷: documents in a fixed order for the archive. Closed, it no longer changes."""

    __tablename__ = "dossier"
    __table_args__ = (
        one_of("retention", Retention),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "number"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("until_on >= from_on", name="period"),
        sa.CheckConstraint("length(title) > 0", name="title"),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    number: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    retention: Mapped[str] = mapped_column(sa.String(20))
    from_on: Mapped[date]
    until_on: Mapped[date]
    opened_by: Mapped[int] = reference("user_account.id")
    opened_at: Mapped[datetime]
    closed_by: Mapped[int | None] = reference("user_account.id")
    closed_at: Mapped[datetime | None]


class DossierItem(Base):
    """A document in a file: of a report (`file_id`), a scan (`evidence_id`), or described by hand (neither)."""

    __tablename__ = "dossier_item"
    __table_args__ = (
        within("dossier", "dossier_id"),
        within("report_file", "file_id"),
        within("evidence_file", "evidence_id"),
        sa.UniqueConstraint("dossier_id", "position"),
        sa.CheckConstraint("position >= 1", name="position"),
        sa.CheckConstraint("pages >= 0", name="pages"),
        sa.CheckConstraint("length(title) > 0", name="title"),
        sa.CheckConstraint("file_id IS NULL OR evidence_id IS NULL", name="one_file"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    dossier_id: Mapped[int] = mapped_column(sa.BigInteger())
    position: Mapped[int]
    responsible: Mapped[Name]
    number: Mapped[str] = mapped_column(sa.String(60), default="")
    title: Mapped[str] = mapped_column(sa.String(200))
    dated: Mapped[date]
    pages: Mapped[int]
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    file_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    evidence_id: Mapped[int | None] = mapped_column(sa.BigInteger())

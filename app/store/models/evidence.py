"""Evidence files (佐证材料) and the entries that they prove."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.store.models.base import Base, Hash, Key, Name, reference, within


class EvidenceFile(Base):
    """A file, once per contract under the SHA-256 of its bytes as they were sent.

    The bytes as sent and their EXIF are kept sealed; what is shown is a copy without EXIF (`shown`).
    `look` is the perceptual hash of a picture (64 bits, hex); `look_0`…`look_3` its four quarters, by which
    pictures that look the same are found; `look_fine` (256 bits) tells two filled-in copies of one form apart.
    """

    __tablename__ = "evidence_file"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "sha256"),
        sa.CheckConstraint("length(sha256) = 64", name="sha256"),
        sa.CheckConstraint("size >= 0", name="size"),
        *(sa.Index(f"ix_evidence_file_look_{place}", "contract_id", f"look_{place}") for place in range(4)),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    sha256: Mapped[Hash]
    size: Mapped[int] = mapped_column(sa.BigInteger())
    media_type: Mapped[Name]
    name: Mapped[str] = mapped_column(sa.String(200))
    width: Mapped[int | None]
    height: Mapped[int | None]
    shown: Mapped[bool] = mapped_column(default=False)
    look: Mapped[str | None] = mapped_column(sa.String(16))
    look_0: Mapped[int | None]
    look_1: Mapped[int | None]
    look_2: Mapped[int | None]
    look_3: Mapped[int | None]
    look_fine: Mapped[Hash | None]
    taken_at: Mapped[datetime | None]
    sealed_exif: Mapped[bytes | None] = mapped_column(sa.LargeBinary())
    uploaded_by: Mapped[int] = reference("user_account.id")
    uploaded_at: Mapped[datetime]


class EvidenceLikeness(Base):
    """Two pictures of a contract that look the same, found when the later one came in; one row each way."""

    __tablename__ = "evidence_likeness"
    __table_args__ = (
        within("evidence_file", "file_id"),
        within("evidence_file", "like_id"),
        sa.CheckConstraint("file_id <> like_id", name="two_files"),
        {"sqlite_with_rowid": False},
    )

    contract_id: Mapped[int] = mapped_column(
        sa.BigInteger(), sa.ForeignKey("contract.id", ondelete="RESTRICT"), primary_key=True
    )
    file_id: Mapped[int] = mapped_column(sa.BigInteger(), primary_key=True)
    like_id: Mapped[int] = mapped_column(sa.BigInteger(), primary_key=True)
    distance: Mapped[int]


class EntryEvidence(Base):
    """A file proves an entry. `kind` is what the rulebook asks for (现场照片, 签到表) or a field's name."""

    __tablename__ = "entry_evidence"
    __table_args__ = (
        within("ledger_entry", "entry_id"),
        within("evidence_file", "file_id"),
        sa.UniqueConstraint("contract_id", "entry_id", "kind", "file_id"),
        sa.Index("ix_entry_evidence_file", "contract_id", "file_id"),
        sa.CheckConstraint("position >= 1", name="position"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    entry_id: Mapped[int] = mapped_column(sa.BigInteger())
    file_id: Mapped[int] = mapped_column(sa.BigInteger())
    kind: Mapped[Name]
    position: Mapped[int]
    captured_at: Mapped[datetime | None]
    added_at: Mapped[datetime]

    file: Mapped[EvidenceFile] = relationship(
        primaryjoin=lambda: sa.and_(
            EntryEvidence.file_id == EvidenceFile.id, EntryEvidence.contract_id == EvidenceFile.contract_id
        ),
        foreign_keys=[file_id],
        viewonly=True,
    )

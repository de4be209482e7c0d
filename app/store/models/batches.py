"""Work on many entries at once: imports with their mappings and rows, bulk reviews, exports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.security.terms import BatchState, ReviewMode, ReviewStage
from app.store.models.base import Base, Code, Hash, Key, Name, one_of, reference, within
from app.store.models.people import UserAccount


class ColumnMapping(Base):
    """Which column of a platform's export goes into which field of a ledger; made once, used again.

    `headings` is the digest of the file's headings: a file with the same headings finds it by itself.
    """

    __tablename__ = "column_mapping"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "ledger", "name"),
        sa.Index("ix_column_mapping_headings", "contract_id", "ledger", "headings"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    ledger: Mapped[Code]
    name: Mapped[Name]
    headings: Mapped[Hash]
    columns: Mapped[dict[str, Any]]
    made_by: Mapped[int] = reference("user_account.id")
    made_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class ImportBatch(Base):
    """One file read into one ledger. The file itself stays as evidence (`file_id`)."""

    __tablename__ = "import_batch"
    __table_args__ = (
        one_of("state", BatchState),
        sa.UniqueConstraint("contract_id", "id"),
        within("evidence_file", "file_id"),
        within("column_mapping", "mapping_id"),
        within("import_batch", "retry_of"),
        sa.CheckConstraint("total >= 0 AND good >= 0 AND bad >= 0", name="counts"),
        sa.Index("ix_import_batch_file", "contract_id", "ledger", "file_id"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    ledger: Mapped[Code]
    file_id: Mapped[int] = mapped_column(sa.BigInteger())
    file_name: Mapped[str] = mapped_column(sa.String(200))
    mapping_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    columns: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(sa.String(20))
    total: Mapped[int] = mapped_column(default=0)
    good: Mapped[int] = mapped_column(default=0)
    bad: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(sa.Text(), default="")
    job_id: Mapped[int | None] = reference("job.id")
    retry_of: Mapped[int | None] = mapped_column(sa.BigInteger())
    uploaded_by: Mapped[int] = reference("user_account.id")
    uploaded_at: Mapped[datetime]
    imported_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = reference("user_account.id")
    version: Mapped[int] = mapped_column(default=1)

    uploader: Mapped[UserAccount] = relationship(foreign_keys=[uploaded_by], viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class ImportRow(Base):
    """A row of a file in staging: what it says (sealed, it may name people) and what is wrong with it."""

    __tablename__ = "import_row"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "batch_id", "line"),
        within("import_batch", "batch_id"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    batch_id: Mapped[int] = mapped_column(sa.BigInteger())
    line: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary())
    problems: Mapped[list[str]] = mapped_column(default=list)
    good: Mapped[bool]


class ReviewBatch(Base):
    """A bulk decision over a filter: which entries, whether each was read or n of N drawn ones opened.

    `entry_ids` and `versions` (in the same order) are what the preview froze, less what could not be
    decided then. `draw` holds what the draw can be done again from: strata, sizes of its steps, entries
    carried over from draws that were given up. `opened_ids`, `failed_ids` and `left_out` (ids by reason)
    are written with the decision. A batch that was given up stays, with its draw.
    """

    __tablename__ = "review_batch"
    __table_args__ = (
        one_of("mode", ReviewMode),
        one_of("stage", ReviewStage),
        sa.UniqueConstraint("contract_id", "id"),
        sa.CheckConstraint(
            "deed IS NULL OR (stage = 'verify' AND deed IN ('verified', 'returned'))"
            " OR (stage = 'check' AND deed IN ('checked', 'sent_back'))",
            name="deed",
        ),
        sa.CheckConstraint("(deed IS NULL) = (decided_at IS NULL)", name="decided"),
        sa.CheckConstraint("decided_at IS NULL OR cancelled_at IS NULL", name="one_end"),
        sa.CheckConstraint("total >= 1 AND to_open BETWEEN 0 AND total", name="counts"),
        sa.CheckConstraint("mode <> 'each' OR to_open = total", name="each"),
        sa.Index("ix_review_batch_stage", "contract_id", "stage", "id"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    reviewer_id: Mapped[int] = reference("user_account.id")
    stage: Mapped[str] = mapped_column(sa.String(20))
    mode: Mapped[str] = mapped_column(sa.String(20))
    query: Mapped[dict[str, Any]]
    entry_ids: Mapped[list[int]]
    versions: Mapped[list[int]]
    drawn_ids: Mapped[list[int]]
    opened_ids: Mapped[list[int]] = mapped_column(default=list)
    failed_ids: Mapped[list[int]] = mapped_column(default=list)
    left_out: Mapped[dict[str, Any]] = mapped_column(default=dict)
    seed: Mapped[str] = mapped_column(sa.String(64))
    draw: Mapped[dict[str, Any]]
    total: Mapped[int]
    to_open: Mapped[int]
    deed: Mapped[str | None] = mapped_column(sa.String(20))
    decided: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(sa.Text(), default="")
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    reviewer: Mapped[UserAccount] = relationship(viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class ExportFile(Base):
    """A file made in the background for one person: which entries, how many rows, its SHA-256."""

    __tablename__ = "export_file"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "id"),
        sa.CheckConstraint("format IN ('xlsx', 'csv')", name="format"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    ledger: Mapped[Code]
    query: Mapped[dict[str, Any]]
    columns: Mapped[list[str]]
    format: Mapped[str] = mapped_column(sa.String(10))
    rows: Mapped[int | None]
    size: Mapped[int | None] = mapped_column(sa.BigInteger())
    sha256: Mapped[Hash | None]
    job_id: Mapped[int | None] = reference("job.id")
    asked_by: Mapped[int] = reference("user_account.id")
    asked_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]

"""银行流水: a bank's statement as it was imported, its lines, and which payment each of them is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.store.models.base import Base, Fen, Hash, Key, Name, reference, within
from app.store.models.money import MoneyBatch
from app.store.models.people import UserAccount


class BankMapping(Base):
    """Which column of a bank's export holds what; found again by its headings."""

    __tablename__ = "bank_mapping"
    __table_args__ = (sa.UniqueConstraint("contract_id", "headings_hash"),)

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    headings_hash: Mapped[Hash]
    columns: Mapped[dict[str, Any]]
    kept_by: Mapped[int] = reference("user_account.id")
    kept_at: Mapped[datetime]


class BankStatement(Base):
    """A file of the bank. The same file comes in once; `repeated` lines stood in an earlier one already.

    `raw` holds its rows, compressed, until somebody has said which column is what. `skipped`: row and why.
    """

    __tablename__ = "bank_statement"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "sha256"),
        sa.CheckConstraint("lines >= 0 AND repeated >= 0", name="lines"),
        sa.CheckConstraint("raw IS NULL OR lines = 0", name="waits"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    name: Mapped[str] = mapped_column(sa.String(200))
    sha256: Mapped[Hash]
    lines: Mapped[int] = mapped_column(default=0)
    repeated: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[list[Any]] = mapped_column(sa.JSON(), default=list)
    raw: Mapped[bytes | None] = mapped_column(sa.LargeBinary(), deferred=True)
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    imported_by: Mapped[int] = reference("user_account.id")
    imported_at: Mapped[datetime]

    importer: Mapped[UserAccount] = relationship(viewonly=True)


class BankLine(Base):
    """One line: below 0 where money left. `fingerprint` finds it again in another file that overlaps."""

    __tablename__ = "bank_line"
    __table_args__ = (
        within("bank_statement", "statement_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "fingerprint"),
        sa.CheckConstraint("amount_fen <> 0", name="amount"),
        sa.Index("ix_bank_line_amount", "contract_id", "amount_fen", "booked_on"),
        sa.Index("ix_bank_line_statement", "contract_id", "statement_id", "id"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    statement_id: Mapped[int] = mapped_column(sa.BigInteger())
    row: Mapped[int]
    booked_on: Mapped[date]
    amount_fen: Mapped[Fen]
    payee: Mapped[Name] = mapped_column(default="")
    account: Mapped[str] = mapped_column(sa.String(60), default="")
    bank_reference: Mapped[str] = mapped_column(sa.String(80), default="")
    purpose: Mapped[str] = mapped_column(sa.String(300), default="")
    fingerprint: Mapped[Hash]


class BankMatch(Base):
    """A person's word that a line is a payment of the ledger; taken back, it stays readable."""

    __tablename__ = "bank_match"
    __table_args__ = (
        within("bank_line", "line_id"),
        within("money_batch", "batch_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.CheckConstraint("(undone_by IS NULL) = (undone_at IS NULL)", name="undone"),
        sa.Index(
            "uq_bank_match_line", "line_id", unique=True,
            sqlite_where=sa.text("undone_at IS NULL"), postgresql_where=sa.text("undone_at IS NULL"),
        ),
        sa.Index(
            "uq_bank_match_batch", "batch_id", unique=True,
            sqlite_where=sa.text("undone_at IS NULL"), postgresql_where=sa.text("undone_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    line_id: Mapped[int] = mapped_column(sa.BigInteger())
    batch_id: Mapped[int] = mapped_column(sa.BigInteger())
    why: Mapped[str] = mapped_column(sa.String(300))
    matched_by: Mapped[int] = reference("user_account.id")
    matched_at: Mapped[datetime]
    undone_by: Mapped[int | None] = reference("user_account.id")
    undone_at: Mapped[datetime | None]

    matcher: Mapped[UserAccount] = relationship(foreign_keys=[matched_by], viewonly=True)
    line: Mapped[BankLine] = relationship(
        primaryjoin=lambda: sa.and_(BankMatch.line_id == BankLine.id, BankMatch.contract_id == BankLine.contract_id),
        foreign_keys=[line_id],
        viewonly=True,
    )
    batch: Mapped[MoneyBatch] = relationship(
        primaryjoin=lambda: sa.and_(BankMatch.batch_id == MoneyBatch.id, BankMatch.contract_id == MoneyBatch.contract_id),
        foreign_keys=[batch_id],
        viewonly=True,
    )

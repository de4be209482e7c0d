"""Organisations, their contracts, and the texts of rulebooks."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.security.terms import ContractState, OrganisationKind
from app.store.models.base import Base, Code, Fen, Hash, Key, Name, one_of, reference


class Organisation(Base):
    """A buyer (采购人) or a supplier (供应商)."""

    __tablename__ = "organisation"
    __table_args__ = (
        one_of("kind", OrganisationKind),
        sa.UniqueConstraint("name"),
        sa.UniqueConstraint("credit_code"),
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[Name]
    credit_code: Mapped[str | None] = mapped_column(sa.String(18))
    created_at: Mapped[datetime]


class RulebookText(Base):
    """One text of a rulebook, kept for ever under its SHA-256; the database refuses changes."""

    __tablename__ = "rulebook_text"
    __table_args__ = (
        sa.UniqueConstraint("sha256"),
        sa.CheckConstraint("length(sha256) = 64", name="sha256"),
    )

    id: Mapped[Key]
    sha256: Mapped[Hash]
    text: Mapped[str] = mapped_column(sa.Text())
    created_at: Mapped[datetime]


class Contract(Base):
    """One contract between a buyer and a supplier, run by a rulebook from trial on.

    `internal_check`: the project manager checks entries before they are submitted. `entry_days`: working
    days after the business date within which an entry may be made; None is without limit. `review_days`:
    working days within which the supervisor decides on what was submitted.
    `history_days`: how long the platforms keep what can be exported from them.
    """

    __tablename__ = "contract"
    __table_args__ = (
        one_of("state", ContractState),
        sa.UniqueConstraint("code"),
        sa.CheckConstraint("ends_on >= starts_on", name="term"),
        sa.CheckConstraint("price_fen >= 0", name="price"),
        sa.CheckConstraint("buyer_id <> supplier_id", name="parties"),
        sa.CheckConstraint("entry_days IS NULL OR entry_days >= 0", name="entry_days"),
        sa.CheckConstraint("history_days IS NULL OR history_days >= 1", name="history_days"),
        sa.CheckConstraint("review_days >= 1", name="review_days"),
        sa.CheckConstraint("state = 'draft' OR rulebook_text_id IS NOT NULL", name="rulebook"),
    )

    id: Mapped[Key]
    code: Mapped[Code]
    title: Mapped[Name]
    buyer_id: Mapped[int] = reference("organisation.id", index=True)
    supplier_id: Mapped[int] = reference("organisation.id", index=True)
    rulebook_text_id: Mapped[int | None] = reference("rulebook_text.id")
    state: Mapped[str] = mapped_column(sa.String(20))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    price_fen: Mapped[Fen | None]
    internal_check: Mapped[bool] = mapped_column(default=False)
    entry_days: Mapped[int | None]
    history_days: Mapped[int | None]
    review_days: Mapped[int] = mapped_column(default=5)
    live_on: Mapped[date | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    buyer: Mapped[Organisation] = relationship(foreign_keys=[buyer_id])
    supplier: Mapped[Organisation] = relationship(foreign_keys=[supplier_id])

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

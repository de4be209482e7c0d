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
    """One contract between a buyer and a supplier, run by a rulebook from trial on."""

    __tablename__ = "contract"
    __table_args__ = (
        one_of("state", ContractState),
        sa.UniqueConstraint("code"),
        sa.CheckConstraint("ends_on >= starts_on", name="term"),
        sa.CheckConstraint("price_fen >= 0", name="price"),
        sa.CheckConstraint("buyer_id <> supplier_id", name="parties"),
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
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    buyer: Mapped[Organisation] = relationship(foreign_keys=[buyer_id])
    supplier: Mapped[Organisation] = relationship(foreign_keys=[supplier_id])

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

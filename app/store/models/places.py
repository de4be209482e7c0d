"""Outlets and the roster of a contract."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.security.terms import OutletLevel
from app.store.models.base import Base, Key, Name, one_of, reference
from app.store.models.people import UserAccount


class Outlet(Base):
    """网点: a county, township or street, village or community in a contract's tree."""

    __tablename__ = "outlet"
    __table_args__ = (
        one_of("level", OutletLevel),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "parent_id", "name"),
        # A unique constraint takes two NULL parents for different ones.
        sa.Index(
            "uq_outlet_root_name",
            "contract_id",
            "name",
            unique=True,
            sqlite_where=sa.text("parent_id IS NULL"),
            postgresql_where=sa.text("parent_id IS NULL"),
        ),
        sa.ForeignKeyConstraint(["contract_id", "parent_id"], ["outlet.contract_id", "outlet.id"]),
        sa.CheckConstraint("parent_id <> id", name="parent"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    parent_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    level: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[Name]
    closed_on: Mapped[date | None]
    created_at: Mapped[datetime]


class RosterEntry(Base):
    """花名册: one member of staff in a contract, with the papers on file."""

    __tablename__ = "roster_entry"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "id"),
        sa.Index(
            "uq_roster_entry_present",
            "contract_id",
            "user_id",
            unique=True,
            sqlite_where=sa.text("left_on IS NULL"),
            postgresql_where=sa.text("left_on IS NULL"),
        ),
        sa.ForeignKeyConstraint(["contract_id", "outlet_id"], ["outlet.contract_id", "outlet.id"]),
        sa.CheckConstraint("left_on IS NULL OR left_on >= joined_on", name="term"),
        sa.CheckConstraint(
            "confidentiality_signed = (confidentiality_signed_on IS NOT NULL)", name="confidentiality"
        ),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    user_id: Mapped[int] = reference("user_account.id", index=True)
    outlet_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    position: Mapped[Name]
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    insured_from: Mapped[date | None]
    confidentiality_signed: Mapped[bool] = mapped_column(default=False)
    confidentiality_signed_on: Mapped[date | None]
    created_at: Mapped[datetime]

    user: Mapped[UserAccount] = relationship()

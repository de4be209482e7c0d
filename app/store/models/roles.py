"""Roles as permission sets, who holds them where, chains of approval and delegation."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.security.terms import RoleSide
from app.store.models.base import Base, Code, Fen, Key, Name, one_of, reference
from app.store.models.people import UserAccount


class Role(Base):
    """A named set of permissions; `side` says whose people may hold it."""

    __tablename__ = "role"
    __table_args__ = (one_of("side", RoleSide), sa.UniqueConstraint("code"), sa.UniqueConstraint("name"))

    id: Mapped[Key]
    code: Mapped[Code]
    name: Mapped[Name]
    side: Mapped[str] = mapped_column(sa.String(20))
    permissions: Mapped[list[str]]
    until_required: Mapped[bool] = mapped_column(default=False)
    built_in: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Membership(Base):
    """A person holds a role in a contract from a day to a day, both included."""

    __tablename__ = "membership"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "user_id", "role_id", "from_on"),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name="term"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    user_id: Mapped[int] = reference("user_account.id", index=True)
    role_id: Mapped[int] = reference("role.id")
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    created_at: Mapped[datetime]

    user: Mapped[UserAccount] = relationship()
    role: Mapped[Role] = relationship()


class ConsoleGrant(Base):
    """A person holds a role over the whole console (administrator), not in one contract."""

    __tablename__ = "console_grant"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "role_id", "from_on"),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name="term"),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = reference("user_account.id")
    role_id: Mapped[int] = reference("role.id")
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    created_at: Mapped[datetime]

    user: Mapped[UserAccount] = relationship()
    role: Mapped[Role] = relationship()


class ApprovalChain(Base):
    """Who approves something in a contract, in order."""

    __tablename__ = "approval_chain"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "purpose"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    purpose: Mapped[Code]

    steps: Mapped[list[ApprovalStep]] = relationship(
        order_by="ApprovalStep.position", cascade="all, delete-orphan"
    )


class ApprovalStep(Base):
    """One station of a chain: the role, from which amount on, and the opinion it gives."""

    __tablename__ = "approval_step"
    __table_args__ = (
        sa.UniqueConstraint("chain_id", "position"),
        sa.CheckConstraint("position >= 1", name="position"),
        sa.CheckConstraint("from_fen >= 0", name="from_fen"),
        sa.ForeignKeyConstraint(
            ["contract_id", "chain_id"], ["approval_chain.contract_id", "approval_chain.id"]
        ),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = mapped_column(sa.BigInteger())
    chain_id: Mapped[int] = mapped_column(sa.BigInteger())
    position: Mapped[int]
    role_id: Mapped[int] = reference("role.id")
    from_fen: Mapped[Fen] = mapped_column(default=0)
    opinion: Mapped[Name]

    role: Mapped[Role] = relationship()


class Delegation(Base):
    """代理授权: from a day to a day one person acts for another in a contract."""

    __tablename__ = "delegation"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "id"),
        sa.CheckConstraint("giver_id <> taker_id", name="people"),
        sa.CheckConstraint("until_on >= from_on", name="term"),
        sa.CheckConstraint("length(reason) > 0", name="reason"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    giver_id: Mapped[int] = reference("user_account.id")
    taker_id: Mapped[int] = reference("user_account.id", index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    reason: Mapped[Name]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    giver: Mapped[UserAccount] = relationship(foreign_keys=[giver_id])
    taker: Mapped[UserAccount] = relationship(foreign_keys=[taker_id])

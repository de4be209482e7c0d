"""Rollups: what the indicators of a period count, kept up to date with every decision on an entry."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.security.terms import Side
from app.store.models.base import Base, Hash, Key, one_of, reference, within


class RollupPlan(Base):
    """A period of a contract that is counted, under one rulebook, one set of answers and one calendar.

    `signature` is the digest of all that decides what is counted, the entries left out; a plan whose signature
    no longer fits is counted anew. `drift` says what the nightly recount found to differ.
    """

    __tablename__ = "rollup_plan"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "from_on", "until_on"),
        sa.CheckConstraint("until_on >= from_on", name="period"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    from_on: Mapped[date]
    until_on: Mapped[date]
    signature: Mapped[Hash]
    trial: Mapped[bool] = mapped_column(default=False)
    built_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    drift: Mapped[str] = mapped_column(sa.Text(), default="")


class Rollup(Base):
    """One key of one cell of a figure's counted multiset: how many times it occurs. No row counts zero.

    `figure` is clause and name; `member` the outlet or channel (blank: the figure is not split); `part` says
    whether the row counts keys, entries or nil returns of the cell (`cell`: the place of the window or step), or
    entries by month, place and person.
    """

    __tablename__ = "rollup"
    __table_args__ = (
        one_of("side", Side),
        within("rollup_plan", "plan_id"),
        sa.CheckConstraint("n <> 0", name="n"),
        sa.CheckConstraint("part IN ('key', 'entry', 'nil', 'who')", name="part"),
        {"sqlite_with_rowid": False},
    )

    contract_id: Mapped[int] = mapped_column(
        sa.BigInteger(), sa.ForeignKey("contract.id", ondelete="RESTRICT"), primary_key=True
    )
    plan_id: Mapped[int] = mapped_column(sa.BigInteger(), primary_key=True)
    side: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    figure: Mapped[str] = mapped_column(sa.String(140), primary_key=True)
    member: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    part: Mapped[str] = mapped_column(sa.String(6), primary_key=True)
    cell: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    key: Mapped[str] = mapped_column(sa.Text())
    n: Mapped[int] = mapped_column(sa.BigInteger())

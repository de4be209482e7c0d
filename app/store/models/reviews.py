"""What a review leaves behind beside its decision: which entries were opened, and spot checks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.security.field_terms import SpotOutcome
from app.security.terms import Signature, SpotCheckWay
from app.store.models.base import Base, Key, Name, one_of, reference, within
from app.store.models.people import UserAccount


class EntryOpening(Base):
    """A person had this version of an entry before them, evidence and all; the first time counts.

    A decision over many that says “each was read” or “n of N were opened” is believed by these rows.
    """

    __tablename__ = "entry_opening"
    __table_args__ = (
        within("ledger_entry", "entry_id"),
        {"sqlite_with_rowid": False},
    )

    contract_id: Mapped[int] = mapped_column(
        sa.BigInteger(), sa.ForeignKey("contract.id", ondelete="RESTRICT"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        sa.BigInteger(), sa.ForeignKey("user_account.id", ondelete="RESTRICT"), primary_key=True
    )
    entry_id: Mapped[int] = mapped_column(sa.BigInteger(), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime]


class SpotCheck(Base):
    """抽查: what was found when somebody looked into an entry. A later one corrects, none is changed.

    `spoken_to` and `witness` are sealed and masked as personal texts of entries are. Whoever looked on the spot, called
    or interviewed did so with a second person of the buyer. `genuine` is None where nobody can say, or only in part.
    """

    __tablename__ = "spot_check"
    __table_args__ = (
        one_of("way", SpotCheckWay),
        one_of("signature", Signature),
        one_of("outcome", SpotOutcome),
        within("ledger_entry", "entry_id"),
        within("spot_round", "round_id"),
        within("finding", "finding_id"),
        sa.CheckConstraint("second_id IS NULL OR second_id <> checked_by", name="two_people"),
        sa.CheckConstraint("(outcome IN ('genuine', 'untrue')) = (genuine IS NOT NULL)", name="genuine"),
        sa.CheckConstraint("way = 'system' OR second_id IS NOT NULL", name="second"),
        sa.CheckConstraint("length(note) > 0", name="note"),
        sa.Index("ix_spot_check_entry", "contract_id", "entry_id", "id"),
        sa.Index("ix_spot_check_round", "contract_id", "round_id", "id"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    entry_id: Mapped[int] = mapped_column(sa.BigInteger())
    entry_version: Mapped[int]
    outcome: Mapped[str] = mapped_column(sa.String(20))
    genuine: Mapped[bool | None]
    round_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    finding_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    way: Mapped[str] = mapped_column(sa.String(20))
    checked_on: Mapped[date]
    checked_time: Mapped[str] = mapped_column(sa.String(5), default="")
    place: Mapped[Name] = mapped_column(default="")
    spoken_to: Mapped[dict[str, Any]] = mapped_column(default=dict)
    signature: Mapped[str] = mapped_column(sa.String(20))
    witness: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str] = mapped_column(sa.Text())
    second_id: Mapped[int | None] = reference("user_account.id")
    checked_by: Mapped[int] = reference("user_account.id")
    recorded_at: Mapped[datetime]

    checker: Mapped[UserAccount] = relationship(foreign_keys=[checked_by], viewonly=True)
    second: Mapped[UserAccount | None] = relationship(foreign_keys=[second_id], viewonly=True)

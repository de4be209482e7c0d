"""抽查: a draw that was committed to before anybody could know it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.security.field_terms import SizeBy, Strata
from app.store.models.base import Base, Code, Hash, Key, Name, one_of, reference, within
from app.store.models.people import UserAccount


class SpotRound(Base):
    """A round of spot checks over a frozen list of a ledger's entries.

    `listing` is {"rows": [[entry id, version, outside number, [stratum…]]…]}, `fingerprint` its digest;
    `commitment` is the SHA-256 of the seed, which stays sealed until the draw. `drawn` holds outside numbers,
    `allocation` {"rows": [[[stratum…], population, drawn]…]}. A draw over the same days again names the earlier one and why.
    """

    __tablename__ = "spot_round"
    __table_args__ = (
        one_of("strata", Strata),
        one_of("size_by", SizeBy),
        within("spot_round", "repeats_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "number"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("from_on <= until_on", name="days"),
        sa.CheckConstraint("size >= 1 AND size <= population", name="size"),
        sa.CheckConstraint("length(reason) > 0", name="reason"),
        sa.CheckConstraint("repeats_id IS NULL OR length(repeat_reason) > 0", name="repeat"),
        sa.CheckConstraint("length(commitment) = 64 AND length(fingerprint) = 64", name="digests"),
        sa.CheckConstraint("(drawn_at IS NULL) = (seed IS NULL)", name="drawn"),
        sa.CheckConstraint("concluded_at IS NULL OR drawn_at IS NOT NULL", name="concluded"),
        sa.CheckConstraint("(supplier_by IS NULL) = (length(supplier_seed) = 0)", name="supplier"),
        sa.Index("ix_spot_round_ledger", "contract_id", "ledger", "from_on"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    number: Mapped[int]
    ledger: Mapped[Code]
    clause: Mapped[Name]
    from_on: Mapped[date]
    until_on: Mapped[date]
    query: Mapped[dict[str, Any]] = mapped_column(default=dict)
    strata: Mapped[str] = mapped_column(sa.String(20))
    size_by: Mapped[str] = mapped_column(sa.String(20))
    wished: Mapped[str] = mapped_column(sa.String(20))
    size: Mapped[int]
    population: Mapped[int]
    fingerprint: Mapped[Hash]
    commitment: Mapped[Hash]
    sealed_seed: Mapped[str] = mapped_column(sa.Text())
    listing: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    reason: Mapped[str] = mapped_column(sa.Text())
    repeats_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    repeat_reason: Mapped[str] = mapped_column(sa.Text(), default="")
    committed_by: Mapped[int] = reference("user_account.id")
    committed_at: Mapped[datetime]
    supplier_seed: Mapped[str] = mapped_column(sa.String(200), default="")
    supplier_by: Mapped[int | None] = reference("user_account.id")
    supplier_at: Mapped[datetime | None]
    seed: Mapped[str | None] = mapped_column(sa.String(200))
    drawn: Mapped[list[str]] = mapped_column(default=list)
    allocation: Mapped[dict[str, Any]] = mapped_column(default=dict)
    drawn_by: Mapped[int | None] = reference("user_account.id")
    drawn_at: Mapped[datetime | None]
    concluded_by: Mapped[int | None] = reference("user_account.id")
    concluded_at: Mapped[datetime | None]
    conclusion: Mapped[str] = mapped_column(sa.Text(), default="")
    version: Mapped[int] = mapped_column(default=1)

    committer: Mapped[UserAccount] = relationship(foreign_keys=[committed_by], viewonly=True)
    drawer: Mapped[UserAccount | None] = relationship(foreign_keys=[drawn_by], viewonly=True)
    concluder: Mapped[UserAccount | None] = relationship(foreign_keys=[concluded_by], viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

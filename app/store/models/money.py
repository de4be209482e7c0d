"""合同总账: double-entry postings of a contract. Every row moves a sum from one account to another."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.security.money_terms import SIGNED, Account, EnterpriseSize, PostingKind, SourceKind
from app.store.models.base import Base, Fen, Key, one_of, reference, within
from app.store.models.people import UserAccount

_SIGNED = ", ".join(f"'{name}'" for name in SIGNED)


class MoneyBatch(Base):
    """One act's effect on the money. Only added to; a mistake is answered by a batch that reverses it, once.

    `source_key` names what it rests on: a second batch with the same key is refused. `clause` and `cause` say
    what a reduction is for.
    """

    __tablename__ = "money_batch"
    __table_args__ = (
        one_of("kind", PostingKind),
        one_of("source_kind", SourceKind),
        within("money_batch", "reverses_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "number"),
        sa.UniqueConstraint("contract_id", "source_key"),
        sa.UniqueConstraint("contract_id", "reverses_id"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("length(source_key) > 0", name="source_key"),
        sa.CheckConstraint("length(summary) > 0", name="summary"),
        sa.CheckConstraint("kind IN ('reversal', 'returned') OR reverses_id IS NULL", name="reverses"),
        sa.Index("ix_money_batch_source", "contract_id", "source_kind", "source_id"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(20))
    happened_on: Mapped[date]
    summary: Mapped[str] = mapped_column(sa.String(300))
    source_kind: Mapped[str] = mapped_column(sa.String(20))
    source_id: Mapped[int] = mapped_column(sa.BigInteger())
    source_key: Mapped[str] = mapped_column(sa.String(200))
    clause: Mapped[str] = mapped_column(sa.String(80), default="")
    cause: Mapped[str] = mapped_column(sa.String(120), default="")
    reverses_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    posted_by: Mapped[int | None] = reference("user_account.id")
    posted_at: Mapped[datetime]

    poster: Mapped[UserAccount | None] = relationship(viewonly=True)
    lines: Mapped[list[MoneyPosting]] = relationship(
        primaryjoin=lambda: sa.and_(
            MoneyBatch.id == MoneyPosting.batch_id, MoneyBatch.contract_id == MoneyPosting.contract_id
        ),
        foreign_keys=lambda: [MoneyPosting.batch_id],
        order_by="MoneyPosting.position",
        viewonly=True,
    )


class MoneyPosting(Base):
    """One sum, debited to one account and credited to another: a batch cannot but balance.

    `debit_after` and `credit_after` are what the two accounts held then.
    """

    __tablename__ = "money_posting"
    __table_args__ = (
        one_of("debit", Account),
        one_of("credit", Account),
        within("money_batch", "batch_id"),
        sa.UniqueConstraint("batch_id", "position"),
        sa.CheckConstraint("position >= 1", name="position"),
        sa.CheckConstraint("amount_fen > 0", name="amount"),
        sa.CheckConstraint("debit <> credit", name="accounts"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    batch_id: Mapped[int] = mapped_column(sa.BigInteger())
    position: Mapped[int]
    debit: Mapped[str] = mapped_column(sa.String(20))
    credit: Mapped[str] = mapped_column(sa.String(20))
    amount_fen: Mapped[Fen]
    debit_after: Mapped[Fen]
    credit_after: Mapped[Fen]


class MoneyBalance(Base):
    """What an account holds now. No account but the adjustments of the price falls below nothing: the ceiling."""

    __tablename__ = "money_balance"
    __table_args__ = (
        one_of("account", Account),
        sa.UniqueConstraint("contract_id", "account"),
        sa.CheckConstraint(f"account IN ({_SIGNED}) OR balance_fen >= 0", name="balance"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    account: Mapped[str] = mapped_column(sa.String(20))
    balance_fen: Mapped[Fen] = mapped_column(default=0)


class SizeDeclaration(Base):
    """企业规模声明 of the supplier; the latest counts. `daily_rate`: the rate of default interest that the contract
    agrees on, per day, exact as a text; empty where it is silent and the law's rate holds. `signed_on`: when the contract
    was made; `lpr`: the one-year rate of that day, as a person entered it where the console does not know it."""

    __tablename__ = "size_declaration"
    __table_args__ = (
        one_of("size", EnterpriseSize),
        within("evidence_file", "file_id"),
        sa.UniqueConstraint("contract_id", "revision"),
        sa.CheckConstraint("revision >= 1", name="revision"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    revision: Mapped[int]
    size: Mapped[str] = mapped_column(sa.String(20))
    declared_on: Mapped[date]
    daily_rate: Mapped[str] = mapped_column(sa.String(20), default="")
    signed_on: Mapped[date | None]
    lpr: Mapped[str | None] = mapped_column(sa.String(20))
    note: Mapped[str] = mapped_column(sa.Text(), default="")
    file_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    recorded_by: Mapped[int] = reference("user_account.id")
    recorded_at: Mapped[datetime]

    recorder: Mapped[UserAccount] = relationship(viewonly=True)

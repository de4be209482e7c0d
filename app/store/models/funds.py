"""资金来源、收款账户、保证金: what a contract is paid from, to which account, and what secures it."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.security.money_terms import FundNature, GuaranteeDeed, GuaranteeForm, GuaranteeKind
from app.store.models.base import Base, Fen, Key, Name, one_of, reference, within
from app.store.models.people import UserAccount


class FundSource(Base):
    """指标: a budget that the contract may be paid from. `used_fen` is what tranches have been allotted of it.

    `closes_on`: the last day on which the treasury still pays from it this year.
    """

    __tablename__ = "fund_source"
    __table_args__ = (
        one_of("nature", FundNature),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "document", "project", "economic_class"),
        sa.CheckConstraint("length(document) > 0", name="document"),
        sa.CheckConstraint("amount_fen > 0", name="amount"),
        sa.CheckConstraint("used_fen >= 0 AND used_fen <= amount_fen", name="used"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    document: Mapped[str] = mapped_column(sa.String(80))
    project: Mapped[Name]
    function_class: Mapped[str] = mapped_column(sa.String(80), default="")
    economic_class: Mapped[str] = mapped_column(sa.String(80), default="")
    nature: Mapped[str] = mapped_column(sa.String(20))
    amount_fen: Mapped[Fen]
    used_fen: Mapped[Fen] = mapped_column(default=0)
    closes_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(sa.Text(), default="")
    added_by: Mapped[int] = reference("user_account.id")
    added_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    adder: Mapped[UserAccount] = relationship(viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class FundAllotment(Base):
    """A sum of a budget, allotted to a line of the payment plan; released again where it is not needed."""

    __tablename__ = "fund_allotment"
    __table_args__ = (
        within("fund_source", "fund_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.CheckConstraint("amount_fen > 0", name="amount"),
        sa.CheckConstraint("length(line) > 0", name="line"),
        sa.CheckConstraint("(released_by IS NULL) = (released_at IS NULL)", name="released"),
        sa.CheckConstraint("released_at IS NULL OR length(reason) > 0", name="reason"),
        sa.Index("ix_fund_allotment_line", "contract_id", "line"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    fund_id: Mapped[int] = mapped_column(sa.BigInteger())
    line: Mapped[str] = mapped_column(sa.String(80))
    amount_fen: Mapped[Fen]
    allotted_by: Mapped[int] = reference("user_account.id")
    allotted_at: Mapped[datetime]
    released_by: Mapped[int | None] = reference("user_account.id")
    released_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(sa.Text(), default="")

    fund: Mapped[FundSource] = relationship(
        primaryjoin=lambda: sa.and_(
            FundAllotment.fund_id == FundSource.id, FundAllotment.contract_id == FundSource.contract_id
        ),
        foreign_keys=[fund_id],
        viewonly=True,
    )


class PayeeAccount(Base):
    """The supplier's account, as one person entered it from a stamped letter and another confirmed it."""

    __tablename__ = "payee_account"
    __table_args__ = (
        within("evidence_file", "letter_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "revision"),
        sa.CheckConstraint("revision >= 1", name="revision"),
        sa.CheckConstraint("length(account) > 0", name="account"),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_by <> entered_by", name="two_people"),
        sa.CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed"),
        sa.CheckConstraint("(refused_by IS NULL) = (refused_at IS NULL)", name="refused"),
        sa.CheckConstraint("confirmed_at IS NULL OR refused_at IS NULL", name="one_answer"),
        sa.CheckConstraint("refused_at IS NULL OR length(answer) > 0", name="answer"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    revision: Mapped[int]
    name: Mapped[Name]
    bank: Mapped[Name]
    account: Mapped[str] = mapped_column(sa.String(40))
    letter_id: Mapped[int] = mapped_column(sa.BigInteger())
    reason: Mapped[str] = mapped_column(sa.Text(), default="")
    entered_by: Mapped[int] = reference("user_account.id")
    entered_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = reference("user_account.id")
    confirmed_at: Mapped[datetime | None]
    refused_by: Mapped[int | None] = reference("user_account.id")
    refused_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(sa.Text(), default="")

    enterer: Mapped[UserAccount] = relationship(foreign_keys=[entered_by], viewonly=True)
    confirmer: Mapped[UserAccount | None] = relationship(foreign_keys=[confirmed_by], viewonly=True)


class Guarantee(Base):
    """履约保证金 or 质保金. `left_fen`: what is neither deducted nor returned yet."""

    __tablename__ = "guarantee"
    __table_args__ = (
        one_of("kind", GuaranteeKind),
        one_of("form", GuaranteeForm),
        within("evidence_file", "file_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.CheckConstraint("amount_fen > 0", name="amount"),
        sa.CheckConstraint("left_fen >= 0 AND left_fen <= amount_fen", name="left"),
        sa.CheckConstraint("form = 'cash' OR expires_on IS NOT NULL", name="expires"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    kind: Mapped[str] = mapped_column(sa.String(20))
    form: Mapped[str] = mapped_column(sa.String(20))
    amount_fen: Mapped[Fen]
    left_fen: Mapped[Fen]
    issuer: Mapped[Name] = mapped_column(default="")
    letter_number: Mapped[str] = mapped_column(sa.String(80), default="")
    received_on: Mapped[date]
    expires_on: Mapped[date | None]
    return_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(sa.Text(), default="")
    file_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    entered_by: Mapped[int] = reference("user_account.id")
    entered_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    enterer: Mapped[UserAccount] = relationship(viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class GuaranteeEvent(Base):
    """One thing that was done to a guarantee. Rows are only added."""

    __tablename__ = "guarantee_event"
    __table_args__ = (
        one_of("deed", GuaranteeDeed),
        within("guarantee", "guarantee_id"),
        within("evidence_file", "file_id"),
        sa.CheckConstraint("(deed = 'extended') = (until_on IS NOT NULL)", name="until"),
        sa.CheckConstraint("deed = 'extended' OR amount_fen > 0", name="amount"),
        sa.CheckConstraint("deed NOT IN ('deducted', 'extended') OR length(reason) > 0", name="reason"),
        sa.Index("ix_guarantee_event_guarantee", "contract_id", "guarantee_id"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    guarantee_id: Mapped[int] = mapped_column(sa.BigInteger())
    deed: Mapped[str] = mapped_column(sa.String(20))
    happened_on: Mapped[date]
    amount_fen: Mapped[Fen] = mapped_column(default=0)
    until_on: Mapped[date | None]
    clause: Mapped[str] = mapped_column(sa.String(80), default="")
    reason: Mapped[str] = mapped_column(sa.Text(), default="")
    file_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    by: Mapped[int] = reference("user_account.id")
    at: Mapped[datetime]

    person: Mapped[UserAccount] = relationship(viewonly=True)

"""付款: requests with their invoices, papers and approvals, what was paid, what the bank returned."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.security.settlement_terms import Checked, Consent, InvoiceKind, InvoiceState, RequestState
from app.store.models.base import Base, Fen, Key, Name, one_of, reference, within
from app.store.models.people import UserAccount
from app.store.models.settlement import Line, SettlementStatement

#: Nothing of these is under way any more.
OVER = "state NOT IN ('paid', 'withdrawn')"


class PaymentRequest(Base):
    """The contractor's request for what a statement leaves payable.

    `chain`: the stations of approval as they were when it was submitted (position, role, from which amount, opinion);
    `round` counts the submissions.
    """

    __tablename__ = "payment_request"
    __table_args__ = (
        one_of("state", RequestState),
        within("settlement_statement", "statement_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "number"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("amount_fen > 0", name="amount"),
        sa.CheckConstraint("round >= 0", name="round"),
        sa.CheckConstraint("submitted_by IS NULL OR submitted_by <> requested_by", name="two_people"),
        sa.CheckConstraint("(submitted_by IS NULL) = (round = 0)", name="submitted"),
        sa.CheckConstraint("state NOT IN ('approving', 'approved', 'paid', 'bounced', 'declined') OR round > 0", name="approved"),
        sa.Index(
            "uq_payment_request_under_way", "contract_id", "line", unique=True,
            sqlite_where=sa.text(OVER), postgresql_where=sa.text(OVER),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    number: Mapped[int]
    statement_id: Mapped[int] = mapped_column(sa.BigInteger())
    line: Mapped[str] = mapped_column(Line)
    amount_fen: Mapped[Fen]
    state: Mapped[str] = mapped_column(sa.String(20))
    payee_name: Mapped[Name]
    payee_bank: Mapped[Name]
    payee_account: Mapped[str] = mapped_column(sa.String(40))
    account_changed: Mapped[bool] = mapped_column(default=False)  # not the account of the payment before
    note: Mapped[str] = mapped_column(sa.Text(), default="")
    requested_by: Mapped[int] = reference("user_account.id")
    requested_at: Mapped[datetime]
    round: Mapped[int] = mapped_column(default=0)
    chain: Mapped[list[Any]] = mapped_column(sa.JSON(), default=list)
    submitted_by: Mapped[int | None] = reference("user_account.id")
    submitted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    requester: Mapped[UserAccount] = relationship(foreign_keys=[requested_by], viewonly=True)
    submitter: Mapped[UserAccount | None] = relationship(foreign_keys=[submitted_by], viewonly=True)
    statement: Mapped[SettlementStatement] = relationship(
        primaryjoin=lambda: sa.and_(
            PaymentRequest.statement_id == SettlementStatement.id,
            PaymentRequest.contract_id == SettlementStatement.contract_id,
        ),
        foreign_keys=[statement_id],
        viewonly=True,
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Invoice(Base):
    """An invoice of a request; its number is used once over all contracts, a red-letter one's too."""

    __tablename__ = "invoice"
    __table_args__ = (
        one_of("kind", InvoiceKind),
        one_of("state", InvoiceState),
        one_of("checked", Checked),
        within("payment_request", "request_id"),
        within("invoice", "corrects_id"),
        within("evidence_file", "file_id"),
        within("evidence_file", "proof_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("number"),
        sa.UniqueConstraint("corrects_id"),
        sa.CheckConstraint("length(number) > 0", name="number"),
        sa.CheckConstraint("amount_fen > 0", name="amount"),
        sa.CheckConstraint("(kind = 'red') = (corrects_id IS NOT NULL)", name="corrects"),
        sa.CheckConstraint("(checked IS NULL) = (checked_by IS NULL)", name="checker"),
        sa.CheckConstraint("checked IS NULL OR (checked_at IS NOT NULL AND proof_id IS NOT NULL)", name="proof"),
        sa.CheckConstraint("checked_by IS NULL OR checked_by <> entered_by", name="two_people"),
        sa.Index(
            "uq_invoice_standing", "request_id", unique=True,
            sqlite_where=sa.text("kind = 'blue' AND state = 'standing'"),
            postgresql_where=sa.text("kind = 'blue' AND state = 'standing'"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    request_id: Mapped[int] = mapped_column(sa.BigInteger())
    kind: Mapped[str] = mapped_column(sa.String(10))
    number: Mapped[str] = mapped_column(sa.String(40))
    amount_fen: Mapped[Fen]
    issued_on: Mapped[date]
    state: Mapped[str] = mapped_column(sa.String(20))
    corrects_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    file_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    entered_by: Mapped[int] = reference("user_account.id")
    entered_at: Mapped[datetime]
    checked: Mapped[str | None] = mapped_column(sa.String(10))
    checked_by: Mapped[int | None] = reference("user_account.id")
    checked_at: Mapped[datetime | None]
    proof_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    check_note: Mapped[str] = mapped_column(sa.Text(), default="")

    enterer: Mapped[UserAccount] = relationship(foreign_keys=[entered_by], viewonly=True)
    checker: Mapped[UserAccount | None] = relationship(foreign_keys=[checked_by], viewonly=True)


class RequestPaper(Base):
    """A required paper of a request: a file, or the waiver of who let it pass and why."""

    __tablename__ = "request_paper"
    __table_args__ = (
        within("payment_request", "request_id"),
        within("evidence_file", "file_id"),
        sa.UniqueConstraint("request_id", "paper", "file_id"),
        sa.CheckConstraint("(file_id IS NULL) = (length(waiver) > 0)", name="either"),
        sa.Index(
            "uq_request_paper_waived", "request_id", "paper", unique=True,
            sqlite_where=sa.text("file_id IS NULL"), postgresql_where=sa.text("file_id IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    request_id: Mapped[int] = mapped_column(sa.BigInteger())
    paper: Mapped[str] = mapped_column(sa.String(80))
    title: Mapped[Name]
    file_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    waiver: Mapped[str] = mapped_column(sa.Text(), default="")
    by: Mapped[int] = reference("user_account.id")
    at: Mapped[datetime]

    person: Mapped[UserAccount] = relationship(viewonly=True)


class PaymentApproval(Base):
    """What one station of the chain said in one round; `for_id`: the person who delegated it."""

    __tablename__ = "payment_approval"
    __table_args__ = (
        one_of("consent", Consent),
        within("payment_request", "request_id"),
        sa.UniqueConstraint("request_id", "round", "position"),
        sa.UniqueConstraint("request_id", "round", "user_id"),
        sa.CheckConstraint("round >= 1", name="round"),
        sa.CheckConstraint("position >= 1", name="position"),
        sa.CheckConstraint("consent = 'agreed' OR length(note) > 0", name="note"),
        sa.CheckConstraint("for_id IS NULL OR for_id <> user_id", name="delegated"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    request_id: Mapped[int] = mapped_column(sa.BigInteger())
    round: Mapped[int]
    position: Mapped[int]
    role: Mapped[Name]
    consent: Mapped[str] = mapped_column(sa.String(10))
    note: Mapped[str] = mapped_column(sa.Text(), default="")
    user_id: Mapped[int] = reference("user_account.id")
    for_id: Mapped[int | None] = reference("user_account.id")
    at: Mapped[datetime]

    user: Mapped[UserAccount] = relationship(foreign_keys=[user_id], viewonly=True)
    giver: Mapped[UserAccount | None] = relationship(foreign_keys=[for_id], viewonly=True)


class PaymentRecord(Base):
    """What was paid on a request: of each attempt one; a later attempt follows a returned one."""

    __tablename__ = "payment_record"
    __table_args__ = (
        within("payment_request", "request_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("request_id", "attempt"),
        sa.UniqueConstraint("contract_id", "bank_reference"),
        sa.CheckConstraint("attempt >= 1", name="attempt"),
        sa.CheckConstraint("amount_fen > 0", name="amount"),
        sa.CheckConstraint("length(voucher) > 0", name="voucher"),
        sa.CheckConstraint("length(bank_reference) > 0", name="bank_reference"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    request_id: Mapped[int] = mapped_column(sa.BigInteger())
    attempt: Mapped[int]
    amount_fen: Mapped[Fen]
    paid_on: Mapped[date]
    voucher: Mapped[str] = mapped_column(sa.String(60))
    bank_reference: Mapped[str] = mapped_column(sa.String(60))
    recorded_by: Mapped[int] = reference("user_account.id")
    recorded_at: Mapped[datetime]

    recorder: Mapped[UserAccount] = relationship(viewonly=True)


class PaymentReturn(Base):
    """退票: the bank sent a payment back, once."""

    __tablename__ = "payment_return"
    __table_args__ = (
        within("payment_record", "record_id"),
        sa.UniqueConstraint("record_id"),
        sa.CheckConstraint("length(reason) > 0", name="reason"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    record_id: Mapped[int] = mapped_column(sa.BigInteger())
    returned_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.Text())
    recorded_by: Mapped[int] = reference("user_account.id")
    recorded_at: Mapped[datetime]

    recorder: Mapped[UserAccount] = relationship(viewonly=True)

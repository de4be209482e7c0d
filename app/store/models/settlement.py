"""结算: acceptances, statements of what is payable, their signatures, disputes, and what was done on the way."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.security.settlement_terms import (
    AcceptanceState,
    DisputeOutcome,
    ForfeitGround,
    ForfeitState,
    SettlementDeed,
)
from app.security.terms import Party
from app.store.models.base import Base, Fen, Hash, Key, Name, one_of, reference, within
from app.store.models.people import UserAccount

#: A line of the payment plan: a tranche, or one instalment of it.
Line = sa.String(80)


class Acceptance(Base):
    """履约验收 of one line of the plan. `clauses`: clause, title, result, note, as the group found them."""

    __tablename__ = "acceptance"
    __table_args__ = (
        one_of("state", AcceptanceState),
        within("assessment", "assessment_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "number"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("length(appointment) > 0", name="appointment"),
        sa.CheckConstraint("state NOT IN ('passed', 'failed') OR (concluded_on IS NOT NULL AND length(opinion) > 0)", name="concluded"),
        sa.Index(
            "uq_acceptance_standing", "contract_id", "line", unique=True,
            sqlite_where=sa.text("state IN ('draft', 'passed')"), postgresql_where=sa.text("state IN ('draft', 'passed')"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    number: Mapped[int]
    line: Mapped[str] = mapped_column(Line)
    title: Mapped[Name]
    assessment_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    appointment: Mapped[str] = mapped_column(sa.Text())
    appointed_on: Mapped[date]
    clauses: Mapped[list[Any]] = mapped_column(sa.JSON(), default=list)
    third_parties: Mapped[str] = mapped_column(sa.Text(), default="")
    served: Mapped[str] = mapped_column(sa.Text(), default="")
    opinion: Mapped[str] = mapped_column(sa.Text(), default="")
    state: Mapped[str] = mapped_column(sa.String(20))
    concluded_on: Mapped[date | None]
    made_by: Mapped[int] = reference("user_account.id")
    made_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    maker: Mapped[UserAccount] = relationship(viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class AcceptanceMember(Base):
    """A member of the acceptance group with the own opinion; who recused gives none, a dissent stays readable."""

    __tablename__ = "acceptance_member"
    __table_args__ = (
        within("acceptance", "acceptance_id"),
        sa.UniqueConstraint("acceptance_id", "user_id"),
        sa.CheckConstraint("(agrees IS NULL) = (given_at IS NULL)", name="given"),
        sa.CheckConstraint("agrees IS NULL OR length(opinion) > 0", name="opinion"),
        sa.CheckConstraint("(recused_at IS NULL) = (length(recusal) = 0)", name="recusal"),
        sa.CheckConstraint("recused_at IS NULL OR agrees IS NULL", name="either"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    acceptance_id: Mapped[int] = mapped_column(sa.BigInteger())
    user_id: Mapped[int] = reference("user_account.id")
    unit: Mapped[Name]
    head: Mapped[bool] = mapped_column(default=False)
    agrees: Mapped[bool | None]
    opinion: Mapped[str] = mapped_column(sa.Text(), default="")
    given_at: Mapped[datetime | None]
    recusal: Mapped[str] = mapped_column(sa.Text(), default="")
    recused_at: Mapped[datetime | None]

    user: Mapped[UserAccount] = relationship(viewonly=True)


class SettlementStatement(Base):
    """应付款核定单: what a line of the plan comes to. Never changed; a later revision of the line replaces it.

    `amount_fen` before reductions, `payable_fen` after them, `carried_fen` what they exceed it by; `content` is all of
    it explained, under its hash. `capsule_id` is None for an advance alone.
    """

    __tablename__ = "settlement_statement"
    __table_args__ = (
        within("assessment", "assessment_id"),
        within("assessment_capsule", "capsule_id"),
        within("acceptance", "acceptance_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "id", "made_by"),
        sa.UniqueConstraint("contract_id", "number"),
        sa.UniqueConstraint("contract_id", "line", "revision"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("revision >= 1", name="revision"),
        sa.CheckConstraint("revision = 1 OR length(reason) > 0", name="reason"),
        sa.CheckConstraint("(capsule_id IS NULL) = (assessment_id IS NULL)", name="capsule"),
        sa.CheckConstraint("advance OR capsule_id IS NOT NULL", name="basis"),
        sa.CheckConstraint("reduction_fen >= 0 AND carried_in_fen >= 0 AND carried_fen >= 0", name="reductions"),
        sa.CheckConstraint("payable_fen - carried_fen = amount_fen - reduction_fen - carried_in_fen", name="sum"),
        sa.CheckConstraint("length(sha256) = 64", name="sha256"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    number: Mapped[int]
    plan: Mapped[str] = mapped_column(sa.String(80))
    line: Mapped[str] = mapped_column(Line)
    title: Mapped[Name]
    revision: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.Text(), default="")
    advance: Mapped[bool]
    assessment_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    capsule_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    acceptance_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    rulebook_text_id: Mapped[int] = reference("rulebook_text.id")
    amount_fen: Mapped[Fen]
    reduction_fen: Mapped[Fen]
    carried_in_fen: Mapped[Fen]
    carried_fen: Mapped[Fen]
    payable_fen: Mapped[Fen]
    content: Mapped[dict[str, Any]]
    sha256: Mapped[Hash]
    made_by: Mapped[int] = reference("user_account.id")
    made_at: Mapped[datetime]

    maker: Mapped[UserAccount] = relationship(viewonly=True)


class StatementSigning(Base):
    """The deputy head's signature under a statement, by another person than made it."""

    __tablename__ = "statement_signing"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["contract_id", "statement_id", "made_by"],
            ["settlement_statement.contract_id", "settlement_statement.id", "settlement_statement.made_by"],
        ),
        sa.UniqueConstraint("statement_id"),
        sa.CheckConstraint("signed_by <> made_by", name="two_people"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    statement_id: Mapped[int] = mapped_column(sa.BigInteger())
    made_by: Mapped[int] = mapped_column(sa.BigInteger())
    signed_by: Mapped[int] = reference("user_account.id")
    signed_at: Mapped[datetime]

    signer: Mapped[UserAccount] = relationship(viewonly=True)


class SettlementDispute(Base):
    """A part of a statement about which the sides disagree: it waits, the rest is paid."""

    __tablename__ = "settlement_dispute"
    __table_args__ = (
        one_of("side", Party),
        one_of("outcome", DisputeOutcome),
        within("settlement_statement", "statement_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.CheckConstraint("amount_fen > 0", name="amount"),
        sa.CheckConstraint("length(reason) > 0", name="reason"),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> raised_by", name="two_people"),
        sa.CheckConstraint("(decided_by IS NULL) = (outcome IS NULL)", name="decided"),
        sa.CheckConstraint("outcome IS NULL OR length(answer) > 0", name="answer"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    statement_id: Mapped[int] = mapped_column(sa.BigInteger())
    side: Mapped[str] = mapped_column(sa.String(10))
    amount_fen: Mapped[Fen]
    reason: Mapped[str] = mapped_column(sa.Text())
    raised_by: Mapped[int] = reference("user_account.id")
    raised_at: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(sa.String(20))
    answer: Mapped[str] = mapped_column(sa.Text(), default="")
    decided_by: Mapped[int | None] = reference("user_account.id")
    decided_at: Mapped[datetime | None]

    raiser: Mapped[UserAccount] = relationship(foreign_keys=[raised_by], viewonly=True)
    decider: Mapped[UserAccount | None] = relationship(foreign_keys=[decided_by], viewonly=True)


class RetentionForfeit(Base):
    """质保金不予返还: a part of what a line was to give back stays with the buyer. One person proposes it, another decides.

    Only while `agreed` it moves money. `seen_note`: what the contractor said to it.
    """

    __tablename__ = "retention_forfeit"
    __table_args__ = (
        one_of("ground", ForfeitGround),
        one_of("state", ForfeitState),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "number"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("amount_fen > 0", name="amount"),
        sa.CheckConstraint("length(reason) > 0 AND length(clause) > 0", name="reason"),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="two_people"),
        sa.CheckConstraint("(state IN ('agreed', 'declined', 'revoked')) = (decided_by IS NOT NULL)", name="decided"),
        sa.CheckConstraint("(state = 'revoked') = (revoked_by IS NOT NULL)", name="revoked"),
        sa.CheckConstraint("revoked_by IS NULL OR length(revocation) > 0", name="revocation"),
        sa.CheckConstraint("seen_by IS NULL OR state IN ('agreed', 'revoked')", name="seen"),
        sa.Index(
            "uq_retention_forfeit_proposed", "contract_id", "line", unique=True,
            sqlite_where=sa.text("state = 'proposed'"), postgresql_where=sa.text("state = 'proposed'"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    number: Mapped[int]
    line: Mapped[str] = mapped_column(Line)
    title: Mapped[Name]
    ground: Mapped[str] = mapped_column(sa.String(20))
    clause: Mapped[str] = mapped_column(sa.String(80))
    amount_fen: Mapped[Fen]
    reason: Mapped[str] = mapped_column(sa.Text())
    state: Mapped[str] = mapped_column(sa.String(20))
    proposed_by: Mapped[int] = reference("user_account.id")
    proposed_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(sa.Text(), default="")
    decided_by: Mapped[int | None] = reference("user_account.id")
    decided_at: Mapped[datetime | None]
    revocation: Mapped[str] = mapped_column(sa.Text(), default="")
    revoked_by: Mapped[int | None] = reference("user_account.id")
    revoked_at: Mapped[datetime | None]
    seen_note: Mapped[str] = mapped_column(sa.Text(), default="")
    seen_by: Mapped[int | None] = reference("user_account.id")
    seen_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    proposer: Mapped[UserAccount] = relationship(foreign_keys=[proposed_by], viewonly=True)
    decider: Mapped[UserAccount | None] = relationship(foreign_keys=[decided_by], viewonly=True)
    reader: Mapped[UserAccount | None] = relationship(foreign_keys=[seen_by], viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class SettlementEvent(Base):
    """One act on the way of a payment. `key` came with the form: an act has one effect, however often it is sent."""

    __tablename__ = "settlement_event"
    __table_args__ = (
        one_of("deed", SettlementDeed),
        within("settlement_statement", "statement_id"),
        within("acceptance", "acceptance_id"),
        within("payment_request", "request_id"),
        within("retention_forfeit", "forfeit_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "key"),
        sa.CheckConstraint("length(key) > 0", name="key"),
        sa.Index("ix_settlement_event_line", "contract_id", "line", "id"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    line: Mapped[str] = mapped_column(Line)
    statement_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    acceptance_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    request_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    forfeit_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    deed: Mapped[str] = mapped_column(sa.String(30))
    note: Mapped[str] = mapped_column(sa.Text(), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    key: Mapped[str] = mapped_column(sa.String(64))
    by: Mapped[int] = reference("user_account.id")
    at: Mapped[datetime]

    actor: Mapped[UserAccount] = relationship(viewonly=True)


class SettlementFile(Base):
    """A file that was handed in with an act: papers of an application, evidence of what is not given back."""

    __tablename__ = "settlement_file"
    __table_args__ = (
        within("settlement_event", "event_id"),
        within("evidence_file", "file_id"),
        sa.UniqueConstraint("event_id", "file_id"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    event_id: Mapped[int] = mapped_column(sa.BigInteger())
    file_id: Mapped[int] = mapped_column(sa.BigInteger())

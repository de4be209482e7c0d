"""What is owed on signed statements, over several contracts in one question; declarations of size likewise."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.security.settlement_terms import (
    AcceptanceState,
    DisputeOutcome,
    InvoiceKind,
    InvoiceState,
    RequestState,
    SettlementDeed,
)
from app.store.models import (
    Acceptance,
    AssessmentSignature,
    Invoice,
    PaymentRecord,
    PaymentRequest,
    PaymentReturn,
    SettlementDispute,
    SettlementEvent,
    SettlementStatement,
    SizeDeclaration,
    StatementSigning,
)


@dataclass(frozen=True)
class Owed:
    """A signed statement that counts, with what became of it. `held_fen`: in dispute, or found not payable.

    `accepted_on`: the acceptance; `assessed_at`: when the second side signed the result it rests on. `asked_at`: when the
    contractor asked for this acceptance, `asked`: what the application says (`days`, `calendar_days`).
    """

    contract_id: int
    statement_id: int
    line: str
    title: str
    advance: bool
    payable_fen: int
    paid_fen: int
    held_fen: int
    signed_at: datetime
    accepted_on: date | None
    assessed_at: datetime | None
    invoiced_at: datetime | None
    last_paid_on: date | None
    request_id: int | None
    request_state: str | None
    asked_at: datetime | None
    asked: dict[str, Any] | None

    @property
    def open_fen(self) -> int:
        """What is still to be paid now."""
        return max(self.payable_fen - self.paid_fen - self.held_fen, 0)


def owed(session: Session, contract_ids: Collection[int]) -> list[Owed]:
    """Every signed statement that no later revision replaces, oldest first."""
    statement, later = SettlementStatement, aliased(SettlementStatement)
    replaced = sa.exists().where(
        later.contract_id == statement.contract_id, later.line == statement.line, later.revision > statement.revision
    )
    query = (
        sa.select(
            statement.contract_id, statement.id, statement.line, statement.title, statement.advance, statement.payable_fen,
            _paid(whole(PaymentRecord.amount_fen)), _held(), StatementSigning.signed_at,
            Acceptance.concluded_on, _assessed(), _invoiced(), _paid(sa.func.max(PaymentRecord.paid_on)), PaymentRequest.id,
            PaymentRequest.state, SettlementEvent.at, SettlementEvent.detail,
        )
        .join(StatementSigning, StatementSigning.statement_id == statement.id)
        .outerjoin(Acceptance, Acceptance.id == statement.acceptance_id)
        .outerjoin(PaymentRequest, sa.and_(
            PaymentRequest.contract_id == statement.contract_id, PaymentRequest.line == statement.line,
            PaymentRequest.state.not_in([RequestState.PAID.value, RequestState.WITHDRAWN.value]),
        ))
        .outerjoin(SettlementEvent, SettlementEvent.id == _asked())
        .where(statement.contract_id.in_(contract_ids), ~replaced)
        .order_by(statement.id)
    )  # fmt: skip
    return [Owed(*row) for row in session.execute(query)]


def whole(column: sa.ColumnElement[int] | sa.orm.InstrumentedAttribute[int]) -> sa.ColumnElement[int]:
    """A sum of fen as a whole number: PostgreSQL makes it a decimal."""
    return sa.cast(sa.func.coalesce(sa.func.sum(column), 0), sa.BigInteger())


def _paid(what: sa.ColumnElement[Any]) -> sa.ScalarSelect[Any]:
    """Of the payments on the statement's line that did not come back."""
    asked = aliased(PaymentRequest)
    returned = sa.exists().where(PaymentReturn.record_id == PaymentRecord.id)
    query = sa.select(what).join(asked, asked.id == PaymentRecord.request_id).where(
        asked.contract_id == SettlementStatement.contract_id, asked.line == SettlementStatement.line, ~returned
    )
    return query.correlate(SettlementStatement).scalar_subquery()


def _held() -> sa.ScalarSelect[Any]:
    standing = sa.or_(SettlementDispute.outcome.is_(None), SettlementDispute.outcome != DisputeOutcome.PAYABLE.value)
    query = sa.select(whole(SettlementDispute.amount_fen)).where(
        SettlementDispute.statement_id == SettlementStatement.id, standing
    )
    return query.correlate(SettlementStatement).scalar_subquery()


def _assessed() -> sa.ScalarSelect[Any]:
    query = sa.select(sa.func.max(AssessmentSignature.signed_at)).where(
        AssessmentSignature.assessment_id == SettlementStatement.assessment_id
    )
    return query.correlate(SettlementStatement).scalar_subquery()


def _asked() -> sa.ScalarSelect[Any]:
    """The first application of the line since the acceptance that failed last: asking again does not put the time off."""
    event, failed = aliased(SettlementEvent), aliased(SettlementEvent)
    turned_down = (
        sa.select(sa.func.coalesce(sa.func.max(failed.id), 0))
        .join(Acceptance, sa.and_(Acceptance.contract_id == failed.contract_id, Acceptance.id == failed.acceptance_id))
        .where(
            failed.contract_id == SettlementStatement.contract_id, failed.line == SettlementStatement.line,
            failed.deed == SettlementDeed.ACCEPTED.value, Acceptance.state == AcceptanceState.FAILED.value,
        )
        .correlate(SettlementStatement)
        .scalar_subquery()
    )  # fmt: skip
    query = sa.select(sa.func.min(event.id)).where(
        event.contract_id == SettlementStatement.contract_id, event.line == SettlementStatement.line,
        event.deed == SettlementDeed.APPLIED.value, event.id > turned_down,
    )  # fmt: skip
    return query.correlate(SettlementStatement).scalar_subquery()


def _invoiced() -> sa.ScalarSelect[Any]:
    """When the invoice that stands came in."""
    asked = aliased(PaymentRequest)
    query = sa.select(sa.func.max(Invoice.entered_at)).join(asked, asked.id == Invoice.request_id).where(
        asked.statement_id == SettlementStatement.id, Invoice.kind == InvoiceKind.BLUE.value,
        Invoice.state == InvoiceState.STANDING.value,
    )  # fmt: skip
    return query.correlate(SettlementStatement).scalar_subquery()


def declarations(session: Session, contract_ids: Collection[int]) -> dict[int, SizeDeclaration]:
    """The latest declaration of each contract."""
    query = sa.select(SizeDeclaration).where(SizeDeclaration.contract_id.in_(contract_ids)).order_by(SizeDeclaration.revision)
    return {row.contract_id: row for row in session.scalars(query)}

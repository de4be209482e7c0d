"""Sources of funds, the payee's account, guarantees, as rows of one contract."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.security.settlement_terms import SettlementDeed
from app.store.models import (
    FundAllotment,
    FundSource,
    Guarantee,
    GuaranteeEvent,
    PayeeAccount,
    PaymentRecord,
    PaymentRequest,
    PaymentReturn,
    SettlementEvent,
)
from app.store.of_contract import OfContract

__all__ = ["FundAllotment", "FundSource", "Funds", "Guarantee", "GuaranteeEvent", "PayeeAccount", "Spending"]



class Spending(NamedTuple):
    """A payment that did not come back. `funds`: fen by budget as it was taken; None where that was not kept."""

    record_id: int
    line: str
    fen: int
    on: date
    funds: dict[int, int] | None


@dataclass(frozen=True)
class Funds(OfContract):
    """All of this kind in one contract. Every query is bound to it."""

    # -- sources --------------------------------------------------------------------------------

    def sources(self) -> Sequence[FundSource]:
        query = sa.select(FundSource).where(FundSource.contract_id == self.contract_id)
        return self.session.scalars(query.order_by(FundSource.document, FundSource.id)).all()

    def source_taken(self, document: str, project: str, economic_class: str) -> bool:
        same = sa.and_(
            FundSource.contract_id == self.contract_id, FundSource.document == document, FundSource.project == project,
            FundSource.economic_class == economic_class,
        )  # fmt: skip
        return self.session.scalar(sa.select(sa.exists().where(same))) or False

    def allotments(self, *, standing: bool = True) -> Sequence[FundAllotment]:
        """What lines have been allotted, oldest first; `standing`: what was not released."""
        query = sa.select(FundAllotment).where(FundAllotment.contract_id == self.contract_id)
        if standing:
            query = query.where(FundAllotment.released_at.is_(None))
        return self.session.scalars(query.options(joinedload(FundAllotment.fund)).order_by(FundAllotment.id)).all()

    def spending(self) -> list[Spending]:
        """Payments that did not come back, oldest first, with the budgets they were taken from."""
        record, asked, came_back = PaymentRecord, PaymentRequest, PaymentReturn
        paid = (
            sa.select(record.id, asked.line, record.amount_fen, record.paid_on)
            .join(asked, asked.id == record.request_id)
            .outerjoin(came_back, came_back.record_id == record.id)
            .where(record.contract_id == self.contract_id, came_back.id.is_(None))
        )
        rows = self.session.execute(paid.order_by(record.id)).all()
        told = sa.select(SettlementEvent.detail).where(
            SettlementEvent.contract_id == self.contract_id, SettlementEvent.deed == SettlementDeed.PAID.value
        )
        taken = {each["record"]: each["funds"] for each in self.session.scalars(told) if "funds" in each} if rows else {}
        return [
            Spending(row.id, row.line, row.amount_fen, row.paid_on, dict(taken[row.id]) if row.id in taken else None)
            for row in rows
        ]

    # -- accounts -------------------------------------------------------------------------------

    def accounts(self) -> Sequence[PayeeAccount]:
        """Every account that was entered, the latest first."""
        query = sa.select(PayeeAccount).where(PayeeAccount.contract_id == self.contract_id)
        people = (joinedload(PayeeAccount.enterer), joinedload(PayeeAccount.confirmer))
        return self.session.scalars(query.options(*people).order_by(PayeeAccount.revision.desc())).all()

    def is_letter(self, file_id: int) -> bool:
        """Whether the file is the letter of an account."""
        same = sa.and_(PayeeAccount.contract_id == self.contract_id, PayeeAccount.letter_id == file_id)
        return self.session.scalar(sa.select(sa.exists().where(same))) or False

    # -- guarantees -----------------------------------------------------------------------------

    def guarantees(self) -> Sequence[Guarantee]:
        query = sa.select(Guarantee).where(Guarantee.contract_id == self.contract_id).options(joinedload(Guarantee.enterer))
        return self.session.scalars(query.order_by(Guarantee.id)).all()

    def guarantee_events(self, guarantee_id: int) -> Sequence[GuaranteeEvent]:
        query = sa.select(GuaranteeEvent).where(
            GuaranteeEvent.contract_id == self.contract_id, GuaranteeEvent.guarantee_id == guarantee_id
        )
        return self.session.scalars(query.options(joinedload(GuaranteeEvent.person)).order_by(GuaranteeEvent.id)).all()


# -- over several contracts: for the home page ---------------------------------------------------------


def guarantees_near(session: Session, contract_ids: Collection[int], until: date) -> Sequence[Guarantee]:
    """Guarantees with something left that expire, or are to be returned, by a day."""
    near = sa.or_(Guarantee.expires_on <= until, Guarantee.return_on <= until)
    query = sa.select(Guarantee).where(Guarantee.contract_id.in_(contract_ids), Guarantee.left_fen > 0, near)
    return session.scalars(query.order_by(Guarantee.id)).all()


def accounts_waiting(session: Session, contract_ids: Collection[int]) -> Sequence[PayeeAccount]:
    """Accounts that wait for their second person."""
    query = sa.select(PayeeAccount).where(
        PayeeAccount.contract_id.in_(contract_ids), PayeeAccount.confirmed_at.is_(None), PayeeAccount.refused_at.is_(None)
    )
    return session.scalars(query.order_by(PayeeAccount.id)).all()


def sources_closing(session: Session, contract_ids: Collection[int], from_on: date, until: date) -> Sequence[FundSource]:
    """Budgets that the treasury closes between two days."""
    query = sa.select(FundSource).where(
        FundSource.contract_id.in_(contract_ids), FundSource.closes_on >= from_on, FundSource.closes_on <= until
    )
    return session.scalars(query.order_by(FundSource.id)).all()

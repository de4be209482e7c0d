"""The bank's statements of one contract: files, lines, and which payment each line is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, undefer

from app.security.money_terms import CASH, PostingKind
from app.store.models import (
    BankLine,
    BankMapping,
    BankMatch,
    BankStatement,
    MoneyBatch,
    PaymentRecord,
    PaymentRequest,
)
from app.store.of_contract import OfContract

__all__ = ["Bank", "BankLine", "BankMapping", "BankMatch", "BankStatement", "MoneyBatch"]

#: What the bank's statement shows: opening payments are of before the console.
SHOWN = tuple(each.value for each in CASH if each is not PostingKind.OPENING)


@dataclass(frozen=True)
class Bank(OfContract):
    """All of this kind in one contract. Every query is bound to it."""

    # -- files ----------------------------------------------------------------------------------

    def statements(self) -> Sequence[BankStatement]:
        """Files, the latest first."""
        query = sa.select(BankStatement).where(BankStatement.contract_id == self.contract_id)
        return self.session.scalars(query.options(joinedload(BankStatement.importer)).order_by(BankStatement.id.desc())).all()

    def statement(self, statement_id: int, *, raw: bool = False, hold: bool = False) -> BankStatement | None:
        query = sa.select(BankStatement).where(BankStatement.contract_id == self.contract_id, BankStatement.id == statement_id)
        if raw:
            query = query.options(undefer(BankStatement.raw))
        if hold:
            query = query.with_for_update().execution_options(populate_existing=True)
        return self.session.scalars(query).one_or_none()

    def same_file(self, sha256: str) -> BankStatement | None:
        query = sa.select(BankStatement).where(BankStatement.contract_id == self.contract_id, BankStatement.sha256 == sha256)
        return self.session.scalars(query.options(joinedload(BankStatement.importer))).one_or_none()

    def mapping(self, headings_hash: str) -> BankMapping | None:
        query = sa.select(BankMapping).where(
            BankMapping.contract_id == self.contract_id, BankMapping.headings_hash == headings_hash
        )
        return self.session.scalars(query).one_or_none()

    # -- lines ----------------------------------------------------------------------------------

    def fingerprints(self, first: date, last: date) -> set[str]:
        """Those of the lines booked between two days."""
        query = sa.select(BankLine.fingerprint).where(
            BankLine.contract_id == self.contract_id, BankLine.booked_on >= first, BankLine.booked_on <= last
        )
        return set(self.session.scalars(query))

    def add_lines(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Writes lines set-based."""
        if rows:
            self.session.execute(sa.insert(BankLine), [{"contract_id": self.contract_id, **row} for row in rows])

    def lines(self, *, matched: bool | None = None, amounts: Collection[int] = (), payee: str = "", before: int | None = None,
              size: int = 51, statement_id: int | None = None) -> Sequence[BankLine]:  # fmt: skip
        """Lines, the latest first. `amounts` or `payee`: what could concern the contract."""
        query = sa.select(BankLine).where(BankLine.contract_id == self.contract_id)
        standing = sa.exists().where(BankMatch.line_id == BankLine.id, BankMatch.undone_at.is_(None))
        if matched is not None:
            query = query.where(standing if matched else ~standing)
        if amounts or payee:
            near = [BankLine.amount_fen.in_(amounts)]
            query = query.where(sa.or_(*near, BankLine.payee.contains(payee, autoescape=True)) if payee else near[0])
        if statement_id is not None:
            query = query.where(BankLine.statement_id == statement_id)
        if before is not None:
            query = query.where(BankLine.id < before)
        return self.session.scalars(query.order_by(BankLine.id.desc()).limit(size)).all()

    def counts(self) -> tuple[int, int]:
        """All lines, and those that are matched."""
        lines = sa.select(sa.func.count()).select_from(BankLine).where(BankLine.contract_id == self.contract_id).scalar_subquery()
        matched = sa.select(sa.func.count()).select_from(BankMatch).where(
            BankMatch.contract_id == self.contract_id, BankMatch.undone_at.is_(None)
        ).scalar_subquery()  # fmt: skip
        row = self.session.execute(sa.select(lines, matched)).one()
        return int(row[0]), int(row[1])

    def candidates(self, amounts: Collection[int], first: date, last: date, references: Collection[str]) -> Sequence[BankLine]:
        """Unmatched lines of these amounts near these days, or with one of these references."""
        standing = sa.exists().where(BankMatch.line_id == BankLine.id, BankMatch.undone_at.is_(None))
        near = sa.and_(BankLine.amount_fen.in_(amounts), BankLine.booked_on >= first, BankLine.booked_on <= last)
        query = sa.select(BankLine).where(BankLine.contract_id == self.contract_id, ~standing)
        query = query.where(sa.or_(near, BankLine.bank_reference.in_(references)) if references else near)
        return self.session.scalars(query.order_by(BankLine.booked_on, BankLine.id).limit(500)).all()

    # -- matches --------------------------------------------------------------------------------

    def matches(self) -> Sequence[BankMatch]:
        """Those that stand, the latest first."""
        query = sa.select(BankMatch).where(BankMatch.contract_id == self.contract_id, BankMatch.undone_at.is_(None))
        known = (joinedload(BankMatch.line), joinedload(BankMatch.batch), joinedload(BankMatch.matcher))
        return self.session.scalars(query.options(*known).order_by(BankMatch.id.desc())).all()

    def payments(self, *, matched: bool | None = None) -> Sequence[MoneyBatch]:
        """What moved money in the ledger and was not reversed as a mistake, oldest first."""
        reversal = sa.orm.aliased(MoneyBatch)
        mistaken = sa.exists().where(
            reversal.contract_id == MoneyBatch.contract_id, reversal.reverses_id == MoneyBatch.id,
            reversal.kind == PostingKind.REVERSAL.value,
        )  # fmt: skip
        query = sa.select(MoneyBatch).where(MoneyBatch.contract_id == self.contract_id, MoneyBatch.kind.in_(SHOWN), ~mistaken)
        if matched is not None:
            standing = sa.exists().where(BankMatch.batch_id == MoneyBatch.id, BankMatch.undone_at.is_(None))
            query = query.where(standing if matched else ~standing)
        query = query.options(sa.orm.selectinload(MoneyBatch.lines))
        return self.session.scalars(query.order_by(MoneyBatch.happened_on, MoneyBatch.id)).all()

    def records(self, record_ids: Collection[int]) -> dict[int, tuple[str, str, str]]:
        """Bank reference, payee and account of recorded payments."""
        same = sa.and_(PaymentRequest.id == PaymentRecord.request_id, PaymentRequest.contract_id == PaymentRecord.contract_id)
        query = sa.select(
            PaymentRecord.id, PaymentRecord.bank_reference, PaymentRequest.payee_name, PaymentRequest.payee_account
        ).join(PaymentRequest, same)
        query = query.where(PaymentRecord.contract_id == self.contract_id, PaymentRecord.id.in_(record_ids))
        return {row[0]: (row[1], row[2], row[3]) for row in self.session.execute(query)}


def around(days: Collection[date], reach: int) -> tuple[date, date]:
    """The span that reaches so many days before and after these."""
    return min(days) - timedelta(days=reach), max(days) + timedelta(days=reach)

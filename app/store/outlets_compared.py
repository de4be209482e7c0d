"""How the outlets of a contract work, counted over the latest days: one query."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.security.terms import EntryState
from app.store.models import LedgerEntry, Outlet

S = EntryState


class OutletWork(NamedTuple):
    """Entries of an outlet since a day: by what became of them, in how many ledgers, the latest business date."""

    name: str
    verified: int
    waiting: int
    returned: int
    ledgers: int
    latest: date


def since(session: Session, contract_id: int, ledgers: Collection[str], day: date) -> list[OutletWork]:
    """Outlets with entries dated after the day; those without any are not among them."""
    entry = LedgerEntry
    query = (
        sa.select(
            Outlet.name, _number(entry.state == S.VERIFIED.value), _number(entry.state == S.SUBMITTED.value),
            _number(entry.state == S.RETURNED.value), sa.func.count(sa.distinct(entry.ledger)), sa.func.max(entry.business_date),
        )
        .join(Outlet, sa.and_(Outlet.id == entry.outlet_id, Outlet.contract_id == entry.contract_id))
        .where(
            entry.contract_id == contract_id, entry.ledger.in_(ledgers), entry.business_date > day, entry.trial.is_(False),
            entry.state.in_([S.VERIFIED.value, S.SUBMITTED.value, S.RETURNED.value]),
        )
        .group_by(Outlet.id, Outlet.name)
    )  # fmt: skip
    return [OutletWork(*each) for each in session.execute(query)] if ledgers else []


def names(session: Session, contract_id: int) -> list[str]:
    """Every outlet that works, in the order of the tree."""
    query = sa.select(Outlet.name).where(Outlet.contract_id == contract_id, Outlet.closed_on.is_(None))
    return list(session.scalars(query.order_by(Outlet.id)))


def _number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))

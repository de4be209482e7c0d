"""Locks of periods and the named exceptions to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.store.models import PeriodLock, PeriodUnlock

__all__ = ["PeriodLock", "PeriodUnlock"]


def in_force(session: Session, contract_id: int) -> Sequence[PeriodLock]:
    """The contract's locks that are not lifted, with who locked."""
    query = (
        sa.select(PeriodLock)
        .where(PeriodLock.contract_id == contract_id, PeriodLock.lifted_at.is_(None))
        .options(joinedload(PeriodLock.locker))
        .order_by(PeriodLock.from_on, PeriodLock.id)
    )
    return session.scalars(query).all()


def over(session: Session, contract_id: int, ledger: str, day: date) -> PeriodLock | None:
    """The lock over a day of a ledger."""
    locks = in_force(session, contract_id)
    return next(
        (one for one in locks if one.from_on <= day <= one.until_on and one.ledger in {None, ledger}), None
    )


def unlocked(session: Session, lock: PeriodLock, ledger: str, entry_id: int | None, day: date) -> bool:
    """Whether an agreed exception that has not expired lets this entry (None: a new one) through."""
    query = sa.select(sa.exists().where(
        PeriodUnlock.contract_id == lock.contract_id,
        PeriodUnlock.lock_id == lock.id,
        PeriodUnlock.agreed_at.is_not(None),
        PeriodUnlock.expires_on >= day,
        sa.or_(PeriodUnlock.ledger.is_(None), PeriodUnlock.ledger == ledger),
        sa.or_(PeriodUnlock.entry_id.is_(None), PeriodUnlock.entry_id == entry_id),
    ))  # fmt: skip
    return session.scalar(query) or False

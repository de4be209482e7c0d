"""Locks of periods and the named exceptions to them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.security.terms import EntryDeed
from app.store.models import Contract, EntryEvent, LedgerEntry, PeriodLock, PeriodUnlock

__all__ = ["PeriodLock", "PeriodUnlock"]

SOME = 500  # ids in one IN list
#: Deeds that change what an entry says or whether it counts; an objection to it does neither.
CHANGES = tuple(each.value for each in EntryDeed if each not in {EntryDeed.CONTESTED, EntryDeed.ANSWERED})


def hold(session: Session, contract_id: int, *, alone: bool = False) -> None:
    """Keeps locks and writes of a contract apart until the transaction ends.

    Whoever writes entries holds it together with other writers, before looking the locks up; whoever locks
    holds it alone: every write that saw no lock is then in the database before the lock is. On SQLite
    writers wait for each other from their beginning.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    if session.connection().get_execution_options().get("reads_only"):
        return
    query = sa.select(Contract.id).where(Contract.id == contract_id)
    session.execute(query.with_for_update() if alone else query.with_for_update(read=True, key_share=True))


def in_force(session: Session, contract_id: int) -> Sequence[PeriodLock]:
    """The contract's locks that are not lifted, with who locked."""
    hold(session, contract_id)
    query = (
        sa.select(PeriodLock)
        .where(PeriodLock.contract_id == contract_id, PeriodLock.lifted_at.is_(None))
        .options(joinedload(PeriodLock.locker))
        .order_by(PeriodLock.from_on, PeriodLock.id)
    )
    return session.scalars(query).all()


def exceptions(session: Session, contract_id: int, today: date) -> Sequence[PeriodUnlock]:
    """The exceptions that work on the day: agreed, not expired, not ended."""
    query = sa.select(PeriodUnlock).where(
        PeriodUnlock.contract_id == contract_id,
        PeriodUnlock.agreed_at.is_not(None),
        PeriodUnlock.ended_at.is_(None),
        PeriodUnlock.expires_on >= today,
    )
    return session.scalars(query.order_by(PeriodUnlock.id)).all()


@dataclass(frozen=True)
class Held:
    """The locks of a contract with the exceptions to them, looked up once."""

    locks: Sequence[PeriodLock]
    unlocks: Sequence[PeriodUnlock]

    @classmethod
    def of(cls, session: Session, contract_id: int, today: date) -> Held:
        found = in_force(session, contract_id)
        return cls(found, exceptions(session, contract_id, today) if found else ())

    def over(self, ledger: str, day: date) -> list[PeriodLock]:
        """The locks that cover a day of a ledger."""
        return [one for one in self.locks if one.from_on <= day <= one.until_on and one.ledger in {None, ledger}]

    def lets_through(self, lock: PeriodLock, ledger: str, entry_id: int | None) -> bool:
        """Whether an exception to the lock lets this entry (None: a new one) through."""
        return any(
            one.lock_id == lock.id and one.ledger in {None, ledger} and one.entry_id in {None, entry_id}
            for one in self.unlocks
        )

    def against(self, ledger: str, day: date, entry_id: int | None) -> PeriodLock | None:
        """The lock that stands against writing this entry (None: a new one); every lock over the day counts."""
        covering = self.over(ledger, day)
        return next((one for one in covering if not self.lets_through(one, ledger, entry_id)), None)

    def changed_since(self, session: Session, entry: LedgerEntry) -> bool:
        """Whether it was made, changed or decided on after its day had been locked, under an exception."""
        covered = self.over(entry.ledger, entry.business_date)
        return bool(covered and changed_after(session, entry.contract_id, [entry.id]))


# -- setting, lifting, asking, agreeing -----------------------------------------------------------


def every(session: Session, contract_id: int) -> Sequence[PeriodLock]:
    """All locks, those in force first, with who locked and lifted."""
    query = (
        sa.select(PeriodLock)
        .where(PeriodLock.contract_id == contract_id)
        .options(joinedload(PeriodLock.locker), joinedload(PeriodLock.lifter))
        .order_by(PeriodLock.lifted_at.is_not(None), PeriodLock.from_on.desc(), PeriodLock.id.desc())
    )
    return session.scalars(query).all()


def find(session: Session, contract_id: int, lock_id: int) -> PeriodLock | None:
    query = (
        sa.select(PeriodLock)
        .where(PeriodLock.contract_id == contract_id, PeriodLock.id == lock_id)
        .options(joinedload(PeriodLock.locker), joinedload(PeriodLock.lifter))
    )
    return session.scalars(query).one_or_none()


def unlocks(session: Session, contract_id: int, lock_id: int | None = None) -> Sequence[PeriodUnlock]:
    """Exceptions that were asked for, the newest first, with who asked, agreed, refused and ended."""
    query = (
        sa.select(PeriodUnlock)
        .where(PeriodUnlock.contract_id == contract_id)
        .options(
            joinedload(PeriodUnlock.asker), joinedload(PeriodUnlock.agreer),
            joinedload(PeriodUnlock.refuser), joinedload(PeriodUnlock.ender),
        )
        .order_by(PeriodUnlock.id.desc())
    )  # fmt: skip
    if lock_id is not None:
        query = query.where(PeriodUnlock.lock_id == lock_id)
    return session.scalars(query).all()


def find_unlock(session: Session, contract_id: int, unlock_id: int) -> PeriodUnlock | None:
    query = sa.select(PeriodUnlock).where(PeriodUnlock.contract_id == contract_id, PeriodUnlock.id == unlock_id)
    return session.scalars(query.options(joinedload(PeriodUnlock.asker))).one_or_none()


def add(session: Session, row: PeriodLock | PeriodUnlock) -> None:
    session.add(row)
    session.flush()


def lift(session: Session, lock: PeriodLock, user_id: int, now: datetime, reason: str) -> bool:
    """Ends the lock; False where somebody else was quicker."""
    query = sa.update(PeriodLock).where(
        PeriodLock.contract_id == lock.contract_id, PeriodLock.id == lock.id, PeriodLock.lifted_at.is_(None)
    )
    return _once(session, query.values(lifted_at=now, lifted_by=user_id, lift_reason=reason), lock)


def answer(session: Session, unlock: PeriodUnlock, **values: Any) -> bool:
    """Agrees to or refuses what is still open; False where somebody else was quicker."""
    query = sa.update(PeriodUnlock).where(
        PeriodUnlock.contract_id == unlock.contract_id,
        PeriodUnlock.id == unlock.id,
        PeriodUnlock.agreed_at.is_(None),
        PeriodUnlock.refused_at.is_(None),
    )
    return _once(session, query.values(**values), unlock)


def end(session: Session, unlock: PeriodUnlock, user_id: int, now: datetime) -> bool:
    """Ends an exception before it expires; False where it has ended."""
    query = sa.update(PeriodUnlock).where(
        PeriodUnlock.contract_id == unlock.contract_id,
        PeriodUnlock.id == unlock.id,
        PeriodUnlock.agreed_at.is_not(None),
        PeriodUnlock.ended_at.is_(None),
    )
    return _once(session, query.values(ended_at=now, ended_by=user_id), unlock)


def _once(session: Session, query: sa.Update, row: PeriodLock | PeriodUnlock) -> bool:
    done = session.execute(query.execution_options(synchronize_session=False))
    session.refresh(row)
    return bool(done.rowcount)  # type: ignore[attr-defined]


# -- what came in under an exception ------------------------------------------------------------


def since(lock: PeriodLock) -> sa.ColumnElement[bool]:
    """Deeds on entries of the lock's span and ledger while it was in force."""
    found = [
        LedgerEntry.business_date.between(lock.from_on, lock.until_on),
        EntryEvent.at > lock.locked_at,
        EntryEvent.deed.in_(CHANGES),
    ]
    if lock.ledger is not None:
        found.append(LedgerEntry.ledger == lock.ledger)
    if lock.lifted_at is not None:
        found.append(EntryEvent.at <= lock.lifted_at)
    return sa.and_(*found)


def deeds_after(
    session: Session, contract_id: int, lock: PeriodLock, size: int
) -> list[tuple[LedgerEntry, EntryEvent]]:
    """What was done to locked entries after they were locked, the newest first."""
    query = (
        deeds(contract_id)
        .where(since(lock))
        .options(joinedload(EntryEvent.actor))
        .order_by(EntryEvent.id.desc())
        .limit(size)
    )
    return [(entry, event) for entry, event in session.execute(query)]


def deeds(contract_id: int) -> sa.Select[tuple[LedgerEntry, EntryEvent]]:
    together = sa.and_(EntryEvent.entry_id == LedgerEntry.id, EntryEvent.contract_id == LedgerEntry.contract_id)
    return sa.select(LedgerEntry, EntryEvent).join(EntryEvent, together).where(LedgerEntry.contract_id == contract_id)


def changed_after(session: Session, contract_id: int, ids: Collection[int]) -> set[int]:
    """Those of the entries that were made or changed after a lock over their day."""
    held = every(session, contract_id)
    found: set[int] = set()
    wanted = sorted(ids)
    for start in range(0, len(wanted) if held else 0, SOME):
        query = deeds(contract_id).where(
            LedgerEntry.id.in_(wanted[start : start + SOME]), sa.or_(*(since(lock) for lock in held))
        )
        found |= set(session.scalars(query.with_only_columns(LedgerEntry.id).distinct()))
    return found

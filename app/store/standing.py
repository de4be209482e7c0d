"""Standings of contracts, what they are computed from, and whether they are still up to date."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from app.security.terms import ContractState, EntryState, OpeningKind
from app.store.evidence import links
from app.store.models import Contract, EntryEvent, LedgerEntry, OpeningRecord, Standing

__all__ = ["Counted", "OpeningRecord", "Standing"]

CHUNK = 2000
#: The states in which something is claimed; nothing else moves a figure.
CLAIMED = (EntryState.SUBMITTED.value, EntryState.VERIFIED.value)
RUNNING = (ContractState.TRIAL.value, ContractState.LIVE.value)
Pieces = tuple[tuple[str, str], ...]


class Counted(NamedTuple):
    """An entry as the figures need it."""

    id: int
    ledger: str
    number: int
    business_date: date
    fields: dict[str, Any]
    version: int
    state: str
    author_id: int
    nil: bool
    verifier_id: int | None
    validated: bool | None
    entered_at: datetime


COLUMNS = tuple(getattr(LedgerEntry, name) for name in Counted._fields)


def rows(session: Session, contract_ids: Collection[int]) -> dict[int, Standing]:
    """The standings of these contracts, as far as they have been computed; windows are left out."""
    query = sa.select(Standing).where(Standing.contract_id.in_(contract_ids))
    return {row.contract_id: row for row in session.scalars(query)} if contract_ids else {}


def row(session: Session, contract_id: int) -> Standing | None:
    return rows(session, [contract_id]).get(contract_id)


def windows(session: Session, contract_id: int) -> dict[str, Any]:
    """Every indicator's windows, and nothing else of the standing."""
    return session.scalar(sa.select(Standing.windows).where(Standing.contract_id == contract_id)) or {}


def lines(session: Session, contract_id: int) -> dict[str, Any]:
    """Every indicator's lines, and nothing else of the standing."""
    return session.scalar(sa.select(Standing.lines).where(Standing.contract_id == contract_id)) or {}


def with_ahead(session: Session, contract_id: int) -> Standing | None:
    """The standing with what its forecast stands on."""
    query = sa.select(Standing).where(Standing.contract_id == contract_id).options(undefer(Standing.ahead))
    return session.scalars(query).one_or_none()


def keep(session: Session, contract_id: int, values: Mapping[str, Any]) -> Standing:
    """Replaces the standing of a contract."""
    found = session.scalars(
        sa.select(Standing).where(Standing.contract_id == contract_id).with_for_update()
    ).one_or_none()
    if found is None:
        found = Standing(contract_id=contract_id, **values)
        session.add(found)
    else:
        for name, value in values.items():
            setattr(found, name, value)
    session.flush()
    return found


# -- what it is computed from ---------------------------------------------------------------------


def stream(
    session: Session, contract_id: int, *, trial: bool, proved: Collection[str]
) -> Iterator[tuple[Counted, Pieces]]:
    """Every entry that is claimed or verified, in the order of ids, a chunk at a time.

    `proved`: the ledgers in which evidence is due; only their entries come with it (kind and SHA-256).
    """
    after = 0
    while True:
        query = (
            sa.select(*COLUMNS)
            .where(
                LedgerEntry.contract_id == contract_id, LedgerEntry.id > after,
                LedgerEntry.trial.is_(trial), LedgerEntry.state.in_(CLAIMED),
            )
            .order_by(LedgerEntry.id).limit(CHUNK)
        )  # fmt: skip
        chunk = [Counted(*each) for each in session.execute(query)]
        if not chunk:
            return
        after = chunk[-1].id
        pieces = links.kinds_of(session, contract_id, [each.id for each in chunk if each.ledger in proved])
        for each in chunk:
            yield each, pieces.get(each.id, ())


def some(session: Session, contract_id: int, ids: Collection[int]) -> Iterator[tuple[Counted, bool]]:
    """These entries as the database holds them, whatever the session has changed; whether they are practice."""
    wanted = sorted(ids)
    with session.no_autoflush:
        for start in range(0, len(wanted), links.SOME):
            query = sa.select(*COLUMNS, LedgerEntry.trial).where(
                LedgerEntry.contract_id == contract_id, LedgerEntry.id.in_(wanted[start : start + links.SOME])
            )
            for *columns, trial in session.execute(query.order_by(LedgerEntry.id)):
                yield Counted(*columns), trial


def entries(session: Session, contract_id: int, *, trial: bool) -> int:
    """How many entries are claimed or verified: what the progress is measured by."""
    query = sa.select(sa.func.count()).where(
        LedgerEntry.contract_id == contract_id, LedgerEntry.trial.is_(trial), LedgerEntry.state.in_(CLAIMED)
    )
    return session.scalar(query) or 0


def more_than(session: Session, contract_id: int, number: int) -> bool:
    """Whether the contract has more entries than that; never counts further."""
    query = sa.select(LedgerEntry.id).where(LedgerEntry.contract_id == contract_id).offset(number).limit(1)
    return session.scalar(query) is not None


def after(contract_id: int, ledgers: Collection[str], day: date, *, trial: bool) -> sa.Select[Any]:
    """Author, business date and time of entry of what is claimed or verified in these ledgers and of a later day."""
    return sa.select(LedgerEntry.author_id, LedgerEntry.business_date, LedgerEntry.entered_at).where(
        LedgerEntry.contract_id == contract_id, LedgerEntry.ledger.in_(ledgers), LedgerEntry.business_date > day,
        LedgerEntry.trial.is_(trial), LedgerEntry.state.in_(CLAIMED),
    )  # fmt: skip


def dated_after(session: Session, contract_id: int, ledgers: Collection[str], day: date, *, trial: bool) -> bool:
    """Whether there is any such entry."""
    return bool(session.scalar(sa.select(sa.exists(after(contract_id, ledgers, day, trial=trial)))))


def recent(
    session: Session, contract_id: int, ledgers: Collection[str], day: date, *, trial: bool
) -> Iterator[tuple[int, date, datetime]]:
    """All of them."""
    query = after(contract_id, ledgers, day, trial=trial).execution_options(yield_per=CHUNK)
    yield from session.execute(query).tuples()


def deeds_since(session: Session, contract_id: int, since: datetime, after: int) -> dict[str, int]:
    """How often each deed was done to the contract's entries since then. `after`: an event known to be earlier."""
    query = (
        sa.select(EntryEvent.deed, sa.func.count())
        .where(EntryEvent.id > after, EntryEvent.contract_id + 0 == contract_id, EntryEvent.at >= since)
        .group_by(EntryEvent.deed)
    )
    return dict(session.execute(query).tuples().all())


def payments(session: Session, contract_id: int) -> Sequence[OpeningRecord]:
    """Payments from before the console that a second person has confirmed, oldest first."""
    query = sa.select(OpeningRecord).where(
        OpeningRecord.contract_id == contract_id,
        OpeningRecord.kind == OpeningKind.PAYMENT.value,
        OpeningRecord.confirmed_at.is_not(None),
        OpeningRecord.withdrawn_at.is_(None),
    )
    return session.scalars(query.order_by(OpeningRecord.from_on, OpeningRecord.id)).all()


# -- whether it is up to date ---------------------------------------------------------------------


def running(session: Session) -> Sequence[Contract]:
    """The contracts that are on trial or live."""
    return session.scalars(sa.select(Contract).where(Contract.state.in_(RUNNING)).order_by(Contract.id)).all()


def last_event(session: Session) -> int:
    """The last event on any entry: what comes later has a greater id."""
    return session.scalar(sa.select(sa.func.max(EntryEvent.id))) or 0


def changed_since(session: Session, contract_id: int, event_id: int) -> bool:
    """Whether anything happened to an entry of the contract after an event.

    The sum keeps the planner from going through all events of the contract by their entries: those after the
    event are few.
    """
    own = EntryEvent.contract_id + 0 == contract_id
    return bool(session.scalar(sa.select(sa.exists().where(EntryEvent.id > event_id, own))))


def computed_at(session: Session, contract_id: int) -> datetime | None:
    """When the standing was computed last."""
    return session.scalar(sa.select(Standing.as_of).where(Standing.contract_id == contract_id))

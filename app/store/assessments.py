"""Assessments: the sheets of a contract, what was measured, their history, capsules, signatures, reopenings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, undefer

from app.security.terms import AssessmentDeed, AssessmentState, EntryState
from app.store.evidence import links
from app.store.locks import CHANGES
from app.store.models import (
    Assessment,
    AssessmentCapsule,
    AssessmentEvent,
    AssessmentMeasure,
    AssessmentReopening,
    AssessmentSignature,
    EntryEvent,
    LedgerEntry,
)
from app.store.models.base import Base
from app.store.standing import CHUNK, COLUMNS, Counted, Pieces

__all__ = [
    "Assessment", "AssessmentCapsule", "AssessmentEvent", "AssessmentMeasure", "AssessmentReopening", "AssessmentSignature",
]  # fmt: skip

Row = TypeVar("Row", bound=Base)
S = AssessmentState
#: Of one period and part only one of these counts at a time.
GONE = (S.SUPERSEDED.value, S.DROPPED.value)
FINAL = (S.SIGNED.value, *GONE)


def add(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


# -- assessments ----------------------------------------------------------------------------------


def find(session: Session, contract_id: int, assessment_id: int, *, hold: bool = False) -> Assessment | None:
    """An assessment with its rulebook's text; `hold`: nobody else changes it or its sheet meanwhile."""
    query = sa.select(Assessment).where(Assessment.contract_id == contract_id, Assessment.id == assessment_id)
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
        return session.scalars(query).one_or_none()
    return session.scalars(query.options(joinedload(Assessment.text))).one_or_none()


def every(session: Session, contract_id: int) -> Sequence[Assessment]:
    """All assessments of a contract, the latest period first."""
    query = sa.select(Assessment).where(Assessment.contract_id == contract_id)
    return session.scalars(query.order_by(Assessment.until_on.desc(), Assessment.number.desc())).all()


def of_contracts(session: Session, contract_ids: Collection[int]) -> Sequence[Assessment]:
    """All assessments of several contracts."""
    query = sa.select(Assessment).where(Assessment.contract_id.in_(contract_ids))
    return session.scalars(query.order_by(Assessment.contract_id, Assessment.until_on)).all() if contract_ids else []


def successor(session: Session, contract_id: int, assessment_id: int) -> Assessment | None:
    """What replaces, or is to replace, this assessment."""
    query = sa.select(Assessment).where(
        Assessment.contract_id == contract_id, Assessment.supersedes_id == assessment_id,
        Assessment.state != S.DROPPED.value,
    )  # fmt: skip
    return session.scalars(query.order_by(Assessment.id.desc()).limit(1)).one_or_none()


def next_number(session: Session, contract_id: int) -> int:
    query = sa.select(sa.func.max(Assessment.number)).where(Assessment.contract_id == contract_id)
    return (session.scalar(query) or 0) + 1


# -- what was measured ----------------------------------------------------------------------------


def measure(
    session: Session, contract_id: int, assessment_id: int, *, digests: bool = False
) -> AssessmentMeasure | None:
    """What the last pass over the entries gave; `digests`: those of the entries come along."""
    query = sa.select(AssessmentMeasure).where(
        AssessmentMeasure.contract_id == contract_id, AssessmentMeasure.assessment_id == assessment_id
    )
    if digests:
        query = query.options(undefer(AssessmentMeasure.digests)).execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def keep_measure(session: Session, contract_id: int, assessment_id: int, values: Mapping[str, Any]) -> AssessmentMeasure:
    """Replaces what was measured."""
    row = measure(session, contract_id, assessment_id)
    if row is None:
        return add(session, AssessmentMeasure(contract_id=contract_id, assessment_id=assessment_id, **values))
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()
    return row


def changed_since(session: Session, contract_id: int, event_id: int, until_on: date) -> int:
    """How many entries dated up to a day were entered, changed or decided on after an event."""
    query = _changes(contract_id, event_id, until_on).with_only_columns(sa.func.count(sa.distinct(LedgerEntry.id)))
    return session.scalar(query) or 0


def changes_since(
    session: Session, contract_id: int, event_id: int, until_on: date, size: int
) -> list[tuple[LedgerEntry, EntryEvent]]:
    """What was done to them, the newest first."""
    query = _changes(contract_id, event_id, until_on).options(joinedload(EntryEvent.actor))
    return [(entry, event) for entry, event in session.execute(query.order_by(EntryEvent.id.desc()).limit(size))]


def _changes(contract_id: int, event_id: int, until_on: date) -> sa.Select[tuple[LedgerEntry, EntryEvent]]:
    together = sa.and_(EntryEvent.entry_id == LedgerEntry.id, EntryEvent.contract_id == LedgerEntry.contract_id)
    # The sum keeps the planner from going through all events of the contract: those after the event are few.
    return sa.select(LedgerEntry, EntryEvent).join(EntryEvent, together).where(
        EntryEvent.id > event_id, EntryEvent.contract_id + 0 == contract_id, EntryEvent.deed.in_(CHANGES),
        LedgerEntry.business_date <= until_on, LedgerEntry.trial.is_(False),
    )  # fmt: skip


def of_ledger(
    session: Session, contract_id: int, ledger: str, until_on: date, *, proved: bool
) -> Iterator[tuple[Counted, Pieces]]:
    """The entries of one ledger up to a day that are verified, in the order of ids; with their evidence where it is due."""
    after = 0
    while True:
        query = sa.select(*COLUMNS).where(
            LedgerEntry.contract_id == contract_id, LedgerEntry.ledger == ledger, LedgerEntry.id > after,
            LedgerEntry.state == EntryState.VERIFIED.value, LedgerEntry.trial.is_(False),
            LedgerEntry.business_date <= until_on,
        ).order_by(LedgerEntry.id).limit(CHUNK)  # fmt: skip
        chunk = [Counted(*each) for each in session.execute(query)]
        if not chunk:
            return
        after = chunk[-1].id
        pieces = links.kinds_of(session, contract_id, [each.id for each in chunk]) if proved else {}
        yield from ((each, pieces.get(each.id, ())) for each in chunk)


# -- history --------------------------------------------------------------------------------------


def note(
    session: Session, row: Assessment, deed: AssessmentDeed, now: datetime, actor_id: int | None, reason: str = "",
    **detail: Any,
) -> AssessmentEvent:  # fmt: skip
    """Adds a deed to the history."""
    return add(
        session,
        AssessmentEvent(
            contract_id=row.contract_id, assessment_id=row.id, at=now, actor_id=actor_id, deed=deed.value,
            reason=reason, detail=detail,
        ),
    )  # fmt: skip


def events(session: Session, contract_id: int, assessment_id: int) -> Sequence[AssessmentEvent]:
    """Its history, oldest first, with who did it."""
    query = (
        sa.select(AssessmentEvent)
        .where(AssessmentEvent.contract_id == contract_id, AssessmentEvent.assessment_id == assessment_id)
        .options(joinedload(AssessmentEvent.actor))
        .order_by(AssessmentEvent.id)
    )
    return session.scalars(query).all()


# -- capsules, signatures -------------------------------------------------------------------------


def capsule(
    session: Session, contract_id: int, assessment_id: int, revision: int | None = None, *, text: bool = False
) -> AssessmentCapsule | None:
    """The capsule of a revision, by default the latest; `text`: what it holds comes along."""
    query = sa.select(AssessmentCapsule).where(
        AssessmentCapsule.contract_id == contract_id, AssessmentCapsule.assessment_id == assessment_id
    )
    if revision is not None:
        query = query.where(AssessmentCapsule.revision == revision)
    if text:
        query = query.options(undefer(AssessmentCapsule.text))
    return session.scalars(query.order_by(AssessmentCapsule.revision.desc()).limit(1)).one_or_none()


def signatures(session: Session, contract_id: int, assessment_id: int) -> Sequence[AssessmentSignature]:
    query = (
        sa.select(AssessmentSignature)
        .where(AssessmentSignature.contract_id == contract_id, AssessmentSignature.assessment_id == assessment_id)
        .options(joinedload(AssessmentSignature.signer))
        .order_by(AssessmentSignature.id)
    )
    return session.scalars(query).all()


# -- reopening ------------------------------------------------------------------------------------


def reopenings(session: Session, contract_id: int, assessment_id: int) -> Sequence[AssessmentReopening]:
    """Wishes to replace it, oldest first, with who asked and answered."""
    query = (
        sa.select(AssessmentReopening)
        .where(AssessmentReopening.contract_id == contract_id, AssessmentReopening.assessment_id == assessment_id)
        .options(joinedload(AssessmentReopening.asker), joinedload(AssessmentReopening.answerer))
        .order_by(AssessmentReopening.id)
    )
    return session.scalars(query).all()


def reopening(session: Session, contract_id: int, reopening_id: int, *, hold: bool = False) -> AssessmentReopening | None:
    query = sa.select(AssessmentReopening).where(
        AssessmentReopening.contract_id == contract_id, AssessmentReopening.id == reopening_id
    )
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()

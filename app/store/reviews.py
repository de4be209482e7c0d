"""Bulk decisions with their draw, what was opened by whom, and spot checks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, defer, joinedload

from app.security.terms import EntryDeed, ReviewStage
from app.store.models import EntryEvent, EntryOpening, LedgerEntry, ReviewBatch, SpotCheck, UserAccount

__all__ = ["ReviewBatch", "SpotCheck"]

SOME = 1000  # ids in one IN list
#: Up to 5 000 ids each: a list of bulk decisions does without them.
LONG = (ReviewBatch.entry_ids, ReviewBatch.versions, ReviewBatch.drawn_ids, ReviewBatch.draw)


# -- openings -----------------------------------------------------------------------------------


def note_opening(session: Session, contract_id: int, user_id: int, entry_id: int, version: int, now: datetime) -> None:
    """The person has this version before them; the first time is kept."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {
        "contract_id": contract_id, "user_id": user_id, "entry_id": entry_id, "version": version, "opened_at": now
    }  # fmt: skip
    session.execute(insert(EntryOpening).values(values).on_conflict_do_nothing())


def opened(session: Session, contract_id: int, user_id: int, versions: Mapping[int, int]) -> dict[int, datetime]:
    """Those of the entries whose version (by id) the person has had before them, and when first."""
    found: dict[int, datetime] = {}
    wanted = sorted(versions)
    for start in range(0, len(wanted), SOME):
        query = sa.select(EntryOpening.entry_id, EntryOpening.version, EntryOpening.opened_at).where(
            EntryOpening.contract_id == contract_id,
            EntryOpening.user_id == user_id,
            EntryOpening.entry_id.in_(wanted[start : start + SOME]),
        )
        found |= {key: at for key, version, at in session.execute(query) if versions[key] == version}
    return found


# -- bulk decisions -----------------------------------------------------------------------------


def add(session: Session, row: ReviewBatch | SpotCheck) -> None:
    session.add(row)
    session.flush()


def find(session: Session, contract_id: int, stage: ReviewStage, review_id: int, *, hold: bool = False) -> ReviewBatch | None:
    """A bulk decision of this stage with its reviewer; `hold`: nobody else decides on it meanwhile."""
    query = sa.select(ReviewBatch).where(
        ReviewBatch.contract_id == contract_id, ReviewBatch.id == review_id, ReviewBatch.stage == stage.value
    )
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
        return session.scalars(query).one_or_none()
    return session.scalars(query.options(joinedload(ReviewBatch.reviewer))).one_or_none()


def register(
    session: Session, contract_id: int, stage: ReviewStage, before: int | None, size: int
) -> Sequence[ReviewBatch]:
    """Bulk decisions, the newest first, those that were given up included."""
    query = (
        sa.select(ReviewBatch)
        .where(ReviewBatch.contract_id == contract_id, ReviewBatch.stage == stage.value)
        .options(joinedload(ReviewBatch.reviewer), *(defer(column) for column in LONG))
        .order_by(ReviewBatch.id.desc())
        .limit(size)
    )
    return session.scalars(query if before is None else query.where(ReviewBatch.id < before)).all()


def undecided(
    session: Session, contract_id: int, stage: ReviewStage, since: datetime
) -> list[tuple[list[int], list[int], list[int]]]:
    """Entries, versions and drawn ids of the draws that nobody has decided on."""
    query = sa.select(ReviewBatch.entry_ids, ReviewBatch.versions, ReviewBatch.drawn_ids).where(
        ReviewBatch.contract_id == contract_id,
        ReviewBatch.stage == stage.value,
        ReviewBatch.decided_at.is_(None),
        ReviewBatch.made_at >= since,
    )
    return list(session.execute(query).tuples().all())


def decided_entries(
    session: Session, contract_id: int, review_id: int, ids: Sequence[int], deed: EntryDeed
) -> list[tuple[int, int]]:
    """Id and version right after the deed, of the entries of a bulk decision."""
    found: list[tuple[int, int]] = []
    for start in range(0, len(ids), SOME):
        query = sa.select(EntryEvent.entry_id, EntryEvent.version).where(
            EntryEvent.contract_id == contract_id,
            EntryEvent.entry_id.in_(ids[start : start + SOME]),
            EntryEvent.review_id == review_id,
            EntryEvent.deed == deed.value,
        )
        found += session.execute(query).tuples().all()
    return found


def singled_out(session: Session, contract_id: int, ids: Collection[int], deed: EntryDeed, since: datetime) -> set[int]:
    """Those of the entries that were given back one by one since then."""
    query = sa.select(EntryEvent.entry_id).where(
        EntryEvent.contract_id == contract_id,
        EntryEvent.entry_id.in_(ids),
        EntryEvent.deed == deed.value,
        EntryEvent.review_id.is_(None),
        EntryEvent.at >= since,
    )
    return set(session.scalars(query))


def facts(session: Session, contract_id: int, ids: Sequence[int]) -> list[tuple[int, str, int, str, Any]]:
    """Id, ledger, author, author's name and day of these entries."""
    found: list[tuple[int, str, int, str, Any]] = []
    for start in range(0, len(ids), SOME):
        query = (
            sa.select(
                LedgerEntry.id, LedgerEntry.ledger, LedgerEntry.author_id, UserAccount.display_name,
                LedgerEntry.business_date,
            )
            .join(UserAccount, UserAccount.id == LedgerEntry.author_id)
            .where(LedgerEntry.contract_id == contract_id, LedgerEntry.id.in_(ids[start : start + SOME]))
        )  # fmt: skip
        found += session.execute(query).tuples().all()
    return found


# -- spot checks --------------------------------------------------------------------------------


def spot_checks(session: Session, contract_id: int, entry_id: int) -> Sequence[SpotCheck]:
    """The spot checks of an entry, oldest first, with who looked."""
    query = (
        sa.select(SpotCheck)
        .where(SpotCheck.contract_id == contract_id, SpotCheck.entry_id == entry_id)
        .options(joinedload(SpotCheck.checker), joinedload(SpotCheck.second))
        .order_by(SpotCheck.id)
    )
    return session.scalars(query).all()

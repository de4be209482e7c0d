"""The set-based half of a decision on entries: rows held, moved under their version, their deeds noted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.security.terms import EntryState
from app.store.models import LedgerEntry

SOME = 2000  # rows in one statement: two parameters each stay far below what both databases take


def held(session: Session, contract_id: int, ids: Collection[int]) -> list[LedgerEntry]:
    """Entries by id, as they are now, and nobody else changes them until this transaction ends."""
    found: list[LedgerEntry] = []
    wanted = sorted(ids)
    for start in range(0, len(wanted), SOME):
        query = (
            sa.select(LedgerEntry)
            .where(LedgerEntry.contract_id == contract_id, LedgerEntry.id.in_(wanted[start : start + SOME]))
            .order_by(LedgerEntry.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        found += session.scalars(query)
    return found


def move(
    session: Session, contract_id: int, rows: Sequence[tuple[int, int]], before: Collection[EntryState],
    **values: Any,
) -> int:  # fmt: skip
    """Gives entries (id, version) that stand in one of the states new values, a version up; how many it moved."""
    changed = 0
    for start in range(0, len(rows), SOME):
        query = (
            sa.update(LedgerEntry)
            .where(
                LedgerEntry.contract_id == contract_id,
                sa.tuple_(LedgerEntry.id, LedgerEntry.version).in_(rows[start : start + SOME]),
                LedgerEntry.state.in_([each.value for each in before]),
            )
            .values(version=LedgerEntry.version + 1, **values)
            .execution_options(synchronize_session=False)
        )
        changed += session.execute(query).rowcount  # type: ignore[attr-defined]
    return changed


def moved(entry: LedgerEntry, values: Mapping[str, Any]) -> None:
    """Tells the entry in the session what `move` has written."""
    for name, value in {**values, "version": entry.version + 1}.items():
        set_committed_value(entry, name, value)

"""The set-based half of a decision on entries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.security.terms import EntryState
from app.store.models import LedgerEntry

SOME = 500  # ids in one IN list


def decide(
    session: Session, contract_id: int, ids: Sequence[int], state: EntryState, verifier_id: int | None,
    at: datetime | None, reason: str = "",
) -> int:  # fmt: skip
    """Moves entries to verified or returned, a version up; how many there were to move."""
    changed = 0
    for start in range(0, len(ids), SOME):
        query = (
            sa.update(LedgerEntry)
            .where(
                LedgerEntry.contract_id == contract_id,
                LedgerEntry.id.in_(ids[start : start + SOME]),
                LedgerEntry.state.in_(("submitted", "verified")),
            )
            .values(
                state=state.value, verifier_id=verifier_id, verified_at=at, return_reason=reason,
                version=LedgerEntry.version + 1,
                validated=None if state is EntryState.RETURNED else LedgerEntry.validated,
            )
            .execution_options(synchronize_session=False)
        )  # fmt: skip
        changed += session.execute(query).rowcount  # type: ignore[attr-defined]
    return changed

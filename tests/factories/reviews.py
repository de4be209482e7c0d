"""Bulk decisions, locks and exceptions as rows; for those made by the rules, use the services."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.services.verification import drawing
from app.store.models import (
    Contract,
    LedgerEntry,
    PeriodLock,
    PeriodUnlock,
    ReviewBatch,
    SpotCheck,
    UserAccount,
)
from tests.factories.ground import START

SEED = "0" * 64


def batch(session: Session, contract: Contract, reviewer: UserAccount, entry: LedgerEntry, **given: Any) -> ReviewBatch:
    """An open bulk decision over one entry."""
    drawn = drawing.new_draw(SEED, {(entry.ledger, str(entry.author_id)): [entry.id]}, 1, ())
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "reviewer_id": reviewer.id, "stage": "verify", "mode": "drawn", "query": {},
        "entry_ids": [entry.id], "versions": [entry.version], "drawn_ids": list(drawn.ids), "seed": SEED,
        "draw": drawn.record, "total": 1, "to_open": 1, "made_at": START,
    }  # fmt: skip
    row = ReviewBatch(**{**defaults, **given})
    session.add(row)
    session.flush()
    return row


def lock(session: Session, contract: Contract, locker: UserAccount, **given: Any) -> PeriodLock:
    """January is locked."""
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "from_on": date(2026, 1, 1), "until_on": date(2026, 1, 31), "reason": "一月考核已签字",
        "locked_by": locker.id, "locked_at": START,
    }  # fmt: skip
    row = PeriodLock(**{**defaults, **given})
    session.add(row)
    session.flush()
    return row


def unlock(session: Session, held: PeriodLock, asker: UserAccount, **given: Any) -> PeriodUnlock:
    """An exception that was asked for."""
    defaults: dict[str, Any] = {
        "contract_id": held.contract_id, "lock_id": held.id, "reason": "漏记两条走访", "expires_on": date(2026, 3, 12),
        "asked_by": asker.id, "asked_at": START,
    }  # fmt: skip
    row = PeriodUnlock(**{**defaults, **given})
    session.add(row)
    session.flush()
    return row


def spot_check(session: Session, entry: LedgerEntry, checker: UserAccount, **given: Any) -> SpotCheck:
    """A look into the systems."""
    defaults: dict[str, Any] = {
        "contract_id": entry.contract_id, "entry_id": entry.id, "entry_version": entry.version, "genuine": True,
        "outcome": "genuine",
        "way": "system", "checked_on": date(2026, 3, 5), "signature": "nobody", "note": "与后台一致",
        "checked_by": checker.id, "recorded_at": START,
    }  # fmt: skip
    row = SpotCheck(**{**defaults, **given})
    session.add(row)
    session.flush()
    return row

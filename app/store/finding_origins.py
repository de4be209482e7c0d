"""Where a finding came from: the check that recorded it, and the entry that it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.store.entries import number_text
from app.store.models import Complaint, Finding, InspectionItem, LedgerEntry, SpotCheck


@dataclass(frozen=True)
class FromEntry:
    """The entry that a finding is about, by its outside number."""

    id: int
    ledger: str
    number: str


def check_of(session: Session, contract_id: int, finding_id: int) -> tuple[str, int] | None:
    """The check that recorded the finding: what kind (round, inspection, complaint), and its id; None where it was typed."""
    of: dict[str, tuple[Any, Any]] = {
        "round": (SpotCheck, SpotCheck.round_id), "inspection": (InspectionItem, InspectionItem.inspection_id),
        "complaint": (Complaint, Complaint.id),
    }  # fmt: skip
    each = [
        sa.select(sa.literal(kind).label("kind"), key.label("key")).where(
            model.contract_id == contract_id, model.finding_id == finding_id, key.is_not(None)
        )
        for kind, (model, key) in of.items()
    ]
    row = session.execute(sa.union_all(*each).limit(1)).first()
    return (row.kind, row.key) if row is not None else None


def entry_of(session: Session, finding: Finding) -> FromEntry | None:
    """The entry that the finding is about; None where it is about none."""
    if finding.entry_id is None:
        return None
    query = sa.select(LedgerEntry.id, LedgerEntry.ledger, LedgerEntry.number).where(
        LedgerEntry.contract_id == finding.contract_id, LedgerEntry.id == finding.entry_id
    )
    row = session.execute(query).first()
    return FromEntry(row.id, row.ledger, number_text(row.ledger, row.number)) if row is not None else None

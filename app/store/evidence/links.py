"""Rows that tie files to entries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.store.models import EntryEvidence, EvidenceFile

__all__ = ["EntryEvidence", "EvidenceFile"]

SOME = 500  # ids in one IN list


def digests(session: Session, contract_id: int, ids: Collection[int]) -> dict[int, str]:
    """SHA-256 by file id, of those that are in the contract."""
    if not ids:
        return {}
    query = sa.select(EvidenceFile.id, EvidenceFile.sha256).where(
        EvidenceFile.contract_id == contract_id, EvidenceFile.id.in_(ids)
    )
    return dict(session.execute(query).tuples().all())


def of_entry(session: Session, contract_id: int, entry_id: int) -> Sequence[EntryEvidence]:
    """The evidence of one entry, in order."""
    query = sa.select(EntryEvidence).where(
        EntryEvidence.contract_id == contract_id, EntryEvidence.entry_id == entry_id
    )
    return session.scalars(query.order_by(EntryEvidence.kind, EntryEvidence.position, EntryEvidence.id)).all()


def add(
    session: Session, contract_id: int, entry_id: int, file_id: int, kind: str, position: int, now: datetime,
    captured_at: datetime | None,
) -> None:  # fmt: skip
    """Ties a file to an entry."""
    session.add(
        EntryEvidence(
            contract_id=contract_id, entry_id=entry_id, file_id=file_id, kind=kind, position=position,
            added_at=now, captured_at=captured_at,
        )
    )  # fmt: skip


def files_of(session: Session, contract_id: int, entry_id: int) -> dict[str, list[int]]:
    """File ids by kind, as a form holds them."""
    found: dict[str, list[int]] = {}
    for row in of_entry(session, contract_id, entry_id):
        found.setdefault(row.kind, []).append(row.file_id)
    return found


def kinds_of(
    session: Session, contract_id: int, ids: Sequence[int]
) -> dict[int, tuple[tuple[str, str], ...]]:
    """(kind, SHA-256) of the evidence of these entries."""
    found: dict[int, tuple[tuple[str, str], ...]] = {}
    for start in range(0, len(ids), SOME):
        some = ids[start : start + SOME]
        found |= gathered(session, kinds(contract_id).where(EntryEvidence.entry_id.in_(some)))
    return found


def kinds(contract_id: int) -> sa.Select[tuple[int, str, str]]:
    return (
        sa.select(EntryEvidence.entry_id, EntryEvidence.kind, EvidenceFile.sha256)
        .join(EvidenceFile, EvidenceFile.id == EntryEvidence.file_id)
        .where(EntryEvidence.contract_id == contract_id)
        .order_by(EntryEvidence.entry_id, EntryEvidence.kind, EntryEvidence.position)
    )


def gathered(
    session: Session, query: sa.Select[tuple[int, str, str]]
) -> dict[int, tuple[tuple[str, str], ...]]:
    found: dict[int, list[tuple[str, str]]] = {}
    for entry_id, kind, digest in session.execute(query):
        found.setdefault(entry_id, []).append((kind, digest))
    return {key: tuple(pieces) for key, pieces in found.items()}


def add_all(
    session: Session,
    contract_id: int,
    rows: Sequence[tuple[int, int, str, int, datetime | None]],
    now: datetime,
) -> None:
    """Ties many files to entries: (entry, file, kind, position, captured at)."""
    names = ("entry_id", "file_id", "kind", "position", "captured_at")
    given = [
        {"contract_id": contract_id, "added_at": now, **dict(zip(names, row, strict=True))} for row in rows
    ]
    if given:
        session.execute(sa.insert(EntryEvidence), given)

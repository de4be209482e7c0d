"""Targets that were changed after signing, as far as both sides agreed: which are in force, and a book under them.

A period is measured by the targets in force on its last day, like the rubric (spec, 规则书的版本); periods before
the effective day keep what they were measured by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from app.services.books import Book
from app.store import indicators
from app.store.indicators import TargetChange
from kpi.quantities import parse_exact
from kpi.rulebook.given import ChangedTarget
from kpi.rulebook.targets import adjusted


def in_force(session: Session, contract_id: int, book: Book, day: date) -> dict[str, ChangedTarget]:
    """The agreed targets of a day, by parameter; parameters that the rulebook no longer has are left out."""
    known = {one.id for one in book.rulebook.parameters}
    return {name: given(row) for name, row in latest(indicators.targets(session, contract_id), day).items() if name in known}


def latest(rows: Iterable[TargetChange], day: date) -> dict[str, TargetChange]:
    """Of each parameter the agreed change with the latest effective day up to a day."""
    agreed = (row for row in rows if row.approved and row.effective_on <= day)
    ordered = sorted(agreed, key=lambda row: (row.effective_on, row.decided_at or row.proposed_at, row.id))
    return {row.parameter: row for row in ordered}


def given(row: TargetChange) -> ChangedTarget:
    """An agreed change as the engine takes it. Names of people stay out of what a capsule freezes."""
    by = f"双方同意，目标调整第 {row.id} 号"
    return ChangedTarget(value=parse_exact(row.value), reason=row.reason, by=by, date=row.effective_on)


def applied(book: Book, targets: Mapping[str, ChangedTarget]) -> Book:
    """The book with changed targets in force."""
    if not targets:
        return book
    return replace(book, source=replace(book.source, rulebook=adjusted(book.rulebook, targets)))

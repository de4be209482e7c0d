"""Reading the audit log: filtered, newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.store.models import AuditEvent, UserAccount

__all__ = ["AuditEvent"]


@dataclass(frozen=True)
class LogFilter:
    """What to show; empty fields do not narrow."""

    action: str = ""
    subject_kind: str = ""
    subject_id: int | None = None
    actor_id: int | None = None
    contract_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        equal = {
            AuditEvent.action: self.action or None,
            AuditEvent.subject_kind: self.subject_kind or None,
            AuditEvent.subject_id: self.subject_id,
            AuditEvent.actor_id: self.actor_id,
            AuditEvent.contract_id: self.contract_id,
        }
        found = [column == value for column, value in equal.items() if value is not None]
        if self.since is not None:
            found.append(AuditEvent.at >= self.since)
        if self.until is not None:
            found.append(AuditEvent.at < self.until)
        return found


def page(
    session: Session, wanted: LogFilter, contracts: Collection[int] | None, before: int | None, size: int
) -> Sequence[tuple[AuditEvent, str | None]]:
    """Events with the actor's name; `contracts` limits to these, None shows all; `before` pages back."""
    query = (
        sa.select(AuditEvent, UserAccount.display_name)
        .outerjoin(UserAccount, AuditEvent.actor_id == UserAccount.id)
        .where(*wanted.conditions())
        .order_by(AuditEvent.position.desc())
        .limit(size)
    )
    if contracts is not None:
        query = query.where(AuditEvent.contract_id.in_(contracts))
    if before is not None:
        query = query.where(AuditEvent.position < before)
    return [(event, name) for event, name in session.execute(query)]

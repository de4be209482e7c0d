"""The circumstances of an act: who, when, over which channel, in which transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from app.clock import business_day
from app.security.predicates import Person
from app.security.signing import Signer
from app.security.terms import Channel
from app.security.vault import Vault
from app.store import audit
from app.store.evidence.files import Files


class Refused(Exception):
    """The act is not possible now. The text says what, why and what to do; `field` names the input."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Missing(Exception):
    """There is no such thing, or not for this person: both are answered alike."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act of one person (or of the system, without an actor)."""

    session: Session
    now: datetime
    signer: Signer
    vault: Vault
    files: Files
    channel: Channel
    request_id: str
    actor: Person | None = None

    @property
    def today(self) -> date:
        """The business day."""
        return business_day(self.now)

    def record(
        self, action: str, kind: str, subject_id: int | None, contract_id: int | None = None, /, **detail: Any
    ) -> None:
        """Writes the audit row into this transaction. `detail` holds ids and settings, no personal data."""
        happening = audit.Happening(
            at=self.now,
            channel=self.channel,
            actor_id=self.actor.user_id if self.actor else None,
            contract_id=contract_id,
            action=action,
            subject_kind=kind,
            subject_id=subject_id,
            detail=detail,
            request_id=self.request_id,
        )
        audit.append(self.session, self.signer, happening)

    def person(self) -> Person:
        """The actor, where only a signed-in person can act."""
        if self.actor is None:
            raise Refused("请先登录")
        return self.actor


Row = TypeVar("Row")


def found(row: Row | None) -> Row:
    """The row; raises Missing where there is none."""
    if row is None:
        raise Missing
    return row

"""What every step of the demonstration needs: the database, the keys, and acts at a time by a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from sqlalchemy import Engine

from app.clock import SHANGHAI
from app.config import Settings
from app.security.passwords import Passwords
from app.security.signing import Signer
from app.security.terms import Channel
from app.security.vault import Vault
from app.services import sessions
from app.services.act import Act, found
from app.store import accounts
from app.store.engine import Session, own_transaction
from app.store.evidence.files import Files

Result = TypeVar("Result")
Say = Callable[[str], None]


def moment(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """A time of a day in Shanghai, as an instant."""
    return datetime.combine(day, time(hour, minute), SHANGHAI).astimezone(UTC)


@dataclass(frozen=True)
class Stage:
    """Where the demonstration is played. `today` is the day on which it is looked at."""

    engine: Engine
    settings: Settings
    signer: Signer
    vault: Vault
    passwords: Passwords
    files: Files
    today: date
    say: Say

    def play(self, user_id: int | None, at: datetime, use_case: Callable[[Act], Result]) -> Result:
        """One act of one person at a time, in a transaction of its own."""
        with own_transaction(self.engine) as session:
            return use_case(self.act(session, user_id, at))

    def act(self, session: Session, user_id: int | None, at: datetime) -> Act:
        """The act of a person (None: of the operator)."""
        person = None
        if user_id is not None:
            person = sessions.person_of(session, found(accounts.by_id(session, user_id)), at)
        return Act(
            session=session, now=at, signer=self.signer, vault=self.vault, files=self.files,
            channel=Channel.OPERATOR if person is None else Channel.WEB, request_id="demonstration", actor=person,
        )  # fmt: skip


def months(first: date, last: date) -> list[tuple[date, date]]:
    """First and last day of each calendar month between two days, both included."""
    spans = []
    start = first
    while start <= last:
        following = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        spans.append((start, min(following - timedelta(days=1), last)))
        start = following
    return spans

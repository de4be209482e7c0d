"""The jobs there are: what each does, and for which period it runs once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine

from app.security.signing import Signer
from app.store import audit
from app.store.engine import READING, own_transaction


@dataclass(frozen=True)
class Outcome:
    """How a run ended; what it found and what a person should know."""

    fine: bool
    message: str
    result: dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """A kind of job; `daily_at` is (hour, minute) in Shanghai, None where people start it."""

    name: str
    run: Callable[[Engine, Signer], Outcome]
    daily_at: tuple[int, int] | None = None

    def period(self, day: date) -> str:
        """The period that a scheduled run is for: the pair of name and period exists once."""
        return day.isoformat()


def verify_audit(engine: Engine, signer: Signer) -> Outcome:
    """Checks the whole audit chain and notes its head; others go on writing meanwhile."""
    with own_transaction(engine, **READING) as session:
        verdict, end = audit.verify(session, signer), audit.head(session)
    result = {"checked": verdict.checked, "position": end.position, "hash": end.hash}
    if verdict.problems:
        return Outcome(False, "；".join(verdict.problems), result)
    return Outcome(True, f"审计链完整，核对了 {verdict.checked} 条", result)


KINDS = {kind.name: kind for kind in (Kind("审计链核对", verify_audit, daily_at=(2, 30)),)}

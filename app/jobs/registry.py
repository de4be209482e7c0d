"""The jobs there are: what each does, and when those run that nobody asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.jobs import nightly
from app.jobs.work import Outcome, Work


@dataclass(frozen=True)
class Kind:
    """A kind of job; `daily_at` is (hour, minute) in Shanghai, None where people ask for it."""

    name: str
    run: Callable[[Work], Outcome]
    daily_at: tuple[int, int] | None = None

    def period(self, day: date) -> str:
        """The period that a scheduled run is for: the pair of name and period exists once."""
        return day.isoformat()


KINDS = {kind.name: kind for kind in (Kind("审计链核对", nightly.verify_audit, daily_at=(2, 30)),)}

"""Outlets of a contract side by side: what they entered lately, how much came back, where they fall short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from app.services import books
from app.services.standing import StandingView
from app.store import outlets_compared
from app.store.contracts import Contract, ContractScope
from kpi.quantities import half_up, plain

#: How far back is looked.
DAYS = 90
#: No entry for so many days: the outlet is idle.
IDLE = 30


@dataclass(frozen=True)
class OutletRow:
    """An outlet. `back`: share of decided entries that were returned, with both parts; `short`: indicators it misses."""

    name: str
    verified: int
    waiting: int
    returned: int
    ledgers: int
    latest: date | None
    short: tuple[str, ...]
    idle: bool

    @property
    def back(self) -> str:
        decided = self.verified + self.returned
        if not decided:
            return ""
        return f"{plain(half_up(Fraction(self.returned * 100, decided), 1))}%（{self.returned}/{decided}）"


def compared(scope: ContractScope, contract: Contract, view: StandingView | None, today: date) -> list[OutletRow]:
    """Every open outlet: those that work first, what misses most at the top, then what entered least."""
    book = books.book_of(scope, contract)
    day = min(today, contract.ends_on)
    ledgers = [one.id for one in book.rulebook.ledgers]
    rows = {one.name: one for one in outlets_compared.since(scope.session, contract.id, ledgers, day - timedelta(days=DAYS))}
    short = shortfalls(view)
    found = []
    for name in dict.fromkeys([*outlets_compared.names(scope.session, contract.id), *rows]):
        row = rows.get(name)
        latest = row.latest if row is not None else None
        idle = latest is None or latest < day - timedelta(days=IDLE)
        counts = (row.verified, row.waiting, row.returned, row.ledgers) if row is not None else (0, 0, 0, 0)
        found.append(OutletRow(name, *counts, latest, tuple(short.get(name, ())), idle))
    return sorted(found, key=lambda one: (one.latest is None, -len(one.short), one.verified, one.name))


def shortfalls(view: StandingView | None) -> Mapping[str, list[str]]:
    """The indicators that are not met at a place, by its name, as the standing says."""
    found: dict[str, list[str]] = {}
    for clause, names in _failed(view):
        for name in names:
            found.setdefault(name, []).append(clause)
    return found


def _failed(view: StandingView | None) -> Iterable[tuple[str, list[str]]]:
    for one in view.indicators if view is not None and not view.refused else ():
        members = one.data.get("members")
        if members:
            yield f"{one.clause} {one.title}", members["failed"]


def works(rows: Iterable[OutletRow]) -> Counter[str]:
    """How many outlets work, are idle, miss something."""
    found: Counter[str] = Counter()
    for one in rows:
        found["idle" if one.idle else "works"] += 1
        found["short"] += bool(one.short)
    return found

"""Where a contract stands: computed in the background (`refresh`), read by pages from one row.

Nothing here computes anything in a request. `of`, `price_of` and `behind` read the row once a session.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from app.services.standing.pace import Pace
from app.services.standing.refresh import READ
from app.services.standing.view import PACE_WORDS, IndicatorView, Price, StandingView
from app.store import standing as stored
from app.store.contracts import ContractScope

__all__ = [
    "PACE_WORDS", "IndicatorView", "Pace", "Price", "StandingView", "behind", "drawn_of", "of", "of_many", "price_of",
    "windows_of",
]  # fmt: skip


def of(scope: ContractScope) -> StandingView | None:
    """The contract's standing; None where it has not been computed yet."""
    return of_many(scope.session, [scope.contract_id]).get(scope.contract_id)


def of_many(session: Session, contract_ids: Collection[int]) -> dict[int, StandingView]:
    """The standings of several contracts in one query; what this session has read already is not read again."""
    known: dict[int, StandingView | None] = session.info.setdefault(READ, {})
    missing = [one for one in contract_ids if one not in known]
    rows = stored.rows(session, missing)
    known |= {one: _view(rows[one]) if one in rows else None for one in missing}
    return {one: view for one in contract_ids if (view := known[one]) is not None}


def price_of(scope: ContractScope, clause: str) -> Price | None:
    """What one more shortfall of the clause takes; None where that is not known, or it takes nothing."""
    view = of(scope)
    return view.prices.get(clause) if view is not None else None


def behind(scope: ContractScope) -> list[IndicatorView]:
    """Indicators behind their pace or short of their target, by yuan, then points at risk."""
    view = of(scope)
    return view.behind if view is not None else []


def windows_of(scope: ContractScope) -> dict[str, list[list[str]]]:
    """[first day, last day, state, what it held] of each due window, by the criterion's place (clause/number/place)."""
    return stored.windows(scope.session, scope.contract_id)


def drawn_of(scope: ContractScope) -> tuple[dict[str, list[list[str]]], dict[str, list[list[str | None]]]]:
    """`windows_of`, and [day, verified, claimed, what it should have been] of what is followed over time, by place."""
    return windows_of(scope), stored.lines(scope.session, scope.contract_id)


def _view(row: stored.Standing) -> StandingView:
    days = tuple(row.past.get("days", ()))
    return StandingView(row.contract_id, row.as_of, row.day, row.found, days)

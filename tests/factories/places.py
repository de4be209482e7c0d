"""Outlets and roster entries."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from app.store.models import Contract, Outlet, RosterEntry, UserAccount
from tests.factories.ground import START

number = count(1)


def outlet(session: Session, contract: Contract, parent: Outlet | None = None, **given: Any) -> Outlet:
    defaults = {
        "contract_id": contract.id,
        "parent_id": parent.id if parent else None,
        "level": "township" if parent else "county",
        "name": f"网点{next(number)}",
        "created_at": START,
    }
    row = Outlet(**{**defaults, **given})
    session.add(row)
    session.flush()
    return row


def roster_entry(session: Session, contract: Contract, user: UserAccount, **given: Any) -> RosterEntry:
    defaults = {
        "contract_id": contract.id,
        "user_id": user.id,
        "position": "专员",
        "joined_on": date(2026, 1, 1),
        "created_at": START,
    }
    row = RosterEntry(**{**defaults, **given})
    session.add(row)
    session.flush()
    return row

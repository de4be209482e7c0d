"""Ledger entries as rows, saved views; for entries made by the rules, use the services."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from app.store.models import Contract, LedgerEntry, LedgerView, UserAccount
from tests.factories.ground import START

number = count(1)


def entry(session: Session, contract: Contract, author: UserAccount, **given: Any) -> LedgerEntry:
    """A submitted entry of the visits in lakeside.yaml."""
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "ledger": "visits", "number": next(number), "business_date": date(2026, 3, 4),
        "state": "submitted", "author_id": author.id, "fields": {"date": "2026-03-04", "topic": "政策"},
        "warnings": [], "rulebook_text_id": contract.rulebook_text_id, "entered_at": START, "submitted_at": START,
    }  # fmt: skip
    row = LedgerEntry(**{**defaults, **given})
    session.add(row)
    session.flush()
    return row


def view(session: Session, contract: Contract, user: UserAccount, **given: Any) -> LedgerView:
    defaults = {
        "contract_id": contract.id, "user_id": user.id, "ledger": "visits", "name": f"常用{next(number)}",
        "query": {"state": "returned"}, "columns": [],
    }  # fmt: skip
    row = LedgerView(**{**defaults, **given})
    session.add(row)
    session.flush()
    return row

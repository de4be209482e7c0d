"""Organisations, contracts, rulebook texts."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from app.store import contracts
from app.store.models import Contract, Organisation, RulebookText
from tests.factories.ground import START

number = count(1)


def organisation(session: Session, kind: str = "buyer", **given: Any) -> Organisation:
    row = Organisation(**{"kind": kind, "name": f"单位{next(number)}", "created_at": START, **given})
    session.add(row)
    session.flush()
    return row


def rulebook_text(session: Session, text: str = "key: lakeside\n") -> RulebookText:
    return contracts.keep_rulebook(session, text, START)


def contract(session: Session, **given: Any) -> Contract:
    buyer = given.pop("buyer", None) or organisation(session, "buyer")
    supplier = given.pop("supplier", None) or organisation(session, "supplier")
    defaults = {
        "code": f"contract-{next(number)}",
        "title": f"合同{next(number)}",
        "buyer_id": buyer.id,
        "supplier_id": supplier.id,
        "state": "draft",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
        "price_fen": 100_000_00,
        "created_at": START,
    }
    row = Contract(**{**defaults, **given})
    session.add(row)
    session.flush()
    return row

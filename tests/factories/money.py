"""Rows of a contract's money; for those made by the rules, use the services."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from app.store.models import Contract, MoneyBalance, MoneyBatch, MoneyPosting, UserAccount
from tests.factories.ground import START

number = count(1)


def batch(session: Session, contract: Contract, user: UserAccount, **given: Any) -> MoneyBatch:
    """An earlier payment in the books, with its one line."""
    which = next(number)
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "number": which, "kind": "opening", "happened_on": date(2026, 3, 1), "summary": "以前的付款",
        "source_kind": "contract", "source_id": contract.id, "source_key": f"opening:contract:{which}:", "posted_by": user.id,
        "posted_at": START,
    }  # fmt: skip
    row = MoneyBatch(**{**defaults, **given})
    session.add(row)
    session.flush()
    session.add(
        MoneyPosting(
            contract_id=contract.id, batch_id=row.id, position=1, debit="paid", credit="outstanding", amount_fen=100_00,
            debit_after=100_00, credit_after=0,
        )
    )  # fmt: skip
    session.add(MoneyBalance(contract_id=contract.id, account="paid", balance_fen=100_00))
    session.flush()
    return row

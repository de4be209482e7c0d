"""Versions of rulebooks, opening records, tables of holidays."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.store.models import CalendarText, Contract, ContractRulebook, OpeningRecord, UserAccount
from tests.factories import organisations
from tests.factories.ground import START

SIXTH = Path(__file__).resolve().parents[2] / "docs" / "examples" / "sixth.yaml"
LAKESIDE = Path(__file__).with_name("lakeside.yaml")


def version(
    session: Session, contract: Contract, user: UserAccount, text: str = "", **given: Any
) -> ContractRulebook:
    """An adopted version, in force from the first day; the contract runs by it."""
    kept = organisations.rulebook_text(session, text or LAKESIDE.read_text("utf-8"))
    defaults = {
        "contract_id": contract.id, "revision": 1, "rulebook_text_id": kept.id, "effective_on": contract.starts_on,
        "reason": "合同附件", "adopted_by": user.id, "adopted_at": START,
    }  # fmt: skip
    row = ContractRulebook(**{**defaults, **given})
    session.add(row)
    if row.adopted_at is not None:
        contract.rulebook_text_id = kept.id
    session.flush()
    return row


def opening(session: Session, contract: Contract, user: UserAccount, **given: Any) -> OpeningRecord:
    defaults = {
        "contract_id": contract.id, "kind": "score", "title": "第一季度考核", "from_on": date(2026, 1, 1),
        "until_on": date(2026, 1, 31), "score": "92.5", "entered_by": user.id, "entered_at": START,
    }  # fmt: skip
    row = OpeningRecord(**{**defaults, **given})
    session.add(row)
    session.flush()
    return row


def calendar_text(session: Session, user: UserAccount, **given: Any) -> CalendarText:
    defaults = {
        "year": 2027, "revision": 1, "text": "2027:\n  workdays: [2027-02-06]\n", "source": "通知",
        "imported_by": user.id, "imported_at": START,
    }  # fmt: skip
    row = CalendarText(**{**defaults, **given})
    session.add(row)
    session.flush()
    return row

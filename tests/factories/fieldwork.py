"""Rounds, inspections, complaints and surveys as rows; for those made by the rules, use the services."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from app.store.models import (
    Complaint,
    Contract,
    Inspection,
    InspectionItem,
    LedgerEntry,
    Poll,
    PollAnswer,
    SpotRound,
    UserAccount,
)
from tests.factories.ground import START

number = count(1)
Row = TypeVar("Row", SpotRound, Inspection, InspectionItem, Complaint, Poll, PollAnswer)
DAY = date(2026, 3, 4)


def spot_round(session: Session, contract: Contract, user: UserAccount, entry: LedgerEntry, **given: Any) -> SpotRound:
    """A round over one entry, committed to and not drawn."""
    rows = [[entry.id, entry.version, f"{entry.ledger}-{entry.number:06d}", []]]
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "number": next(number), "ledger": entry.ledger, "clause": "LK-1", "from_on": DAY,
        "until_on": DAY, "strata": "none", "size_by": "number", "wished": "1", "size": 1, "population": 1,
        "fingerprint": "0" * 64, "commitment": "1" * 64, "sealed_seed": "x", "listing": {"rows": rows}, "reason": "核对走访",
        "committed_by": user.id, "committed_at": START,
    }  # fmt: skip
    return added(session, SpotRound(**{**defaults, **given}))


def drawn(session: Session, contract: Contract, user: UserAccount, entry: LedgerEntry) -> SpotRound:
    """A round that has drawn its one entry."""
    number_text = f"{entry.ledger}-{entry.number:06d}"
    done = {"seed": "2" * 64, "drawn": [number_text], "drawn_by": user.id, "drawn_at": START}
    return spot_round(session, contract, user, entry, **done)


def walked(session: Session, contract: Contract, user: UserAccount, second: UserAccount, text_id: int) -> Inspection:
    """An inspection that is closed."""
    done = {"state": "done", "second_id": second.id, "visited_on": DAY, "closed_at": START}
    return inspection(session, contract, user, text_id, **done)


def inspection(session: Session, contract: Contract, user: UserAccount, text_id: int, **given: Any) -> Inspection:
    """A planned inspection."""
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "number": next(number), "checklist": "site", "title": "场所检查", "clause": "LK-1",
        "rulebook_text_id": text_id, "place": "城东街道", "planned_on": DAY, "state": "planned", "inspector_id": user.id,
        "planned_by": user.id, "planned_at": START,
    }  # fmt: skip
    return added(session, Inspection(**{**defaults, **given}))


def item(session: Session, row: Inspection, **given: Any) -> InspectionItem:
    """An item that nobody has looked at."""
    defaults: dict[str, Any] = {
        "contract_id": row.contract_id, "inspection_id": row.id, "position": 1, "value": "公示栏", "clause": row.clause
    }  # fmt: skip
    return added(session, InspectionItem(**{**defaults, **given}))


def complaint(session: Session, contract: Contract, user: UserAccount, **given: Any) -> Complaint:
    """A complaint that waits."""
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "number": next(number), "clause": "LK-1", "channel": "hotline", "received_on": DAY,
        "received_by": user.id, "recorded_at": START, "account": "窗口无人", "state": "received",
    }  # fmt: skip
    return added(session, Complaint(**{**defaults, **given}))


def poll(session: Session, contract: Contract, user: UserAccount, **given: Any) -> Poll:
    """A survey that is open."""
    form = {"questions": [{"id": "q1", "text": "满意吗？", "choices": ["满意", "不满意"], "satisfied": ["满意"]}], "groups": []}
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "number": next(number), "questionnaire": "own", "title": "满意度", "clause": "LK-1",
        "form": form, "from_on": DAY, "until_on": date(2026, 3, 31), "population": 100, "wished": 10, "state": "open",
        "opened_by": user.id, "opened_at": START,
    }  # fmt: skip
    return added(session, Poll(**{**defaults, **given}))


def closed(session: Session, contract: Contract, user: UserAccount, second: UserAccount) -> Poll:
    """A survey that has ended with one satisfied person."""
    counts = {"asked": 1, "answered": 1, "satisfied": 1, "groups": {"": [1, 1]}}
    return poll(session, contract, user, state="closed", closed_by=second.id, closed_at=START, counts=counts, conclusion="满意")


def answer(session: Session, row: Poll, user: UserAccount, **given: Any) -> PollAnswer:
    """Somebody who is satisfied."""
    defaults: dict[str, Any] = {
        "contract_id": row.contract_id, "poll_id": row.id, "number": 1, "asked_on": DAY, "way": "call", "reached": "answered",
        "answers": {"q1": "满意"}, "satisfied": True, "entered_by": user.id, "entered_at": START,
    }  # fmt: skip
    return added(session, PollAnswer(**{**defaults, **given}))


def added(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row

"""Findings, notices and their papers as rows; for those made by the rules, use the services."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from app.store.models import (
    Contract,
    ContractEvent,
    Exemption,
    Finding,
    OfficialDocument,
    RectificationCase,
    RectificationReport,
    Reinspection,
    UserAccount,
)
from tests.factories.ground import START

number = count(1)
Row = TypeVar(
    "Row", OfficialDocument, RectificationCase, RectificationReport, Reinspection, Finding, Exemption, ContractEvent
)  # fmt: skip


def document(session: Session, contract: Contract, user: UserAccount, **given: Any) -> OfficialDocument:
    """A numbered notice."""
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "issuer_id": contract.buyer_id, "kind": "notice", "title": "整改通知书",
        "state": "numbered", "number": f"整改〔2026〕{next(number)}号", "content": {"lead": ["正文"]}, "content_hash": "0" * 64,
        "drafted_by": user.id, "drafted_at": START, "numbered_on": date(2026, 3, 5),
    }  # fmt: skip
    return added(session, OfficialDocument(**{**defaults, **given}))


def case(session: Session, contract: Contract, user: UserAccount, notice: OfficialDocument, **given: Any) -> RectificationCase:
    """A rectification that waits for its service."""
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "number": next(number), "notice_id": notice.id, "demand": "请整改", "days": 5,
        "state": "issued", "opened_by": user.id, "opened_at": START,
    }  # fmt: skip
    return added(session, RectificationCase(**{**defaults, **given}))


def finding(session: Session, contract: Contract, first: UserAccount, second: UserAccount, **given: Any) -> Finding:
    """An open finding of two people."""
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "number": next(number), "clause": "LK-1", "source": "inspection", "found": "走访少了两家",
        "found_on": date(2026, 3, 4), "place": "城东街道", "signature": "nobody", "state": "open", "found_by": first.id,
        "second_id": second.id, "recorded_at": START,
    }  # fmt: skip
    return added(session, Finding(**{**defaults, **given}))


def exemption(session: Session, row: Finding, user: UserAccount, **given: Any) -> Exemption:
    """An application that waits."""
    defaults: dict[str, Any] = {
        "contract_id": row.contract_id, "finding_id": row.id, "reason": "当天封路", "applied_by": user.id, "applied_at": START
    }  # fmt: skip
    return added(session, Exemption(**{**defaults, **given}))


def reply(session: Session, row: RectificationCase, user: UserAccount, **given: Any) -> RectificationReport:
    """A report of the contractor."""
    defaults: dict[str, Any] = {
        "contract_id": row.contract_id, "case_id": row.id, "revision": 1, "measures": "已补走访", "done_on": date(2026, 3, 5),
        "reported_by": user.id, "reported_at": START,
    }  # fmt: skip
    return added(session, RectificationReport(**{**defaults, **given}))


def look(session: Session, row: RectificationCase, first: UserAccount, second: UserAccount, **given: Any) -> Reinspection:
    """A reinspection."""
    defaults: dict[str, Any] = {
        "contract_id": row.contract_id, "case_id": row.id, "outcome": "again", "checked_on": date(2026, 3, 5), "place": "服务站",
        "signature": "nobody", "note": "还缺一家", "checked_by": first.id, "second_id": second.id, "recorded_at": START,
    }  # fmt: skip
    return added(session, Reinspection(**{**defaults, **given}))


def event(session: Session, contract: Contract, user: UserAccount, **given: Any) -> ContractEvent:
    """A contract event that waits."""
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "number": next(number), "kind": "leak", "title": "泄露信息", "happened_on": date(2026, 3, 4),
        "account": "名册外传", "recorded_by": user.id, "recorded_at": START,
    }  # fmt: skip
    return added(session, ContractEvent(**{**defaults, **given}))


def added(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row

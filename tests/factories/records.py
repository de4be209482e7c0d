"""Setting answers, number sequences, jobs, audit events."""

from __future__ import annotations

from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from app.security.signing import Signer
from app.security.terms import Channel
from app.store import audit
from app.store.models import AuditEvent, Contract, Job, NumberSequence, SettingAnswer, UserAccount
from tests.factories.ground import START

SIGNER = Signer(b"3" * 32)
number = count(1)


def setting_answer(session: Session, contract: Contract, user: UserAccount, **given: Any) -> SettingAnswer:
    defaults = {
        "contract_id": contract.id,
        "assumption": "month_anchor",
        "revision": 1,
        "answer": {"value": "calendar"},
        "reason": "合同附件写明按自然月",
        "answered_by": user.id,
        "answered_at": START,
    }
    row = SettingAnswer(**{**defaults, **given})
    session.add(row)
    session.flush()
    return row


def number_sequence(session: Session, contract: Contract, **given: Any) -> NumberSequence:
    row = NumberSequence(**{"contract_id": contract.id, "ledger": "visits", **given})
    session.add(row)
    session.flush()
    return row


def job(session: Session, **given: Any) -> Job:
    defaults = {
        "name": "审计链核对",
        "period": f"2026-{next(number)}",
        "state": "waiting",
        "created_at": START,
    }
    row = Job(**{**defaults, **given})
    session.add(row)
    session.flush()
    return row


def audit_event(session: Session, action: str = "test.happened", **given: Any) -> AuditEvent:
    """The next row of the chain."""
    defaults: dict[str, Any] = {
        "at": START,
        "channel": Channel.WEB,
        "actor_id": None,
        "contract_id": None,
        "action": action,
        "subject_kind": "test",
        "subject_id": next(number),
        "detail": {"词": "值", "n": 1},
        "request_id": "r",
    }
    return audit.append(session, SIGNER, audit.Happening(**{**defaults, **given}))

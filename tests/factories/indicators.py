"""Targets changed, figures by hand, task plans, and a standing to look at."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from app.services.standing import refresh
from app.store.contracts import ContractScope
from app.store.models import (
    Contract,
    EvidenceFile,
    ManualFigure,
    ManualPaper,
    TargetChange,
    TaskPlan,
    TaskShare,
    UserAccount,
)
from tests.factories import evidence
from tests.factories.ground import CLOCK, START

Row = TypeVar("Row", TargetChange, ManualFigure, ManualPaper, TaskPlan, TaskShare)


def target(session: Session, contract: Contract, user: UserAccount, **given: Any) -> TargetChange:
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "parameter": "trainings_wanted", "before": "4", "value": "3", "reason": "停电两周，双方商定",
        "effective_on": date(2026, 3, 1), "proposed_by": user.id, "proposed_at": START,
    }  # fmt: skip
    return added(session, TargetChange(**{**defaults, **given}))


def manual(session: Session, contract: Contract, user: UserAccount, file: EvidenceFile, **given: Any) -> ManualFigure:
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "clause": "LK-1", "from_on": contract.starts_on, "until_on": contract.ends_on, "revision": 1,
        "stated": {"table": {}}, "reason": "市局通报", "entered_by": user.id, "entered_at": START,
    }  # fmt: skip
    row = added(session, ManualFigure(**{**defaults, **given}))
    added(session, ManualPaper(contract_id=contract.id, figure_id=row.id, file_id=file.id, position=1))
    return row


def plan(session: Session, contract: Contract, user: UserAccount, **given: Any) -> TaskPlan:
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "figure": "LK-1/visited", "total": 48, "saved_by": user.id, "saved_at": START,
    }  # fmt: skip
    row = added(session, TaskPlan(**{**defaults, **given}))
    month = contract.starts_on.replace(day=1)
    added(session, TaskShare(contract_id=contract.id, plan_id=row.id, month=month, user_id=user.id, place="", n=4))
    return row


def added(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


def everything(session: Session, contract: Contract, user: UserAccount) -> dict[str, int | str]:
    """One of each, with a standing; ids by the names of the routes' parameters."""
    refresh.keep(session, contract.id, refresh.computed(ContractScope(session, contract.id), CLOCK.now))
    plan(session, contract, user)
    return {
        "clause": "LK-1", "number": 0, "figure": "visited", "change_id": target(session, contract, user).id,
        "figure_id": manual(session, contract, user, evidence.kept(session, contract, user)).id,
    }  # fmt: skip

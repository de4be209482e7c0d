"""Reports and what belongs to them as rows; for those computed from entries, use the services."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from itertools import count
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from app.store.models import (
    Contract,
    Deliverable,
    DeliverableDeed,
    Dossier,
    DossierItem,
    Report,
    ReportFile,
    ReportLetter,
    ReportTemplate,
    ReportVersion,
    UserAccount,
)
from app.store.models.base import Base
from kpi.reports.plain_data import plain_data
from tests.factories import organisations
from tests.factories.ground import START
from tests.factories.report_example import example

number = count(1)
Row = TypeVar("Row", bound=Base)


def added(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


def report(session: Session, contract: Contract, **given: Any) -> Report:
    """A draft of January with one version."""
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "duty": "monthly", "title": "月报", "label": "2026年1月", "every": "month",
        "from_on": date(2026, 1, 1), "until_on": date(2026, 1, 31), "due_on": date(2026, 2, 28), "state": "draft", "revision": 1,
    }  # fmt: skip
    return added(session, Report(**{**defaults, **given}))


def version(session: Session, row: Report, user: UserAccount | None = None, **given: Any) -> ReportVersion:
    """What a small report says, with the hash of it."""
    data = json.dumps(plain_data(example()), ensure_ascii=False, sort_keys=True)
    text = organisations.rulebook_text(session)
    defaults: dict[str, Any] = {
        "contract_id": row.contract_id, "report_id": row.id, "revision": 1, "sha256": hashlib.sha256(data.encode()).hexdigest(),
        "data": data, "rulebook_text_id": text.id, "event_id": 0, "case_event_id": 0, "sheets": [], "head_position": 0,
        "head_hash": "0" * 64, "made_by": user.id if user else None, "made_at": START,
    }  # fmt: skip
    return added(session, ReportVersion(**{**defaults, **given}))


def file(session: Session, made: ReportVersion, kind: str = "pdf", **given: Any) -> ReportFile:
    """A row of a file, without bytes."""
    defaults: dict[str, Any] = {
        "contract_id": made.contract_id, "version_id": made.id, "kind": kind, "sha256": f"{next(number):064x}", "size": 1, "pages": 1,
    }  # fmt: skip
    return added(session, ReportFile(**{**defaults, **given}))


def template(session: Session, contract: Contract, user: UserAccount, **given: Any) -> ReportTemplate:
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "duty": "monthly", "part": "words1", "revision": 1, "texts": ["{期间}的工作。"],
        "written_by": user.id, "written_at": START,
    }  # fmt: skip
    return added(session, ReportTemplate(**{**defaults, **given}))


def letter(session: Session, contract: Contract, user: UserAccount, **given: Any) -> ReportLetter:
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "revision": 1, "name": "停用", "sha256": None, "kept_by": user.id, "kept_at": START,
    }
    return added(session, ReportLetter(**{**defaults, **given}))


def deliverable(session: Session, contract: Contract, user: UserAccount, **given: Any) -> Deliverable:
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "number": 1, "title": "操作手册", "copies": 2, "medium": "paper", "recorded_by": user.id,
        "recorded_at": START,
    }  # fmt: skip
    return added(session, Deliverable(**{**defaults, **given}))


def deed(session: Session, about: Deliverable, user: UserAccount, **given: Any) -> DeliverableDeed:
    """It was handed in, without a scan."""
    defaults: dict[str, Any] = {
        "contract_id": about.contract_id, "deliverable_id": about.id, "deed": "handed", "happened_on": date(2026, 1, 5), "who": "张三",
        "by": user.id, "at": START,
    }  # fmt: skip
    return added(session, DeliverableDeed(**{**defaults, **given}))


def dossier(session: Session, contract: Contract, user: UserAccount, **given: Any) -> Dossier:
    """An open file with a document on paper."""
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "number": 1, "title": "第一季度报告", "retention": "fifteen", "from_on": date(2026, 1, 1),
        "until_on": date(2026, 3, 31), "opened_by": user.id, "opened_at": START,
    }  # fmt: skip
    made = added(session, Dossier(**{**defaults, **given}))
    item = DossierItem(
        contract_id=contract.id, dossier_id=made.id, position=1, responsible="供应商", title="签到表", dated=date(2026, 1, 5), pages=2
    )
    added(session, item)
    return made


def everything(session: Session, contract: Contract, user: UserAccount) -> dict[str, int | str]:
    """One row of each kind; ids by the names of the routes' parameters."""
    row = report(session, contract)
    made = version(session, row, user)
    file(session, made)
    template(session, contract, user)
    letter(session, contract, user)
    return {
        "report_id": row.id, "revision": 1, "part": "words1", "deliverable_id": deliverable(session, contract, user).id,
        "dossier_id": dossier(session, contract, user).id,
    }  # fmt: skip

"""Imports, exports and runs as rows; for those made by the rules, use the services."""

from __future__ import annotations

from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from app.services import background
from app.store.models import ColumnMapping, Contract, ExportFile, ImportBatch, Job, UserAccount
from tests.factories import evidence
from tests.factories.ground import START

number = count(1)


def batch(session: Session, contract: Contract, user: UserAccount, **given: Any) -> ImportBatch:
    """A batch that brought in one row."""
    place = next(number)
    file = evidence.kept(session, contract, user, f"日期\n2026-03-{place}\n".encode(), f"导出{place}.csv")
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "ledger": "visits", "file_id": file.id, "file_name": file.name, "state": "imported",
        "columns": {"mapping": {"columns": {"日期": "date"}}}, "total": 1, "good": 1, "bad": 0,
        "uploaded_by": user.id, "uploaded_at": START, "imported_at": START,
    }  # fmt: skip
    return kept(session, ImportBatch(**{**defaults, **given}))


def mapping(session: Session, contract: Contract, user: UserAccount, **given: Any) -> ColumnMapping:
    """A mapping that was kept."""
    place = next(number)
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "ledger": "visits", "name": f"平台{place}", "headings": f"{place:064x}",
        "columns": {"columns": {"日期": "date"}}, "made_by": user.id, "made_at": START,
    }  # fmt: skip
    return kept(session, ColumnMapping(**{**defaults, **given}))


def run(session: Session, contract: Contract, user: UserAccount, **given: Any) -> Job:
    """A run that somebody asked for and that is done."""
    defaults: dict[str, Any] = {
        "name": background.IMPORT, "period": f"batch:{next(number)}", "state": "done", "progress": 100,
        "contract_id": contract.id, "asked_by": user.id, "payload": {}, "created_at": START, "finished_at": START,
    }  # fmt: skip
    return kept(session, Job(**{**defaults, **given}))


def export(session: Session, contract: Contract, user: UserAccount, **given: Any) -> ExportFile:
    """An export that was sent while it was made; its file is not kept."""
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "ledger": "visits", "query": {}, "columns": [], "format": "csv", "rows": 1, "size": 9,
        "sha256": "0" * 64, "asked_by": user.id, "asked_at": START, "made_at": START, "removed_at": START,
    }  # fmt: skip
    return kept(session, ExportFile(**{**defaults, **given}))


def kept(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row

"""Background work as people see it: asked for, looked at, found again, retried when it failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.services.act import Act, Missing, Refused, found
from app.store import jobs
from app.store.contracts import ContractScope
from app.store.jobs import Job

#: Kinds that people ask for; app.jobs carries them out.
IMPORT_CHECK, IMPORT, EXPORT = "导入核对", "导入", "导出"


def ask(act: Act, scope: ContractScope, name: str, period: str, payload: Mapping[str, Any]) -> Job:
    """Puts a run into the queue; asking twice for the same gives the same run."""
    row = jobs.enqueue(
        act.session, name, period, act.now,
        contract_id=scope.contract_id, asked_by=act.person().user_id, payload=payload,
    )  # fmt: skip
    return row if row is not None else found(jobs.by_period(act.session, name, period))


def own(session: Session, user_id: int, contract_id: int, size: int = 50) -> Sequence[Job]:
    """What the person has asked for in a contract, latest first."""
    return jobs.own(session, user_id, contract_id, size)


def lately(session: Session, user_id: int, since: datetime, size: int = 10) -> Sequence[Job]:
    """What the person has asked for and that still runs, or has ended since then: for the home page."""
    return jobs.own_since(session, user_id, since, size)


def of_contract(scope: ContractScope, job_id: int) -> Job:
    """A run of this contract; Missing for what is of another one, or of none."""
    job = jobs.by_id(scope.session, job_id)
    if job is None or job.contract_id != scope.contract_id:
        raise Missing
    return job


def retry(act: Act, job_id: int) -> Job:
    """Puts a failed run back in the queue."""
    job = found(jobs.by_id(act.session, job_id))
    if not jobs.retry(act.session, job):
        raise Refused("这次运行没有失败，或已经重试过了，不用再操作")
    act.record("job.retried", "job", job_id, name=job.name, period=job.period)
    return job

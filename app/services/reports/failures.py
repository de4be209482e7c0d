"""Runs that failed to make reports: tried again, and no longer told once their reports are there."""

from __future__ import annotations

from datetime import date

from app.security.terms import JobState
from app.services import background, books
from app.services.act import Act, Missing, found
from app.services.reports import duties
from app.services.reports.duties import JOB
from app.services.reports.people import check_writes
from app.store import reports
from app.store.contracts import ContractScope
from app.store.jobs import Job
from kpi.quantities import Period

LATER = "（后来已经生成）"


def again(act: Act, scope: ContractScope, run_id: int) -> Job:
    """Puts a failed run back into the queue; the job of another kind is none."""
    check_writes(act, scope)
    job = background.of_contract(scope, run_id)
    if job.name != JOB:
        raise Missing
    return background.retry(act, job.id)


def made_up_for(scope: ContractScope, period: Period, today: date, done: int) -> None:
    """Failed runs of this period are told no more where nothing of it is still owed; what went wrong stays in their message."""
    rows, span = reports.failed_jobs(scope.session, JOB, [scope.contract_id]), (period.start, period.end)
    failed = [one for one in rows if one.id != done and _of(one) == span]
    if not failed:
        return
    contract = found(scope.contract())
    owed = duties.outstanding(scope.session, contract, books.book_of(scope, contract), today)
    if any((one.period.start, one.period.end) == span for one in owed):
        return
    for one in failed:
        one.state, one.message = JobState.DONE.value, f"{one.message}{LATER}"
    scope.session.flush()


def _of(job: Job) -> tuple[date, date]:
    """The days that a run was about."""
    if "from" in job.payload:
        return date.fromisoformat(job.payload["from"]), date.fromisoformat(job.payload["until"])
    _, start, end = duties.read_key(job.period)
    return start, end

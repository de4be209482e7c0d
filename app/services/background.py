"""What people do about background work: look, and retry what failed."""

from __future__ import annotations

from app.services.act import Act, Refused, found
from app.store import jobs
from app.store.jobs import Job


def retry(act: Act, job_id: int) -> Job:
    """Puts a failed run back in the queue."""
    job = found(jobs.by_id(act.session, job_id))
    if not jobs.retry(act.session, job):
        raise Refused("这次运行没有失败，或已经重试过了，不用再操作")
    act.record("job.retried", "job", job_id, name=job.name, period=job.period)
    return job

"""Durable jobs: one row a run, claimed by exactly one process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.security.terms import JobState
from app.store.models import Job

__all__ = ["Job"]

# A run without a sign of life for so long has died with its process.
STALE = timedelta(minutes=10)
MOST_ATTEMPTS = 3


def enqueue(session: Session, name: str, period: str, now: datetime) -> Job | None:
    """A new waiting run; None where this job already has a run for the period."""
    found = session.scalar(sa.select(Job.id).where(Job.name == name, Job.period == period))
    if found is not None:
        return None
    job = Job(name=name, period=period, state=JobState.WAITING.value, created_at=now)
    session.add(job)
    session.flush()
    return job


def claim(session: Session, now: datetime) -> Job | None:
    """The oldest run that waits, or that died; taken by one caller only."""
    dead = sa.and_(Job.state == JobState.RUNNING.value, Job.heartbeat_at < now - STALE)
    free = sa.or_(Job.state == JobState.WAITING.value, dead)
    query = sa.select(Job).where(free).order_by(Job.id).limit(1).with_for_update(skip_locked=True)
    job = session.scalars(query).one_or_none()
    if job is None:
        return None
    if job.attempts >= MOST_ATTEMPTS:
        fail(session, job.id, now, f"运行了 {job.attempts} 次都中途断掉，不再自动重试；请查看日志后手工重试")
        return claim(session, now)
    job.state = JobState.RUNNING.value
    job.attempts += 1
    job.heartbeat_at = now
    job.finished_at = None
    session.flush()
    return job


def finish(session: Session, job_id: int, now: datetime, result: dict[str, Any], message: str) -> None:
    """The run is done."""
    job = session.get_one(Job, job_id)
    job.state, job.progress, job.finished_at = JobState.DONE.value, 100, now
    job.result, job.message = result, message
    session.flush()


def fail(
    session: Session, job_id: int, now: datetime, message: str, result: dict[str, Any] | None = None
) -> None:
    """The run failed; it waits for a person to look at it and to retry."""
    job = session.get_one(Job, job_id)
    job.state, job.finished_at, job.message, job.result = JobState.FAILED.value, now, message, result
    session.flush()


def by_id(session: Session, job_id: int) -> Job | None:
    return session.get(Job, job_id)


def retry(session: Session, job: Job) -> bool:
    """Puts a failed run back in the queue; False where it has not failed."""
    if job.state != JobState.FAILED.value:
        return False
    job.state, job.progress, job.message, job.attempts = JobState.WAITING.value, 0, "", 0
    session.flush()
    return True


def latest(session: Session, size: int = 100) -> Sequence[Job]:
    return session.scalars(sa.select(Job).order_by(Job.id.desc()).limit(size)).all()


def failed(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).where(Job.state == JobState.FAILED.value)) or 0

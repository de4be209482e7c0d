"""Durable jobs: one row a run, claimed by exactly one process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.security.terms import JobState
from app.store.models import Job

__all__ = ["Job"]

# A run without a sign of life for so long has died with its process.
STALE = timedelta(minutes=10)
MOST_ATTEMPTS = 3
INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
UNFINISHED = (JobState.WAITING.value, JobState.RUNNING.value)


@dataclass(frozen=True)
class Beat:
    """A sign of life: how far a run is. `total` is None while it is not known."""

    done: int = 0
    total: int | None = None
    message: str = ""

    @property
    def percent(self) -> int:
        return min(99, 100 * self.done // self.total) if self.total else 0


def enqueue(
    session: Session, name: str, period: str, now: datetime, *, contract_id: int | None = None,
    asked_by: int | None = None, payload: Mapping[str, Any] | None = None,
) -> Job | None:  # fmt: skip
    """A new waiting run; None where this job already has a run for the period, also when two ask at once."""
    insert = INSERT[session.get_bind().dialect.name](Job)
    made = session.scalar(
        insert.values(
            name=name, period=period, state=JobState.WAITING.value, attempts=0, progress=0, message="",
            contract_id=contract_id, asked_by=asked_by, payload=dict(payload or {}), created_at=now,
        ).on_conflict_do_nothing(index_elements=["name", "period"]).returning(Job.id)
    )  # fmt: skip
    return session.get_one(Job, made) if made is not None else None


def by_period(session: Session, name: str, period: str) -> Job | None:
    """The run of a job for a period."""
    query = sa.select(Job).where(Job.name == name, Job.period == period)
    return session.scalars(query).one_or_none()


def unfinished(session: Session, name: str, contract_id: int) -> Job | None:
    """The run of a job for a contract that waits or runs."""
    query = sa.select(Job).where(
        Job.name == name, Job.contract_id == contract_id, Job.state.in_(UNFINISHED)
    )
    return session.scalars(query.order_by(Job.id).limit(1)).one_or_none()


def failed_since(session: Session, name: str, since: datetime) -> set[int]:
    """The contracts for which a run of this job has failed since then."""
    query = sa.select(Job.contract_id).where(
        Job.name == name, Job.state == JobState.FAILED.value, Job.finished_at >= since
    )
    return {one for one in session.scalars(query) if one is not None}


def forget(session: Session, name: str, before: datetime) -> None:
    """Takes away what a frequent job did long ago: runs that ended well say nothing any more."""
    session.execute(
        sa.delete(Job).where(Job.name == name, Job.state == JobState.DONE.value, Job.finished_at < before)
    )


def free(now: datetime) -> sa.ColumnElement[bool]:
    """What waits, or has died."""
    dead = sa.and_(Job.state == JobState.RUNNING.value, Job.heartbeat_at < now - STALE)
    return sa.or_(Job.state == JobState.WAITING.value, dead)


def anything(session: Session, now: datetime) -> bool:
    """Whether there is a run to claim; asks without writing, so that nobody waits for the look."""
    return bool(session.scalar(sa.select(sa.exists().where(free(now)))))


def claim(session: Session, now: datetime) -> Job | None:
    """The oldest run that waits, or that died; taken by one caller only."""
    query = sa.select(Job).where(free(now)).order_by(Job.id).limit(1).with_for_update(skip_locked=True)
    job = session.scalars(query).one_or_none()
    if job is None:
        return None
    if job.attempts >= MOST_ATTEMPTS:
        given_up = f"运行了 {job.attempts} 次都中途断掉，不再自动重试；请查看日志后手工重试"
        job.state, job.finished_at, job.message = JobState.FAILED.value, now, given_up
        session.flush()
        return claim(session, now)
    job.state = JobState.RUNNING.value
    job.attempts += 1
    job.heartbeat_at = now
    job.finished_at = None
    session.flush()
    return job


def mine(job_id: int, attempt: int) -> sa.ColumnElement[bool]:
    """The run while it is still this attempt's: a run taken for dead belongs to whoever took it up."""
    return sa.and_(Job.id == job_id, Job.attempts == attempt, Job.state == JobState.RUNNING.value)


def change(session: Session, job_id: int, attempt: int, **values: Any) -> bool:
    """Changes a run that is still this attempt's; False where it no longer is."""
    done = session.execute(
        sa.update(Job).where(mine(job_id, attempt)).values(**values).returning(Job.id)
    )
    return done.first() is not None


def beat(session: Session, job_id: int, attempt: int, now: datetime, sign: Beat) -> bool:
    """Notes how far a run is; False where it no longer belongs to this attempt."""
    told = {"done": sign.done, "total": sign.total}
    return change(
        session, job_id, attempt,
        heartbeat_at=now, progress=sign.percent, message=sign.message, result=told,
    )  # fmt: skip


def finish(
    session: Session, job_id: int, attempt: int, now: datetime, result: dict[str, Any], message: str
) -> bool:
    """The run is done."""
    return change(
        session, job_id, attempt,
        state=JobState.DONE.value, progress=100, finished_at=now, result=result, message=message,
    )  # fmt: skip


def fail(
    session: Session, job_id: int, attempt: int, now: datetime, message: str, result: dict[str, Any] | None = None
) -> bool:
    """The run failed; it waits for a person to look at it and to retry."""
    return change(
        session, job_id, attempt,
        state=JobState.FAILED.value, finished_at=now, message=message, result=result,
    )  # fmt: skip


def release(session: Session, job_id: int, attempt: int) -> bool:
    """The run was stopped with its process, not by a fault: it waits again and the attempt does not count."""
    return change(session, job_id, attempt, state=JobState.WAITING.value, attempts=attempt - 1)


def take_back(session: Session) -> int:
    """Puts back what runs, where it is certain that nobody runs it any more; how many there were."""
    query = (
        sa.update(Job).where(Job.state == JobState.RUNNING.value).values(state=JobState.WAITING.value)
    )
    return len(session.execute(query.returning(Job.id)).all())


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


def own(session: Session, user_id: int, contract_id: int | None, size: int = 50) -> Sequence[Job]:
    """What a person has asked for (in one contract), latest first."""
    query = sa.select(Job).where(Job.asked_by == user_id)
    if contract_id is not None:
        query = query.where(Job.contract_id == contract_id)
    return session.scalars(query.order_by(Job.id.desc()).limit(size)).all()


def own_since(session: Session, user_id: int, since: datetime, size: int = 10) -> Sequence[Job]:
    """What a person has asked for and that still runs or has ended since then, latest first."""
    recent = sa.or_(Job.state.in_(UNFINISHED), Job.finished_at >= since)
    query = sa.select(Job).where(Job.asked_by == user_id, recent)
    return session.scalars(query.order_by(Job.id.desc()).limit(size)).all()

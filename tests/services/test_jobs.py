"""Background work: once a period, by one process, alive after a crash."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from threading import Lock

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.jobs.registry import KINDS, Kind, Outcome, verify_audit
from app.jobs.runner import Runner
from app.security.signing import Signer
from app.security.terms import JobState
from app.store import jobs
from app.store.engine import own_transaction
from app.store.models import Job
from app.store.single import only_one
from app.web.database import db
from tests.factories import records
from tests.factories.ground import FrozenClock
from tests.factories.records import SIGNER


@pytest.fixture
def engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


class Counted:
    """A job that counts its runs."""

    def __init__(self, fine: bool = True) -> None:
        self.runs, self.fine, self.lock = 0, fine, Lock()

    def __call__(self, _: Engine, __: Signer) -> Outcome:
        with self.lock:
            self.runs += 1
        return Outcome(self.fine, "说明", {"runs": self.runs})


def runner(engine: Engine, clock: FrozenClock, run: object) -> Runner:
    kind = Kind("counted", run, daily_at=(2, 30))  # type: ignore[arg-type]
    return Runner(engine, clock, SIGNER, lambda: {"counted": kind})


def states(session: Session) -> list[tuple[str, str, int]]:
    found = [
        (job.period, job.state, job.attempts) for job in session.scalars(sa.select(Job).order_by(Job.id))
    ]
    session.rollback()
    return found


def test_a_daily_job_runs_once_a_day(engine: Engine, session: Session, clock: FrozenClock) -> None:
    counted = Counted()
    ticking = runner(engine, clock, counted)
    assert [ticking.tick() for _ in range(3)] == [1, 0, 0]
    clock.forward(days=1)
    assert ticking.tick() == 1
    assert states(session) == [("2026-03-05", "done", 1), ("2026-03-06", "done", 1)]


def test_it_waits_for_its_hour(engine: Engine, clock: FrozenClock) -> None:
    counted = Counted()
    clock.now = clock.now.replace(hour=18, minute=29)  # 2:29 of the next day in Shanghai
    assert runner(engine, clock, counted).tick() == 0
    clock.forward(minutes=1)
    assert runner(engine, clock, counted).tick() == 1


def test_many_processes_run_it_once(engine: Engine, clock: FrozenClock) -> None:
    """The lock before the start is a convenience; the unique pair of name and period is the guarantee."""
    counted = Counted()

    def tick(_: int) -> int:
        try:
            return runner(engine, clock, counted).tick()
        except sa.exc.IntegrityError:
            return 0

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(tick, range(12))) == 1
    assert counted.runs == 1


def test_a_failed_run_waits_for_a_person(engine: Engine, session: Session, clock: FrozenClock) -> None:
    counted = Counted(fine=False)
    ticking = runner(engine, clock, counted)
    assert [ticking.tick(), ticking.tick()] == [1, 0]
    with own_transaction(engine) as own:
        job = own.get_one(Job, 1)
        assert (job.state, job.message, job.result) == ("failed", "说明", {"runs": 1})
        assert jobs.retry(own, job)
    assert ticking.tick() == 1


def test_a_crash_is_an_outcome(engine: Engine, session: Session, clock: FrozenClock) -> None:
    def crash(_: Engine, __: Signer) -> Outcome:
        raise RuntimeError("张三 440000")

    runner(engine, clock, crash).tick()
    [job] = session.scalars(sa.select(Job))
    assert job.state == JobState.FAILED
    assert "RuntimeError" in job.message
    assert "张三" not in job.message


def test_a_run_whose_process_died_is_taken_up(engine: Engine, session: Session, clock: FrozenClock) -> None:
    records.job(session, name="counted", state="running", attempts=1, heartbeat_at=clock.now)
    session.commit()
    counted = Counted()
    clock.forward(minutes=9)
    assert runner(engine, clock, counted).run_one() is False
    clock.forward(minutes=2)
    assert runner(engine, clock, counted).run_one() is True
    assert [attempts for _, _, attempts in states(session)] == [2]


def test_a_run_that_kills_its_process_is_given_up(
    engine: Engine, session: Session, clock: FrozenClock
) -> None:
    long_ago = clock.now - timedelta(hours=1)
    records.job(session, name="counted", state="running", attempts=3, heartbeat_at=long_ago)
    session.commit()
    assert runner(engine, clock, Counted()).run_one() is False
    assert [state for _, state, _ in states(session)] == ["failed"]


def test_an_unknown_job_fails_with_a_word(engine: Engine, session: Session, clock: FrozenClock) -> None:
    records.job(session, name="of an older version")
    session.commit()
    runner(engine, clock, Counted()).run_one()
    assert [state for _, state, _ in states(session)] == ["failed"]


def test_the_nightly_check_finds_a_forged_row(engine: Engine, session: Session) -> None:
    records.audit_event(session)
    session.commit()
    assert verify_audit(engine, SIGNER).fine
    outcome = verify_audit(engine, Signer(b"9" * 32))
    assert not outcome.fine
    assert "签名" in outcome.message
    assert outcome.result["position"] == 1


def test_the_nightly_check_is_scheduled() -> None:
    [kind] = [kind for kind in KINDS.values() if kind.run is verify_audit]
    assert kind.daily_at == (2, 30)
    assert kind.period(date(2026, 3, 5)) == "2026-03-05"


def test_one_scheduler_at_a_time(engine: Engine, tmp_path: Path) -> None:
    with only_one(engine, tmp_path) as first, only_one(engine, tmp_path) as second:
        assert (first, second) == (True, False)
    with only_one(engine, tmp_path) as again:
        assert again

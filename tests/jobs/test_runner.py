"""Background work: once a period, by one process, alive after a crash."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier, Lock

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.jobs.nightly import verify_audit
from app.jobs.registry import KINDS
from app.jobs.scheduler import run_once
from app.jobs.work import Outcome, Work
from app.security.signing import Signer
from app.security.terms import JobState
from app.services.act import Refused
from app.store import jobs
from app.store.engine import own_transaction
from app.store.models import Job
from app.store.single import only_one
from app.web.database import db
from tests.factories import people, records
from tests.factories.ground import CLOCK, FrozenClock
from tests.jobs.tooling import runner


@pytest.fixture
def engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


class Counted:
    """A job that counts its runs."""

    def __init__(self, fine: bool = True) -> None:
        self.runs, self.fine, self.lock = 0, fine, Lock()

    def __call__(self, _: Work) -> Outcome:
        with self.lock:
            self.runs += 1
        return Outcome(self.fine, "说明", {"runs": self.runs})


def states(session: Session) -> list[tuple[str, str, int]]:
    found = [
        (job.period, job.state, job.attempts) for job in session.scalars(sa.select(Job).order_by(Job.id))
    ]
    session.rollback()
    return found


def test_a_daily_job_runs_once_a_day(engine: Engine, session: Session, clock: FrozenClock) -> None:
    ticking = runner(engine, Counted())
    assert [ticking.tick() for _ in range(3)] == [1, 0, 0]
    assert runner(engine, Counted()).tick() == 0, "another process does not run it again"
    clock.forward(days=1)
    assert ticking.tick() == 1
    assert states(session) == [("2026-03-05", "done", 1), ("2026-03-06", "done", 1)]


def test_it_waits_for_its_hour(engine: Engine, clock: FrozenClock) -> None:
    clock.now = clock.now.replace(hour=18, minute=29)  # 2:29 of the next day in Shanghai
    assert runner(engine, Counted()).tick() == 0
    clock.forward(minutes=1)
    assert runner(engine, Counted()).tick() == 1


def test_many_processes_run_it_once(engine: Engine) -> None:
    """The lock before the start is a convenience; the unique pair of name and period is the guarantee."""
    counted, line = Counted(), Barrier(6)

    def tick(_: int) -> int:
        line.wait()
        return runner(engine, counted).tick()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(tick, range(6))) == 1
    assert counted.runs == 1


def test_many_ask_at_once_for_the_same(engine: Engine, session: Session) -> None:
    line = Barrier(4)

    def ask(_: int) -> bool:
        line.wait()
        with own_transaction(engine) as own:
            return jobs.enqueue(own, "导出", "x:1", CLOCK.now) is not None

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(ask, range(4))) == [False, False, False, True]
    assert states(session) == [("x:1", "waiting", 0)]


def test_what_somebody_asks_for_is_found_again(engine: Engine, session: Session, clock: FrozenClock) -> None:
    one, other = people.account(session), people.account(session)
    jobs.enqueue(session, "counted", "a:1", clock.now, asked_by=one.id, payload={"batch": 7})
    jobs.enqueue(session, "counted", "a:2", clock.now, asked_by=other.id)
    session.commit()
    seen: list[Work] = []

    def run(work: Work) -> Outcome:
        seen.append(work)
        with work.transaction() as own:
            assert work.act(own).person().user_id == work.asked_by
        return Outcome(True, "好了")

    running = runner(engine, run)
    while running.run_one():
        pass
    assert [(work.asked_by, work.payload) for work in seen] == [(one.id, {"batch": 7}), (other.id, {})]
    session.rollback()
    assert [job.period for job in jobs.own(session, one.id, None)] == ["a:1"]
    assert [job.message for job in jobs.own_since(session, one.id, clock.now)] == ["好了"]
    assert jobs.own_since(session, one.id, clock.now + timedelta(seconds=1)) == []


def test_nothing_is_done_for_an_account_that_is_disabled(engine: Engine, session: Session) -> None:
    gone = people.account(session, disabled_at=CLOCK.now)
    jobs.enqueue(session, "counted", "a:1", CLOCK.now, asked_by=gone.id)
    session.commit()

    def run(work: Work) -> Outcome:
        with work.transaction() as own:
            work.act(own)
        return Outcome(True, "")

    runner(engine, run).run_one()
    assert session.scalars(sa.select(Job)).one().message.startswith("交办这项任务的账号已经停用")


def test_a_failed_run_waits_for_a_person(engine: Engine, session: Session) -> None:
    ticking = runner(engine, Counted(fine=False))
    assert [ticking.tick(), ticking.tick()] == [1, 0]
    with own_transaction(engine) as own:
        job = own.get_one(Job, 1)
        assert (job.state, job.message, job.result) == ("failed", "说明", {"runs": 1})
        assert jobs.retry(own, job)
        assert not jobs.retry(own, job)
    assert ticking.tick() == 1


def test_a_refusal_is_told_and_a_crash_is_not_told_in_full(engine: Engine, session: Session) -> None:
    def crash(_: Work) -> Outcome:
        raise RuntimeError("张三 440000")

    def refuse(_: Work) -> Outcome:
        raise Refused("这一期已经锁定")

    runner(engine, crash).tick()
    CLOCK.forward(days=1)
    runner(engine, refuse).tick()
    first, second = session.scalars(sa.select(Job).order_by(Job.id))
    assert (first.state, second.state) == (JobState.FAILED, JobState.FAILED)
    assert "RuntimeError" in first.message
    assert "张三" not in first.message
    assert second.message == "这一期已经锁定"


def test_a_run_whose_process_died_is_taken_up(engine: Engine, session: Session, clock: FrozenClock) -> None:
    records.job(session, name="counted", state="running", attempts=1, heartbeat_at=clock.now)
    session.commit()
    clock.forward(minutes=9)
    assert runner(engine, Counted()).run_one() is False
    clock.forward(minutes=2)
    assert runner(engine, Counted()).run_one() is True
    assert [attempts for _, _, attempts in states(session)] == [2]


def test_a_run_that_kills_its_process_is_given_up(
    engine: Engine, session: Session, clock: FrozenClock
) -> None:
    long_ago = clock.now - timedelta(hours=1)
    records.job(session, name="counted", state="running", attempts=3, heartbeat_at=long_ago)
    session.commit()
    assert runner(engine, Counted()).run_one() is False
    assert [state for _, state, _ in states(session)] == ["failed"]


def test_an_unknown_job_fails_with_a_word(engine: Engine, session: Session) -> None:
    records.job(session, name="of an older version")
    session.commit()
    runner(engine, Counted()).run_one()
    assert [state for _, state, _ in states(session)] == ["failed"]


def test_the_nightly_check_finds_a_forged_row(engine: Engine, session: Session) -> None:
    records.audit_event(session)
    session.commit()

    def outcome(**given: object) -> Outcome:
        ticking = runner(engine, verify_audit, **given)
        with own_transaction(engine) as own:
            jobs.enqueue(own, "counted", str(len(states(session))), CLOCK.now)
        work = ticking.claim()
        assert work is not None
        return ticking.outcome_of(work)

    assert outcome().fine
    found = outcome(signer=Signer(b"9" * 32))
    assert not found.fine
    assert "签名" in found.message
    assert found.result["position"] == 1


def test_the_nightly_check_is_scheduled() -> None:
    [kind] = [kind for kind in KINDS.values() if kind.run is verify_audit]
    assert kind.daily_at == (2, 30)
    assert kind.period(date(2026, 3, 5)) == "2026-03-05"


def test_one_scheduler_at_a_time(engine: Engine, tmp_path: Path) -> None:
    with only_one(engine, tmp_path) as first, only_one(engine, tmp_path) as second:
        assert (first, second) == (True, False)
        assert run_once(runner(engine, Counted()), tmp_path) is None
    assert run_once(runner(engine, Counted()), tmp_path) == 1

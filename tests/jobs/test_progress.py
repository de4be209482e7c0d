"""How far a run is: told once a second at most, only what is new, and only while the run is one's own."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from threading import Event

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.jobs.scheduler import Crew
from app.jobs.work import Outcome, Progress, Stopped, TakenAway, Work
from app.store import jobs
from app.store.engine import own_transaction
from app.store.models import Job
from app.web.database import db
from tests.factories import records
from tests.factories.ground import CLOCK, FrozenClock
from tests.jobs.process import start_scheduler
from tests.jobs.tooling import runner, tools


@pytest.fixture
def engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


class Watch:
    """Monotonic seconds that tests move."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def row(session: Session) -> Job:
    session.rollback()
    session.expire_all()
    return session.scalars(sa.select(Job)).one()


def running(session: Session, engine: Engine, watch: Watch) -> Progress:
    job = records.job(session, state="running", attempts=1, heartbeat_at=CLOCK.now)
    session.commit()
    return Progress(tools(engine), job.id, 1, watch)


def test_it_is_told_once_a_second_and_only_what_is_new(
    engine: Engine, session: Session, clock: FrozenClock
) -> None:
    watch = Watch()
    progress = running(session, engine, watch)
    written: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *a: written.append(a[2]) if a[2].startswith("UPDATE") else None)
    clock.forward(seconds=5)
    progress(10, 200, "正在核对")
    for done in range(11, 60):
        watch.at += 0.02
        progress(done, 200, "正在核对")
    assert len(written) == 1
    first = row(session)
    assert (first.progress, first.message, first.result) == (5, "正在核对", {"done": 10, "total": 200})
    assert first.heartbeat_at == clock.now
    watch.at += 1
    progress(60, 200, "正在核对")
    watch.at += 5
    progress(60, 200, "正在核对")
    assert len(written) == 2
    assert row(session).progress == 30


def test_a_run_that_was_taken_for_dead_stops(engine: Engine, session: Session, clock: FrozenClock) -> None:
    progress = running(session, engine, Watch())
    clock.forward(minutes=11)
    other = runner(engine, lambda _: Outcome(True, ""), clock=clock)
    assert other.claim() is not None
    with pytest.raises(TakenAway):
        progress(1, 2, "")
    with own_transaction(engine) as own:
        assert not jobs.finish(own, progress.job_id, 1, clock.now, {}, "太晚了")
    assert row(session).state == "running"


def test_a_run_is_put_back_when_its_process_ends(engine: Engine, session: Session) -> None:
    records.job(session, name="counted")
    session.commit()

    def run(work: Work) -> Outcome:
        work.tools.stop.set()
        work.progress(1, 2, "")
        return Outcome(True, "")

    runner(engine, run).run_one()
    job = row(session)
    assert (job.state, job.attempts) == ("waiting", 0)


def test_stopping_is_no_error(engine: Engine, session: Session) -> None:
    progress = running(session, engine, Watch())
    progress.tools.stop.set()
    with pytest.raises(Stopped):
        progress()


def test_a_short_run_does_not_wait_for_a_long_one(engine: Engine, session: Session) -> None:
    for period in ("long", "short"):
        jobs.enqueue(session, "counted", period, CLOCK.now, payload={"period": period})
    session.commit()
    let_go, done = Event(), Event()

    def run(work: Work) -> Outcome:
        if work.payload.get("period") == "long":
            assert let_go.wait(30)
        elif work.payload.get("period") == "short":
            done.set()
        return Outcome(True, "")

    CLOCK.now = CLOCK.now.replace(hour=17)  # 1 o'clock in Shanghai: nothing is due by itself
    crew = Crew(runner(engine, run))
    started = time.monotonic()
    crew.tick()
    assert time.monotonic() - started < 5, "a tick waits for nobody"
    assert done.wait(30)
    let_go.set()
    crew.pool.shutdown(wait=True)
    session.rollback()
    assert set(session.scalars(sa.select(Job.state))) == {"done"}


def test_the_process_takes_up_what_was_left_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    """The real thing: its predecessor died a moment ago, in the middle of a run."""
    with start_scheduler(tmp_path) as process:
        process.wait_for("done")
        os.kill(process.pid, signal.SIGTERM)
        assert process.ended() == 0

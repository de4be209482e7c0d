"""The job that computes standings: by itself after changes and at night, and when somebody asks."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.jobs import standing as job
from app.jobs.runner import LOOK, Runner
from app.services import standing
from app.services.act import Refused
from app.services.standing import measuring, refresh
from app.store.models import Job, Standing
from app.web.database import db
from tests.factories import records
from tests.factories.ground import FrozenClock
from tests.factories.office import Office, office
from tests.jobs.tooling import runner
from tests.services.acting import act_of, recorded
from tests.services.standings import done


@pytest.fixture
def engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


@pytest.fixture
def ticking(engine: Engine) -> Runner:
    return runner(engine)


def runs(session: Session) -> list[tuple[str, str]]:
    """Period and state of each run of the job."""
    query = sa.select(Job.period, Job.state).where(Job.name == refresh.JOB).order_by(Job.id)
    found = [(period, state) for period, state in session.execute(query)]
    session.rollback()
    return found


def computed(session: Session) -> int | None:
    session.rollback()
    session.info.clear()
    found = session.scalar(sa.select(Standing.found))
    return None if found is None else int(found["counts"]["counted"])


def test_a_contract_is_computed_by_itself_and_once(session: Session, made: Office, ticking: Runner) -> None:
    done(session, made, "news", date(2026, 1, 2))
    session.commit()
    ticking.tick()
    assert computed(session) == 1
    assert runs(session) == [(f"{made.contract.id}@2026-03-05T09:00", "done")]
    [message] = session.scalars(sa.select(Job.message).where(Job.name == refresh.JOB))
    assert message == "推算完成，计入 1 条已审核记录"
    session.rollback()
    assert ticking.tick() == 0


def test_it_follows_a_change_within_five_minutes(
    session: Session, made: Office, ticking: Runner, clock: FrozenClock
) -> None:
    ticking.tick()
    done(session, made, "news", date(2026, 1, 2))
    session.commit()
    clock.forward(minutes=1)
    ticking.tick()
    assert computed(session) == 0, "it was computed in these five minutes"
    clock.forward(minutes=4)
    ticking.tick()
    assert computed(session) == 1


def test_it_looks_only_now_and_then(session: Session, made: Office, ticking: Runner, clock: FrozenClock) -> None:
    ticking.enqueue_due()
    session.execute(sa.delete(Job).where(Job.name == refresh.JOB))
    session.commit()
    ticking.enqueue_due()
    assert runs(session) == []
    clock.forward(seconds=LOOK.total_seconds())
    ticking.enqueue_due()
    assert len(runs(session)) == 1


def test_every_day_begins_with_it(session: Session, made: Office, ticking: Runner, clock: FrozenClock) -> None:
    ticking.tick()
    clock.now = clock.now.replace(hour=15, minute=59)
    ticking.tick()
    assert len(runs(session)) == 1
    clock.forward(minutes=1)  # midnight in Shanghai
    ticking.tick()
    assert [period for period, _ in runs(session)][1:] == [f"{made.contract.id}@2026-03-06T00:00"]


def test_drafts_and_closed_contracts_are_left_alone(session: Session, ticking: Runner) -> None:
    office(session).contract.state = "draft"
    office(session).contract.state = "closed"
    session.commit()
    ticking.tick()
    assert runs(session) == []


def test_after_a_failure_it_waits_an_hour(
    session: Session, made: Office, ticking: Runner, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(refresh, "computed", crash)
        ticking.tick()
    clock.forward(minutes=30)
    ticking.tick()
    assert [state for _, state in runs(session)] == ["failed"]
    clock.forward(minutes=31)
    ticking.tick()
    assert [state for _, state in runs(session)] == ["failed", "done"]


def test_runs_of_yesterday_are_forgotten(session: Session, made: Office, ticking: Runner, clock: FrozenClock) -> None:
    ticking.tick()
    clock.forward(days=1, minutes=1)
    ticking.tick()
    assert [period for period, _ in runs(session)] == [f"{made.contract.id}@2026-03-06T09:00"]


def test_the_progress_counts_entries(session: Session, made: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        done(session, made, "news", date(2026, 1, 2))
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(measuring, "STEP", 2)
    refresh.computed(made.scope(session), act_of(session).now, lambda *given: told.append(given))
    assert told == [(2, 3)]


def test_somebody_asks(session: Session, made: Office, ticking: Runner, clock: FrozenClock) -> None:
    act, scope = act_of(session, made["finance"]), made.scope(session)
    first = refresh.ask(act, scope)
    assert refresh.ask(act, scope) is first, "asked twice while it waits"
    session.commit()
    ticking.tick()
    session.rollback()
    assert recorded(session) == ["standing.asked"]
    assert standing.of(scope) is not None
    with pytest.raises(Refused, match="刚刚推算过"):
        refresh.ask(act_of(session, made["finance"]), scope)
    clock.forward(seconds=21)
    assert refresh.ask(act_of(session, made["finance"]), scope).id != first.id


def test_another_job_s_failure_does_not_count(session: Session, made: Office, clock: FrozenClock) -> None:
    records.job(session, name="别的", state="failed", finished_at=clock.now, contract_id=made.contract.id)
    assert [contract_id for _, contract_id in job.wanted(session, clock.now)] == [made.contract.id]

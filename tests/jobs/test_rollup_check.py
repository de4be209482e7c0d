"""The nightly look at the rollups: they are counted once they are missing, and drift is an alarm."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.jobs import rollups as job
from app.jobs.work import Outcome, Work
from app.services.ledger import write
from app.store.models import Job, Rollup, RollupPlan
from app.web.database import db
from tests.factories.ground import FrozenClock
from tests.factories.office import Office
from tests.jobs.tooling import runner
from tests.services.acting import act_of
from tests.services.standings import done


@pytest.fixture
def engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


def told(session: Session) -> tuple[str, str]:
    session.rollback()
    row = session.scalars(sa.select(Job).order_by(Job.id.desc())).first()
    assert row is not None
    return row.state, row.message


def night(engine: Engine, clock: FrozenClock, look: object = job.check) -> None:
    clock.forward(days=1)
    runner(engine, look).tick()  # type: ignore[arg-type]


def test_plans_come_by_themselves_and_drift_is_told(
    session: Session, made: Office, engine: Engine, clock: FrozenClock
) -> None:
    done(session, made, "news", date(2026, 1, 2))
    session.commit()
    night(engine, clock)
    assert told(session) == ("done", "核对了 1 份合同的汇总，与重新计数一致")
    assert session.scalars(sa.select(RollupPlan)).all()
    write.nil_return(act_of(session, made["field_staff"]), made.scope(session), "news", date(2026, 1, 3))
    session.commit()
    night(engine, clock)
    assert told(session)[0] == "done", "what was decided meanwhile was counted at once"
    row = session.scalars(sa.select(Rollup)).first()
    assert row is not None
    row.n += 2
    session.commit()
    night(engine, clock)
    state, message = told(session)
    assert state == "failed"
    assert "有 1 处与重新汇总的不同" in message
    assert made.contract.title in message


def test_it_says_what_it_looked_at(session: Session, engine: Engine, clock: FrozenClock) -> None:
    seen: list[Outcome] = []

    def look(work: Work) -> Outcome:
        seen.append(job.check(work))
        return seen[-1]

    night(engine, clock, look)
    assert seen[-1].message == "核对了 0 份合同的汇总，与重新计数一致"

"""Reports by themselves: once for each ended period, also after a stop and with several processes."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier, BrokenBarrierError, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.jobs import reports as job
from app.jobs.registry import KINDS
from app.jobs.runner import Runner
from app.services.reports import failures, making
from app.services.reports.duties import JOB
from app.store import reports
from app.store.models import Job, Report, ReportFile, ReportVersion
from app.web.database import db
from tests.factories.ground import CLOCK
from tests.jobs.tooling import tools
from tests.services.reporting import FEBRUARY, School, school

__all__ = ["school"]


@pytest.fixture
def engine(app: Flask, school: School) -> Engine:
    school.session.commit()
    with app.app_context():
        return db.engine


def crew(engine: Engine) -> Runner:
    return Runner(tools(engine), kinds=lambda: {JOB: KINDS[JOB]})


def labels(session: Session) -> list[tuple[str, str]]:
    session.expire_all()
    found = [(row.duty, row.label) for row in session.scalars(sa.select(Report).order_by(Report.from_on, Report.duty))]
    session.rollback()
    return found


def test_the_ended_month_and_quarter_once_and_later_ones_after_a_stop(engine: Engine, session: Session) -> None:
    crew(engine).tick()
    crew(engine).tick()
    assert labels(session) == [("quarterly", "2025年第4季度"), ("monthly", "2026年2月")]
    CLOCK.now = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)
    crew(engine).tick()
    later = {("quarterly", "2026年第1季度"), ("monthly", "2026年3月"), ("monthly", "2026年4月")}
    assert set(labels(session)) == {("quarterly", "2025年第4季度"), ("monthly", "2026年2月"), *later}
    assert session.scalar(sa.select(sa.func.count()).select_from(ReportVersion)) == 5
    assert session.scalar(sa.select(sa.func.count()).select_from(ReportFile)) == 15


def test_two_processes_at_once_make_each_report_once(engine: Engine, session: Session) -> None:
    crews = [crew(engine) for _ in range(3)]
    threads = [Thread(target=one.tick) for one in crews]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(labels(session)) == 2
    states = session.execute(sa.select(Job.state, sa.func.count()).where(Job.name == JOB).group_by(Job.state)).tuples().all()
    assert states == [("done", 2)]


def test_asked_for_by_hand_while_the_scheduler_makes_it_there_is_one_report_and_no_failure(
    engine: Engine, session: Session, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    making.ask(school.act(), school.scope, "monthly", FEBRUARY)
    school.session.commit()
    both, real = Barrier(2), reports.of_period

    def looked(*place: Any) -> Report | None:
        found = real(*place)
        with suppress(BrokenBarrierError):
            both.wait(1)  # neither goes on before both have looked, if both can look
        return found

    monkeypatch.setattr(reports, "of_period", looked)
    threads = [Thread(target=crew(engine).tick) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert labels(session) == [("quarterly", "2025年第4季度"), ("monthly", "2026年2月")]
    assert set(session.scalars(sa.select(Job.state).where(Job.name == JOB))) == {"done"}
    assert session.scalar(sa.select(sa.func.count()).select_from(ReportVersion)) == 2


def test_a_run_whose_process_died_after_it_kept_its_reports_makes_none_again(engine: Engine, session: Session) -> None:
    crew(engine).tick()
    died = CLOCK.now - timedelta(hours=1)
    session.execute(sa.update(Job).where(Job.name == JOB).values(state="running", heartbeat_at=died))
    session.commit()
    crew(engine).tick()
    assert set(session.scalars(sa.select(Job.message).where(Job.name == JOB))) == {"这一期的报告都已经有了"}
    assert session.scalar(sa.select(sa.func.count()).select_from(ReportVersion)) == 2


def test_a_run_that_fails_keeps_nothing_and_is_not_tried_again_by_itself(
    engine: Engine, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.store.evidence.blobs.FolderBlobs.put", broken)
    crew(engine).tick()
    crew(engine).tick()
    assert labels(session) == []
    failed = session.scalars(sa.select(Job).where(Job.name == JOB)).all()
    assert [row.state for row in failed] == ["failed", "failed"]
    assert all("磁盘已满" in row.message for row in failed)


def test_a_failure_is_told_until_its_report_is_made_by_hand_or_it_is_tried_again(
    engine: Engine, session: Session, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("app.store.evidence.blobs.FolderBlobs.put", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
        crew(engine).tick()
    making.ask(school.act(), school.scope, "monthly", FEBRUARY)
    school.session.commit()
    crew(engine).tick()
    [left] = told(session, school)
    assert "2025-10-01" in left.period, "the month's is there, the quarter's is not"
    failures.again(school.act(), school.scope, left.id)
    school.session.commit()
    crew(engine).tick()
    assert told(session, school) == []
    assert len(labels(session)) == 2


def told(session: Session, school: School) -> list[Job]:
    """The failures of which the pages tell."""
    session.expire_all()
    return list(reports.failed_jobs(session, JOB, [school.made.contract.id]))


def test_it_is_asked_what_it_wants() -> None:
    assert KINDS[JOB].wanted is job.wanted

"""The nightly order among evidence, from the queue to the disk."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.jobs.evidence import tidy
from app.jobs.registry import KINDS
from app.store.evidence.files import Part, Place
from app.store.models import EvidenceFile, Job
from app.web.database import db
from tests.factories.evidence import files, kept
from tests.factories.ground import CLOCK
from tests.factories.office import office
from tests.factories.pictures import photo
from tests.jobs.tooling import runner


@pytest.fixture
def engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


def test_unused_files_lose_their_row_and_then_their_bytes(engine: Engine, session: Session) -> None:
    made = office(session)
    old, young = (kept(session, made.contract, made["field_staff"], photo(seed)) for seed in (21, 22))
    old.uploaded_at = CLOCK.now - timedelta(days=8)
    place, alive = (Place(row.contract_id, row.sha256) for row in (old, young))
    session.commit()
    runner(engine, tidy).tick()
    session.expire_all()
    (job,) = session.scalars(sa.select(Job)).all()
    assert (job.state, job.message) == ("done", "清理了 1 份七天没有用到的材料")
    assert session.scalars(sa.select(EvidenceFile.sha256)).all() == [alive.sha256]
    assert files().open(alive, Part.ORIGINAL) == photo(22)
    # What came in today lies in the store for a day more: it might belong to an act still under way.
    assert files().open(place, Part.ORIGINAL) == photo(21)


def test_it_runs_every_night() -> None:
    (kind,) = [kind for kind in KINDS.values() if kind.run is tidy]
    assert kind.daily_at == (3, 10)

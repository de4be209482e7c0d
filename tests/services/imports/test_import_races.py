"""Two at once: exactly one effect. A commit that dies half way leaves nothing; a control shows that they race."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.services import background
from app.services.act import Refused
from app.services.imports import deciding, running
from app.store import jobs
from app.store.engine import StaleDataError, own_transaction, prepare
from app.store.models import ImportBatch, Job, LedgerEntry
from tests.conftest import LONG
from tests.factories.ground import folder
from tests.factories.office import Office
from tests.jobs.tooling import runner
from tests.services.acting import SETTINGS, act_of
from tests.services.imports.importing import Importing, csv_file, news_rows, seeker_rows, workbook

RUNNERS = 4
ROUNDS = 60 if LONG else 3
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def engine(session: Session) -> Engine:
    """As the app opens it: writers wait for each other."""
    bind = session.get_bind()
    assert isinstance(bind, Engine)
    found = sa.create_engine(bind.url)
    prepare(found)
    return found


def race(run: Callable[[int], str]) -> Counter[str]:
    line = Barrier(RUNNERS)

    def start(number: int) -> str:
        line.wait()
        try:
            return run(number)
        except (Refused, StaleDataError) as error:
            return type(error).__name__

    with ThreadPoolExecutor(RUNNERS) as pool:
        return Counter(pool.map(start, range(RUNNERS)))


def entries(session: Session) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(LedgerEntry)) or 0


def checked(session: Session, made: Office, data: bytes, name: str = "一.csv", **more: object) -> ImportBatch:
    way = Importing(session, made)
    batch = way.upload("news", name, data)
    if batch.state == "uploaded":
        way.map(batch, **more)
    way.work()
    return batch


def test_one_batch_confirmed_many_times_is_brought_in_once(session: Session, made: Office, engine: Engine) -> None:
    for number in range(ROUNDS):
        batch = checked(session, made, csv_file(*news_rows(number + 3)))
        version, key = batch.version, batch.id
        session.rollback()

        def confirm(_: int, key: int = key, version: int = version) -> str:
            with own_transaction(engine) as own:
                act = act_of(own, made["field_staff"])
                return deciding.confirm(act, made.scope(own), key, version).state

        race(confirm)
        before = entries(session)

        def commit(_: int) -> str:
            return str(runner(engine).run_one())

        race(commit)
        assert entries(session) - before == number + 3
        names = session.scalars(sa.select(Job.name).where(Job.payload["batch"].as_integer() == key))
        assert Counter(names)[background.IMPORT] == 1


def test_the_same_file_committed_twice_at_once_has_one_effect(session: Session, made: Office, engine: Engine) -> None:
    """Two people send the same file, both are shown a check without errors, and both confirm."""
    for number in range(ROUNDS):
        data = csv_file(*news_rows(number + 2))
        ids = [checked(session, made, data, f"{place}.csv").id for place in range(2)]
        assert len(set(ids)) == 2
        for key in ids:
            with own_transaction(engine) as own:
                act = act_of(own, made["field_staff"])
                batch = own.get_one(ImportBatch, key)
                deciding.confirm(act, made.scope(own), key, batch.version)
        before = entries(session)
        race(lambda _: str(runner(engine).run_one()))
        assert entries(session) - before == number + 2
        session.expire_all()
        states = Counter(session.get_one(ImportBatch, key).state for key in ids)
        assert states == {"imported": 1, "checked": 1}
        told = [session.get_one(ImportBatch, key).message for key in ids]
        assert any("同一个文件刚由" in text for text in told)


def test_two_files_with_the_same_people_bring_each_in_once(session: Session, made: Office, engine: Engine) -> None:
    way = Importing(session, made)
    ids = []
    for place in range(3):
        batch = way.upload("seekers", f"{place}.xlsx", workbook(("x", seeker_rows(10, first=place * 5))))
        way.work()
        way.confirm(batch)
        ids.append(batch.id)
    session.rollback()
    race(lambda _: str(runner(engine).run_one()))
    assert entries(session) == 20
    session.expire_all()
    assert sum(session.get_one(ImportBatch, key).good for key in ids) == 20
    assert sum(session.get_one(ImportBatch, key).bad for key in ids) == 10


def test_undone_twice_at_once_is_undone_once(session: Session, made: Office, engine: Engine) -> None:
    batch = Importing(session, made).bring_in("news", "一.csv", csv_file(*news_rows(9)))
    version, key = batch.version, batch.id
    session.rollback()

    def undo(_: int) -> str:
        with own_transaction(engine) as own:
            return str(deciding.undo(act_of(own, made["field_staff"]), made.scope(own), key, version, "拿错了"))

    assert race(undo) == {"9": 1, "Refused": RUNNERS - 1}


def test_without_the_ledger_held_both_would_be_brought_in(
    session: Session, made: Office, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the check whether the file is there already, made before the other has committed."""
    data = csv_file(*news_rows(4))
    ids = [checked(session, made, data, f"{place}.csv").id for place in range(2)]
    for key in ids:
        with own_transaction(engine) as own:
            deciding.confirm(act_of(own, made["field_staff"]), made.scope(own), key, own.get_one(ImportBatch, key).version)
    monkeypatch.setattr(running, "refuse_repeated", lambda *_: None)
    session.rollback()
    race(lambda _: str(runner(engine).run_one()))
    assert entries(session) == 8


KILLED = """
import sys
from pathlib import Path
import sqlalchemy as sa
from app.store.engine import prepare
from app.store.evidence.files import open_files
from tests.factories.ground import settings_for
from tests.jobs.tooling import runner
from tests.services.acting import SEALER
engine = sa.create_engine(sys.argv[1])
prepare(engine)
running = runner(engine, files=open_files(settings_for("sqlite://", upload_dir=Path(sys.argv[2])), SEALER))
print("ready", flush=True)
while running.run_one():
    pass
"""


def test_a_process_killed_at_any_moment_leaves_no_half_import(session: Session, made: Office, engine: Engine) -> None:
    """kill -9 in the dry run and in the commit; whoever takes the run up brings in every row once."""
    way = Importing(session, made)
    batch = way.upload("news", "一.csv", csv_file(*news_rows(1500)))
    for moment in (0.0, 0.1, 0.3):  # the dry run takes a third of a second
        killed_after(engine, moment)
    take_up(session, engine)
    session.refresh(batch)
    assert (batch.state, batch.total, batch.good) == ("checked", 1500, 1500)
    way.confirm(batch)
    for moment in (0.0, 0.2, 0.6):
        killed_after(engine, moment)
        assert entries(session) in {0, 1500}
    take_up(session, engine)
    session.refresh(batch)
    assert (batch.state, entries(session)) == ("imported", 1500)


def killed_after(engine: Engine, seconds: float) -> None:
    url = engine.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, url, str(SETTINGS.upload_dir)], cwd=ROOT, stdout=subprocess.PIPE,
        env=os.environ | {"TMPDIR": str(folder())},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    with own_transaction(engine) as own:
        jobs.take_back(own)
        own.execute(sa.update(Job).values(attempts=0))


def take_up(session: Session, engine: Engine) -> None:
    session.rollback()
    while runner(engine).run_one():
        pass
    session.rollback()
    session.expire_all()

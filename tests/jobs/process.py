"""A scheduler in a process of its own, on a database of its own."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.store.models import Job
from tests.factories import records
from tests.factories.ground import CLOCK, migrated_app

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60


@dataclass
class Process:
    """The process and the database that it works on."""

    popen: subprocess.Popen[bytes]
    engine: sa.Engine

    @property
    def pid(self) -> int:
        return self.popen.pid

    def kill(self) -> None:
        if self.popen.poll() is None:
            self.popen.kill()
        self.popen.wait()

    def wait_for(self, state: str) -> None:
        """Waits until every run stands in this state."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with Session(self.engine) as session:
                states = set(session.scalars(sa.select(Job.state)))
            if states == {state}:
                return
            assert self.popen.poll() is None, self.popen.stderr.read().decode() if self.popen.stderr else ""
            time.sleep(0.2)
        raise AssertionError(f"still {states}")

    def ended(self) -> int:
        return self.popen.wait(PATIENCE)


@contextmanager
def start_scheduler(folder: Path) -> Iterator[Process]:
    """A scheduler whose predecessor died in the middle of a run."""
    url = f"sqlite:///{folder / 'jobs.sqlite'}"
    migrated_app(url)
    engine = sa.create_engine(url)
    with Session(engine) as session:
        records.job(session, state="running", attempts=1, heartbeat_at=CLOCK.now.replace(year=2100))
        session.commit()
    key = {name: base64.b64encode(sign * 32).decode() for name, sign in (("p", b"1"), ("i", b"2"), ("a", b"3"))}
    environ = os.environ | {
        "LVYUETAI_DATA_DIR": str(folder), "LVYUETAI_DATABASE_URL": url, "LVYUETAI_SECRET_KEY": "tests " * 8,
        "LVYUETAI_PERSONAL_DATA_KEYS": f"k1:{key['p']}", "LVYUETAI_INDEX_KEY": key["i"],
        "LVYUETAI_AUDIT_KEY": key["a"],
    }  # fmt: skip
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "run-jobs"]
    popen = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.PIPE)
    made = Process(popen, engine)
    try:
        yield made
    finally:
        made.kill()
        engine.dispose()

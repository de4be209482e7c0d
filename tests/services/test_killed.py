"""kill -9 at any moment of verifications and sign-offs: what was acknowledged is there, and nothing is there by half.

Imports have their own drill: tests/services/imports/test_import_races.py.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.security.terms import AssessmentState as S
from app.security.terms import EntryState
from app.services.ledger import rollups
from app.store import assessments, audit
from app.store import rollups as stored
from app.store.models import EntryEvent, LedgerEntry, PeriodLock
from kpi import capsule
from tests.conftest import LONG
from tests.factories.ground import folder
from tests.factories.office import Office
from tests.factories.records import SIGNER
from tests.services.acting import act_of
from tests.services.assessing import Ground, lake
from tests.services.dying import Orders
from tests.services.rollup_hands import FIRST, LAST, fresh
from tests.services.test_assessments import work_of_a_year

__all__ = ["lake"]
ROOT = Path(__file__).resolve().parents[2]
#: Kills of each kind on each database; with those of the imports more than 200 in the long run.
KILLS = 50 if LONG else 1


def killed_at_work(session: Session, made: Office, work: str, number: int) -> audit.Head | None:
    """Kills the process after a moment; the last head that it told, None when it had not come that far."""
    draw = random.Random(f"{work}{number}")
    url = session.get_bind().engine.url.render_as_string(hide_password=False)
    people = {name: one.id for name, one in made.people.items()}
    orders = Orders(url, work, draw.randrange(10**9), made.contract.id, people)
    session.commit()  # whatever was read from here on is of after the kill
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.services.dying", orders.as_json()], cwd=ROOT, stdout=subprocess.PIPE,
        env=os.environ | {"TMPDIR": str(folder())},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    time.sleep(draw.uniform(0.05, 1.5))
    assert process.poll() is None, "it worked until it was killed"
    process.kill()
    told = process.stdout.read().decode().splitlines()
    process.stdout.close()
    process.wait()
    left_alone(session)
    whole = [line for line in told if line.endswith("}")]
    return audit.head_from_json(whole[-1]) if whole else None


def left_alone(session: Session) -> None:
    """PostgreSQL takes the connection of a dead client down by itself, after what it was carrying out."""
    if session.get_bind().dialect.name != "postgresql":
        return
    busy = "datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()"
    while session.scalar(sa.text(f"SELECT count(*) FROM pg_stat_activity WHERE {busy}")):
        time.sleep(0.01)
    session.rollback()


def nothing_acknowledged_is_lost(session: Session, head: audit.Head | None) -> None:
    found = audit.verify(session, SIGNER, head)
    assert found.problems == ()
    assert head is None or found.checked >= head.position


def pairs(session: Session, query: sa.Select[tuple[int, int]]) -> dict[int, int]:
    return dict(session.execute(query).tuples().all())


def test_verifications(session: Session, made: Office) -> None:
    """Every entry stands where its history leaves it, and the rollups are what a recount gives."""
    act = act_of(session, made["supervisor"])
    plan_id = rollups.ensure(act, made.scope(session), FIRST, LAST).id
    heads = []
    for number in range(KILLS):
        heads.append(killed_at_work(session, made, "verifications", number))
        nothing_acknowledged_is_lost(session, heads[-1])
        assert stored.held(session, made.contract.id, plan_id) == fresh(session, made), number
        # A withdrawn 零报告 makes room for the next of its day, which is no deed of its own.
        stands = sa.select(LedgerEntry.id, LedgerEntry.version).where(LedgerEntry.state != EntryState.WITHDRAWN)
        history = sa.select(EntryEvent.entry_id, sa.func.max(EntryEvent.version)).group_by(EntryEvent.entry_id)
        assert pairs(session, stands).items() <= pairs(session, history).items()
        session.rollback()
    assert any(heads), "nothing was done before the kill"


def test_sign_offs(session: Session, lake: Ground) -> None:
    """An assessment is signed by both, frozen and locked, or it is not signed; its capsule is recomputed."""
    work_of_a_year(lake, visits=3)
    lake.opened()
    heads = []
    for number in range(KILLS):
        heads.append(killed_at_work(session, lake.made, "sign_offs", number))
        nothing_acknowledged_is_lost(session, heads[-1])
        for row in assessments.every(session, lake.made.contract.id):
            whole(lake, row)
        session.rollback()
    assert any(heads), "nothing was done before the kill"


def whole(lake: Ground, row: assessments.Assessment) -> None:
    lake.session.refresh(row)
    signed = len(assessments.signatures(lake.session, row.contract_id, row.id))
    kept = assessments.capsule(lake.session, row.contract_id, row.id, text=True)
    frozen = row.state in {S.SIGNED, S.SUPERSEDED}
    assert signed == 2 if frozen else signed < 2 and (row.state == S.PUBLISHED or signed == 0)
    assert (kept is not None) == (frozen or row.state == S.PUBLISHED)
    assert kept is None or capsule.verify(kept.text) == []
    assert (row.signed_revision is not None) == frozen
    if row.state == S.SIGNED:
        holds = sa.select(sa.func.count()).where(PeriodLock.contract_id == row.contract_id, PeriodLock.lifted_at.is_(None))
        assert lake.session.scalar(holds)


def test_what_was_told_too_early_shows_as_lost(session: Session, made: Office) -> None:
    """The control: a process that acknowledges before it commits is found out."""
    head = killed_at_work(session, made, "told_too_early", 0)
    assert head is not None
    assert audit.verify(session, SIGNER, head).problems

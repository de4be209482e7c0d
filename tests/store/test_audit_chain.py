"""The chain catches every way of tampering, and appends in order when many write at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from app.security.signing import Signer
from app.store import audit
from app.store.engine import READING, own_transaction
from app.store.models import AuditEvent
from app.store.models.append_only import TABLES
from app.web.database import db
from tests.factories import records
from tests.factories.ground import FrozenClock
from tests.factories.records import SIGNER

Tamper = Callable[[Connection], object]
ROWS = 6


@pytest.fixture
def chain(session: Session) -> audit.Head:
    """Six events; returns the head that somebody keeps outside."""
    for _ in range(ROWS):
        records.audit_event(session)
    session.commit()
    end = audit.head(session)
    session.rollback()
    return end


def without_triggers(engine: Engine, tamper: Tamper) -> None:
    """What a person with full rights over the database can do."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER audit_event_no_update")
            connection.exec_driver_sql("DROP TRIGGER audit_event_no_delete")
        else:
            connection.exec_driver_sql("ALTER TABLE audit_event DISABLE TRIGGER ALL")
        tamper(connection)
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("ALTER TABLE audit_event ENABLE TRIGGER ALL")


def run(*texts: str) -> Tamper:
    def tamper(connection: Connection) -> None:
        for text in texts:
            connection.exec_driver_sql(text)

    return tamper


COLUMNS = "at, channel, actor_id, contract_id, action, subject_kind, subject_id, detail, request_id"
SWAP = run(
    "CREATE TABLE kept AS SELECT * FROM audit_event",
    *(
        f"UPDATE audit_event SET ({COLUMNS}) = (SELECT {COLUMNS} FROM kept WHERE position = {there}) WHERE position = {here}"
        for here, there in ((2, 3), (3, 2))
    ),
    "DROP TABLE kept",
)
TAMPERED: dict[str, Tamper] = {
    "edit": run("UPDATE audit_event SET action = 'other' WHERE position = 3"),
    "edit detail": run("UPDATE audit_event SET detail = '{\"n\": 2}' WHERE position = 3"),
    "edit time": run("UPDATE audit_event SET at = '2026-01-01 00:00:00' WHERE position = 3"),
    "delete one inside": run("DELETE FROM audit_event WHERE position = 3"),
    "delete the first": run("DELETE FROM audit_event WHERE position = 1"),
    "swap two": SWAP,
    "swap the signatures": run("UPDATE audit_event SET signature = 'x' WHERE position = 3"),
    "insert": run(
        f"INSERT INTO audit_event (position, {COLUMNS}, previous_hash, hash, signature) "
        f"SELECT 99, {COLUMNS}, hash, '{'f' * 64}', signature FROM audit_event WHERE position = {ROWS}"
    ),
}  # fmt: skip


@pytest.fixture
def engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


def verdict(engine: Engine, outside: audit.Head | None = None, signer: Signer = SIGNER) -> audit.Verdict:
    with own_transaction(engine, **READING) as session:
        return audit.verify(session, signer, outside)


def test_a_whole_chain_is_whole(engine: Engine, chain: audit.Head) -> None:
    assert verdict(engine, chain) == audit.Verdict(ROWS, ())


@pytest.mark.parametrize("how", TAMPERED)
def test_tampering_shows_without_an_outside_head(engine: Engine, chain: audit.Head, how: str) -> None:
    without_triggers(engine, TAMPERED[how])
    assert verdict(engine).problems


@pytest.mark.parametrize("left", [0, 4])
def test_truncation_shows_against_the_outside_head(engine: Engine, chain: audit.Head, left: int) -> None:
    without_triggers(engine, run(f"DELETE FROM audit_event WHERE position > {left}"))
    assert verdict(engine).problems == ()
    assert "截去" in verdict(engine, chain).problems[0]


def rewritten(signer: Signer) -> Tamper:
    """The whole history told anew, every hash recomputed."""

    def tamper(connection: Connection) -> None:
        connection.exec_driver_sql("DELETE FROM audit_event")
        with Session(connection) as session:
            for _ in range(ROWS + 1):
                records_with(session, signer)
            session.flush()

    return tamper


def records_with(session: Session, signer: Signer) -> None:
    event = records.audit_event(session, action="test.invented")
    session.execute(
        sa.update(AuditEvent)
        .where(AuditEvent.position == event.position)
        .values(signature=signer.sign(audit.signed_text(event.position, event.hash)))
    )
    session.expire_all()


def test_a_full_rewrite_without_the_key_shows(engine: Engine, chain: audit.Head) -> None:
    without_triggers(engine, rewritten(Signer(b"9" * 32)))
    assert "签名" in verdict(engine).problems[0]


def test_a_full_rewrite_with_the_key_shows_against_the_outside_head(
    engine: Engine, chain: audit.Head
) -> None:
    without_triggers(engine, rewritten(SIGNER))
    assert verdict(engine).problems == ()
    assert "重写" in "；".join(verdict(engine, chain).problems)


def test_a_rollback_that_went_on_shows_against_the_outside_head(engine: Engine, chain: audit.Head) -> None:
    """An old backup is put back, and the console writes on."""
    without_triggers(engine, run("DELETE FROM audit_event WHERE position > 3"))
    with own_transaction(engine) as session:
        for _ in range(ROWS):
            records.audit_event(session)
    assert verdict(engine).problems == ()
    assert verdict(engine, chain).problems


def test_a_head_of_another_console_is_refused(engine: Engine, chain: audit.Head) -> None:
    forged = audit.Head(chain.position, chain.hash, Signer(b"9" * 32).sign("x"))
    assert "链头" in verdict(engine, forged).problems[0]


def test_a_head_survives_its_file(chain: audit.Head) -> None:
    assert audit.head_from_json(chain.as_json()) == chain


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"position": "x"}'])
def test_other_files_are_no_heads(text: str) -> None:
    with pytest.raises(ValueError, match="不是链头文件"):
        audit.head_from_json(text)


def test_many_writers_make_one_chain(engine: Engine) -> None:
    def write(_: int) -> None:
        with own_transaction(engine) as session:
            records.audit_event(session)
            records.audit_event(session)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(24)))
    assert verdict(engine) == audit.Verdict(48, ())


def test_appending_without_waiting_would_fork(engine: Engine, clock: FrozenClock) -> None:
    """The negative control: two who read the same end cannot both append, the database refuses the second."""
    with own_transaction(engine) as session:
        first = records.audit_event(session)
        values = {c.name: getattr(first, c.name) for c in first.__table__.columns}
    with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
        connection.execute(sa.insert(AuditEvent).values({**values, "position": 2, "hash": "f" * 64}))


def test_an_undone_act_leaves_no_event(session: Session) -> None:
    records.audit_event(session)
    session.rollback()
    assert audit.head(session).position == 0


def test_every_append_only_table_has_its_triggers(session: Session) -> None:
    """In the database as the migrations leave it."""
    known = {
        *("audit_event", "rulebook_text", "entry_event", "spot_check", "case_event", "document_service"),
        *("rectification_report", "reinspection", "assessment_capsule", "assessment_decision"),
        *("assessment_event", "assessment_mark", "assessment_self_score", "assessment_signature"),
        *("money_posting", "payment_record", "settlement_event", "report_version", "report_event"),
    }
    assert known <= set(TABLES)
    guarded = {
        "sqlite": "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT DISTINCT event_object_table FROM information_schema.triggers",
    }[session.get_bind().dialect.name]
    assert set(TABLES) <= set(session.scalars(sa.text(guarded)))

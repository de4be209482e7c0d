"""A lock that one process of the whole deployment holds while it runs."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Engine

SCHEDULER = 0x6C767A6A  # any constant, other than the one of the audit chain


@contextmanager
def only_one(engine: Engine, directory: Path) -> Iterator[bool]:
    """True for the process that got the lock: an advisory lock on PostgreSQL, a locked file beside SQLite."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield bool(connection.scalar(sa.select(sa.func.pg_try_advisory_lock(SCHEDULER))))
            connection.execute(sa.select(sa.func.pg_advisory_unlock(SCHEDULER)))
        return
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "scheduler.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True

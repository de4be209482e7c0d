"""Runs the migrations on the app's own engine, in one transaction."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app

from app.store.models.base import BigKey, Instant
from app.store.schema import Base


def render_item(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Writes our types as plain SQLAlchemy: a migration must not change when the app does."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and item is BigKey:
        return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    return False


def run(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render_item,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,  # also on SQLite: our engine begins the transaction itself
    )
    with context.begin_transaction():
        context.run_migrations()


def sqlite_foreign_keys(connection: sa.Connection, *, on: bool) -> None:
    """Off while tables are rebuilt, or dropping the old one would be refused for the rows that refer to it."""
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        driver.execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")


def check_references(connection: sa.Connection) -> None:
    """What the database did not check while it was told not to."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(
                f"迁移后有 {len(broken)} 行指向不存在的行，已全部撤回；第一处在表 {broken[0][0]}"
            )


def online() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        run(given)
        return
    engine: sa.Engine = current_app.extensions["sqlalchemy"].engine
    with engine.connect() as connection:
        sqlite_foreign_keys(connection, on=False)
        try:
            with connection.begin():
                run(connection)
                check_references(connection)
        finally:
            sqlite_foreign_keys(connection, on=True)


if context.is_offline_mode():
    raise SystemExit("迁移要连着数据库运行，不能只生成 SQL。")
online()

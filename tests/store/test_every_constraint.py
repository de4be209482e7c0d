"""Each constraint of each table refuses the row that breaks it alone: tried with rows found by trying values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.store.schema import Base
from tests.store import tries
from tests.store.tries import Row


def in_order(found: Iterable[Any]) -> list[Any]:
    """By name: the order of a set differs between the processes that share out the tests."""
    return sorted(found, key=lambda one: str(one.name))


TABLES = {table.name: table for table in in_order(Base.metadata.tables.values())}
CHECKS = [(table.name, name) for table in TABLES.values() for name in tries.checks(table)]
UNIQUE = [
    (table.name, str(one.name))
    for table in TABLES.values()
    for one in in_order([*table.constraints, *table.indexes])
    if isinstance(one, sa.UniqueConstraint) or (isinstance(one, sa.Index) and one.unique)
    if not {each.name for each in table.primary_key} <= {each.name for each in one.columns}
]
#: Implied by the primary key; they are there for composite foreign keys to refer to.
IMPLIED = {
    str(one.name)
    for table in TABLES.values()
    for one in table.constraints
    if isinstance(one, sa.UniqueConstraint)
    and {each.name for each in table.primary_key} <= {each.name for each in one.columns}
}
WITHIN = [
    (table.name, str(one.name))
    for table in TABLES.values()
    for one in in_order(table.constraints)
    if isinstance(one, sa.ForeignKeyConstraint) and len(one.columns) > 1
]
#: Tried by hand in test_constraints: what they need is not among the values that are tried here.
BY_HAND = {"ck_user_account_login_name"}


def alone(session: Session) -> sa.Connection:
    """A connection on which no reference is checked before the end, which never comes."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    else:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    return connection


def insert(connection: sa.Connection, table: sa.Table, row: Row) -> None:
    known = {name: value for name, value in row.items() if name in table.c}
    connection.execute(sa.insert(table).values(**known))


def columns_of(table: sa.Table, name: str) -> tuple[list[str], str]:
    """The columns of a unique constraint or index, and its condition."""
    for one in [*table.constraints, *table.indexes]:
        if one.name == name:
            where = one.dialect_options["sqlite"].get("where") if isinstance(one, sa.Index) else None
            return [each.name for each in one.columns], "" if where is None else str(where)
    raise LookupError(name)


@pytest.mark.parametrize(("table", "name"), [pair for pair in CHECKS if pair[1] not in BY_HAND])
def test_a_check_refuses(session: Session, table: str, name: str) -> None:
    row = tries.failing(TABLES[table], name)
    with pytest.raises(IntegrityError) as refused:
        insert(alone(session), TABLES[table], row)
    assert name in str(refused.value.orig)
    session.rollback()


@pytest.mark.parametrize(("table", "name"), UNIQUE)
def test_a_second_one_is_refused(session: Session, table: str, name: str) -> None:
    here = TABLES[table]
    names, where = columns_of(here, name)
    first = tries.filled(here, names, where)
    connection = alone(session)
    insert(connection, here, first)
    with pytest.raises(IntegrityError) as refused:
        insert(connection, here, tries.twin(here, first, names))
    said = str(refused.value.orig)
    assert name in said or all(each in said for each in names)
    session.rollback()


@pytest.mark.parametrize(("table", "name"), WITHIN)
def test_nothing_points_into_another_contract(session: Session, table: str, name: str) -> None:
    here = TABLES[table]
    key = next(one for one in here.constraints if one.name == name)
    assert isinstance(key, sa.ForeignKeyConstraint)
    row = tries.filled(here, [each.name for each in key.columns])
    if session.get_bind().dialect.name == "postgresql":
        refused_on_postgresql(session, here, key, row)
    else:
        found_on_sqlite(session, here, key, row)
    session.rollback()


def refused_on_postgresql(session: Session, here: sa.Table, key: sa.ForeignKeyConstraint, row: Row) -> None:
    connection = session.connection()
    for one in here.foreign_key_constraints - {key}:
        connection.exec_driver_sql(f"ALTER TABLE {here.name} DROP CONSTRAINT {one.name}")
    with pytest.raises(IntegrityError, match=str(key.name)):
        insert(connection, here, row)


def found_on_sqlite(session: Session, here: sa.Table, key: sa.ForeignKeyConstraint, row: Row) -> None:
    connection = alone(session)
    insert(connection, here, row)
    listed: dict[int, set[str]] = {}
    for number, _, _, column, *_rest in connection.exec_driver_sql(f"PRAGMA foreign_key_list({here.name})"):
        listed.setdefault(number, set()).add(column)
    broken: list[Any] = list(connection.exec_driver_sql(f"PRAGMA foreign_key_check({here.name})"))
    assert {each.name for each in key.columns} in [listed[one[3]] for one in broken]


def test_nothing_is_left_out() -> None:
    tried = {name for _, name in [*CHECKS, *UNIQUE, *WITHIN]}
    named = {
        str(one.name)
        for table in TABLES.values()
        for one in [*table.constraints, *(each for each in table.indexes if each.unique)]
        if one.name and not isinstance(one, sa.PrimaryKeyConstraint)
        and not (isinstance(one, sa.ForeignKeyConstraint) and len(one.columns) == 1)
    }  # fmt: skip
    assert tried == named - IMPLIED

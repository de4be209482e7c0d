"""A row that breaks one constraint of a table and no other, found by trying values.

Checks are asked of SQLite, whose answers PostgreSQL shares for what the checks of this project say: a row
that satisfies all of them is looked for first, then one in which the check in question alone fails.
"""

from __future__ import annotations

import itertools
import re
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

Row = dict[str, Any]
FREE = 900_001  # an id that no row of a test has
DAYS = (date(2026, 1, 1), date(2026, 1, 2))
ORACLE = sqlite3.connect(":memory:", check_same_thread=False)
TIMES = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))


def checks(table: sa.Table) -> dict[str, str]:
    """The table's check constraints by name."""
    found = {str(each.name): str(each.sqltext) for each in table.constraints if isinstance(each, sa.CheckConstraint)}
    return dict(sorted(found.items()))


def words(table: sa.Table) -> list[str]:
    """The texts that the checks speak of."""
    return list(dict.fromkeys(re.findall(r"'([^']*)'", " ".join(checks(table).values()))))


def kind_of(column: sa.types.TypeEngine[Any]) -> type:
    """What the column takes in Python."""
    if isinstance(column, sa.JSON):
        return dict
    return datetime if isinstance(column, sa.types.TypeDecorator) else column.python_type


def candidates(column: sa.Column[Any], said: list[str]) -> list[Any]:
    """Values worth trying."""
    if column.name == "id":
        return [FREE, 1]
    kind = kind_of(column.type)
    values: list[Any] = {
        int: [1, 2, 3, 0, -1], str: ["x", "f" * 64, *said, "", "nonsense"], bool: [False, True], date: list(DAYS),
        datetime: list(TIMES), bytes: [b"x"], dict: [{}],
    }[kind]  # fmt: skip
    return [None, *values] if column.nullable else values


def mentioned(table: sa.Table, text: str) -> list[sa.Column[Any]]:
    """The columns that a condition speaks of."""
    bare = re.sub(r"'[^']*'", "''", text)
    return [each for each in table.columns if re.search(rf"\b{each.name}\b", bare)]


def asked(value: Any) -> Any:
    """A value as SQLite takes it."""
    if isinstance(value, date):
        return value.isoformat()
    return "{}" if isinstance(value, dict) else value


def holds(text: str, row: Mapping[str, Any]) -> bool:
    """Whether the condition lets the row pass: true or unknown, as a check does."""
    names = [name for name in row if re.search(rf"\b{name}\b", text)]
    listed = ", ".join(f"? AS {name}" for name in names)
    given = [asked(row[name]) for name in names]
    (found,) = ORACLE.execute(f"SELECT {text} FROM (SELECT {listed})", given).fetchone()
    return found is None or bool(found)


def plain(table: sa.Table) -> Row:
    """A row with a value in each column that needs one, blank elsewhere."""
    said = words(table)
    return {each.name: candidates(each, said)[0] for each in table.columns if each.name != "id"} | {"id": FREE}


def combinations(table: sa.Table, text: str, but: Collection[str] = ()) -> Iterator[Row]:
    """Values of the columns that a condition speaks of."""
    columns = [each for each in mentioned(table, text) if each.name not in but]
    said = words(table)
    for values in itertools.product(*(candidates(each, said) for each in columns)):
        yield dict(zip([each.name for each in columns], values, strict=True))


def fitting(table: sa.Table) -> Row:
    """A row that every check lets pass."""
    row = plain(table)
    every = checks(table)
    for _ in range(12):
        wrong = [text for text in every.values() if not holds(text, row)]
        if not wrong:
            return row
        better = min(
            (row | change for change in combinations(table, wrong[0]) if holds(wrong[0], row | change)),
            key=lambda one: sum(not holds(text, one) for text in every.values()),
        )
        row = better
    raise LookupError(f"no row of {table.name} passes its checks")


def failing(table: sa.Table, name: str) -> Row:
    """A row in which this check alone fails."""
    row, every = fitting(table), checks(table)
    kept = {each.name for each in mentioned(table, every[name])}
    others = {key: text for key, text in every.items() if key != name}
    for change in combinations(table, every[name]):
        if holds(every[name], row | change):
            continue
        tried = mended(table, row | change, others, kept)
        if tried is not None:
            return tried
    raise LookupError(f"nothing breaks {name} alone")


def mended(table: sa.Table, row: Row, others: Mapping[str, str], kept: Collection[str]) -> Row | None:
    """The row with the other checks satisfied, by columns that the broken one does not speak of."""
    for _ in range(8):
        wrong = [text for text in others.values() if not holds(text, row)]
        if not wrong:
            return row
        fits = [row | change for change in combinations(table, wrong[0], kept) if holds(wrong[0], row | change)]
        if not fits:
            return None
        row = min(fits, key=lambda one: sum(not holds(text, one) for text in others.values()))
    return None


def filled(table: sa.Table, names: Collection[str], where: str = "") -> Row:
    """A row that passes every check and the condition, with a value in each of these columns."""
    row, every = fitting(table), checks(table) | ({"where": where} if where else {})
    given = {
        name: next(one for one in candidates(table.c[name], words(table)) if one is not None)
        for name in names
        if row[name] is None and not re.search(rf"\b{name} IS NULL", where)
    }
    found = mended(table, row | given, every, given)
    if found is None:
        raise LookupError(f"no row of {table.name} fills {sorted(names)}")
    return found


def twin(table: sa.Table, row: Row, names: Collection[str]) -> Row:
    """Another row that is equal in these columns, and different wherever else rows must differ."""
    others = {
        each.name
        for one in [*table.constraints, *table.indexes]
        if isinstance(one, sa.UniqueConstraint | sa.PrimaryKeyConstraint) or (isinstance(one, sa.Index) and one.unique)
        for each in one.columns
    } - set(names)
    changed = dict(row)
    for name in others | ({"id"} & set(row)):
        if name not in names:
            changed[name] = other(row[name])
    found = mended(table, changed, checks(table), {*others, *names})
    return changed if found is None else found


def other(value: Any) -> Any:
    """A value unlike this one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 100
    if isinstance(value, date):
        return TIMES[1] if isinstance(value, datetime) else DAYS[1]
    return f"{value}y"[-64:] if isinstance(value, str) else value

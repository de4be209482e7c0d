"""Rollup rows: read as the state of accumulators, changed by adding and taking away."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.security.terms import Side
from app.store.models import Contract, Rollup, RollupPlan

__all__ = ["RollupPlan"]

LOCK = 0x6C767271  # any constant: with the contract's id it orders what changes its rollups on PostgreSQL
#: Side, figure, member, part, cell, key.
Place = tuple[str, str, str, str, int, str]
MANY = 400  # rows a statement
#: What a row counts: keys, entries or nil returns of a cell; or entries behind a figure by where they are from.
KEY, ENTRY, NIL, WHO = "key", "entry", "nil", "who"


def digest(key: str) -> str:
    """What stands for a key in the row's own key: keys can be long texts."""
    return hashlib.blake2b(key.encode(), digest_size=16).hexdigest()


def hold(session: Session, contract_id: int) -> None:
    """Others that change this contract's rollups wait until this transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK, contract_id)))


def plans(session: Session, contract_id: int) -> Sequence[RollupPlan]:
    """The periods of the contract that are counted."""
    query = sa.select(RollupPlan).where(RollupPlan.contract_id == contract_id)
    return session.scalars(query.order_by(RollupPlan.from_on, RollupPlan.until_on)).all()


def plan(session: Session, contract_id: int, first: date, last: date) -> RollupPlan | None:
    """The plan of a period."""
    found = plans(session, contract_id)
    return next((one for one in found if (one.from_on, one.until_on) == (first, last)), None)


class Drift(NamedTuple):
    """A plan whose rows did not come to what a recount did."""

    contract: str
    from_on: date
    until_on: date
    told: str
    checked_at: datetime


def drifted(session: Session) -> list[Drift]:
    """Every plan that the last recount found to differ, of all contracts."""
    query = (
        sa.select(Contract.title, RollupPlan.from_on, RollupPlan.until_on, RollupPlan.drift, RollupPlan.checked_at)
        .join(Contract, Contract.id == RollupPlan.contract_id)
        .where(RollupPlan.drift != "").order_by(Contract.id, RollupPlan.from_on)
    )  # fmt: skip
    return [Drift(*row) for row in session.execute(query)]


def change(session: Session, contract_id: int, plan_id: int, deltas: Mapping[Place, int]) -> None:
    """Adds to the rows and takes away from them, in sorted order; rows that count nothing go."""
    lessen(session, columns(contract_id, plan_id, [(place, n) for place, n in sorted(deltas.items()) if n < 0]))
    add = columns(contract_id, plan_id, [(place, n) for place, n in sorted(deltas.items()) if n > 0])
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    for start in range(0, len(add), MANY):
        query = insert(Rollup).values(add[start : start + MANY])
        keys = [column.name for column in sa.inspect(Rollup).primary_key]
        session.execute(
            query.on_conflict_do_update(index_elements=keys, set_={"n": Rollup.n + query.excluded.n})
        )


def columns(contract_id: int, plan_id: int, rows: Sequence[tuple[Place, int]]) -> list[dict[str, Any]]:
    """Rows by the names of their columns."""
    return [
        {
            "contract_id": contract_id, "plan_id": plan_id, "side": side, "figure": figure, "member": member,
            "part": part, "cell": cell, "digest": digest(key), "key": key, "n": n,
        }
        for (side, figure, member, part, cell, key), n in rows
    ]  # fmt: skip


def lessen(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Takes away; a row that would count nothing is deleted instead."""
    names = [column.name for column in sa.inspect(Rollup).primary_key]
    table = sa.Table(Rollup.__tablename__, Rollup.metadata)
    same = sa.and_(*(table.c[name] == sa.bindparam(f"b_{name}") for name in names))
    given = [{f"b_{name}": row[name] for name in names} | {"b_n": row["n"]} for row in rows]
    if not given:
        return
    connection = session.connection()
    connection.execute(sa.delete(table).where(same, table.c.n == -sa.bindparam("b_n")), given)
    connection.execute(
        sa.update(table).where(same, table.c.n != -sa.bindparam("b_n")).values(n=table.c.n + sa.bindparam("b_n")), given
    )


def held(session: Session, contract_id: int, plan_id: int, side: Side | None = None) -> dict[Place, int]:
    """Every row of a plan."""
    query = sa.select(
        Rollup.side, Rollup.figure, Rollup.member, Rollup.part, Rollup.cell, Rollup.key, Rollup.n
    ).where(Rollup.contract_id == contract_id, Rollup.plan_id == plan_id)
    if side is not None:
        query = query.where(Rollup.side == side.value)
    return {(s, f, m, p, c, k): n for s, f, m, p, c, k, n in session.execute(query)}


def of_figure(session: Session, contract_id: int, plan_id: int, figure: str, part: str) -> list[tuple[str, int, str, int]]:
    """(side, cell, key, n) of one part of a figure."""
    query = sa.select(Rollup.side, Rollup.cell, Rollup.key, Rollup.n).where(
        Rollup.contract_id == contract_id, Rollup.plan_id == plan_id, Rollup.side.in_([one.value for one in Side]),
        Rollup.figure == figure, Rollup.member == "", Rollup.part == part,
    )  # fmt: skip
    return [(side, cell, key, n) for side, cell, key, n in session.execute(query)]


def clear(session: Session, contract_id: int, plan_id: int) -> None:
    """Takes every row of a plan away, before it is counted anew."""
    session.execute(sa.delete(Rollup).where(Rollup.contract_id == contract_id, Rollup.plan_id == plan_id))


def fill(session: Session, contract_id: int, plan_id: int, rows: Mapping[Place, int]) -> None:
    """Puts rows into an empty plan."""
    given = columns(contract_id, plan_id, list(rows.items()))
    table = sa.Table(Rollup.__tablename__, Rollup.metadata)
    for start in range(0, len(given), 20 * MANY):
        session.connection().execute(sa.insert(table), given[start : start + 20 * MANY])

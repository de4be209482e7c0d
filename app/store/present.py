"""Who is behind a token and what they hold, in two prepared statements: asked on every request.

The same answers as `accounts.session_by_token` and `roles`, without building rows as objects.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from app.security.permissions import Permission, known
from app.store.models import ConsoleGrant, Delegation, Membership, Role, UserAccount, UserSession
from app.store.roles import NOT_LENT


class Present(NamedTuple):
    """A session with its account, as it stands now."""

    id: int
    awaits_code: bool
    last_seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    user_id: int
    display_name: str
    organisation_id: int
    disabled_at: datetime | None
    must_change_password: bool


class Held(NamedTuple):
    """Permissions over the console, and by contract."""

    console: frozenset[Permission]
    contracts: Mapping[int, frozenset[Permission]]


S, U, R = UserSession.__table__.c, UserAccount.__table__.c, Role.__table__.c
M, G, D = Membership.__table__.c, ConsoleGrant.__table__.c, Delegation.__table__.c
CONSOLE, OWN, LENT = range(3)
USER, DAY = sa.bindparam("user_id", type_=sa.BigInteger()), sa.bindparam("day", type_=sa.Date())

BY_TOKEN = (
    sa.select(
        S.id, S.awaits_code, S.last_seen_at, S.expires_at, S.ended_at, U.id, U.display_name, U.organisation_id,
        U.disabled_at, U.must_change_password,
    )
    .join_from(UserSession.__table__, UserAccount.__table__, S.user_id == U.id)
    .where(S.token_hash == sa.bindparam("token_hash"))
)  # fmt: skip


def current(from_on: sa.ColumnElement[Any], until_on: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """The row counts on the day."""
    return sa.and_(from_on <= DAY, sa.or_(until_on.is_(None), until_on >= DAY))


HELD = sa.union_all(
    sa.select(sa.literal_column(str(CONSOLE)).label("how"), sa.null().label("contract_id"), R.permissions)
    .join_from(Role.__table__, ConsoleGrant.__table__, G.role_id == R.id)
    .where(G.user_id == USER, current(G.from_on, G.until_on)),
    sa.select(sa.literal_column(str(OWN)), M.contract_id, R.permissions)
    .join_from(Role.__table__, Membership.__table__, M.role_id == R.id)
    .where(M.user_id == USER, current(M.from_on, M.until_on)),
    sa.select(sa.literal_column(str(LENT)), M.contract_id, R.permissions)
    .join_from(Delegation.__table__, Membership.__table__,
               sa.and_(D.contract_id == M.contract_id, D.giver_id == M.user_id))
    .join(Role.__table__, M.role_id == R.id)
    .where(D.taker_id == USER, D.revoked_at.is_(None), D.from_on <= DAY, D.until_on >= DAY,
           current(M.from_on, M.until_on)),
)  # fmt: skip


def by_token(connection: Connection, token_hash: str) -> Present | None:
    """The session whose cookie holds the token of this hash."""
    row = connection.execute(BY_TOKEN, {"token_hash": token_hash}).one_or_none()
    return Present(*row) if row is not None else None


def held(connection: Connection, user_id: int, day: date) -> Held:
    """What the person holds: over the console, by membership, and as a delegate where they are a member too."""
    console: frozenset[Permission] = frozenset()
    own: dict[int, frozenset[Permission]] = {}
    lent: list[tuple[int, frozenset[Permission]]] = []
    for how, contract_id, permissions in connection.execute(HELD, {"user_id": user_id, "day": day}):
        if how == CONSOLE:
            console |= known(permissions)
        elif how == OWN:
            own[contract_id] = own.get(contract_id, frozenset()) | known(permissions)
        else:
            lent.append((contract_id, known(permissions)))
    for contract_id, permissions in lent:
        if contract_id in own:  # who has left the contract acts for nobody in it
            own[contract_id] |= permissions - NOT_LENT
    return Held(console, own)

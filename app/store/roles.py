"""Roles, memberships and console grants: who holds which permissions where, on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.security.permissions import BUILT_IN_ROLES, Permission, known
from app.security.terms import RoleSide
from app.store.models import ConsoleGrant, Contract, Delegation, Membership, Role

__all__ = ["ConsoleGrant", "Membership", "Role"]

# A delegate signs and decides for the giver, but neither manages people nor delegates further.
NOT_LENT = frozenset({Permission.DELEGATE, Permission.STAFF_MANAGE, Permission.MEMBERS_MANAGE})


def ensure_built_in(session: Session) -> None:
    """Adds the built-in roles that are missing; those present stay as they are."""
    present = set(session.scalars(sa.select(Role.code)))
    session.add_all(
        Role(
            code=each.code,
            name=each.name,
            side=each.side.value,
            permissions=sorted(each.permissions),
            until_required=each.until_required,
            built_in=True,
        )
        for each in BUILT_IN_ROLES
        if each.code not in present
    )
    session.flush()


def all_roles(session: Session) -> Sequence[Role]:
    return session.scalars(sa.select(Role).order_by(Role.id)).all()


def by_id(session: Session, role_id: int) -> Role | None:
    return session.get(Role, role_id)


def by_code(session: Session, code: str) -> Role | None:
    return session.scalars(sa.select(Role).where(Role.code == code)).one_or_none()


def taken(session: Session, code: str, name: str) -> bool:
    return session.scalar(sa.select(sa.exists().where(sa.or_(Role.code == code, Role.name == name)))) or False


def in_force(model: type[Membership] | type[ConsoleGrant], day: date) -> sa.ColumnElement[bool]:
    """The row counts on the day."""
    return sa.and_(model.from_on <= day, sa.or_(model.until_on.is_(None), model.until_on >= day))


def not_over(model: type[Membership] | type[ConsoleGrant], day: date) -> sa.ColumnElement[bool]:
    """The row counts on the day or later."""
    return sa.or_(model.until_on.is_(None), model.until_on >= day)


def console_permissions(session: Session, user_id: int, day: date) -> frozenset[Permission]:
    """What the person holds over the whole console."""
    query = (
        sa.select(Role.permissions)
        .join(ConsoleGrant, ConsoleGrant.role_id == Role.id)
        .where(ConsoleGrant.user_id == user_id, in_force(ConsoleGrant, day))
    )
    return frozenset().union(*(known(held) for held in session.scalars(query)))


def contract_permissions(session: Session, user_id: int, day: date) -> dict[int, frozenset[Permission]]:
    """What the person holds in each contract: by membership, and as a delegate of other members."""
    held_by = sa.select(Membership.contract_id, Role.permissions).join(Role, Membership.role_id == Role.id)
    own = held_by.where(Membership.user_id == user_id, in_force(Membership, day))
    lent = held_by.join(
        Delegation,
        sa.and_(Delegation.contract_id == Membership.contract_id, Delegation.giver_id == Membership.user_id),
    ).where(
        Delegation.taker_id == user_id,
        Delegation.revoked_at.is_(None),
        Delegation.from_on <= day,
        Delegation.until_on >= day,
        in_force(Membership, day),
    )
    held: dict[int, frozenset[Permission]] = {}
    for contract_id, permissions in session.execute(own):
        held[contract_id] = held.get(contract_id, frozenset()) | known(permissions)
    for contract_id, permissions in session.execute(lent):
        if contract_id in held:  # who has left the contract acts for nobody in it
            held[contract_id] |= known(permissions) - NOT_LENT
    return held


def memberships_of(session: Session, user_id: int, day: date) -> Sequence[tuple[Membership, Contract]]:
    """The person's memberships that are not over, with their contracts."""
    query = (
        sa.select(Membership, Contract)
        .join(Contract, Membership.contract_id == Contract.id)
        .where(Membership.user_id == user_id, not_over(Membership, day))
        .options(joinedload(Membership.role))
        .order_by(Contract.code, Membership.id)
    )
    return [(membership, contract) for membership, contract in session.execute(query)]


def holders(session: Session, role_id: int, day: date) -> set[int]:
    """Everybody who holds the role somewhere, now or later."""
    queries = [
        sa.select(model.user_id).where(model.role_id == role_id, not_over(model, day))
        for model in (Membership, ConsoleGrant)
    ]
    return {user_id for query in queries for user_id in session.scalars(query)}


def grants(session: Session, day: date, user_id: int | None = None) -> Sequence[ConsoleGrant]:
    """Console grants that are not over."""
    query = sa.select(ConsoleGrant).where(not_over(ConsoleGrant, day))
    if user_id is not None:
        query = query.where(ConsoleGrant.user_id == user_id)
    return session.scalars(query.options(joinedload(ConsoleGrant.role)).order_by(ConsoleGrant.id)).all()


def grant_by_id(session: Session, grant_id: int) -> ConsoleGrant | None:
    return session.get(ConsoleGrant, grant_id)


def console_roles(session: Session) -> Sequence[Role]:
    query = sa.select(Role).where(Role.side == RoleSide.CONSOLE.value).order_by(Role.id)
    return session.scalars(query).all()


def contract_roles(session: Session) -> Sequence[Role]:
    query = sa.select(Role).where(Role.side != RoleSide.CONSOLE.value).order_by(Role.id)
    return session.scalars(query).all()

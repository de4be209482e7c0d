"""People of a contract: found by keyed digest alone, never by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.store.models import Person

__all__ = ["Person"]


def by_digest(session: Session, contract_id: int, id_digest: str | None, phone_digest: str | None) -> Person | None:
    """The person with this ID number; without a number, the one known by this phone alone."""
    query = sa.select(Person).where(Person.contract_id == contract_id)
    if id_digest is not None:
        return session.scalars(query.where(Person.id_digest == id_digest)).one_or_none()
    same = sa.and_(Person.phone_digest == phone_digest, Person.id_digest.is_(None))
    return session.scalars(query.where(same).order_by(Person.id).limit(1)).one_or_none()


def with_digest(
    session: Session, contract_id: int, id_digest: str | None, phone_digest: str | None
) -> Sequence[Person]:
    """Everybody with this ID number, or else with this phone, whether or not a number is known too."""
    same = Person.id_digest == id_digest if id_digest is not None else Person.phone_digest == phone_digest
    return session.scalars(sa.select(Person).where(Person.contract_id == contract_id, same).order_by(Person.id)).all()


def by_ids(session: Session, contract_id: int, ids: Collection[int]) -> Mapping[int, Person]:
    """People by id, one query."""
    if not ids:
        return {}
    query = sa.select(Person).where(Person.contract_id == contract_id, Person.id.in_(ids))
    return {row.id: row for row in session.scalars(query)}


def known_by_id(session: Session, contract_id: int, digests: Collection[str]) -> Mapping[str, int]:
    """Ids of those known by their number, by its digest: for many at once."""
    found: dict[str, int] = {}
    wanted = sorted(digests)
    for start in range(0, len(wanted), 500):
        query = sa.select(Person.id_digest, Person.id).where(
            Person.contract_id == contract_id, Person.id_digest.in_(wanted[start : start + 500])
        )
        found |= {digest: key for digest, key in session.execute(query) if digest is not None}
    return found


def known_by_phone(session: Session, contract_id: int, digests: Collection[str]) -> Mapping[str, int]:
    """Ids of those known by a phone alone, by its digest; with several, the first: for many at once."""
    found: dict[str, int] = {}
    wanted = sorted(digests)
    for start in range(0, len(wanted), 500):
        query = sa.select(Person.phone_digest, Person.id).where(
            Person.contract_id == contract_id,
            Person.id_digest.is_(None),
            Person.phone_digest.in_(wanted[start : start + 500]),
        )
        for digest, key in session.execute(query.order_by(Person.id)):
            found.setdefault(str(digest), key)
    return found

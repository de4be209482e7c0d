"""Small questions about who may do what; each answers from its arguments alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.security.permissions import Permission


@dataclass(frozen=True)
class Person:
    """A signed-in person: what they hold everywhere, and what in each contract they belong to."""

    user_id: int
    name: str
    organisation_id: int
    console: frozenset[Permission] = frozenset()
    contracts: Mapping[int, frozenset[Permission]] = field(default_factory=dict)


def may(person: Person, permission: Permission, contract_id: int | None = None) -> bool:
    """Holds the permission: everywhere, or in this contract where one is named."""
    if permission in person.console:
        return True
    return contract_id is not None and permission in person.contracts.get(contract_id, frozenset())


def may_anywhere(person: Person, permission: Permission) -> bool:
    """Holds the permission in at least one place: enough for a list that shows those places only."""
    return permission in person.console or any(permission in held for held in person.contracts.values())


def knows_contract(person: Person, contract_id: int) -> bool:
    """The contract exists for this person. What one does not know is answered like what is missing."""
    return contract_id in person.contracts or Permission.CONTRACT_READ in person.console


def acts_for(person: Person, organisation_id: int, contract_id: int, permissions: Iterable[Permission]) -> bool:
    """Belongs to this side of the contract, and holds one of the permissions in it."""
    return person.organisation_id == organisation_id and any(may(person, each, contract_id) for each in permissions)


def contracts_where(person: Person, permission: Permission) -> frozenset[int] | None:
    """The contracts in which the permission is held; None means all."""
    if permission in person.console:
        return None
    return frozenset(key for key, held in person.contracts.items() if permission in held)


def is_other(person: Person, user_id: int) -> bool:
    """Nobody decides on their own account or role."""
    return person.user_id != user_id

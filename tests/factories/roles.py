"""Roles, memberships, console grants, chains, delegations."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from app.security.permissions import Permission
from app.store import roles
from app.store.models import (
    ApprovalChain,
    ApprovalStep,
    ConsoleGrant,
    Contract,
    Delegation,
    Membership,
    Role,
    UserAccount,
)
from tests.factories.ground import START

FIRST_DAY = date(2026, 1, 1)
number = count(1)


def role(session: Session, *permissions: Permission, side: str = "either", **given: Any) -> Role:
    serial = next(number)
    defaults = {
        "code": f"role_{serial}",
        "name": f"角色{serial}",
        "side": side,
        "permissions": sorted(permissions),
    }
    row = Role(**{**defaults, **given})
    session.add(row)
    session.flush()
    return row


def built_in(session: Session, code: str) -> Role:
    found = roles.by_code(session, code)
    assert found is not None
    return found


def membership(
    session: Session, contract: Contract, user: UserAccount, held: Role | str, **given: Any
) -> Membership:
    found = built_in(session, held) if isinstance(held, str) else held
    defaults = {"contract_id": contract.id, "user_id": user.id, "role_id": found.id}
    row = Membership(**{**defaults, "from_on": FIRST_DAY, "created_at": START, **given})
    session.add(row)
    session.flush()
    return row


def console_grant(
    session: Session, user: UserAccount, held: Role | str = "administrator", **given: Any
) -> ConsoleGrant:
    found = built_in(session, held) if isinstance(held, str) else held
    defaults = {"user_id": user.id, "role_id": found.id, "from_on": FIRST_DAY, "created_at": START}
    row = ConsoleGrant(**{**defaults, **given})
    session.add(row)
    session.flush()
    return row


def delegation(
    session: Session, contract: Contract, giver: UserAccount, taker: UserAccount, **given: Any
) -> Delegation:
    defaults = {
        "contract_id": contract.id,
        "giver_id": giver.id,
        "taker_id": taker.id,
        "from_on": FIRST_DAY,
        "until_on": date(2026, 12, 31),
        "reason": "出差",
        "created_at": START,
    }
    row = Delegation(**{**defaults, **given})
    session.add(row)
    session.flush()
    return row


def approval_chain(session: Session, contract: Contract, purpose: str = "payment") -> ApprovalChain:
    row = ApprovalChain(contract_id=contract.id, purpose=purpose)
    session.add(row)
    session.flush()
    return row


def approval_step(session: Session, chain: ApprovalChain, held: Role | str, **given: Any) -> ApprovalStep:
    found = built_in(session, held) if isinstance(held, str) else held
    defaults = {"contract_id": chain.contract_id, "chain_id": chain.id, "position": 1, "role_id": found.id}
    row = ApprovalStep(**{**defaults, "opinion": "同意", **given})
    session.add(row)
    session.flush()
    return row

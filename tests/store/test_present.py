"""What every request asks in two statements is what the roles say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from app.security.permissions import Permission
from app.security.tokens import token_hash
from app.services import sessions
from app.store import present
from app.store.models import UserAccount
from tests.factories import organisations, people, roles
from tests.factories.ground import CLOCK, START

DAY = date(2026, 3, 5)


@pytest.fixture
def crowd(session: Session) -> list[UserAccount]:
    """People with every kind of claim: by membership, over the console, lent, ended, to come, lent without membership."""
    contract, other = organisations.contract(session), organisations.contract(session)
    found = [people.account(session) for _ in range(6)]
    roles.membership(session, contract, found[0], "supervisor")
    roles.membership(session, other, found[0], "finance")
    roles.membership(session, contract, found[0], "deputy_head", from_on=DAY + timedelta(days=1))
    roles.console_grant(session, found[1])
    roles.membership(session, contract, found[2], "finance", until_on=DAY - timedelta(days=1))
    roles.membership(session, contract, found[3], "field_staff")
    roles.delegation(session, contract, found[0], found[3])
    roles.delegation(session, contract, found[0], found[4])
    roles.membership(session, contract, found[5], "finance")
    roles.delegation(session, contract, found[0], found[5], revoked_at=START)
    session.commit()
    return found


def test_both_ways_to_a_persons_permissions_agree(session: Session, crowd: list[UserAccount]) -> None:
    for user in crowd:
        token = people.signed_in(session, user)
        session.commit()
        row = sessions.present(session, token)
        assert row is not None
        assert sessions.person_behind(session, row, CLOCK.now) == sessions.person_of(session, user, CLOCK.now)
    held = present.held(session.connection(), crowd[3].id, DAY).contracts
    (permissions,) = held.values()
    assert Permission.ENTRY_VERIFY in permissions
    assert Permission.DELEGATE not in permissions
    assert present.held(session.connection(), crowd[4].id, DAY).contracts == {}


def test_an_unknown_token_is_nobody(session: Session) -> None:
    assert present.by_token(session.connection(), token_hash("nobody")) is None

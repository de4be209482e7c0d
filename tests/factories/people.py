"""Accounts, recovery codes, sessions."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from app.security.passwords import Passwords
from app.security.tokens import new_token, recovery_hash, token_hash
from app.store.models import RecoveryCode, UserAccount, UserSession
from tests.factories import organisations
from tests.factories.ground import CLOCK, START

PASSWORD = "Rice-and-Tea-2026"
HASH = Passwords(quick=True).hash(PASSWORD)
number = count(1)


def account(session: Session, **given: Any) -> UserAccount:
    """An account that can sign in with PASSWORD."""
    organisation = given.pop("organisation", None) or organisations.organisation(session)
    serial = next(number)
    defaults = {
        "login_name": f"user{serial}",
        "display_name": f"用户{serial}",
        "organisation_id": organisation.id,
        "password_hash": HASH,
        "created_at": START,
    }
    row = UserAccount(**{**defaults, **given})
    session.add(row)
    session.flush()
    return row


def recovery_code(session: Session, user: UserAccount, code: str = "abcd-efgh-jkmn") -> RecoveryCode:
    row = RecoveryCode(user_id=user.id, code_hash=recovery_hash(user.id, code))
    session.add(row)
    session.flush()
    return row


def signed_in(session: Session, user: UserAccount, token: str = "", **given: Any) -> str:
    """A session of the user from now on; returns its token."""
    token = token or new_token()
    defaults = {
        "user_id": user.id,
        "token_hash": token_hash(token),
        "device": "测试浏览器",
        "created_at": CLOCK.now,
        "last_seen_at": CLOCK.now,
        "expires_at": CLOCK.now + timedelta(hours=12),
    }
    session.add(UserSession(**{**defaults, **given}))
    session.flush()
    return token

"""Accounts, recovery codes and sessions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.security.terms import SessionEnd
from app.store.models import RecoveryCode, UserAccount, UserSession

__all__ = ["RecoveryCode", "UserAccount", "UserSession"]


def by_login(session: Session, login_name: str) -> UserAccount | None:
    """The account, locked against concurrent sign-ins until the transaction ends."""
    query = sa.select(UserAccount).where(UserAccount.login_name == login_name).with_for_update()
    return session.scalars(query).one_or_none()


def by_id(session: Session, user_id: int) -> UserAccount | None:
    return session.get(UserAccount, user_id)


def by_ids(session: Session, user_ids: Collection[int]) -> Sequence[UserAccount]:
    """Accounts by id, in the order of ids."""
    query = sa.select(UserAccount).where(UserAccount.id.in_(user_ids)).order_by(UserAccount.id)
    return session.scalars(query).all() if user_ids else []


def by_invitation(session: Session, invitation_hash: str) -> UserAccount | None:
    query = sa.select(UserAccount).where(UserAccount.invitation_hash == invitation_hash)
    return session.scalars(query).one_or_none()


def login_taken(session: Session, login_name: str) -> bool:
    return session.scalar(sa.select(sa.exists().where(UserAccount.login_name == login_name))) or False


def listed(session: Session, search: str, after: str, size: int) -> Sequence[UserAccount]:
    """Accounts by login name, after one; `search` is part of a name."""
    query = (
        sa.select(UserAccount)
        .options(joinedload(UserAccount.organisation))
        .where(UserAccount.login_name > after)
        .order_by(UserAccount.login_name)
        .limit(size)
    )
    if search:
        part = sa.or_(
            UserAccount.login_name.contains(search.lower(), autoescape=True),
            UserAccount.display_name.contains(search, autoescape=True),
        )
        query = query.where(part)
    return session.scalars(query).all()


def choices(session: Session, organisations: set[int] | None = None) -> Sequence[UserAccount]:
    """Accounts that are not disabled, by name; of some organisations only where given."""
    query = sa.select(UserAccount).where(UserAccount.disabled_at.is_(None))
    if organisations is not None:
        query = query.where(UserAccount.organisation_id.in_(organisations))
    return session.scalars(query.order_by(UserAccount.display_name, UserAccount.id)).all()


def pending_invitations(session: Session) -> int:
    query = sa.select(sa.func.count()).where(UserAccount.invitation_hash.is_not(None))
    return session.scalar(query) or 0


def session_by_token(session: Session, token_hash: str) -> UserSession | None:
    query = (
        sa.select(UserSession)
        .where(UserSession.token_hash == token_hash)
        .options(joinedload(UserSession.user))
    )
    return session.scalars(query).one_or_none()


def open_sessions(session: Session, now: datetime, user_id: int | None = None) -> Sequence[UserSession]:
    """Sessions not ended and not past their limit, newest first."""
    query = sa.select(UserSession).where(UserSession.ended_at.is_(None), UserSession.expires_at > now)
    if user_id is not None:
        query = query.where(UserSession.user_id == user_id)
    query = query.options(joinedload(UserSession.user)).order_by(UserSession.last_seen_at.desc()).limit(200)
    return session.scalars(query).all()


def session_by_id(session: Session, session_id: int) -> UserSession | None:
    return session.get(UserSession, session_id)


def end_sessions(
    session: Session, user_id: int, now: datetime, reason: SessionEnd, keep: int | None = None
) -> int:
    """Ends every open session of a person, one excepted; returns how many."""
    statement = (
        sa.update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
        .values(ended_at=now, ended_reason=reason.value)
    )
    if keep is not None:
        statement = statement.where(UserSession.id != keep)
    return changed(session, statement)


def replace_recovery_codes(session: Session, user_id: int, hashes: Sequence[str]) -> None:
    """The old codes go, used or not; none of the new ones is used."""
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    session.add_all([RecoveryCode(user_id=user_id, code_hash=each) for each in hashes])
    session.flush()


def use_recovery_code(session: Session, user_id: int, code_hash: str, now: datetime) -> bool:
    """Marks an unused code as used; False where there is none. Two at once: one succeeds."""
    statement = (
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == code_hash,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
    )
    return changed(session, statement) == 1


def unused_recovery_codes(session: Session, user_id: int) -> int:
    query = sa.select(sa.func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(query) or 0


def changed(session: Session, statement: sa.Update) -> int:
    """Carries an update out; how many rows it changed."""
    result = cast("sa.CursorResult[Any]", session.execute(statement))
    return result.rowcount

"""Signing in and out; sessions live on the server and end there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from sqlalchemy.orm import Session

from app.clock import business_day
from app.config import Settings
from app.security import second_factor, tokens
from app.security.passwords import Passwords
from app.security.predicates import Person
from app.security.sealing import Sealer
from app.security.terms import SessionEnd
from app.services.act import Act, Missing, Refused, found
from app.store import accounts, roles
from app.store import present as at_present
from app.store.accounts import UserAccount, UserSession
from app.store.present import Present

# Renewing on every request would turn every page view into a write.
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Opened:
    """A session just opened: the token goes into the cookie and is kept nowhere else."""

    token: str
    awaits_code: bool


class Standing(Enum):
    """What a stored session is worth at a moment."""

    FRESH = auto()
    RENEW = auto()
    IDLE = auto()
    OVER = auto()


def standing(row: Present, now: datetime, idle_limit: timedelta) -> Standing:
    """Ended, disabled or past the absolute limit: over. Unused beyond the idle limit: idle."""
    if row.ended_at is not None or row.expires_at <= now or row.disabled_at is not None:
        return Standing.OVER
    if row.last_seen_at + idle_limit <= now:
        return Standing.IDLE
    return Standing.RENEW if row.last_seen_at + TOUCH_EVERY <= now else Standing.FRESH


def by_token(session: Session, token: str) -> UserSession | None:
    """The session whose cookie holds this token."""
    return accounts.session_by_token(session, tokens.token_hash(token))


def present(session: Session, token: str) -> Present | None:
    """The session whose cookie holds this token, with its account: what every request asks for."""
    return at_present.by_token(session.connection(), tokens.token_hash(token))


def person_behind(session: Session, row: Present, now: datetime) -> Person:
    """The signed-in person with everything they hold today."""
    held = at_present.held(session.connection(), row.user_id, business_day(now))
    return Person(row.user_id, row.display_name, row.organisation_id, held.console, held.contracts)


def touch(session: Session, session_id: int, now: datetime) -> None:
    """Notes that the session is in use."""
    row = accounts.session_by_id(session, session_id)
    if row is not None and row.ended_at is None:
        row.last_seen_at = now
        session.flush()


def end_idle(session: Session, session_id: int, now: datetime) -> None:
    """Ends a session that was idle too long."""
    row = accounts.session_by_id(session, session_id)
    if row is not None and row.ended_at is None:
        row.ended_at, row.ended_reason = now, SessionEnd.IDLE.value
        session.flush()


def person_of(session: Session, user: UserAccount, now: datetime) -> Person:
    """The signed-in person with everything they hold today."""
    day = business_day(now)
    return Person(
        user_id=user.id,
        name=user.display_name,
        organisation_id=user.organisation_id,
        console=roles.console_permissions(session, user.id, day),
        contracts=roles.contract_permissions(session, user.id, day),
    )


def open_session(
    act: Act, user: UserAccount, settings: Settings, device: str, *, awaits_code: bool
) -> Opened:
    """Adds a session row and returns its token."""
    token = tokens.new_token()
    limit = timedelta(minutes=10) if awaits_code else settings.absolute_limit
    act.session.add(
        UserSession(
            user_id=user.id,
            token_hash=tokens.token_hash(token),
            awaits_code=awaits_code,
            device=device[:200],
            created_at=act.now,
            last_seen_at=act.now,
            expires_at=act.now + limit,
        )
    )
    act.session.flush()
    return Opened(token, awaits_code)


def note_failure(act: Act, user: UserAccount | None, settings: Settings) -> None:
    """Counts a failure and locks at the limit. The audit row names no login that was typed."""
    locks = False
    if user is not None and not is_locked(user, act.now):
        user.failed_count += 1
        locks = user.failed_count >= settings.lock_failures
        if locks:
            user.failed_count, user.locked_until = 0, act.now + settings.lock_time
    act.record("session.refused", "account", user.id if user else None, locked=locks)


def is_locked(user: UserAccount, now: datetime) -> bool:
    return user.locked_until is not None and user.locked_until > now


def sign_in(
    act: Act, settings: Settings, passwords: Passwords, login_name: str, password: str, device: str
) -> Opened | None:
    """A session, or None: for unknown, disabled and locked accounts and wrong passwords alike.

    None must be committed too: it counts the failure.
    """
    user = accounts.by_login(act.session, login_name.strip().lower())
    fits = passwords.check(user.password_hash if user else None, password)
    if user is None or not fits or user.disabled_at is not None or is_locked(user, act.now):
        note_failure(act, user, settings)
        return None
    if user.password_hash and passwords.outdated(user.password_hash):
        user.password_hash = passwords.hash(password)
    awaits_code = user.totp_confirmed_at is not None
    if not awaits_code:
        user.failed_count = 0
    opened = open_session(act, user, settings, device, awaits_code=awaits_code)
    act.record("session.password_accepted" if awaits_code else "session.opened", "account", user.id)
    return opened


def give_code(act: Act, settings: Settings, sealer: Sealer, session_id: int, code: str) -> Opened | None:
    """The second factor: a time-based or a recovery code. The waiting session ends; None counts a failure."""
    waiting = found(accounts.session_by_id(act.session, session_id))
    user = found(accounts.by_login(act.session, waiting.user.login_name))
    if is_locked(user, act.now) or not code_fits(act, sealer, user, code):
        note_failure(act, user, settings)
        if is_locked(user, act.now):
            waiting.ended_at, waiting.ended_reason = act.now, SessionEnd.REVOKED.value
        return None
    user.failed_count = 0
    waiting.ended_at, waiting.ended_reason = act.now, SessionEnd.REPLACED.value
    opened = open_session(act, user, settings, waiting.device, awaits_code=False)
    act.record("session.opened", "account", user.id, second_factor=True)
    return opened


def code_fits(act: Act, sealer: Sealer, user: UserAccount, code: str) -> bool:
    """Whether the code is right and unused; uses it up."""
    if user.totp_secret is None:
        return False
    secret = sealer.open(user.totp_secret, totp_context(user.id)).decode()
    step = second_factor.matching_step(secret, code, act.now, user.totp_last_step)
    if step is not None:
        user.totp_last_step = step
        return True
    hashed = tokens.recovery_hash(user.id, code)
    return accounts.use_recovery_code(act.session, user.id, hashed, act.now)


def totp_context(user_id: int) -> str:
    """Binds a sealed secret to its account."""
    return f"user_account.totp_secret:{user_id}"


def sign_out(act: Act, session_id: int) -> None:
    """Ends the person's present session."""
    row = found(accounts.session_by_id(act.session, session_id))
    if row.ended_at is None:
        row.ended_at, row.ended_reason = act.now, SessionEnd.SIGNED_OUT.value
        act.record("session.signed_out", "account", row.user_id)


def revoke(act: Act, session_id: int, *, own_only: bool) -> None:
    """Ends a session from the list: one's own, or anybody's for an administrator."""
    row = found(accounts.session_by_id(act.session, session_id))
    if own_only and row.user_id != act.person().user_id:
        raise Missing
    if row.ended_at is not None:
        raise Refused("这次登录已经结束了，不用再操作")
    row.ended_at, row.ended_reason = act.now, SessionEnd.REVOKED.value
    act.record("session.revoked", "account", row.user_id, session=row.id)

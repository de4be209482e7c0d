"""Signing in, lockout, second factor, the end of sessions."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy.orm import Session

from app.services import accounts, sessions
from app.services.act import Missing
from app.services.sessions import Opened, Standing
from app.store.models import UserAccount
from tests.factories import people
from tests.factories.ground import FrozenClock
from tests.services.acting import PASSWORDS, SEALER, SETTINGS, act_of, recorded, refused

IDLE = SETTINGS.idle_limit


def sign_in(session: Session, login: str, password: str = people.PASSWORD) -> Opened | None:
    return sessions.sign_in(act_of(session), SETTINGS, PASSWORDS, login, password, "测试")


def standing(session: Session, opened: Opened, clock: FrozenClock) -> Standing:
    session.flush()
    row = sessions.present(session, opened.token)
    assert row is not None
    return sessions.standing(row, clock.now, IDLE)


@pytest.fixture
def user(session: Session) -> UserAccount:
    return people.account(session, login_name="lin")


def test_the_right_password_opens_a_session(session: Session, user: UserAccount, clock: FrozenClock) -> None:
    opened = sign_in(session, " LIN ")
    assert opened is not None
    assert standing(session, opened, clock) is Standing.FRESH
    assert recorded(session) == ["session.opened"]


def test_only_the_hash_of_the_token_is_kept(session: Session, user: UserAccount) -> None:
    opened = sign_in(session, "lin")
    assert opened is not None
    row = sessions.by_token(session, opened.token)
    assert row is not None
    assert opened.token not in str(vars(row))


@pytest.mark.parametrize("login", ["lin", "nobody"])
def test_a_wrong_password_and_an_unknown_account_are_alike(
    session: Session, user: UserAccount, login: str
) -> None:
    assert sign_in(session, login, "wrong") is None
    assert recorded(session) == ["session.refused"]


def test_failures_lock_for_a_while(session: Session, user: UserAccount, clock: FrozenClock) -> None:
    for _ in range(SETTINGS.lock_failures):
        assert sign_in(session, "lin", "wrong") is None
    assert sign_in(session, "lin") is None
    clock.now += SETTINGS.lock_time - timedelta(seconds=1)
    assert sign_in(session, "lin") is None
    clock.forward(seconds=1)
    assert sign_in(session, "lin") is not None


def test_trying_on_while_locked_does_not_lengthen_the_lock(
    session: Session, user: UserAccount, clock: FrozenClock
) -> None:
    for _ in range(SETTINGS.lock_failures * 3):
        sign_in(session, "lin", "wrong")
    clock.now += SETTINGS.lock_time
    assert sign_in(session, "lin") is not None


def test_success_forgets_the_failures(session: Session, user: UserAccount) -> None:
    for _ in range(3):
        for _ in range(SETTINGS.lock_failures - 1):
            sign_in(session, "lin", "wrong")
        assert sign_in(session, "lin") is not None


def test_disabled_and_uninvited_accounts_do_not_get_in(
    session: Session, user: UserAccount, clock: FrozenClock
) -> None:
    user.disabled_at = clock.now
    people.account(session, login_name="new", password_hash=None)
    assert sign_in(session, "lin") is None
    assert sign_in(session, "new") is None


def test_a_session_goes_stale_and_ends(session: Session, user: UserAccount, clock: FrozenClock) -> None:
    opened = sign_in(session, "lin")
    assert opened is not None
    clock.forward(minutes=2)
    assert standing(session, opened, clock) is Standing.RENEW
    clock.now += IDLE
    assert standing(session, opened, clock) is Standing.IDLE


def test_use_keeps_a_session_until_its_absolute_end(
    session: Session, user: UserAccount, clock: FrozenClock
) -> None:
    opened = sign_in(session, "lin")
    assert opened is not None
    row = sessions.by_token(session, opened.token)
    assert row is not None
    end = clock.now + SETTINGS.absolute_limit
    while clock.now + IDLE / 2 < end:
        clock.now += IDLE / 2
        assert standing(session, opened, clock) is Standing.RENEW
        sessions.touch(session, row.id, clock.now)
    clock.now = end
    assert standing(session, opened, clock) is Standing.OVER


def test_a_touch_does_not_wake_an_ended_session(
    session: Session, user: UserAccount, clock: FrozenClock
) -> None:
    opened = sign_in(session, "lin")
    assert opened is not None
    row = sessions.by_token(session, opened.token)
    assert row is not None
    sessions.sign_out(act_of(session, user), row.id)
    before = row.last_seen_at
    clock.forward(minutes=5)
    sessions.touch(session, row.id, clock.now)
    assert row.last_seen_at == before
    assert standing(session, opened, clock) is Standing.OVER


def test_one_cannot_end_somebody_elses_session(session: Session, user: UserAccount) -> None:
    opened = sign_in(session, "lin")
    assert opened is not None
    row = sessions.by_token(session, opened.token)
    assert row is not None
    other = people.account(session)
    with pytest.raises(Missing):
        sessions.revoke(act_of(session, other), row.id, own_only=True)
    sessions.revoke(act_of(session, other), row.id, own_only=False)
    refused("", "已经结束", lambda: sessions.revoke(act_of(session, user), row.id, own_only=True))


@pytest.fixture
def guarded(session: Session, user: UserAccount, clock: FrozenClock) -> tuple[str, list[str]]:
    """The secret and the recovery codes of a user with a second factor."""
    secret = accounts.begin_second_factor(act_of(session, user), SEALER)
    codes = accounts.confirm_second_factor(act_of(session, user), SEALER, pyotp.TOTP(secret).at(clock.now))
    clock.forward(minutes=5)
    return secret, codes


def second(session: Session, code: str) -> Opened | None:
    """Password, then this code."""
    opened = sign_in(session, "lin")
    assert opened is not None
    assert opened.awaits_code
    row = sessions.by_token(session, opened.token)
    assert row is not None
    return sessions.give_code(act_of(session), SETTINGS, SEALER, row.id, code)


def test_the_second_factor_is_asked_and_opens(
    session: Session, guarded: tuple[str, list[str]], clock: FrozenClock
) -> None:
    opened = second(session, pyotp.TOTP(guarded[0]).at(clock.now))
    assert opened is not None
    assert not opened.awaits_code


def test_a_code_works_once(session: Session, guarded: tuple[str, list[str]], clock: FrozenClock) -> None:
    code = pyotp.TOTP(guarded[0]).at(clock.now)
    assert second(session, code) is not None
    assert second(session, code) is None


def test_a_recovery_code_works_once(session: Session, guarded: tuple[str, list[str]]) -> None:
    assert second(session, guarded[1][0].upper()) is not None
    assert second(session, guarded[1][0]) is None
    assert second(session, guarded[1][1].replace("-", " ")) is not None


def test_wrong_codes_lock_like_wrong_passwords(
    session: Session, guarded: tuple[str, list[str]], user: UserAccount, clock: FrozenClock
) -> None:
    for _ in range(SETTINGS.lock_failures):
        assert second(session, "000000") is None
    assert sessions.is_locked(user, clock.now)
    assert sign_in(session, "lin") is None


def test_the_right_password_alone_does_not_forget_wrong_codes(
    session: Session, guarded: tuple[str, list[str]], user: UserAccount
) -> None:
    assert second(session, "000000") is None
    assert sign_in(session, "lin") is not None
    assert user.failed_count == 1


def test_the_secret_is_sealed(session: Session, guarded: tuple[str, list[str]], user: UserAccount) -> None:
    assert user.totp_secret is not None
    assert guarded[0].encode() not in user.totp_secret

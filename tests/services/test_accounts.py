"""Invitation, password, disabling, resetting."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from app.config import PasswordPolicy
from app.services import accounts, sessions
from app.services.act import Act
from app.store import accounts as stored
from app.store.models import UserAccount
from tests.factories import organisations, people
from tests.factories.ground import FrozenClock
from tests.services.acting import PASSWORDS, SEALER, SETTINGS, act_of, recorded, refused

POLICY = PasswordPolicy()
NEW = "Lotus-Pond-77-x"


@pytest.fixture
def admin(session: Session) -> UserAccount:
    return people.account(session)


def invite(session: Session, admin: UserAccount, login: str = "chen") -> accounts.Invited:
    organisation = organisations.organisation(session)
    return accounts.invite(act_of(session, admin), SETTINGS, login, "陈某", organisation.id)


def accept(session: Session, token: str, password: str = NEW) -> UserAccount:
    return accounts.accept(act_of(session), POLICY, PASSWORDS, token, password)


def test_an_invitation_is_accepted_once(session: Session, admin: UserAccount) -> None:
    invited = invite(session, admin)
    user = accept(session, invited.token)
    assert user.id == invited.user_id
    assert PASSWORDS.check(user.password_hash, NEW)
    refused("", "链接", lambda: accept(session, invited.token))
    assert recorded(session) == ["account.invited", "account.accepted"]


def test_an_invitation_grows_old(session: Session, admin: UserAccount, clock: FrozenClock) -> None:
    invited = invite(session, admin)
    clock.now += SETTINGS.invitation_limit
    refused("", "过期", lambda: accept(session, invited.token))


def test_the_token_is_not_kept(session: Session, admin: UserAccount) -> None:
    invited = invite(session, admin)
    user = stored.by_id(session, invited.user_id)
    assert invited.token not in str(vars(user))


@pytest.mark.parametrize("login", ["Ab", "1abc", "a b c", "张三", "a" * 41, ""])
def test_login_names_are_plain(session: Session, admin: UserAccount, login: str) -> None:
    refused("login_name", "登录名", lambda: invite(session, admin, login))


def test_a_login_name_belongs_to_one(session: Session, admin: UserAccount) -> None:
    invite(session, admin, "chen")
    refused("login_name", "已经有人", lambda: invite(session, admin, "CHEN"))


@pytest.mark.parametrize("password", ["short1A-", "alllowercaseletters", "chen-Lotus-2026", "A1-" * 70])
def test_weak_passwords_are_refused(session: Session, admin: UserAccount, password: str) -> None:
    invited = invite(session, admin)
    refused("password", "密码", lambda: accept(session, invited.token, password))


def open_session(session: Session, user: UserAccount) -> int:
    row = sessions.by_token(session, people.signed_in(session, user))
    assert row is not None
    return row.id


Ending = Callable[[Act, UserAccount], object]
ENDINGS: dict[str, Ending] = {
    "disabled": lambda act, user: accounts.disable(act, user.id),
    "password": lambda act, user: accounts.reset(act, SETTINGS, user.id, second_factor_too=False),
}


@pytest.mark.parametrize("reason", ENDINGS)
def test_disabling_and_resetting_end_every_session(session: Session, admin: UserAccount, reason: str) -> None:
    user = people.account(session)
    ids = [open_session(session, user) for _ in range(3)]
    ENDINGS[reason](act_of(session, admin), user)
    session.expire_all()
    assert {session_row(session, each) for each in ids} == {reason}


def session_row(session: Session, session_id: int) -> str | None:
    row = stored.session_by_id(session, session_id)
    assert row is not None
    return row.ended_reason


def test_changing_the_password_ends_the_other_sessions(session: Session) -> None:
    user = people.account(session)
    mine, other = open_session(session, user), open_session(session, user)
    accounts.change_password(act_of(session, user), POLICY, PASSWORDS, people.PASSWORD, NEW, mine)
    session.expire_all()
    assert session_row(session, mine) is None
    assert session_row(session, other) == "password"


def test_the_present_password_is_needed(session: Session) -> None:
    user, act = people.account(session), None
    act = act_of(session, user)
    refused("present", "不对", lambda: accounts.change_password(act, POLICY, PASSWORDS, "x", NEW, None))
    same = people.PASSWORD
    refused("password", "一样", lambda: accounts.change_password(act, POLICY, PASSWORDS, same, same, None))


@pytest.mark.parametrize("ending", ENDINGS)
def test_nobody_administers_the_own_account(session: Session, admin: UserAccount, ending: str) -> None:
    refused("", "自己", lambda: ENDINGS[ending](act_of(session, admin), admin))


def test_a_disabled_account_comes_back(session: Session, admin: UserAccount) -> None:
    user, act = people.account(session), act_of(session, admin)
    accounts.disable(act, user.id)
    refused("", "已经停用", lambda: accounts.disable(act, user.id))
    refused("", "先启用", lambda: accounts.reset(act, SETTINGS, user.id, second_factor_too=False))
    accounts.enable(act, user.id)
    assert user.disabled_at is None
    refused("", "没有停用", lambda: accounts.enable(act, user.id))


def test_a_reset_can_take_the_second_factor_away(
    session: Session, admin: UserAccount, clock: FrozenClock
) -> None:
    user = people.account(session, totp_secret=b"x", totp_confirmed_at=clock.now)
    people.recovery_code(session, user)
    accounts.reset(act_of(session, admin), SETTINGS, user.id, second_factor_too=False)
    assert user.totp_confirmed_at is not None
    accounts.reset(act_of(session, admin), SETTINGS, user.id, second_factor_too=True)
    assert user.totp_secret is None
    assert stored.unused_recovery_codes(session, user.id) == 0
    assert user.password_hash is None


def test_a_second_factor_needs_its_first_code(session: Session) -> None:
    user = people.account(session)
    accounts.begin_second_factor(act_of(session, user), SEALER)
    refused("code", "不对", lambda: accounts.confirm_second_factor(act_of(session, user), SEALER, "000000"))
    assert user.totp_confirmed_at is None


def test_turning_the_second_factor_off_needs_the_password(session: Session, clock: FrozenClock) -> None:
    user = people.account(session, totp_secret=b"x", totp_confirmed_at=clock.now)
    act = act_of(session, user)
    refused("password", "不对", lambda: accounts.drop_second_factor(act, PASSWORDS, "wrong"))
    refused("", "已经开启", lambda: accounts.begin_second_factor(act, SEALER))
    accounts.drop_second_factor(act, PASSWORDS, people.PASSWORD)
    assert user.totp_confirmed_at is None

"""Accounts: invited, accepted, disabled, reset; passwords and the second factor."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.config import PasswordPolicy, Settings
from app.security import predicates, second_factor, tokens
from app.security.passwords import Passwords, faults
from app.security.sealing import Sealer
from app.security.terms import SessionEnd
from app.services.act import Act, Refused, found
from app.services.sessions import totp_context
from app.store import accounts, contracts
from app.store.accounts import UserAccount

LOGIN_NAME = re.compile(r"[a-z][a-z0-9._-]{2,39}")
NO_INVITATION = "这个链接已经用过、过期或不完整。请让管理员重新发一个"


@dataclass(frozen=True)
class Invited:
    """An account and the token of its link; the token is shown once and kept nowhere."""

    user_id: int
    token: str


def invite(act: Act, settings: Settings, login_name: str, display_name: str, organisation_id: int) -> Invited:
    """Adds an account that its owner opens by the link."""
    login_name = login_name.strip().lower()
    if not LOGIN_NAME.fullmatch(login_name):
        raise Refused("登录名用小写字母开头，由 3 到 40 个小写字母、数字、点、横线组成", "login_name")
    if accounts.login_taken(act.session, login_name):
        raise Refused("这个登录名已经有人用了，请换一个", "login_name")
    if contracts.organisation_by_id(act.session, organisation_id) is None:
        raise Refused("没有这个单位，请重新选择", "organisation_id")
    user = UserAccount(
        login_name=login_name,
        display_name=display_name.strip(),
        organisation_id=organisation_id,
        created_at=act.now,
    )
    act.session.add(user)
    token = send_invitation(act, settings, user)
    act.record("account.invited", "account", user.id, organisation=organisation_id)
    return Invited(user.id, token)


def send_invitation(act: Act, settings: Settings, user: UserAccount) -> str:
    """A new link for the account; an earlier one stops working."""
    token = tokens.new_token()
    user.invitation_hash = tokens.token_hash(token)
    user.invitation_expires_at = act.now + settings.invitation_limit
    act.session.flush()
    return token


def invited(act: Act, token: str) -> UserAccount:
    """The account whose link holds this token; refuses a link that is used up or too old."""
    user = accounts.by_invitation(act.session, tokens.token_hash(token))
    expires = user.invitation_expires_at if user else None
    if user is None or expires is None or expires <= act.now or user.disabled_at is not None:
        raise Refused(NO_INVITATION)
    return user


def accept(act: Act, policy: PasswordPolicy, passwords: Passwords, token: str, password: str) -> UserAccount:
    """The owner sets the password; the link is used up."""
    user = invited(act, token)
    set_password(act, policy, passwords, user, password)
    user.invitation_hash = user.invitation_expires_at = None
    user.failed_count, user.locked_until = 0, None
    act.record("account.accepted", "account", user.id)
    return user


def set_password(
    act: Act, policy: PasswordPolicy, passwords: Passwords, user: UserAccount, password: str
) -> None:
    """Sets a password that the policy allows and that differs from the present one."""
    if wrong := faults(policy, password, user.login_name):
        raise Refused("密码" + "；".join(wrong), "password")
    if user.password_hash and passwords.check(user.password_hash, password):
        raise Refused("新密码和现在的一样，请换一个", "password")
    user.password_hash = passwords.hash(password)
    user.password_changed_at = act.now
    user.must_change_password = False
    act.session.flush()


def change_password(
    act: Act, policy: PasswordPolicy, passwords: Passwords, present: str, new: str, keep: int | None
) -> None:
    """One's own password; every other session ends, `keep` stays."""
    user = own(act)
    if not passwords.check(user.password_hash, present):
        raise Refused("现在的密码不对，请重新输入", "present")
    set_password(act, policy, passwords, user, new)
    accounts.end_sessions(act.session, user.id, act.now, SessionEnd.PASSWORD, keep)
    act.record("account.password_changed", "account", user.id)


def own(act: Act) -> UserAccount:
    """The actor's own account."""
    return found(accounts.by_id(act.session, act.person().user_id))


def other(act: Act, user_id: int) -> UserAccount:
    """Somebody else's account: nobody administers their own."""
    user = found(accounts.by_id(act.session, user_id))
    if act.actor is not None and not predicates.is_other(act.actor, user_id):
        raise Refused("不能管理自己的账号，请让另一位管理员操作")
    return user


def disable(act: Act, user_id: int) -> None:
    """The account can no longer sign in; its sessions end now, an open link stops working."""
    user = other(act, user_id)
    if user.disabled_at is not None:
        raise Refused("这个账号已经停用了")
    user.disabled_at = act.now
    user.invitation_hash = user.invitation_expires_at = None
    accounts.end_sessions(act.session, user_id, act.now, SessionEnd.DISABLED)
    act.record("account.disabled", "account", user_id)


def enable(act: Act, user_id: int) -> None:
    """The account may sign in again."""
    user = other(act, user_id)
    if user.disabled_at is None:
        raise Refused("这个账号没有停用")
    user.disabled_at, user.failed_count, user.locked_until = None, 0, None
    act.record("account.enabled", "account", user_id)


def reset(act: Act, settings: Settings, user_id: int, *, second_factor_too: bool) -> Invited:
    """The old password and all sessions end; the owner sets a new password by the link."""
    user = other(act, user_id)
    if user.disabled_at is not None:
        raise Refused("这个账号已经停用；请先启用，再重设密码")
    user.password_hash = None
    if second_factor_too:
        forget_second_factor(act, user)
    accounts.end_sessions(act.session, user_id, act.now, SessionEnd.PASSWORD)
    token = send_invitation(act, settings, user)
    act.record("account.reset", "account", user_id, second_factor=second_factor_too)
    return Invited(user_id, token)


def begin_second_factor(act: Act, sealer: Sealer) -> str:
    """A new secret for one's own account, in force once confirmed; returns it for the authenticator app."""
    user = own(act)
    if user.totp_confirmed_at is not None:
        raise Refused("动态口令已经开启；要换设备，请先关闭")
    secret = second_factor.new_secret()
    user.totp_secret = sealer.seal(secret.encode(), totp_context(user.id))
    act.record("account.second_factor_begun", "account", user.id)
    return secret


def pending_secret(act: Act, sealer: Sealer) -> str | None:
    """The secret that still waits for its first code."""
    user = own(act)
    if user.totp_secret is None or user.totp_confirmed_at is not None:
        return None
    return sealer.open(user.totp_secret, totp_context(user.id)).decode()


def confirm_second_factor(act: Act, sealer: Sealer, code: str) -> list[str]:
    """Turns the second factor on with a first right code; returns the recovery codes, shown once."""
    user = own(act)
    secret = pending_secret(act, sealer)
    step = second_factor.matching_step(secret, code, act.now, None) if secret else None
    if step is None:
        raise Refused("动态口令不对。请核对手机时间是否准确，再输入新出现的 6 位数字", "code")
    user.totp_confirmed_at, user.totp_last_step = act.now, step
    codes = tokens.recovery_codes()
    hashes = [tokens.recovery_hash(user.id, each) for each in codes]
    accounts.replace_recovery_codes(act.session, user.id, hashes)
    act.record("account.second_factor_on", "account", user.id)
    return codes


def drop_second_factor(act: Act, passwords: Passwords, password: str) -> None:
    """Turns one's own second factor off, against the password."""
    user = own(act)
    if not passwords.check(user.password_hash, password):
        raise Refused("密码不对，请重新输入", "password")
    forget_second_factor(act, user)
    act.record("account.second_factor_off", "account", user.id)


def forget_second_factor(act: Act, user: UserAccount) -> None:
    user.totp_secret = user.totp_confirmed_at = user.totp_last_step = None
    accounts.replace_recovery_codes(act.session, user.id, [])

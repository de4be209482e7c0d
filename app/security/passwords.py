"""Password hashing (argon2id) and the rules that a deployment sets for new passwords."""

from __future__ import annotations

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from app.config import PasswordPolicy

MOST = 200
KINDS = (str.islower, str.isupper, str.isdigit, lambda each: not each.isalnum())


def faults(policy: PasswordPolicy, password: str, login_name: str = "") -> list[str]:
    """What is wrong with a new password, in Chinese; empty where it is fine."""
    found = []
    if len(password) < policy.length:
        found.append(f"至少要有 {policy.length} 个字符，现在是 {len(password)} 个")
    if len(password) > MOST:
        found.append(f"最多 {MOST} 个字符")
    if sum(any(kind(each) for each in password) for kind in KINDS) < policy.classes:
        found.append(f"小写字母、大写字母、数字、其他符号，至少要有 {policy.classes} 类")
    if login_name and login_name.lower() in password.lower():
        found.append("不能包含登录名")
    return found


class Passwords:
    """Hashes and checks. An unknown account costs the same work as a known one."""

    def __init__(self, *, quick: bool = False) -> None:
        self._hasher = (
            PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, type=Type.ID)
            if quick
            else PasswordHasher(type=Type.ID)
        )
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """The argon2id hash, salt and cost included."""
        return self._hasher.hash(password)

    def check(self, stored: str | None, password: str) -> bool:
        """Whether the password fits; without a stored hash the same work is done for nothing."""
        try:
            self._hasher.verify(stored or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    def outdated(self, stored: str) -> bool:
        """Whether the cost has been raised since this hash was made."""
        return self._hasher.check_needs_rehash(stored)

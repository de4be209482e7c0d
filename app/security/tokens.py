"""Random tokens. The database keeps their hashes: who reads it cannot use them."""

from __future__ import annotations

import hashlib
import secrets

RECOVERY_CODES = 10
# No letters that are mistaken for digits when read from paper.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def new_token() -> str:
    """256 random bits, fit for a cookie or a link."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """SHA-256, hexadecimal: enough for a random token of this length, not for a password."""
    return hashlib.sha256(token.encode()).hexdigest()


def recovery_codes() -> list[str]:
    """Codes of 12 characters (59 bits) in three groups, to be written on paper."""
    codes = ("".join(secrets.choice(ALPHABET) for _ in range(12)) for _ in range(RECOVERY_CODES))
    return ["-".join((code[:4], code[4:8], code[8:])) for code in codes]


def recovery_hash(user_id: int, code: str) -> str:
    """The hash of a code as typed: groups, spaces and capitals do not matter."""
    plain = "".join(each for each in code.lower() if each.isalnum())
    return token_hash(f"{user_id}:{plain}")

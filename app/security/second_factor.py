"""Time-based codes (TOTP, RFC 6238) of an authenticator app."""

from __future__ import annotations

from datetime import datetime

import pyotp

STEP_SECONDS = 30
TOLERATED_STEPS = 1


def new_secret() -> str:
    """A secret to be scanned or typed into the app, base32."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, login_name: str, issuer: str) -> str:
    """The otpauth address that an authenticator app reads."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=login_name, issuer_name=issuer)


def matching_step(secret: str, code: str, now: datetime, last_step: int | None) -> int | None:
    """The time step whose code was given, or None. Steps up to `last_step` are used up: no code works twice."""
    plain = code.replace(" ", "")
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    present = int(now.timestamp()) // STEP_SECONDS
    for step in range(present - TOLERATED_STEPS, present + TOLERATED_STEPS + 1):
        unused = last_step is None or step > last_step
        if unused and pyotp.utils.strings_equal(totp.at(step * STEP_SECONDS), plain):
            return step
    return None

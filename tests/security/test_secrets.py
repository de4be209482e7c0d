"""Passwords, tokens, sealing, signatures, second factor."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import PasswordPolicy
from app.security import second_factor, tokens
from app.security.passwords import Passwords, faults
from app.security.sealing import CannotOpen, Sealer
from app.security.signing import Signer

QUICK = Passwords(quick=True)
OLD = Sealer({"k1": b"1" * 32}, "k1")
NEW = Sealer({"k2": b"2" * 32, "k1": b"1" * 32}, "k2")
NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


def test_the_hash_is_argon2id_and_salted() -> None:
    one, two = QUICK.hash("secret"), QUICK.hash("secret")
    assert one.startswith("$argon2id$")
    assert one != two
    assert QUICK.check(one, "secret")
    assert not QUICK.check(one, "Secret")


def test_nobody_has_a_password() -> None:
    assert not QUICK.check(None, "nobody has this password")
    assert not QUICK.check("not a hash", "x")


def test_cheap_hashes_are_made_anew() -> None:
    assert Passwords().outdated(QUICK.hash("x"))
    assert not QUICK.outdated(QUICK.hash("x"))


@pytest.mark.parametrize(
    ("password", "count"),
    [("Rice-and-Tea-2026", 0), ("short-A1", 1), ("alllowercaseletters", 1), ("lin-Rice-2026-x", 1), ("a", 2), ("中文密码很长也可以吗", 2)],
)  # fmt: skip
def test_the_policy_says_what_is_wrong(password: str, count: int) -> None:
    assert len(faults(PasswordPolicy(), password, "lin")) == count


def test_the_policy_is_a_setting() -> None:
    assert not faults(PasswordPolicy(length=8, classes=1), "abcdefgh")


def test_tokens_are_long_and_different() -> None:
    made = {tokens.new_token() for _ in range(100)}
    assert len(made) == 100
    assert min(map(len, made)) >= 43
    assert len(tokens.token_hash("x")) == 64


def test_recovery_codes_forgive_how_they_are_typed() -> None:
    codes = tokens.recovery_codes()
    assert len(set(codes)) == 10
    code = codes[0]
    assert tokens.recovery_hash(1, code) == tokens.recovery_hash(1, f" {code.upper().replace('-', ' ')} ")
    assert tokens.recovery_hash(1, code) != tokens.recovery_hash(2, code)


@given(st.binary(max_size=200))
def test_what_is_sealed_can_be_opened(plain: bytes) -> None:
    assert OLD.open(OLD.seal(plain, "here"), "here") == plain


def test_a_new_key_opens_what_the_old_one_sealed() -> None:
    assert NEW.open(OLD.seal(b"x", "here"), "here") == b"x"
    with pytest.raises(CannotOpen, match="密钥"):
        OLD.open(NEW.seal(b"x", "here"), "here")


def test_sealed_bytes_belong_to_one_place() -> None:
    with pytest.raises(CannotOpen, match="不属于这里"):
        OLD.open(OLD.seal(b"x", "here"), "there")


@given(st.integers(0, 40), st.integers(1, 255))
def test_changed_bytes_do_not_open(place: int, change: int) -> None:
    sealed = bytearray(OLD.seal(b"a secret of some length", "here"))
    sealed[place] ^= change
    with pytest.raises(CannotOpen):
        OLD.open(bytes(sealed), "here")


@pytest.mark.parametrize("sealed", [b"", b"\x02k1", b"\xff", b"\x02k1" + b"0" * 12])
def test_cut_bytes_do_not_open(sealed: bytes) -> None:
    with pytest.raises(CannotOpen):
        OLD.open(sealed, "here")


def test_signatures_fit_one_text_and_one_key() -> None:
    signer, other = Signer(b"1" * 32), Signer(b"2" * 32)
    signature = signer.sign("链头")
    assert signer.fits("链头", signature)
    assert not signer.fits("链尾", signature)
    assert not other.fits("链头", signature)
    assert not signer.fits("链头", "no base64")
    assert signer.public_key != other.public_key


def test_a_code_fits_its_minute_and_not_the_next() -> None:
    secret = second_factor.new_secret()
    code = pyotp.TOTP(secret).at(NOW)
    assert second_factor.matching_step(secret, code, NOW, None)
    assert second_factor.matching_step(secret, f"{code[:3]} {code[3:]}", NOW, None)
    assert second_factor.matching_step(secret, code, NOW + timedelta(seconds=30), None)
    assert second_factor.matching_step(secret, code, NOW + timedelta(seconds=90), None) is None


def test_a_used_step_is_used_up() -> None:
    secret = second_factor.new_secret()
    code = pyotp.TOTP(secret).at(NOW)
    step = second_factor.matching_step(secret, code, NOW, None)
    assert second_factor.matching_step(secret, code, NOW, step) is None


def test_the_address_for_the_app_names_the_console() -> None:
    uri = second_factor.provisioning_uri("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "lin", "履约台")
    assert uri.startswith("otpauth://totp/")
    assert "secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" in uri

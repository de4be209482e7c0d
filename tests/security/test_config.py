"""Settings: what is wrong is said at once, in Chinese, and nothing starts."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path

import pytest

from app.config import PREFIX, BadSettings, Settings, read_settings
from app.keys import new_keys

KEYS = new_keys()
KEY = base64.b64encode(b"x" * 32).decode()


def read(**changes: str) -> Settings:
    return read_settings({**KEYS, **{PREFIX + name: value for name, value in changes.items()}})


def test_new_keys_are_enough() -> None:
    settings = read_settings(KEYS)
    assert settings.database_url == f"sqlite:///{Path('var').absolute()}/lvyuetai.sqlite"
    assert settings.secure_cookies
    assert not settings.dev
    assert settings.idle_limit == timedelta(minutes=30)
    assert settings.current_personal_data_key == "k1"
    assert not settings.quick_hashes


def test_without_keys_nothing_starts() -> None:
    with pytest.raises(BadSettings) as told:
        read_settings({})
    assert len(told.value.problems) == 4
    assert "python -m app.keys" in str(told.value)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("DATABASE_URL", "mysql://x", "sqlite:///"),
        ("SECRET_KEY", "short", "32"),
        ("AUDIT_KEY", "no base64!", "base64"),
        ("AUDIT_KEY", "eHg=", "2 字节"),
        ("PERSONAL_DATA_KEYS", "no-colon", "编号:密钥"),
        ("PERSONAL_DATA_KEYS", f"a:{KEY},a:{KEY}", "重复"),
        ("SESSION_IDLE_MINUTES", "0", "1 到"),
        ("SESSION_IDLE_MINUTES", "1e3", "整数"),
        ("SESSION_IDLE_MINUTES", "900", "不能长于"),
        ("LOCK_FAILURES", "x", "整数"),
        ("PASSWORD_LENGTH", "4", "8 到"),
        ("SECURE_COOKIES", "yes", "0 或 1"),
        ("SIGN_IN_RATE", "often", "per minute"),
        ("LOG_LEVEL", "LOUD", "DEBUG"),
        ("METRICS_TOKEN", "short", "32"),
        ("OCDS_PREFIX", "ocds-21", "六位"),
        ("TRUSTED_PROXIES", "9", "0 到 5"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str, text: str) -> None:
    with pytest.raises(BadSettings) as told:
        read(**{name: value})
    [problem] = told.value.problems
    assert problem.startswith(PREFIX + name)
    assert text in problem


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(BadSettings) as told:
        read(DEV="2", LOG_LEVEL="x", DATABASE_URL="y")
    assert len(told.value.problems) == 3


def test_the_problem_does_not_repeat_a_secret() -> None:
    with pytest.raises(BadSettings) as told:
        read(SECRET_KEY="hush", AUDIT_KEY="whisper")
    assert "hush" not in str(told.value)
    assert "whisper" not in str(told.value)


def test_development_relaxes_the_cookie_alone() -> None:
    settings = read(DEV="1")
    assert not settings.secure_cookies  # type: ignore[attr-defined]
    assert settings.lock_failures == 5  # type: ignore[attr-defined]


def test_keys_can_be_replaced() -> None:
    settings = read(PERSONAL_DATA_KEYS=f"k2:{KEY}, k1:{KEY}")
    assert settings.current_personal_data_key == "k2"  # type: ignore[attr-defined]


BUCKET = {
    "EVIDENCE_URL": "s3://proofs/lakeside/a/", "EVIDENCE_ENDPOINT": "https://store.example:9000/",
    "EVIDENCE_KEY_ID": "id", "EVIDENCE_SECRET": "hidden",
}  # fmt: skip


def test_evidence_may_lie_in_a_bucket() -> None:
    assert read_settings(KEYS).evidence_place is None
    place = read(**BUCKET).evidence_place
    assert place is not None
    assert (place.bucket, place.prefix, place.region) == ("proofs", "lakeside/a", "us-east-1")
    assert place.endpoint == "https://store.example:9000"
    assert "hidden" not in repr(place)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("EVIDENCE_URL", "https://proofs", "s3://桶名"),
        ("EVIDENCE_URL", "s3://P", "s3://桶名"),
        ("EVIDENCE_URL", "s3://proofs/../other", "s3://桶名"),
        ("EVIDENCE_ENDPOINT", "store.example", "https://"),
        ("EVIDENCE_ENDPOINT", "https://id:secret@store.example", "https://"),
        ("EVIDENCE_KEY_ID", "", "没有设置"),
        ("EVIDENCE_SECRET", "", "由对象存储的管理员给出"),
    ],
)
def test_a_bucket_s_settings_are_checked(name: str, value: str, text: str) -> None:
    with pytest.raises(BadSettings, match=text) as told:
        read(**{**BUCKET, name: value})
    assert any(problem.startswith(f"{PREFIX}{name}：") for problem in told.value.problems)

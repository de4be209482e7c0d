"""Settings come from the environment alone and are checked at start, all at once."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

PREFIX = "LVYUETAI_"
T = TypeVar("T")
KEYS_HINT = "运行 python -m app.keys 可以生成各项密钥"
#: Stands for the prefix that the Open Contracting Partnership gives each publisher, until one is set.
UNREGISTERED = "ocds-unregistered"
BUCKET_HINT = "设了 EVIDENCE_URL 就要设，由对象存储的管理员给出"


class BadSettings(Exception):
    """Some settings are missing or wrong; `problems` names each in Chinese."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("设置有误，没有启动：\n" + "\n".join(f"- {problem}" for problem in problems))


@dataclass(frozen=True)
class PasswordPolicy:
    """`length` characters at least, from `classes` of: lower case, upper case, digits, others."""

    length: int = 12
    classes: int = 3


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """An S3-compatible bucket for evidence; `prefix` is empty or a path without slashes at its ends."""

    bucket: str
    prefix: str
    endpoint: str
    region: str
    key_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that differs between deployments."""

    data_dir: Path
    upload_dir: Path
    evidence_place: Bucket | None = None  # None: in upload_dir
    database_url: str
    secret_key: str
    personal_data_keys: Mapping[str, bytes]
    index_key: bytes
    audit_key: bytes
    dev: bool = False
    secure_cookies: bool = True
    idle_limit: timedelta = timedelta(minutes=30)
    absolute_limit: timedelta = timedelta(hours=12)
    invitation_limit: timedelta = timedelta(hours=72)
    lock_failures: int = 5
    lock_time: timedelta = timedelta(minutes=10)
    password_policy: PasswordPolicy = field(default_factory=PasswordPolicy)
    sign_in_rate: str = "20 per minute"
    metrics_token: str = ""
    ocds_prefix: str = UNREGISTERED
    trusted_proxies: int = 0
    log_level: str = "INFO"
    quick_hashes: bool = False

    @property
    def current_personal_data_key(self) -> str:
        """The id of the key that seals; the others only open."""
        return next(iter(self.personal_data_keys))


class Reader:
    """Reads variables and collects what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def read(
        self, name: str, parse: Callable[[str], T], default: T | None = None, hint: str = KEYS_HINT
    ) -> T:
        """The parsed value; a problem is noted where it is missing without a default, or wrong."""
        text = self.environ.get(PREFIX + name, "").strip()
        if not text and default is not None:
            return default
        try:
            if not text:
                raise ValueError(f"没有设置；{hint}")
            return parse(text)
        except ValueError as error:
            self.problems.append(f"{PREFIX}{name}：{error}")
            # Nobody reads it: settings are not built once there is a problem.
            return cast(T, default)


def whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(f"应为 {least} 到 {most} 的整数，现在是“{text}”")
        return int(text)

    return parse


def minutes(text: str) -> timedelta:
    return timedelta(minutes=whole(1, 7 * 24 * 60)(text))


def ocds_prefix(text: str) -> str:
    if not re.fullmatch(r"ocds-[a-z0-9]{6}", text):
        raise ValueError(f"应为登记得到的前缀，ocds- 后面六位小写字母或数字，现在是“{text}”；没有登记就不要设")
    return text


def yes_or_no(text: str) -> bool:
    if text not in {"0", "1"}:
        raise ValueError(f"应为 0 或 1，现在是“{text}”")
    return text == "1"


def key_of_32_bytes(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("应为 32 字节密钥的 base64 文本") from error
    if len(key) != 32:
        raise ValueError(f"应为 32 字节的密钥，现在是 {len(key)} 字节")
    return key


def named_keys(text: str) -> dict[str, bytes]:
    """`k2:base64,k1:base64`: the first seals, the others open what they sealed before."""
    pairs = [part.strip().partition(":") for part in text.split(",")]
    if not all(re.fullmatch(r"[a-z0-9]{1,20}", name) for name, _, _ in pairs):
        raise ValueError("写法是 编号:密钥，多个用逗号隔开；编号用小写字母和数字")
    if len({name for name, _, _ in pairs}) < len(pairs):
        raise ValueError("密钥的编号重复了")
    return {name: key_of_32_bytes(key) for name, _, key in pairs}


def long_text(text: str) -> str:
    if len(text) < 32:
        raise ValueError("至少要有 32 个字符")
    return text


def database(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("应以 sqlite:/// 或 postgresql+psycopg:// 开头")
    return text


def bucket_address(text: str) -> tuple[str, str]:
    found = re.fullmatch(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([\w./-]*))?", text)
    if found is None or ".." in text:
        raise ValueError("写法如 s3://桶名/前缀，桶名 3 到 63 个小写字母、数字、点、横线")
    return found[1], (found[2] or "").strip("/")


def endpoint(text: str) -> str:
    if not re.fullmatch(r"https?://[\w.:\[\]-]+(/[\w./-]*)?", text):
        raise ValueError("应以 https:// 开头（内网的可以用 http://），写到端口为止")
    return text.rstrip("/")


def any_text(text: str) -> str:
    return text


def evidence_place(reader: Reader) -> Bucket | None:
    """The bucket where one is set; the rest of its settings is only then asked for."""
    address = reader.read("EVIDENCE_URL", bucket_address, ("", ""))
    if not reader.environ.get(PREFIX + "EVIDENCE_URL", "").strip():
        return None
    return Bucket(
        bucket=address[0],
        prefix=address[1],
        endpoint=reader.read("EVIDENCE_ENDPOINT", endpoint, hint=BUCKET_HINT),
        region=reader.read("EVIDENCE_REGION", any_text, "us-east-1"),
        key_id=reader.read("EVIDENCE_KEY_ID", any_text, hint=BUCKET_HINT),
        secret=reader.read("EVIDENCE_SECRET", any_text, hint=BUCKET_HINT),
    )


def rate(text: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]{0,5} per (second|minute|hour)", text):
        raise ValueError("写法如 20 per minute")
    return text


def log_level(text: str) -> str:
    if text not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError("应为 DEBUG、INFO、WARNING 或 ERROR")
    return text


def limits(reader: Reader) -> dict[str, Any]:
    """Limits of sessions, invitations, failures and passwords."""
    return {
        "idle_limit": reader.read("SESSION_IDLE_MINUTES", minutes, Settings.idle_limit),
        "absolute_limit": reader.read("SESSION_ABSOLUTE_MINUTES", minutes, Settings.absolute_limit),
        "invitation_limit": reader.read("INVITATION_MINUTES", minutes, Settings.invitation_limit),
        "lock_failures": reader.read("LOCK_FAILURES", whole(1, 100), Settings.lock_failures),
        "lock_time": reader.read("LOCK_MINUTES", minutes, Settings.lock_time),
        "password_policy": PasswordPolicy(
            length=reader.read("PASSWORD_LENGTH", whole(8, 100), PasswordPolicy.length),
            classes=reader.read("PASSWORD_CLASSES", whole(1, 4), PasswordPolicy.classes),
        ),
        "sign_in_rate": reader.read("SIGN_IN_RATE", rate, Settings.sign_in_rate),
    }


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Settings from the environment; raises BadSettings with every problem found."""
    reader = Reader(environ)
    data_dir = reader.read("DATA_DIR", Path, Path("var")).absolute()
    dev = reader.read("DEV", yes_or_no, False)
    values: dict[str, Any] = {
        "data_dir": data_dir,
        "upload_dir": reader.read("UPLOAD_DIR", Path, data_dir / "uploads").absolute(),
        "database_url": reader.read("DATABASE_URL", database, f"sqlite:///{data_dir / 'lvyuetai.sqlite'}"),
        "secret_key": reader.read("SECRET_KEY", long_text),
        "personal_data_keys": reader.read("PERSONAL_DATA_KEYS", named_keys),
        "index_key": reader.read("INDEX_KEY", key_of_32_bytes),
        "audit_key": reader.read("AUDIT_KEY", key_of_32_bytes),
        "dev": dev,
        "secure_cookies": reader.read("SECURE_COOKIES", yes_or_no, not dev),
        "ocds_prefix": reader.read("OCDS_PREFIX", ocds_prefix, UNREGISTERED),
        "metrics_token": reader.read("METRICS_TOKEN", long_text, ""),
        "trusted_proxies": reader.read("TRUSTED_PROXIES", whole(0, 5), 0),
        "log_level": reader.read("LOG_LEVEL", log_level, Settings.log_level),
        "evidence_place": evidence_place(reader),
        **limits(reader),
    }
    if values["idle_limit"] > values["absolute_limit"]:
        reader.problems.append(f"{PREFIX}SESSION_IDLE_MINUTES：闲置时限不能长于最长时限")
    if reader.problems:
        raise BadSettings(reader.problems)
    return Settings(**values)

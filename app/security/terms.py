"""The closed lists of words that tables, rules and pages share, each with its Chinese term."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """A stored word with the term that people see."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def of(cls, value: str) -> Self:
        """The term that is stored as this word; ValueError where there is none."""
        for member in cls:
            if member.value == value:
                return member
        raise ValueError(f"没有“{value}”这个词")


class OrganisationKind(Term):
    BUYER = "buyer", "采购人"
    SUPPLIER = "supplier", "供应商"


class ContractState(Term):
    DRAFT = "draft", "草拟"
    TRIAL = "trial", "试运行"
    LIVE = "live", "执行中"
    CLOSED = "closed", "已结束"


class RoleSide(Term):
    """Whose people may hold a role; a console role counts everywhere and is held outside contracts."""

    BUYER = "buyer", "采购人"
    SUPPLIER = "supplier", "供应商"
    EITHER = "either", "不限"
    CONSOLE = "console", "全台"


class OutletLevel(Term):
    COUNTY = "county", "县（市、区）"
    TOWNSHIP = "township", "乡镇（街道）"
    VILLAGE = "village", "村（社区）"


class SessionEnd(Term):
    SIGNED_OUT = "signed_out", "本人退出"
    IDLE = "idle", "闲置超时"
    EXPIRED = "expired", "到达最长时限"
    DISABLED = "disabled", "账号停用"
    PASSWORD = "password", "密码变更"
    ROLE = "role", "角色变更"
    REVOKED = "revoked", "被结束"
    REPLACED = "replaced", "换发"


class JobState(Term):
    WAITING = "waiting", "等待"
    RUNNING = "running", "运行中"
    DONE = "done", "完成"
    FAILED = "failed", "失败"


class Channel(Term):
    WEB = "web", "网页"
    OPERATOR = "operator", "运维命令"
    JOB = "job", "后台任务"

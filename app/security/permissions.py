"""What a person may do: permissions, the built-in roles, and which permissions exclude each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from app.security.terms import RoleSide, Term


class Permission(Term):
    """One thing that may be done. Held in a contract (by membership) or everywhere (console role)."""

    CONTRACT_READ = "contract_read", "查看合同"
    CONTRACT_SETUP = "contract_setup", "设置合同"
    CONTRACT_CREATE = "contract_create", "新建合同"
    MEMBERS_MANAGE = "members_manage", "管理合同成员"
    STAFF_MANAGE = "staff_manage", "管理本单位员工账号"
    OUTLETS_MANAGE = "outlets_manage", "管理网点"
    ROSTER_READ = "roster_read", "查看花名册"
    ROSTER_MANAGE = "roster_manage", "管理花名册"
    DELEGATE = "delegate", "代理授权"
    ENTRY_WRITE = "entry_write", "登记台账"
    ENTRY_CHECK = "entry_check", "内部复核台账"
    BUYER_ENTRY_WRITE = "buyer_entry_write", "登记采购人台账"
    ENTRY_VERIFY = "entry_verify", "审核台账"
    PERSONAL_DATA = "personal_data", "查看个人信息"
    SELF_SCORE = "self_score", "自评与申诉"
    SCORE = "score", "评分"
    SIGN = "sign", "签批考核结果"
    PAYMENT_REQUEST = "payment_request", "申请付款"
    PAYMENT_APPROVE = "payment_approve", "审批付款"
    FUNDS_MANAGE = "funds_manage", "管理资金来源、保证金和银行对账"
    REPORT_READ = "report_read", "查看报告"
    AUDIT_READ = "audit_read", "查看审计日志"
    PEOPLE_MANAGE = "people_manage", "管理账号"
    ROLES_MANAGE = "roles_manage", "管理角色"
    ORGANISATIONS_MANAGE = "organisations_manage", "管理单位"
    JOBS_READ = "jobs_read", "查看后台任务"
    JOBS_MANAGE = "jobs_manage", "重试后台任务"
    CALENDAR_MANAGE = "calendar_manage", "导入放假调休表"


P = Permission
WORDS = {str(permission): permission for permission in Permission}

# Acts that one person may not unite, and what the administrator's powers exclude.
ADMINISTRATION = frozenset(
    {
        P.PEOPLE_MANAGE, P.ROLES_MANAGE, P.ORGANISATIONS_MANAGE, P.CONTRACT_CREATE, P.MEMBERS_MANAGE, P.JOBS_MANAGE,
        P.CALENDAR_MANAGE,
    }
)  # fmt: skip
SUBSTANCE = frozenset(
    {
        P.PERSONAL_DATA, P.ENTRY_WRITE, P.ENTRY_CHECK, P.BUYER_ENTRY_WRITE, P.ENTRY_VERIFY,
        P.SELF_SCORE, P.SCORE, P.SIGN, P.PAYMENT_REQUEST, P.PAYMENT_APPROVE, P.FUNDS_MANAGE,
    }
)  # fmt: skip
EXCLUSIVE: tuple[tuple[frozenset[Permission], frozenset[Permission], str], ...] = (
    (frozenset({P.ENTRY_WRITE, P.ENTRY_CHECK}), frozenset({P.ENTRY_VERIFY}), "登记的人不能审核"),
    (frozenset({P.SCORE}), frozenset({P.PAYMENT_APPROVE, P.FUNDS_MANAGE}), "评分的人不能审批付款"),
    (frozenset({P.SELF_SCORE}), frozenset({P.SCORE, P.SIGN}), "自评的人不能评分或签批"),
    (frozenset({P.PAYMENT_REQUEST}), frozenset({P.PAYMENT_APPROVE, P.FUNDS_MANAGE}), "申请付款的人不能审批付款"),
    (ADMINISTRATION, SUBSTANCE, "管理账号与系统的人不接触个人信息、评分和付款"),
)


def conflicts(held: Collection[Permission]) -> list[str]:
    """Why these permissions cannot be held together; empty where they can."""
    have = frozenset(held)
    return [why for one, other, why in EXCLUSIVE if have & one and have & other]


def known(values: Iterable[str]) -> frozenset[Permission]:
    """The permissions among stored words; a word that no longer exists gives no power."""
    return frozenset(WORDS[value] for value in values if value in WORDS)


@dataclass(frozen=True)
class BuiltInRole:
    """A role that every console starts with."""

    code: str
    name: str
    side: RoleSide
    permissions: frozenset[Permission]
    until_required: bool = False


def role(code: str, name: str, side: RoleSide, *permissions: Permission, until: bool = False) -> BuiltInRole:
    return BuiltInRole(code, name, side, frozenset(permissions), until)


ADMINISTRATOR = "administrator"
BUILT_IN_ROLES = (
    role("field_staff", "一线人员", RoleSide.SUPPLIER, P.CONTRACT_READ, P.ENTRY_WRITE, P.PERSONAL_DATA),
    role(
        "project_manager", "项目经理", RoleSide.SUPPLIER,
        P.CONTRACT_READ, P.ENTRY_WRITE, P.ENTRY_CHECK, P.SELF_SCORE, P.PAYMENT_REQUEST, P.REPORT_READ,
        P.PERSONAL_DATA, P.ROSTER_READ, P.ROSTER_MANAGE, P.STAFF_MANAGE, P.DELEGATE,
    ),
    role(
        "supervisor", "主管人员", RoleSide.BUYER,
        P.CONTRACT_READ, P.CONTRACT_SETUP, P.BUYER_ENTRY_WRITE, P.ENTRY_VERIFY, P.SCORE, P.REPORT_READ,
        P.PERSONAL_DATA, P.ROSTER_READ, P.OUTLETS_MANAGE, P.DELEGATE,
    ),
    role(
        "deputy_head", "分管领导", RoleSide.BUYER,
        P.CONTRACT_READ, P.SIGN, P.PAYMENT_APPROVE, P.REPORT_READ, P.DELEGATE,
    ),
    role(
        "finance", "财务人员", RoleSide.BUYER,
        P.CONTRACT_READ, P.PAYMENT_APPROVE, P.FUNDS_MANAGE, P.REPORT_READ, P.DELEGATE,
    ),
    role("group_member", "考核验收组成员", RoleSide.EITHER, P.CONTRACT_READ, P.SCORE, P.REPORT_READ),
    role(
        "auditor", "审计人员", RoleSide.EITHER,
        P.CONTRACT_READ, P.AUDIT_READ, P.REPORT_READ, P.ROSTER_READ, until=True,
    ),
    role(
        ADMINISTRATOR, "系统管理员", RoleSide.CONSOLE,
        P.CONTRACT_READ, P.CONTRACT_CREATE, P.MEMBERS_MANAGE, P.OUTLETS_MANAGE, P.ROSTER_READ, P.ROSTER_MANAGE,
        P.PEOPLE_MANAGE, P.ROLES_MANAGE, P.ORGANISATIONS_MANAGE, P.JOBS_READ, P.JOBS_MANAGE, P.AUDIT_READ,
        P.CALENDAR_MANAGE,
    ),
)  # fmt: skip

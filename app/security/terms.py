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


class EntryState(Term):
    """Where a ledger entry stands. `to_check`: waits for the project manager's internal check."""

    DRAFT = "draft", "草稿"
    TO_CHECK = "to_check", "待内部复核"
    SUBMITTED = "submitted", "待审核"
    VERIFIED = "verified", "审核通过"
    RETURNED = "returned", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"


class EntryDeed(Term):
    """What was done to an entry, in the past tense; the state follows from these."""

    ENTERED = "entered", "登记"
    IMPORTED = "imported", "导入"
    CHANGED = "changed", "修改"
    SENT = "sent", "送内部复核"
    SUBMITTED = "submitted", "提交审核"
    CHECKED = "checked", "内部复核通过"
    SENT_BACK = "sent_back", "内部退改"
    RETURNED = "returned", "退回"
    VERIFIED = "verified", "审核通过"
    WITHDRAWN = "withdrawn", "撤回"
    CONTESTED = "contested", "提出异议"
    ANSWERED = "answered", "答复异议"
    HANDED_OVER = "handed_over", "移交"
    REOPENED = "reopened", "撤销审核决定"
    SPOT_CHECKED = "spot_checked", "抽查"


class ReviewMode(Term):
    """Whether each entry of a bulk decision was read, or n of N drawn ones were opened."""

    EACH = "each", "逐条"
    DRAWN = "drawn", "抽核"


class ReviewStage(Term):
    """Who decides on an entry: the project manager before it is submitted, the buyer's supervisor after."""

    CHECK = "check", "内部复核"
    VERIFY = "verify", "审核"


class SpotCheckWay(Term):
    """How a verified fact was looked into on a spot check."""

    SITE = "site", "现场检查"
    CALL = "call", "电话回访"
    INTERVIEW = "interview", "面谈"
    PAPERS = "papers", "查阅材料"
    SYSTEM = "system", "系统核对"


class Signature(Term):
    """Whether the person spoken to signed the record of a spot check."""

    SIGNED = "signed", "本人签字"
    REFUSED = "refused", "拒绝签字"
    NOBODY = "nobody", "没有对方人员"


class BatchState(Term):
    """An import: its file is read, its columns are mapped, its rows are checked, then taken in."""

    UPLOADED = "uploaded", "待对应列"
    CHECKING = "checking", "核对中"
    CHECKED = "checked", "待确认导入"
    IMPORTING = "importing", "导入中"
    IMPORTED = "imported", "已导入"
    UNDONE = "undone", "已撤销"
    FAILED = "failed", "失败"


class OpeningKind(Term):
    """What enters as a marked opening record because it happened before the console."""

    SCORE = "score", "已签字的考核得分"
    PAYMENT = "payment", "已支付的款项"
    ENTRIES = "entries", "以前的台账"


class Side(Term):
    """Whose figure: as the contractor claims it, or as the supervisor verified it."""

    CLAIMED = "claimed", "自报"
    VERIFIED = "verified", "审定"


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


class AssessmentState(Term):
    """Where an assessment stands. `dropped`: opened by mistake, given up before anything was told."""

    DRAFT = "draft", "评分中"
    SELF_SCORED = "self_scored", "已自评"
    SCORED = "scored", "已核定"
    PUBLISHED = "published", "已告知"
    APPEALED = "appealed", "申诉中"
    DECIDED = "decided", "申诉已答复"
    SIGNED = "signed", "已签定"
    SUPERSEDED = "superseded", "已被取代"
    DROPPED = "dropped", "已作废"


class AssessmentDeed(Term):
    """What was done to an assessment, in the past tense; the state follows from these."""

    OPENED = "opened", "开启考核"
    MEASURED = "measured", "取数"
    SELF_SCORED = "self_scored", "提交自评"
    SELF_SCORE_REOPENED = "self_score_reopened", "退回自评"
    GROUP_APPOINTED = "group_appointed", "组成考核组"
    RECUSED = "recused", "回避"
    DISSENTED = "dissented", "提出不同意见"
    SCORED = "scored", "核定评分"
    SCORING_REOPENED = "scoring_reopened", "退回评分"
    PUBLISHED = "published", "告知供应商"
    APPEALED = "appealed", "申诉"
    APPEAL_ANSWERED = "appeal_answered", "答复申诉"
    APPEALS_DECIDED = "appeals_decided", "申诉全部答复"
    SIGNED_BY_BUYER = "signed_by_buyer", "采购人签字"
    SIGNED_BY_SUPPLIER = "signed_by_supplier", "供应商签字"
    SUPPLIER_REFUSED = "supplier_refused", "供应商拒签"
    FROZEN = "frozen", "签定并冻结"
    REOPENING_ASKED = "reopening_asked", "申请重开"
    REOPENING_REFUSED = "reopening_refused", "不同意重开"
    REOPENED = "reopened", "同意重开"
    SUPERSEDED = "superseded", "被新的考核取代"
    DROPPED = "dropped", "作废"


class Party(Term):
    """A side of the contract that signs."""

    BUYER = "buyer", "采购人"
    SUPPLIER = "supplier", "供应商"


class AppealOutcome(Term):
    UPHELD = "upheld", "采纳"
    PARTLY = "partly", "部分采纳"
    REJECTED = "rejected", "不予采纳"


class PaperUse(Term):
    """What a file of an assessment is beside."""

    FACT = "fact", "手工认定"
    APPEAL = "appeal", "申诉"
    ANSWER = "answer", "申诉答复"
    GROUP = "group", "考核组"

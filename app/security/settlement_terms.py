"""Words of the settlement, each with its Chinese term."""

from __future__ import annotations

from app.security.terms import Term


class AcceptanceState(Term):
    """Where an acceptance stands. `void`: appointed or concluded by mistake, it counts nowhere."""

    DRAFT = "draft", "验收中"
    PASSED = "passed", "验收合格"
    FAILED = "failed", "验收不合格"
    VOID = "void", "已作废"


class ClauseResult(Term):
    """What the acceptance group says of a clause."""

    MET = "met", "符合"
    UNMET = "unmet", "不符合"
    NONE = "none", "本期不涉及"


class RequestState(Term):
    """Where a payment request stands; of a line of the plan one at a time is under way."""

    WRONG = "wrong", "等发票更正"
    SENT = "sent", "待查验发票"
    CHECKED = "checked", "待报审批"
    APPROVING = "approving", "审批中"
    DECLINED = "declined", "审批退回"
    APPROVED = "approved", "待支付"
    PAID = "paid", "已支付"
    BOUNCED = "bounced", "退票待重付"
    WITHDRAWN = "withdrawn", "已撤回"


class InvoiceKind(Term):
    BLUE = "blue", "发票"
    RED = "red", "红字发票"


class InvoiceState(Term):
    """`wrong`: it waits for its red-letter correction; `cancelled`: a red-letter invoice took it back."""

    STANDING = "standing", "有效"
    WRONG = "wrong", "等红字更正"
    CANCELLED = "cancelled", "已红冲"


class Checked(Term):
    """What the tax office's check of an invoice said."""

    TRUE = "true", "查验一致"
    FALSE = "false", "查无此票或不一致"


class Consent(Term):
    AGREED = "agreed", "同意"
    DECLINED = "declined", "退回"


class DisputeOutcome(Term):
    PAYABLE = "payable", "应予支付"
    NOT_PAYABLE = "not_payable", "不予支付"


class ForfeitGround(Term):
    """Why a part of the 质保金 is not given back."""

    NEVER = "never", "返还条件不能再满足"
    AGREED = "agreed", "合同约定可以不予返还"


class ForfeitState(Term):
    """Where 质保金不予返还 stands. Only what was agreed to moves money; revoked, it has been moved back."""

    PROPOSED = "proposed", "待认定"
    AGREED = "agreed", "已认定"
    DECLINED = "declined", "未认定"
    WITHDRAWN = "withdrawn", "已撤回"
    REVOKED = "revoked", "已撤销"


class SettlementDeed(Term):
    """One thing that was done on the way of a payment."""

    APPLIED = "applied", "申请核验（验收）"
    APPOINTED = "appointed", "组成验收工作组"
    RECUSED = "recused", "成员回避"
    OPINED = "opined", "成员出具意见"
    CLAUSES = "clauses", "填写各条款验收结果"
    ACCEPTED = "accepted", "验收结论"
    ACCEPTANCE_VOIDED = "acceptance_voided", "作废验收"
    STATED = "stated", "核定应付款"
    SUPERSEDED = "superseded", "重新核定"
    SIGNED = "signed", "签发应付款核定单"
    DISPUTED = "disputed", "提出争议"
    DISPUTE_DECIDED = "dispute_decided", "争议处理"
    REQUESTED = "requested", "申请付款"
    INVOICE_WRONG = "invoice_wrong", "发票金额不符"
    CORRECTED = "corrected", "登记红字更正"
    INVOICED = "invoiced", "换开发票"
    CHECKED = "checked", "查验发票"
    PAPER_ADDED = "paper_added", "补充材料"
    PAPER_WAIVED = "paper_waived", "免交材料"
    SUBMITTED = "submitted", "报送审批"
    AGREED = "agreed", "审批同意"
    DECLINED = "declined", "审批退回"
    PAID = "paid", "登记支付"
    BOUNCED = "bounced", "登记退票"
    WITHDRAWN = "withdrawn", "撤回申请"
    FORFEIT_PROPOSED = "forfeit_proposed", "提出质保金不予返还"
    FORFEIT_AGREED = "forfeit_agreed", "认定质保金不予返还"
    FORFEIT_DECLINED = "forfeit_declined", "没有认定质保金不予返还"
    FORFEIT_WITHDRAWN = "forfeit_withdrawn", "撤回不予返还的提议"
    FORFEIT_REVOKED = "forfeit_revoked", "撤销质保金不予返还"
    FORFEIT_SEEN = "forfeit_seen", "供应商知悉不予返还"

"""Words of the money of a contract, each with its Chinese term; the chart of accounts as data."""

from __future__ import annotations

from dataclasses import dataclass

from app.security.terms import Term


class Account(Term):
    """Where each fen of a contract's price comes from, or where it stands now."""

    PRICE = "price", "合同价款"
    AMENDMENTS = "amendments", "价款调整"
    OUTSTANDING = "outstanding", "未结算"
    EARNED = "earned", "已计价待核定"
    PAYABLE = "payable", "应付未付"
    PAID = "paid", "已付"
    ADVANCES = "advances", "预付未抵扣"
    REDUCTIONS = "reductions", "扣款"
    RETAINED = "retained", "保留（质保）"
    RECEIVABLE = "receivable", "应收回"


@dataclass(frozen=True)
class Line:
    """An account of the chart. `source`: a credit raises it; every other account is raised by a debit."""

    account: Account
    source: bool
    may_be_negative: bool
    meaning: str


#: 合同价款 + 价款调整 = the sum of all other accounts, after every batch.
CHART: tuple[Line, ...] = (
    Line(Account.PRICE, True, False, "签订合同时的价款，是支付的上限"),
    Line(Account.AMENDMENTS, True, True, "补充协议的增减、按实际数量结算的差额"),
    Line(Account.OUTSTANDING, False, False, "还没有计价的部分"),
    Line(Account.EARNED, False, False, "结算单已计价、还没有核定应付款的部分"),
    Line(Account.PAYABLE, False, False, "应付款已核定、还没有付出的部分"),
    Line(Account.PAID, False, False, "已经付出并由计价冲抵的部分"),
    Line(Account.ADVANCES, False, False, "已经付出、还没有用计价抵扣的预付款"),
    Line(Account.REDUCTIONS, False, False, "按条款扣下、不再支付的部分"),
    Line(Account.RETAINED, False, False, "已计价、按约定留到以后再付的部分"),
    Line(Account.RECEIVABLE, False, False, "付多了、要向供应商收回的部分"),
)
SOURCES = frozenset(line.account for line in CHART if line.source)
SIGNED = tuple(line.account.value for line in CHART if line.may_be_negative)


class PostingKind(Term):
    """What a batch of postings is the effect of."""

    PRICE = "price", "合同价款"
    AMENDMENT = "amendment", "价款调整"
    COUNT = "count", "按实际数量结算"
    OPENING = "opening", "补登以前的支付"
    EARNED = "earned", "计价"
    REDUCTION = "reduction", "扣款"
    OFFSET = "offset", "抵扣预付款"
    RETENTION = "retention", "留下质保金"
    RELEASE = "release", "退还质保金"
    APPROVED = "approved", "核定应付款"
    ADVANCE = "advance", "支付预付款"
    PAYMENT = "payment", "付款"
    RETURNED = "returned", "退票"
    CLAWBACK = "clawback", "确认应收回"
    REFUND = "refund", "收回款项"
    REVERSAL = "reversal", "冲销"


#: Money that left or came back: what the bank's statement also shows, and what the contractor sees.
CASH = frozenset(
    {PostingKind.OPENING, PostingKind.ADVANCE, PostingKind.PAYMENT, PostingKind.RETURNED, PostingKind.REFUND}
)


class SourceKind(Term):
    """What a batch of postings rests on."""

    CONTRACT = "contract", "合同"
    AMENDMENT = "amendment", "补充协议"
    OPENING = "opening", "补登记录"
    STATEMENT = "statement", "结算单"
    PAYMENT = "payment", "付款记录"
    COUNT = "count", "数量核定"
    GUARANTEE = "guarantee", "保证金"
    FORFEIT = "forfeit", "质保金认定"
    BATCH = "batch", "分录"


class EnterpriseSize(Term):
    """企业规模, as the supplier declared it when the contract was signed."""

    LARGE = "large", "大型企业"
    MEDIUM = "medium", "中型企业"
    SMALL = "small", "小型企业"
    MICRO = "micro", "微型企业"

    @property
    def is_protected(self) -> bool:
        """Whether the regulation on paying small and medium enterprises applies."""
        return self is not EnterpriseSize.LARGE


class FundNature(Term):
    """资金性质."""

    GENERAL = "general", "一般公共预算"
    GOVERNMENT_FUND = "government_fund", "政府性基金"
    EMPLOYMENT = "employment", "就业补助资金"
    INSURANCE = "insurance", "失业保险基金"
    OWN = "own", "单位资金"
    OTHER = "other", "其他"


class GuaranteeKind(Term):
    PERFORMANCE = "performance", "履约保证金"
    WARRANTY = "warranty", "质量保证金"


class GuaranteeForm(Term):
    CASH = "cash", "转账"
    LETTER = "letter", "银行保函"
    INSURANCE = "insurance", "保证保险"
    DRAFT = "draft", "支票、汇票"

    @property
    def expires(self) -> bool:
        """Whether it is worth nothing after a day."""
        return self in {GuaranteeForm.LETTER, GuaranteeForm.INSURANCE, GuaranteeForm.DRAFT}


class GuaranteeDeed(Term):
    """What was done to a guarantee, in the past tense."""

    RECEIVED = "received", "收到"
    EXTENDED = "extended", "延期"
    DEDUCTED = "deducted", "扣除"
    RETURNED = "returned", "退还"


class BankColumn(Term):
    """What a column of the bank's statement holds."""

    BOOKED_ON = "booked_on", "日期"
    OUT = "out", "支出（借方）金额"
    INTO = "into", "收入（贷方）金额"
    AMOUNT = "amount", "金额（支出为负）"
    PAYEE = "payee", "对方户名"
    ACCOUNT = "account", "对方账号"
    REFERENCE = "reference", "流水号（凭证号）"
    PURPOSE = "purpose", "摘要（用途）"
    BALANCE = "balance", "余额"

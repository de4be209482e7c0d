"""Forms of the settlement's pages."""

from __future__ import annotations

from wtforms.validators import InputRequired

from app.security.settlement_terms import Checked, ClauseResult, Consent, DisputeOutcome, ForfeitGround
from app.web.forms import Choice, Day, Form, Several, choice, day, pick, text
from app.web.papers import long_text

YES_NO = [("yes", "合格"), ("no", "不合格")]
AGREE = [("yes", "同意验收合格"), ("no", "不同意")]


class Button(Form):
    """Nothing but the page's token."""


class ReasonForm(Form):
    reason = long_text("理由", "会记在办理经过里。", rows=2, most=500)


class AgainForm(Form):
    """A new revision of a statement."""

    assessment = pick("依据的考核", required=False)
    reason = long_text("重新核定的理由", "例如：考核已重开并重新签字。", rows=2, most=500)


class DisputeForm(Form):
    amount = text("争议金额（元）", 20, "这一部分暂不支付，其余照常申请、支付。", inputmode="decimal")
    reason = long_text("争议的事由", rows=3, most=1000)


class DisputeDecisionForm(Form):
    outcome = choice("处理结果", [(one.value, one.label) for one in DisputeOutcome])
    answer = long_text("处理的理由", rows=3, most=1000)


class RequestForm(Form):
    invoice_number = text("发票号码", 40, "上传了电子发票的可以不填。一个号码只能用一次。", required=False)
    invoice_amount = text("发票价税合计（元）", 20, "须与申请金额分毫不差。", required=False, inputmode="decimal")
    issued_on: Day = day("开票日期", "上传了电子发票的可以不填。", required=False)
    payee_name = text("收款单位", 120)
    payee_bank = text("开户银行", 120)
    payee_account = text("银行账号", 40, inputmode="numeric")
    note = text("说明", 200, required=False)


class CorrectionForm(Form):
    red_number = text("红字发票号码", 40, "冲销原发票的红字发票。")
    red_on: Day = day("红字发票开票日期")
    invoice_number = text("新发票号码", 40, "上传了电子发票的可以不填。", required=False)
    invoice_amount = text("新发票价税合计（元）", 20, required=False, inputmode="decimal")
    issued_on: Day = day("新发票开票日期", required=False)


class CheckForm(Form):
    result = choice("查验结果", [(one.value, one.label) for one in Checked])
    note = long_text("说明", "查验不一致的必填。", required=False, rows=2, most=500)


class ApproveForm(Form):
    consent = choice("意见", [(one.value, one.label) for one in Consent])
    note = long_text("意见内容", "退回的必须写明理由；同意的可以不填。", required=False, rows=2, most=500)


class PayForm(Form):
    paid_on: Day = day("支付日期")
    voucher = text("记账凭证号", 60)
    bank_reference = text("银行流水号", 60, "银行回单上的流水号，一个号只能登记一次。")


class BounceForm(Form):
    returned_on: Day = day("退票日期")
    reason = long_text("退票的原因", "例如：户名与账号不符。", rows=2, most=500)


class AccountForm(Form):
    payee_name = text("收款单位", 120)
    payee_bank = text("开户银行", 120)
    payee_account = text("银行账号", 40, inputmode="numeric")


class WithdrawForm(Form):
    reason = long_text("撤回的理由", rows=2, most=500)
    red_number = text("红字发票号码", 40, "已开的发票须先红字冲销，填写冲销它的红字发票。")
    red_on: Day = day("红字发票开票日期")


class ForfeitForm(Form):
    """What of the 质保金 is not to be given back."""

    ground = choice("依据", [(one.value, one.label) for one in ForfeitGround])
    amount = text("不予返还的金额（元）", 20, "可以是全部，也可以是一部分；其余的条件满足时照常返还。", inputmode="decimal")
    clause = text("合同条款", 80, "写明约定可以不予返还的条款。")
    reason = long_text("理由", "写明事实、时间、为什么不再满足返还条件。供应商看得到。", rows=4, most=1000)


class ForfeitDecisionForm(Form):
    consent = choice("意见", [("agreed", "认定不予返还"), ("declined", "不予认定")])
    note = long_text("意见内容", "不予认定的必须写明理由；认定的可以不填。供应商看得到。", required=False, rows=3, most=1000)


class SeenForm(Form):
    note = long_text("供应商的意见", "没有意见可以不填；有不同意见的，写明理由，可以附材料。", required=False, rows=3, most=1000)


class ObjectionForm(Form):
    reason = long_text("异议的理由", "写明哪一点不符合事实或约定。", rows=4, most=1000)


class UpholdForm(Form):
    reason = long_text("维持的理由", "针对异议逐点答复，会写进答复书，供应商看得到。", rows=4, most=1000)


class DaysForm(Form):
    """How long the contractor may object, after the letter was served."""

    days = text("异议期（工作日）", 3, "从送达次日起数，1 至 60 个工作日；合同有约定的按约定。", inputmode="numeric")


class ApplyForm(Form):
    text = long_text("完成情况", "写明这一阶段做了什么、完成多少、自查整改的情况。", rows=5, most=2000)


GROUP = "不少于 3 人的单数；供应商的人不能参加。参加验收的人不能再审批这一期的付款，要审批付款的财务人员和分管领导请不要选。"


class AppointForm(Form):
    paper = text("组成的文件或会议", 200, "例如：领导小组办公室验收工作组通知。")
    on: Day = day("组成日期")
    members = Several("成员", [InputRequired("请选择")], description=GROUP)
    head = pick("组长")


class OpinionForm(Form):
    agrees = choice("结论", AGREE)
    opinion = long_text("意见", "写明查看了什么、认为怎样。", rows=3, most=1000)


class ConcludeForm(Form):
    passed = choice("验收结论", YES_NO)
    opinion = long_text("验收组意见", rows=3, most=2000)


class ClausesForm(Form):
    """The clauses themselves are boxes beside this form."""

    third_parties = long_text("第三方意见", "有第三方机构参加验收时填写。", required=False, rows=2)
    served = long_text("服务对象意见", "走访、回访服务对象的情况。", required=False, rows=2)


RESULTS = [(one.value, one.label) for one in ClauseResult]
__all__ = ["RESULTS", "Choice"]

"""Forms of the money: budgets, accounts, guarantees, declarations, the columns of a bank's export."""

from __future__ import annotations

from wtforms import HiddenField, StringField
from wtforms.validators import Length

from app.security.money_terms import EnterpriseSize, FundNature, GuaranteeDeed, GuaranteeForm, GuaranteeKind
from app.services.money.lpr import known
from app.web.forms import Choice, Day, Form, Required, Version, choice, day, pick, text, trimmed
from app.web.papers import long_text

NATURES = [(each.value, each.label) for each in FundNature]
SIZES = [(each.value, each.label) for each in EnterpriseSize]
KINDS = [(each.value, each.label) for each in GuaranteeKind]
FORMS = [(each.value, each.label) for each in GuaranteeForm]
DEEDS = [(each.value, each.label) for each in GuaranteeDeed if each is not GuaranteeDeed.RECEIVED]


def money(label: str, help: str = "", *, required: bool = True) -> StringField:
    """A sum in yuan."""
    checks = [Required] if required else []
    return StringField(
        label, [*checks, Length(max=30, message="金额太长")], description=help, filters=[trimmed],
        render_kw={"type": "money", "maxlength": 30},
    )  # fmt: skip


class BudgetForm(Form):
    """A budget (指标)."""

    document = text("指标文号", 80, "例如：赣财社指〔2026〕12 号。")
    project = text("项目", 120)
    function_class = text("功能分类", 80, "例如：2080702 职业培训补贴。", required=False)
    economic_class = text("经济分类", 80, "例如：30227 委托业务费。", required=False)
    nature = Choice("资金性质", [Required], options=NATURES, render_kw={"as_": "select"})
    amount = money("指标金额")
    closes_on: Day = day("关账日", "国库这一天以后今年不再支付；没有就留空。", required=False)
    note = long_text("备注", required=False, rows=2, most=500)


class BudgetChangeForm(Form):
    """More, or less, of a budget."""

    amount = money("调整后的指标金额")
    closes_on: Day = day("关账日", required=False)
    reason = long_text("依据", "追加或收回指标的文号。", rows=2, most=500)
    version = Version()


class AllotForm(Form):
    """A sum of a budget for a line of the plan."""

    fund_id = pick("用哪个指标")
    line = Choice("付款计划的哪一期", [Required], render_kw={"as_": "select"})
    amount = money("分配金额")


class ReasonForm(Form):
    reason = long_text("理由", rows=2, most=500)


class AnswerForm(Form):
    answer = long_text("哪里不符", rows=2, most=500)


class AccountForm(Form):
    """The payee's account."""

    name = text("户名", 120)
    bank = text("开户银行", 120)
    account = text("账号", 40, inputmode="numeric")
    reason = long_text("变更的原因", "第一次登记不用填。", required=False, rows=2, most=500)


class GuaranteeNewForm(Form):
    """A guarantee that was received."""

    kind = choice("种类", KINDS)
    form = choice("形式", FORMS)
    amount = money("金额")
    issuer = text("出具机构", 120, "保函、保险要填写银行或保险公司。", required=False)
    letter_number = text("编号", 80, "保函号、保单号。", required=False)
    received_on: Day = day("收到日期")
    expires_on: Day = day("到期日", "保函、保险必填；到期前 30 天提醒。", required=False)
    return_on: Day = day("应退日期", "按合同应当退还的日期；到期前 30 天提醒。", required=False)
    note = long_text("备注", required=False, rows=2, most=500)


class GuaranteeDeedForm(Form):
    """What is done to a guarantee."""

    deed = choice("办理", DEEDS)
    on: Day = day("日期")
    amount = money("金额", "延期不用填。", required=False)
    until_on: Day = day("延期到", "只有延期要填。", required=False)
    clause = text("合同条款", 80, "扣除要写依据的条款。", required=False)
    reason = long_text("理由", "扣除、延期、提前退还必填。", required=False, rows=2, most=500)
    version = Version()


LPR_HELP = f"{known().rates[0].since} 至 {known().checked_through} 的系统已有，留空即可；以后的请查公布的利率填写，例如 3%。"


class DeclarationForm(Form):
    """企业规模声明."""

    size = choice("企业规模", SIZES, "按订立合同时供应商的声明。中型、小型、微型企业适用法定付款期限。")
    declared_on: Day = day("声明日期")
    daily_rate = text("合同约定的逾期利率（每日）", 20, "例如 0.05%；合同没有约定就留空，按法定的每日万分之五。", required=False)
    signed_on: Day = day("合同订立日期", "约定了逾期利率的必填：不得低于这一天的一年期贷款市场报价利率（LPR）。", required=False)
    lpr = text("订立当天的一年期 LPR（年利率）", 20, LPR_HELP, required=False)
    note = long_text("备注", required=False, rows=2, most=500)


class MatchForm(Form):
    """One confirmation: which payment, which line."""

    posting = HiddenField(validators=[Required])
    line = HiddenField(validators=[Required])

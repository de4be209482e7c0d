"""Forms of a contract's pages."""

from __future__ import annotations

from wtforms import ValidationError

from app.security.terms import OutletLevel
from app.web.forms import Day, Form, choice, day, pick, text
from kpi.quantities import Money

LEVELS = [(each.value, each.label) for each in OutletLevel]


class ContractForm(Form):
    code = text("代号", 60, help="小写字母、数字和横线，用在编号和地址里，以后不能改。")
    title = text("名称")
    buyer_id = pick("采购人")
    supplier_id = pick("供应商")
    starts_on: Day = day("起始日期")
    ends_on: Day = day("终止日期")
    price = text("合同价款（元）", 20, required=False, inputmode="decimal")

    def validate_price(self, field: object) -> None:
        try:
            fen = self.price_fen
        except ValueError as error:
            raise ValidationError("应为金额，最多两位小数，例如 1234567.89") from error
        if fen is not None and not 0 <= fen < 10**15:
            raise ValidationError("金额应在 0 与 10 万亿元之间")

    @property
    def price_fen(self) -> int | None:
        """The price in fen; None where it is open."""
        plain = (self.price.data or "").replace(",", "").replace("，", "")
        return Money.parse(plain).fen if plain else None


class MemberForm(Form):
    user_id = pick("人员")
    role_id = pick("角色")
    from_on: Day = day("从哪天起")
    until_on: Day = day("到哪天为止", required=False)


class StaffForm(Form):
    login_name = text("登录名", 40, help="3 到 40 个小写字母、数字、点、横线，以字母开头。")
    display_name = text("姓名", 40)
    role_id = pick("角色")
    position = text("岗位", 40)
    from_on: Day = day("到岗日期")


class LastDayForm(Form):
    on: Day = day("最后一天")


class OutletForm(Form):
    level = choice("级别", LEVELS)
    parent_id = pick("上级网点", required=False)
    name = text("名称")


class RenameForm(Form):
    name = text("名称")


class JoinForm(Form):
    user_id = pick("人员")
    position = text("岗位", 40)
    outlet_id = pick("网点", required=False)
    joined_on: Day = day("到岗日期")
    insured_from: Day = day("社保缴纳起始日期", required=False)
    confidentiality_signed_on: Day = day(
        "保密协议签署日期", "没有签署的人看不到任何个人信息。", required=False
    )


class SignedForm(Form):
    confidentiality_signed_on: Day = day("保密协议签署日期")


class LeaveForm(Form):
    left_on: Day = day("离岗日期")
    successor_id = pick("接手人", "离岗的人在这份合同里的角色由接手人继续担任。", required=False)


class DelegationForm(Form):
    taker_id = pick("代理人")
    from_on: Day = day("从哪天起")
    until_on: Day = day("到哪天为止")
    reason = text("事由")


class ChainForm(Form):
    purpose = choice("事项", [("assessment", "考核结果签批"), ("payment", "付款审批")])
    first = pick("第一步")
    second = pick("第二步", required=False)
    third = pick("第三步", required=False)
    from_yuan = text("第三步从多少元起（含）", 20, required=False, inputmode="decimal")

    def validate_from_yuan(self, field: object) -> None:
        try:
            fen = self.from_fen
        except ValueError as error:
            raise ValidationError("应为金额，最多两位小数") from error
        if not 0 <= fen < 10**15:
            raise ValidationError("金额应在 0 与 10 万亿元之间")

    @property
    def from_fen(self) -> int:
        """The amount from which the third station is needed, in fen."""
        plain = (self.from_yuan.data or "").replace(",", "").replace("，", "")
        return Money.parse(plain).fen if plain else 0

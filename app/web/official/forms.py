"""Forms of the register."""

from __future__ import annotations

from wtforms.validators import Optional

from app.security.case_terms import DocumentKind, DocumentState, Receipt, ServiceWay
from app.web.forms import Choice, Day, Form, Version, choice, day, text
from app.web.papers import long_text

#: Notices and exemptions are made from findings, records from what was found, minutes have a form of their own.
TYPED = (DocumentKind.OTHER, DocumentKind.RESULT)
ALL = {"as_": "select", "placeholder": "全部"}


class RegisterFilter(Form):
    class Meta:
        csrf = False

    kind = Choice("种类", [Optional()], options=[(each.value, each.label) for each in DocumentKind], render_kw=ALL)
    state = Choice("状态", [Optional()], options=[(each.value, each.label) for each in DocumentState], render_kw=ALL)


class DraftForm(Form):
    kind = choice("种类", [(each.value, each.label) for each in TYPED])
    title = text("标题", 120)
    to = text("主送", 120, "收文的单位或人。")
    body = long_text("正文", "一段一行。编号以后正文不能再改。", rows=10, most=8000)


class MinutesForm(Form):
    """会议纪要: when, where, who, what was resolved."""

    title = text("会议名称", 120, "例如：第一季度考核评审会。")
    held_on: Day = day("会议日期")
    place = text("地点", 120)
    host = text("主持人", 60)
    attendees = long_text("参加人员", "单位和姓名，一行一个或用顿号隔开。", rows=3, most=1000)
    body = long_text("议定事项", "一段一行。编号以后不能再改。", rows=10, most=8000)


class DraftedForm(DraftForm):
    """A draft that is changed, with the draft that was seen."""

    version = Version()


class WrittenMinutesForm(MinutesForm):
    version = Version()


class NumberForm(Form):
    number = text("文号", 60, "留空就自动编号；单位办公系统已编过的，照抄在这里，例如 湖人社〔2026〕12号。", required=False)


class SealForm(Form):
    sealed_on: Day = day("签章日期", "盖章件上的落款日期，是这份公文的生效日期。")
    signers = text("签字人", 200, "几个人签的就写几个人，用顿号隔开。")


class ServeForm(Form):
    way = choice("送达方式", [(each.value, each.label) for each in ServiceWay])
    receipt = choice("签收情况", [(each.value, each.label) for each in Receipt])
    recipient = text("受送达人", 120, "签收的人，或被送达的单位。")
    witness = text("见证人", 120, "拒绝签收、留置送达的必填。", required=False)
    served_on: Day = day("送达日期", "整改期限从这一天的次日起算。")
    note = long_text("备注", "邮寄的写快递单号；拒收的写明理由和经过。", required=False, rows=2, most=500)


class VoidForm(Form):
    reason = long_text("作废的原因", "会记入审计日志；文号不再使用。", rows=2, most=500)

"""Forms of findings, notices, reports, reinspections, exemptions, contract events."""

from __future__ import annotations

from typing import Any

from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from app.security.case_terms import FindingSource, FindingState, Reinspected, Verdict
from app.security.terms import Signature
from app.services.rectification.notices import DAYS, MOST_DAYS
from app.web.forms import Choice, Day, Form, Required, Several, choice, day, pick, text
from app.web.papers import long_text

SIGNATURES = [(each.value, each.label) for each in Signature]
VERDICTS = [(each.value, each.label) for each in Verdict]


class Days(IntegerField):
    """Working days, with the error in Chinese."""

    def __init__(self, label: str, help: str, *, required: bool = True, **given: Any) -> None:
        between = NumberRange(1, MOST_DAYS, f"应在 1 与 {MOST_DAYS} 之间")
        checks = [InputRequired("请填写") if required else Optional(), between]
        super().__init__(label, checks, description=help, render_kw={"inputmode": "numeric"}, **given)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError("应为整数") from error


class FindingForm(Form):
    """One finding."""

    clause = Choice("合同条款", [Required], description="违反哪一条。", render_kw={"as_": "select"})
    source = choice("来源", [(each.value, each.label) for each in FindingSource])
    found = long_text("发现的问题", "写明事实：什么时间、什么地点、少了什么、差多少。")
    found_on: Day = day("发现日期")
    found_time = text("时间", 5, "例如 14:30。", required=False)
    place = text("地点", 120, "现场检查的必填。", required=False)
    second_id = pick("另一名检查人", "检查、回访、面谈须有两人。")
    entry = text("对应的台账记录", 40, "填编号，例如 visits-000012；没有就留空。", required=False)
    spoken_to = text("与谁谈的", 120, "加密保存，页面上只显示姓氏。", required=False)
    signature = choice("对方签字", SIGNATURES)


class FindingFilter(Form):
    class Meta:
        csrf = False

    state = Choice(
        "状态", [Optional()], options=[(each.value, each.label) for each in FindingState],
        render_kw={"as_": "select", "placeholder": "全部"},
    )  # fmt: skip


class NoticeForm(Form):
    """The notice of one or several findings."""

    findings = Several("要整改的问题", [Required])
    demand = long_text("整改要求")
    days = Days("整改期限（工作日）", "从送达的次日起算。", default=DAYS)
    number = text("文号", 60, "留空就自动编号；办公系统已编过的照抄在这里。", required=False)


class ReportForm(Form):
    """The contractor's report."""

    cause = long_text("原因分析", required=False, rows=2)
    measures = long_text("整改措施和结果")
    done_on: Day = day("完成日期")


class LookForm(Form):
    """A reinspection."""

    outcome = choice("复检结论", [(each.value, each.label) for each in Reinspected])
    note = long_text("复检情况", "看了什么、与整改报告是否相符。")
    days = Days("再改的期限（工作日）", "只有“限期再改”要填，从复检的次日起算。", required=False)
    checked_on: Day = day("复检日期")
    place = text("地点", 120)
    second_id = pick("另一名检查人", "须有两人。")
    spoken_to = text("与谁谈的", 120, "加密保存，页面上只显示姓氏。", required=False)
    signature = choice("对方签字", SIGNATURES)


class ApplyForm(Form):
    reason = long_text("免责的事实和理由", "例如：不可抗力、采购人的原因，写明时间和证据。")


class DecideForm(Form):
    outcome = choice("认定", VERDICTS)
    answer = long_text("认定的理由", "供应商会看到。")


class WithdrawForm(Form):
    reason = long_text("撤销的理由", "记录留底，不再计入。", rows=2, most=500)


class EventForm(Form):
    kind = Choice("事件", [Required], description="合同约定的事件。", render_kw={"as_": "select"})
    happened_on: Day = day("发生日期")
    account = long_text("经过")

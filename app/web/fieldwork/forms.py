"""Forms of spot checks, inspections, complaints and surveys."""

from __future__ import annotations

from typing import Any

from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp

from app.security.case_terms import Verdict
from app.security.field_terms import ComplaintChannel, PollWay, Reached, SizeBy, SpotOutcome, Strata
from app.security.terms import Signature, SpotCheckWay
from app.services.fieldwork.framing import CLAIMED, VERIFIED
from app.web.forms import Choice, Day, Form, Required, choice, day, pick, text
from app.web.papers import long_text

SIGNATURES = [(each.value, each.label) for each in Signature]
VERDICTS = [(each.value, each.label) for each in Verdict]
MOST = 10_000_000


def clause_field(help: str = "") -> Choice:
    return Choice("合同条款", [Required], description=help, render_kw={"as_": "select"})


def optional_pick(label: str, help: str = "") -> Choice:
    return Choice(label, [Optional()], coerce=int, description=help, render_kw={"as_": "select"})


def optional_choice(label: str, help: str = "") -> Choice:
    return Choice(label, [Optional()], description=help, render_kw={"as_": "select"})


def options(label: str, values: Any, help: str = "", *, required: bool = True) -> Choice:
    return choice(label, [(each.value, each.label) for each in values], help, required=required)


def clock(label: str, help: str = "") -> StringField:
    """A time of day in the browser's own box."""
    shape = Regexp(r"([01]\d|2[0-3]):[0-5]\d", message="时间写法应为 14:30")
    return StringField(label, [Optional(), shape], description=help, render_kw={"type": "time"})


class Whole(IntegerField):
    """A whole number, with the error in Chinese."""

    def __init__(self, label: str, help: str = "", most: int = MOST, **given: Any) -> None:
        checks = [InputRequired("请填写"), NumberRange(1, most, f"应在 1 与 {most:,} 之间")]
        super().__init__(label, checks, description=help, render_kw={"inputmode": "numeric"}, **given)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError("应为整数") from error


class RoundForm(Form):
    """A round of spot checks before it is committed to."""

    ledger = Choice("台账", [Required], render_kw={"as_": "select"})
    clause = clause_field("查出不属实的，默认登记为违反这一条。")
    from_on: Day = day("业务日期从")
    until_on: Day = day("到")
    states = choice("从哪些记录里抽", [(VERIFIED, "已审核的"), (CLAIMED, "已审核和待审核的")])
    outlet_id = optional_pick("只抽这个网点", "含下级网点；不选就是全部。")
    only = optional_choice("只抽这一类", "按台账里有选项的字段筛选，例如某一项服务；不选就是全部。")
    strata = options("分层", Strata, "每层按记录多少分配，每层至少一条。")
    strata_field = optional_choice("分层的字段", "只有“按台账字段”要选。")
    size_by = options("样本量按", SizeBy)
    wished = text("数值", 10, "条数填整数；比例填百分数，如 5；误差填百分点，如 5 表示 95% 把握下不超过 ±5 个百分点。", inputmode="decimal")
    reason = long_text("抽查的目的", rows=2, most=500)
    repeat_reason = long_text(
        "再次抽取的理由", "只有这段时间的同一台账抽过的要填；理由连同前一次一起公开。", required=False, rows=2, most=500
    )


class VisitForm(Form):
    """One visit, call or look into papers."""

    outcome = options("结果", SpotOutcome)
    way = options("方式", SpotCheckWay)
    note = long_text("查了什么、看到什么", rows=3)
    on: Day = day("日期")
    time = clock("时间")
    place = text("地点", 120, "现场检查和面谈必填。", required=False)
    second_id = pick("另一名检查人", "须有两人。")
    spoken_to = text("与谁谈的", 120, "加密保存，页面上只显示姓氏。", required=False)
    signature = choice("对方签字", SIGNATURES)
    witness = text("见证人", 120, "对方拒绝签字的必填，加密保存。", required=False)
    clause = clause_field("不属实、部分属实的登记为问题，引用这一条。")


class PlanForm(Form):
    """An inspection that is planned."""

    checklist = Choice("检查表", [Required], render_kw={"as_": "select"})
    outlet_id = optional_pick("网点")
    place = text("地点", 120, "没有网点的写明地点；选了网点可不写。", required=False)
    planned_on: Day = day("检查日期")
    inspector_id = optional_pick("带队检查人", "不选就是本人。")
    second_id = optional_pick("另一名检查人", "可以到办结时再定。")


class CloseForm(Form):
    """An inspection at its end."""

    second_id = optional_pick("另一名检查人")
    spoken_to = text("被检查方在场人员", 120, "加密保存，页面上只显示姓氏。", required=False)
    signature = choice("对方签字", SIGNATURES)
    witness = text("见证人", 120, "对方拒绝签字的必填，加密保存。", required=False)
    note = long_text("总的情况", required=False, rows=2, most=1000)


class ReasonForm(Form):
    reason = long_text("理由", rows=2, most=500)


class ConclusionForm(Form):
    conclusion = long_text("结论", "供应商会看到。", rows=3, most=1000)


class WordsForm(Form):
    words = text("随机文字", 200, "至少 16 个字符，随便写；抽取结果由采购人的种子和这段文字共同决定。")


class ComplaintForm(Form):
    """A complaint as it came in."""

    clause = clause_field("涉及哪一条。")
    channel = options("怎样收到的", ComplaintChannel)
    on: Day = day("收到日期")
    time = clock("时间")
    outlet_id = optional_pick("涉及的网点")
    account = long_text("投诉的事实")
    complainant = text("投诉人", 120, "姓名或电话，加密保存；匿名的留空。", required=False)
    reply_due: Day = day("要求答复的日期", required=False)


class StatementForm(Form):
    statement = long_text("情况说明", "采购人调查和认定时会看到。")


class InvestigationForm(Form):
    investigation = long_text("调查的情况")
    on: Day = day("调查日期")
    second_id = pick("另一名调查人", "须有两人。")


class VerdictForm(Form):
    outcome = choice("认定", VERDICTS, "成立的登记为问题，规则书有投诉台账的同时记入台账。")
    answer = long_text("认定的理由", "供应商会看到。")


class ReplyForm(Form):
    on: Day = day("答复日期")
    reply = long_text("怎样答复的", rows=3)


class PollForm(Form):
    """A survey before it begins."""

    questionnaire = Choice("问卷", [Required], render_kw={"as_": "select"})
    title = text("名称", 120, "规则书的问卷可不填。", required=False)
    clause = optional_choice("合同条款", "自拟问卷的必填；规则书的问卷用规则书写的条款。")
    from_on: Day = day("从")
    until_on: Day = day("到")
    population = Whole("服务过的人（家）数", "可以问的共有多少，用来推算样本量。")
    wished = Whole("要调查的人（家）数")
    basis = long_text("名单怎样来的", "例如：从求职登记台账随机抽取，见抽查001号。", required=False, rows=2, most=500)
    questions = long_text("自拟的问题", "每行一个，都用“非常满意、满意、一般、不满意”回答；第一个问题计入结果。", required=False, rows=4)


class AnswerForm(Form):
    """Somebody was asked."""

    reached = options("结果", Reached)
    way = options("方式", PollWay)
    on: Day = day("日期")
    respondent = text("问的是谁", 120, "姓名或电话，加密保存，只用来防止重复；匿名的纸质问卷留空。", required=False)
    group = optional_choice("哪一项服务")
    comment = long_text("意见和建议", required=False, rows=2, most=1000)

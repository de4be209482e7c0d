"""Forms of the assessments' pages."""

from __future__ import annotations

from wtforms import HiddenField, IntegerField
from wtforms.validators import InputRequired, NumberRange

from app.security.terms import AppealOutcome
from app.services.assessments.common import MOST_REASON
from app.services.assessments.steps import MOST_DAYS
from app.web.forms import Choice, Day, Form, Optional, Several, Version, day, password, pick, text
from app.web.papers import long_text


class WholeNumber(IntegerField):
    """A whole number with its error in Chinese."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError("应为整数") from error


class SpanForm(Form):
    from_on: Day = day("考核日期从")
    until_on: Day = day("到", "含当天；要告知供应商，须到昨天或更早为止。")
    part = Choice("考核部分", [Optional()], render_kw={"as_": "select"})
    reason = long_text("理由", "例如：合同约定的阶段性核验。", rows=2, most=MOST_REASON)


class ReasonForm(Form):
    """A step back, with its reason."""

    version = Version()
    reason = long_text("理由", "会记在考核经过里，有权查看的人都看得到。", rows=3, most=MOST_REASON)


class PublishForm(Form):
    version = Version()
    days = WholeNumber(
        "申诉期限（工作日）",
        [InputRequired("请填写"), NumberRange(1, MOST_DAYS, f"应为 1 至 {MOST_DAYS}")],
        description="从告知的第二天起算，供应商在这几个工作日里可以逐项申诉。", render_kw={"inputmode": "numeric", "unit": "个工作日"},
    )  # fmt: skip


class AppealForm(Form):
    version = Version()
    item = Choice("考核项", [InputRequired("请选择")], render_kw={"as_": "select"})
    reason = long_text("申诉理由", "写明对哪条扣分、依据什么不服，最好写出台账编号。", rows=5, most=MOST_REASON)


class AnswerForm(Form):
    outcome = Choice("结论", [InputRequired("请选择")], options=[(one.value, one.label) for one in AppealOutcome])
    reason = long_text("答复理由", "供应商会看到。要改的分数先在考核细则表上改好，再答复。", rows=5, most=MOST_REASON)


class SignForm(Form):
    version = Version()
    sha256 = HiddenField()
    password = password("登录密码", "current-password", "签字要再输入一次自己的登录密码。")


class RefusalForm(Form):
    version = Version()
    witness = text("见证人", 120, "在场见证的人，写单位和姓名。")
    note = long_text("拒签情况", "何时何地送达、供应商怎样表示。", rows=3, most=MOST_REASON)


class GroupForm(Form):
    version = Version()
    paper = text("组成的文件或会议", 200, "例如：县人社局办公会 2026 年第 3 次会议纪要。")
    on: Day = day("组成日期")
    members = Several("成员", [InputRequired("请选择")], description="不少于 3 人的单数；供应商的人不能参加。")
    head = pick("组长")


class EnlargeForm(Form):
    user_id = pick("增补的成员")
    head = Choice("是否组长", [InputRequired("请选择")], options=[("no", "否"), ("yes", "是")])

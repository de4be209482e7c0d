"""Forms of the reports' pages."""

from __future__ import annotations

from wtforms import FileField, IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from app.security.report_terms import Medium, ReportState, Retention
from app.web.forms import Choice, Day, Form, choice, day, text
from app.web.papers import long_text

ALL = {"as_": "select", "placeholder": "全部"}


class WholeNumber(IntegerField):
    """A whole number, with the error in Chinese."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError("请填整数，例如 3") from error


#: One box that is ticked or not.
TICK = [("yes", "我确认这些数字是手写的，不随表格变化")]


class ListFilter(Form):
    class Meta:
        csrf = False

    duty = Choice("报告", [Optional()], options=[], render_kw=ALL)
    state = Choice("状态", [Optional()], options=[(each.value, each.label) for each in ReportState], render_kw=ALL)


class MakeForm(Form):
    duty = choice("报告", [])
    period = choice("期间", [], required=False)
    from_on: Day = day("起始日期", required=False)
    until_on: Day = day("结束日期", required=False)


class ReturnForm(Form):
    reason = long_text("退回的原因", "写明要改的地方，供应商会看到。", rows=3, most=500)


class SubmitForm(Form):
    """Nothing but the files beside it."""


class SpanForm(Form):
    quarter = Choice("季度", [Optional()], options=[], description="选了季度，下面的日期不用填。", render_kw={"as_": "select"})
    from_on: Day = day("起始日期", required=False)
    until_on: Day = day("结束日期", "期间在这些日子里结束的报告都会打进去，周报、月报也在内。", required=False)


class LetterForm(Form):
    file = FileField("Word 模板", description=".docx 文件，5 MB 以内。{{ 标题 }} 这样的字段会被替换，单独一行写 {{p 正文 }} 的地方放报告。")


class TemplateForm(Form):
    words = long_text(
        "这一节的文字", "一行一段。{ } 里写数字的编号，生成时换成当期的数字。留空就用规则书里的写法。",
        required=False, rows=6, most=8000,
    )  # fmt: skip


class DeliverableForm(Form):
    title = text("成果", 200)
    duty = choice("规则书里的名目", [], required=False)
    clauses = text("条款", 200, required=False)
    due_on: Day = day("应交日期", required=False)
    edition = text("版本", 40, "例如 V1.2、第二稿。", required=False)
    copies = WholeNumber("份数", [InputRequired("请填写"), NumberRange(0, 999, "份数要在 0 到 999 之间")], render_kw={"as_": "number"})
    medium = choice("载体", [(each.value, each.label) for each in Medium])
    note = long_text("备注", required=False, rows=2, most=500)


class HandForm(Form):
    on: Day = day("交付日期")
    who = text("交付人", 80)


class DossierForm(Form):
    title = text("案卷题名", 200, "例如 2026年第一季度履约报告。")
    retention = choice("保管期限", [(each.value, each.label) for each in Retention], "按文件种类定；验收、付款的档案不少于15年。")
    from_on: Day = day("起始日期")
    until_on: Day = day("结束日期", "这些日子里定稿的报告、签定的考核和核定单、签章的公文、接收的成果自动放入。")


class DescribeForm(Form):
    title = text("题名", 200)
    responsible = text("责任者", 120)
    number = text("文号", 60, required=False)
    dated: Day = day("日期")
    pages = WholeNumber("页数", [InputRequired("请填写"), NumberRange(0, 9999, "页数要在 0 到 9999 之间")], render_kw={"as_": "number"})
    note = text("备注", 200, required=False)

"""Forms of the review pages."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.security.terms import ReviewMode, Signature, SpotCheckWay
from app.services.verification.decide import MOST_REASON
from app.services.verification.queue import Filter
from app.web.forms import Choice, Day, Form, choice, day, pick, text

WARNED, CLEAN, NIL, NOT_NIL, AGAIN, OVERDUE = "warned", "clean", "nil", "not_nil", "again", "overdue"
ONLY = [
    (WARNED, "有提醒的"), (CLEAN, "没有提醒的"), (OVERDUE, "已超期的"), (AGAIN, "改后重新提交的"),
    (NIL, "零报告"), (NOT_NIL, "零报告以外的"),
]  # fmt: skip
NARROWING: dict[str, dict[str, bool]] = {
    WARNED: {"warned": True}, CLEAN: {"warned": False}, OVERDUE: {"overdue": True}, AGAIN: {"again": True},
    NIL: {"nil": True}, NOT_NIL: {"nil": False},
}  # fmt: skip
MOST_ID = 10**15
ALL = {"as_": "select", "placeholder": "全部"}


def whole(label: str, low: int, high: int, message: str, *, required: bool = True) -> IntegerField:
    """A whole number, typed as text so that what was typed wrong stays."""
    checks = [InputRequired("请填写") if required else Optional(), NumberRange(low, high, message)]
    return WholeNumber(label, checks, render_kw={"inputmode": "numeric"})


class WholeNumber(IntegerField):
    """A whole number with its error in Chinese."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError("应为整数") from error


class QueueFilter(Form):
    """What of the queue is shown. Lists that only say what is there are filled in by the page."""

    class Meta:
        csrf = False

    ledger = Choice("台账", [Optional()], render_kw=ALL)
    author = Choice("填报人", [Optional()], coerce=int, render_kw=ALL)
    outlet = Choice("网点", [Optional()], coerce=int, render_kw=ALL)
    from_on: Day = day("业务日期从", required=False)
    until_on: Day = day("到", required=False)
    only = choice("只看", ONLY, required=False)
    batch = whole("导入批次", 1, MOST_ID, "应为批次的编号", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.only.render_kw = ALL

    @property
    def wanted(self) -> Filter:
        """The filter as typed; what could not be read does not narrow."""
        fine = {name: None if field.errors else field.data for name, field in self._fields.items()}
        return Filter(
            ledger=fine["ledger"] or None, author_id=fine["author"], outlet_id=fine["outlet"],
            from_on=fine["from_on"], until_on=fine["until_on"], batch_id=fine["batch"],
            **NARROWING.get(fine["only"] or "", {}),
        )  # fmt: skip


class ReasonForm(Form):
    version = HiddenField()
    reason = TextAreaField("原因和要改的地方", [InputRequired("请填写"), Length(max=MOST_REASON, message=f"最多 {MOST_REASON} 个字")])


class SpotForm(Form):
    """One record of a spot check."""

    outcome = choice("结果", [("true", "属实"), ("untrue", "不属实")])
    way = choice("方式", [(each.value, each.label) for each in SpotCheckWay])
    checked_on: Day = day("抽查日期")
    place = text("地点", required=False)
    second_id = pick("第二检查人", "现场检查、电话回访和面谈须有两名检查人；系统核对可以不选。", required=False)
    spoken_to = text("与谁谈的", 60, "姓名和联系方式；加密保存，只显示遮盖后的样子。", required=False, autocomplete="off")
    signature = choice("签字", [(each.value, each.label) for each in Signature])
    note = TextAreaField(
        "查了什么、看到什么", [InputRequired("请填写"), Length(max=MOST_REASON, message=f"最多 {MOST_REASON} 个字")],
        render_kw={"rows": 3},
    )  # fmt: skip
    version = HiddenField()


class BulkForm(Form):
    """How a bulk decision is looked into."""

    mode = choice("怎样看", [(each.value, each.label) for each in (ReviewMode.DRAWN, ReviewMode.EACH)])
    number = whole("抽核条数", 1, 5000, "应在 1 与 5000 之间", required=False)


class MoreForm(Form):
    number = whole("再抽几条", 1, 5000, "应在 1 与 5000 之间")
    version = HiddenField()


class LimitForm(Form):
    review_days = whole("审核时限（工作日）", 1, 60, "应在 1 与 60 之间")
    version = HiddenField()

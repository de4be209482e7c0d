"""Forms of the locks' pages."""

from __future__ import annotations

from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from app.services.verification.locking import LONGEST
from app.web.forms import Choice, Day, Form, Optional, day, text

MOST = 300


def reason(label: str, help: str) -> TextAreaField:
    checks = [InputRequired("请填写"), Length(max=MOST, message=f"最多 {MOST} 个字")]
    return TextAreaField(label, checks, description=help, render_kw={"rows": 2, "maxlength": MOST})


def ledger(help: str) -> Choice:
    """One ledger, or all."""
    return Choice("台账", [Optional()], description=help, render_kw={"as_": "select", "placeholder": "全部台账"})


class LockForm(Form):
    from_on: Day = day("业务日期从")
    until_on: Day = day("到", "含当天；只能锁定今天和以前的日期。")
    ledger = ledger("不选就是全部台账。")
    reason = reason("原因", "被挡住的人会看到，例如：二月考核已签字。")


class LiftForm(Form):
    reason = reason("解除的原因", "会记入审计日志，锁定记录里一直看得到。")


class AskForm(Form):
    ledger = ledger("只申请一本台账，或留空申请这把锁的全部台账。")
    entry = text("只改一条记录", 40, "填编号，例如 visits-000012；留空就包括新登记的和所有已有的。", required=False)
    expires_on: Day = day("到哪天为止", f"含当天；最长 {LONGEST} 天。")
    reason = reason("理由", "为什么要补登或更正，补哪几条。")


class RefuseForm(Form):
    reason = reason("不同意的原因", "申请人会看到。")

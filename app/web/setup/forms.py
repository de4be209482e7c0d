"""Forms of the set-up."""

from __future__ import annotations

from wtforms import (
    BooleanField,
    FileField,
    HiddenField,
    IntegerField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional

from app.security.terms import OpeningKind, OutletLevel
from app.services.setup.texts import BadText, ShownProblem, decoded, read
from app.web.forms import Choice, Day, Form, Required, Several, Version, choice, day, pick, text, trimmed
from kpi.quantities import Money

LEVELS = [(each.value, each.label) for each in OutletLevel]
KINDS = [(each.value, each.label) for each in OpeningKind]
MOST_REASON = 500


def long_text(label: str, help: str = "", *, required: bool = True, most: int = MOST_REASON, rows: int = 2) -> TextAreaField:
    """Several lines of text."""
    checks = [Required if required else Optional(), Length(max=most, message=f"最多 {most} 个字")]
    return TextAreaField(
        label, checks, description=help, filters=[trimmed], render_kw={"rows": rows, "maxlength": most}
    )


class TextForm(Form):
    """A rulebook's text, from a file or pasted. `problems`: everything that is wrong with it."""

    file = FileField("规则书文件（YAML 文本）", render_kw={"type": "file", "accept": ".yaml,.yml,.txt"})
    text = TextAreaField("或粘贴规则书的全文", render_kw={"rows": 6})

    problems: list[ShownProblem] = []  # noqa: RUF012 — replaced by each instance, never changed

    @property
    def given(self) -> str:
        """The text that was sent; BadText where the file cannot be read."""
        if self.file.data:
            return decoded(self.file.data.read())
        return (self.text.data or "").replace("\r\n", "\n")

    def read_text(self) -> str | None:
        """The text if it is a rulebook; None with `problems`, and the text stays in the form to be mended."""
        try:
            sent = self.given
            self.text.data, self.text.raw_data = sent, [sent]
            read(sent)
        except BadText as bad:
            self.problems = bad.problems
            return None
        return sent


class UploadForm(TextForm):
    """A draft's rulebook by upload."""


class AmendmentForm(TextForm):
    effective_on: Day = day("生效日期")
    reason = long_text("理由", "例如：补充协议一（2026 年 6 月 1 日签订），调高每月招聘会场次。")


class AnswerForm(Form):
    value = TextAreaField("答复", [InputRequired("请选择或填写答复")])
    reason = long_text("理由")
    seen = IntegerField("版本", [Optional()])


class DefaultsForm(Form):
    reason = long_text("理由", "例如：2026 年 3 月 5 日局务会研究，均按默认读法。")


class MembersForm(Form):
    levels = Several("取自网点", options=LEVELS, description="勾选以后，取这些级别所有没关闭的网点的名称，不看下面逐行填写的。")
    typed = TextAreaField("逐行填写", description="每行一个名称，要与台账里填写的写法一样。", render_kw={"rows": 6})
    reason = long_text("理由")
    seen = IntegerField("版本", [Optional()])


class TermsForm(Form):
    title = text("合同名称")
    supplier_id = pick("供应商")
    starts_on: Day = day("起始日期")
    ends_on: Day = day("终止日期")
    price = text("合同价款（元）", 20, required=False, inputmode="decimal")
    internal_check = BooleanField("提交前由项目经理内部复核")
    entry_days = StringField("登记时限（工作日）", description="业务日期之后多少个工作日内可以登记；不填就不限。")
    history_days = StringField(
        "平台数据保留（天）", description="外部平台能导出多少天以内的数据；系统在过期以前提醒导出。不填就不提醒。"
    )
    reason = long_text("理由", "合同开始运行以后，改名称、价款、期限要写理由。", required=False)
    version = Version()

    def validate_price(self, field: object) -> None:
        try:
            fen = self.price_fen
        except ValueError as error:
            raise ValidationError("应为金额，最多两位小数，例如 1234567.89") from error
        if fen is not None and not 0 <= fen < 10**15:
            raise ValidationError("金额应在 0 与 10 万亿元之间")

    def validate_entry_days(self, field: StringField) -> None:
        self.whole(field, 0, 1000)

    def validate_history_days(self, field: StringField) -> None:
        self.whole(field, 1, 3650)

    def whole(self, field: StringField, least: int, most: int) -> None:
        plain = (field.data or "").strip()
        if plain and not (plain.isascii() and plain.isdigit() and least <= int(plain) <= most):
            raise ValidationError(f"应为 {least} 到 {most} 的整数，或不填")

    @property
    def price_fen(self) -> int | None:
        """The price in fen; None where it is open."""
        plain = (self.price.data or "").replace(",", "").replace("，", "")
        return Money.parse(plain).fen if plain else None

    def days(self, name: str) -> int | None:
        """A whole number of days; None where the field is empty."""
        plain = (self[name].data or "").strip()
        return int(plain) if plain else None


class ReasonForm(Form):
    reason = long_text("理由")


class OpeningForm(Form):
    kind = choice("补登什么", KINDS)
    title = text("名称", help="例如：2026 年第一季度考核得分（纸质签字）。")
    from_on: Day = day("从哪天")
    until_on: Day = day("到哪天")
    score = text("得分", 20, "补登得分时填写，最多两位小数。", required=False, inputmode="decimal")
    amount = text("支付金额（元）", 20, "补登款项时填写。", required=False, inputmode="decimal")
    tranche = Choice("属于哪一期付款", [Optional()], description="补登款项时选择。", render_kw={"as_": "select"})
    note = long_text("说明", required=False, most=1000)
    scan_kept = HiddenField()

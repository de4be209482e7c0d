"""From what stands in an invoice to its fields, checked against each other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from cn2an import an2cn

from app.services.act import Refused
from kpi.quantities import Money, QuantityError

Form = Literal["xml", "ofd", "pdf"]
#: Text found in the file by field; several where it says several things.
Found = Mapping[str, Sequence[str]]
DIGITAL = re.compile(r"\d{20}\Z")  # 全面数字化的电子发票
EARLIER = re.compile(r"\d{8}\Z")
CODE = re.compile(r"\d{10}(\d{2})?\Z")
DAY = re.compile(r"(\d{4})\s*[-年/.]?\s*(\d{1,2})\s*[-月/.]?\s*(\d{1,2})")
TAX_ID = re.compile(r"[0-9A-Z]{15,20}\Z")
NAMES = {
    "number": "发票号码", "code": "发票代码", "issued": "开票日期", "buyer": "购买方名称", "buyer_tax": "购买方纳税人识别号",
    "seller": "销售方名称", "seller_tax": "销售方纳税人识别号", "net": "金额合计", "tax": "税额合计", "total": "价税合计",
    "words": "价税合计（大写）",
}  # fmt: skip
ORIGINAL = "请上传税务平台下载的原件，或手工填写各栏"


@dataclass(frozen=True)
class InvoiceFields:
    """What an invoice says. `code` is empty on 数电票; `net` and `tax` None where the file does not say.

    A red-letter invoice has a negative `total`. `number` is what must be unique over all contracts, with the code
    in front where there is one.
    """

    form: Form
    title: str
    number: str
    code: str
    issued_on: date
    buyer: str
    buyer_tax_id: str
    seller: str
    seller_tax_id: str
    net: Money | None
    tax: Money | None
    total: Money

    @property
    def is_red(self) -> bool:
        return self.total.fen < 0

    @property
    def key(self) -> str:
        """Code and number together."""
        return f"{self.code}{self.number}"


def fields_of(form: Form, found: Found) -> InvoiceFields:
    """The fields; Refused where one is missing, stands twice, or the sums do not meet."""
    number, code = _one(found, "number"), _one(found, "code", needed=False)
    _check_number(number, code)
    net, tax, total = _money(found, "net"), _money(found, "tax"), _money(found, "total")
    if total is None and net is not None and tax is not None:
        total = net + tax
    if total is None:
        raise Refused(f"文件里没有找到价税合计。{ORIGINAL}")
    _check_sums(net, tax, total, _one(found, "words", needed=False))
    return InvoiceFields(
        form, next(iter(found.get("title", ())), "电子发票"), number, code, _day(_one(found, "issued")),
        _one(found, "buyer"), _tax_id(found, "buyer_tax"), _one(found, "seller"), _tax_id(found, "seller_tax"), net, tax, total,
    )  # fmt: skip


def _one(found: Found, name: str, *, needed: bool = True) -> str:
    values = list(dict.fromkeys(text for each in found.get(name, ()) if (text := " ".join(each.split()))))
    if len(values) > 1:
        raise Refused(f"文件里有几个不同的{NAMES[name]}（{values[0][:30]}、{values[1][:30]}），不知道以哪个为准。{ORIGINAL}")
    if not values and needed:
        raise Refused(f"文件里没有找到{NAMES[name]}，可能不是发票，或是扫描件。{ORIGINAL}")
    return values[0] if values else ""


def _check_number(number: str, code: str) -> None:
    if code and not CODE.match(code):
        raise Refused(f"发票代码“{code[:30]}”不是 10 位或 12 位数字。{ORIGINAL}")
    if not (DIGITAL.match(number) or (code and EARLIER.match(number))):
        raise Refused(f"发票号码“{number[:30]}”不是 20 位（数电票）或代码加 8 位（以前的电子发票）。{ORIGINAL}")


def _money(found: Found, name: str) -> Money | None:
    text = _one(found, name, needed=False).replace("￥", "").replace("¥", "").replace(",", "").replace(" ", "")
    if not text or text in {"*", "***", "免税", "不征税"}:
        return None if not text else Money(0)
    try:
        return Money.parse(text)
    except QuantityError as error:
        raise Refused(f"{NAMES[name]}“{text[:30]}”不是金额。{ORIGINAL}") from error


def _check_sums(net: Money | None, tax: Money | None, total: Money, words: str) -> None:
    if net is not None and tax is not None and net + tax != total:
        raise Refused(f"金额 {net} 加税额 {tax} 不等于价税合计 {total}，文件可能被改动过。请重新下载原件，不要使用这份文件")
    if words and _plain(words) != _plain(in_words(total)):
        raise Refused(f"价税合计大写“{words[:40]}”与小写 {total} 不一致，文件可能被改动过。请重新下载原件，不要使用这份文件")


def in_words(total: Money) -> str:
    """人民币大写."""
    return str(an2cn(Money(abs(total.fen)).plain(), "rmb"))


def _plain(words: str) -> str:
    """大写 without what differs between writers: 圆 or 元, 整 or 正, the sign in front, every 零."""
    return re.sub(r"[^壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分]", "", words.replace("圆", "元"))


def _day(text: str) -> date:
    parts = DAY.match(text.strip())
    try:
        if parts is None:
            raise ValueError
        return date(int(parts[1]), int(parts[2]), int(parts[3]))
    except ValueError as error:
        raise Refused(f"开票日期“{text[:30]}”不是日期。{ORIGINAL}") from error


def _tax_id(found: Found, name: str) -> str:
    text = _one(found, name, needed=False).upper().replace(" ", "")
    return text if TAX_ID.match(text) else ""

"""Electronic invoices are read here from XML, OFD and PDF; what is damaged, forged or hostile is refused in Chinese."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from app.services.act import Refused
from app.services.money import invoice_files
from app.services.money.invoice_fields import InvoiceFields
from kpi.quantities import Money
from tests.factories.invoices import GIVEN, archive, main_part, ofd, pdf, tagged_ofd, xml

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>
<EInvoice><InvoiceNumber>&b;</InvoiceNumber></EInvoice>"""


def read(data: bytes) -> InvoiceFields:
    return invoice_files.read(data, "发票")


@pytest.mark.parametrize(("make", "form"), [(xml, "xml"), (tagged_ofd, "ofd"), (pdf, "pdf")])
def test_a_digital_invoice_says_the_same_in_each_form(make: Callable[..., bytes], form: str) -> None:
    found = read(make())
    assert (found.form, found.number, found.code, found.key) == (form, GIVEN["number"], "", GIVEN["number"])
    assert found.issued_on == date(2026, 3, 5)
    assert (found.buyer, found.seller) == (GIVEN["buyer"], GIVEN["seller"])
    assert (found.buyer_tax_id, found.seller_tax_id) == (GIVEN["buyer_tax"], GIVEN["seller_tax"])
    assert (found.net, found.tax, found.total) == (Money.parse("158490.57"), Money.parse("9509.43"), Money.parse("168000.00"))
    assert not found.is_red


def test_an_earlier_one_has_a_code_before_its_number() -> None:
    found = read(ofd())
    assert (found.code, found.number, found.key) == ("036022600111", "12345678", "03602260011112345678")
    assert found.issued_on == date(2026, 3, 5)


def test_custom_data_alone_is_not_enough_to_pay_on() -> None:
    custom = '<ofd:CustomData Name="发票号码">12345678</ofd:CustomData><ofd:CustomData Name="发票代码">036022600111</ofd:CustomData>'
    refused(archive({"OFD.xml": main_part(custom)}), "没有找到价税合计")


def test_a_red_letter_invoice_is_negative() -> None:
    found = read(xml(net="-158490.57", tax="-9509.43", total="-168000.00", words="（负数）壹拾陆万捌仟圆整"))
    assert found.is_red
    assert found.total == Money.parse("-168000.00")


def test_names_may_hold_signs_and_titles_are_kept() -> None:
    found = read(xml(seller="甲乙&丙<数据>有限公司"))
    assert found.seller == "甲乙&丙<数据>有限公司"
    assert found.title == "电子发票（普通发票）"


def refused(data: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        read(data)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"total": "178000.00"}, "不等于价税合计"), ({"words": "壹拾柒万捌仟圆整"}, "大写.*不一致"), ({"number": "123"}, "不是 20 位"),
        ({"issued": "2026-02-30"}, "不是日期"), ({"buyer": ""}, "没有找到购买方名称"), ({"total": "1e9"}, "不是金额"),
    ],
)  # fmt: skip
def test_a_forged_or_broken_invoice_is_refused(given: dict[str, str], why: str) -> None:
    refused(xml(**given), why)


def test_two_numbers_leave_it_open_which_one_counts() -> None:
    double = xml().replace(b"</EInvoice>", b"<InvoiceNumber>26362000000999999999</InvoiceNumber></EInvoice>")
    refused(double, "几个不同的发票号码")


def scripted() -> bytes:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as file:
        file.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        file.save(made)
    return made.getvalue()


def sealed() -> bytes:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as file:
        file.save(made, encryption=pikepdf.Encryption(owner="one", user="two"))
    return made.getvalue()


def scan() -> bytes:
    made = io.BytesIO()
    page = Canvas(made)
    page.rect(10, 10, 100, 100)
    page.showPage()
    page.save()
    return made.getvalue()


def bomb() -> bytes:
    return archive({"OFD.xml": main_part(), "Doc_0/Attachs/big.xml": b"<a>" + b" " * 5_000_000 + b"</a>"})


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "空文件"),
    "too big": (lambda: b"<" * (6 * 1024 * 1024), "超过 5 MB"),
    "picture": (lambda: b"\xff\xd8\xff\xe0" + b"0" * 100, "是图片"),
    "program": (lambda: b"MZ" + b"0" * 100, "不是电子发票"),
    "entities": (lambda: LAUGHS, "实体定义"),
    "half an XML": (lambda: xml()[:600], "打不开"),
    "another XML": (lambda: b"<html><body>hello</body></html>", "不是电子发票"),
    "deep XML": (lambda: b"<a>" * 100 + b"</a>" * 100, "多得不像"),
    "wide XML": (lambda: b"<a>" + b"<b/>" * 30_000 + b"</a>", "多得不像"),
    "another zip": (lambda: archive({"word/document.xml": "<a/>"}), "不是 OFD 发票"),
    "half a zip": (lambda: ofd()[:300], "打不开"),
    "bomb": (bomb, "解压后大得"),
    "many parts": (lambda: archive({"OFD.xml": main_part(), **{f"p{n}": b"" for n in range(600)}}), "解压后大得"),
    "way out": (lambda: archive({"OFD.xml": main_part(), "../x.xml": b"<a/>"}), "名称不正常"),
    "entities in OFD": (lambda: archive({"OFD.xml": main_part(), "Doc_0/Attachs/a.xml": LAUGHS}), "实体定义"),
    "empty OFD": (lambda: archive({"OFD.xml": main_part()}), "没有发票的数据"),
    "script": (scripted, "脚本"),
    "password": (sealed, "密码"),
    "scan": (scan, "没有文字"),
    "half a PDF": (lambda: pdf()[:400], "打不开"),
    "PDF in disguise": (lambda: b"%PDF-1.4 nothing at all", "打不开"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_plain_invoice_is_refused(name: str) -> None:
    make, why = HOSTILE[name]
    refused(make(), why)


def test_a_pdf_without_an_invoice_is_refused() -> None:
    made = io.BytesIO()
    page = Canvas(made)
    page.drawString(100, 100, "Hello, this is a letter")
    page.showPage()
    page.save()
    refused(made.getvalue(), "没有“发票”字样")


def test_utf16_and_marks_are_read() -> None:
    text = xml().decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    assert read(text.encode("utf-16")).number == GIVEN["number"]
    assert read(b"\xef\xbb\xbf" + xml()).number == GIVEN["number"]

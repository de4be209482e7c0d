"""Electronic invoices as the tax offices' files look: XML, OFD in its three ways, PDF. All of it is made up."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from xml.sax.saxutils import escape

from reportlab.pdfgen.canvas import Canvas

from app.documents import fonts

GIVEN: dict[str, str] = {
    "number": "26362000000123456789", "code": "", "issued": "2026-03-05", "buyer": "湖畔县就业服务中心", "buyer_tax": "12360100MB0000001X",
    "seller": "青禾人力资源有限公司", "seller_tax": "91360100MA0000002Y", "net": "158490.57", "tax": "9509.43", "total": "168000.00",
    "words": "壹拾陆万捌仟圆整",
}  # fmt: skip


def said(**given: str) -> dict[str, str]:
    return {name: escape(value) for name, value in {**GIVEN, **given}.items()}


def xml(**given: str) -> bytes:
    """数电票."""
    one = said(**given)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<EInvoice><Header><EIid>{one['number']}</EIid><EInvoiceTag>SWEI3200</EInvoiceTag><Version>0.2</Version><InherentLabel>
<GeneralOrSpecialVAT><LabelCode>02</LabelCode><LabelName>普通发票</LabelName></GeneralOrSpecialVAT></InherentLabel></Header>
<EInvoiceData><SellerInformation><SellerIdNum>{one['seller_tax']}</SellerIdNum><SellerName>{one['seller']}</SellerName></SellerInformation>
<BuyerInformation><BuyerIdNum>{one['buyer_tax']}</BuyerIdNum><BuyerName>{one['buyer']}</BuyerName></BuyerInformation>
<BasicInformation><TotalAmWithoutTax>{one['net']}</TotalAmWithoutTax><TotalTaxAm>{one['tax']}</TotalTaxAm>
<TotalTax-includedAmount>{one['total']}</TotalTax-includedAmount>
<TotalTax-includedAmountInChinese>{one['words']}</TotalTax-includedAmountInChinese></BasicInformation>
<IssuItemInformation><ItemName>*人力资源服务*就业服务</ItemName><Amount>{one['net']}</Amount></IssuItemInformation></EInvoiceData>
<TaxSupervisionInfo><InvoiceNumber>{one['number']}</InvoiceNumber><IssueTime>{one['issued']} 10:21:09</IssueTime></TaxSupervisionInfo>
</EInvoice>""".encode()


def attached_xml(**given: str) -> bytes:
    """The layout that is attached to earlier OFD invoices, with a code beside a number of eight digits."""
    one = said(**{"code": "036022600111", "number": "12345678", "issued": "2026年03月05日", **given})
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<fp:eInvoice xmlns:fp="http://www.example.test/fp"><fp:InvoiceCode>{one['code']}</fp:InvoiceCode><fp:InvoiceNo>{one['number']}</fp:InvoiceNo>
<fp:IssueDate>{one['issued']}</fp:IssueDate><fp:Buyer><fp:BuyerName>{one['buyer']}</fp:BuyerName><fp:BuyerTaxID>{one['buyer_tax']}</fp:BuyerTaxID></fp:Buyer>
<fp:Seller><fp:SellerName>{one['seller']}</fp:SellerName><fp:SellerTaxID>{one['seller_tax']}</fp:SellerTaxID></fp:Seller>
<fp:TaxExclusiveTotalAmount>{one['net']}</fp:TaxExclusiveTotalAmount><fp:TaxTotalAmount>{one['tax']}</fp:TaxTotalAmount>
<fp:TaxInclusiveTotalAmount>{one['total']}</fp:TaxInclusiveTotalAmount></fp:eInvoice>""".encode()


def archive(parts: dict[str, bytes | str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return made.getvalue()


def main_part(custom: str = "") -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"><ofd:DocBody><ofd:DocInfo>
<ofd:CustomDatas>{custom}</ofd:CustomDatas></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"""


def ofd(**given: str) -> bytes:
    """With the invoice as an attachment."""
    return archive({"OFD.xml": main_part(), "Doc_0/Attachs/original_invoice.xml": attached_xml(**given)})


def tagged_ofd(**given: str) -> bytes:
    """With tags that name the texts of the page."""
    one = said(**given)
    names = {
        "InvoiceNo": "number", "IssueDate": "issued", "BuyerName": "buyer", "BuyerTaxID": "buyer_tax", "SellerName": "seller",
        "SellerTaxID": "seller_tax", "TaxExclusiveTotalAmount": "net", "TaxTotalAmount": "tax", "TaxInclusiveTotalAmount": "total",
    }  # fmt: skip
    keys = {name: str(number) for number, name in enumerate(names, 6900)}
    tags = "".join(f'<{name}><ofd:ObjectRef PageRef="1">{key}</ofd:ObjectRef></{name}>' for name, key in keys.items())
    texts = "".join(
        f'<ofd:TextObject ID="{keys[name]}"><ofd:TextCode X="0" Y="0">{one[field]}</ofd:TextCode></ofd:TextObject>'
        for name, field in names.items()
    )
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    return archive(
        {
            "OFD.xml": main_part(),
            "Doc_0/Tags/CustomTag.xml": f"<eInvoice {space}>{tags}</eInvoice>",
            "Doc_0/Pages/Page_0/Content.xml": f"<ofd:Page {space}><ofd:Content>{texts}</ofd:Content></ofd:Page>",
        }
    )


def pdf(**given: str) -> bytes:
    """As the page of a 数电票 is laid out: buyer and seller side by side, sums at the right."""
    one = {**GIVEN, **given}
    made = io.BytesIO()
    page = Canvas(made, pagesize=(595, 380))
    fonts.ready(fonts.SANS)
    page.setFont(fonts.SANS, 9)
    year, month, day = one["issued"].split("-")
    texts: list[tuple[int, int, Any]] = [
        (210, 350, "电子发票（普通发票）"), (420, 350, f"发票号码：{one['number']}"), (420, 334, f"开票日期：{year}年{month}月{day}日"),
        (14, 300, "购"), (30, 300, f"名称：{one['buyer']}"), (300, 300, "销"), (316, 300, f"名称：{one['seller']}"),
        (30, 284, f"统一社会信用代码/纳税人识别号：{one['buyer_tax']}"), (316, 284, f"统一社会信用代码/纳税人识别号：{one['seller_tax']}"),
        (30, 240, "*人力资源服务*就业服务"), (400, 240, one["net"]), (520, 240, one["tax"]),
        (60, 140, "合"), (90, 140, "计"), (400, 140, f"¥{one['net']}"), (520, 140, f"¥{one['tax']}"),
        (30, 120, "价税合计（大写）"), (150, 120, one["words"]), (400, 120, f"（小写）¥{one['total']}"),
    ]  # fmt: skip
    for left, bottom, text in texts:
        page.drawString(left, bottom, text)
    page.showPage()
    page.save()
    return made.getvalue()

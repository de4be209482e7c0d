"""Invoices as XML: 数电票 as delivered, and the older layout that travels inside OFD files."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.parsers import expat

from app.services.act import Refused

MOST_ELEMENTS = 20_000
MOST_DEPTH = 60
#: Names of elements (or of custom data) → the field that they hold. Tax offices have used several.
NAMES = {
    "InvoiceNumber": "number", "InvoiceNo": "number", "EIid": "number", "发票号码": "number",
    "InvoiceCode": "code", "发票代码": "code",
    "IssueTime": "issued", "IssueDate": "issued", "开票日期": "issued",
    "BuyerName": "buyer", "BuyerIdNum": "buyer_tax", "BuyerTaxID": "buyer_tax", "购买方纳税人识别号": "buyer_tax",
    "SellerName": "seller", "SellerIdNum": "seller_tax", "SellerTaxID": "seller_tax", "销售方纳税人识别号": "seller_tax",
    "TotalAmWithoutTax": "net", "TaxExclusiveTotalAmount": "net", "合计金额": "net",
    "TotalTaxAm": "tax", "TaxTotalAmount": "tax", "合计税额": "tax",
    "TotalTax-includedAmount": "total", "TaxInclusiveTotalAmount": "total",
    "TotalTax-includedAmountInChinese": "words", "TaxInclusiveTotalAmountInWords": "words",
}  # fmt: skip
TITLES = {"GeneralOrSpecialVAT", "EInvoiceType"}
DAMAGED = "这份 XML 打不开，可能没有下载完整。请重新下载发票后再上传"


def tree_of(data: bytes) -> ElementTree.Element:
    """The document, once it was seen to declare no entities and to be of a reasonable size."""
    count = depth = 0

    def start(_name: str, _attributes: object) -> None:
        nonlocal count, depth
        count, depth = count + 1, depth + 1
        if count > MOST_ELEMENTS or depth > MOST_DEPTH:
            raise Refused("这份 XML 的内容多得不像一张发票，所以没有收。请核对文件")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def declared(*_: object) -> None:
        raise Refused("这份 XML 带有实体定义（DOCTYPE），电子发票里不会有，可能是恶意文件，所以没有收")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = declared
    try:
        parser.Parse(data, True)
        return ElementTree.fromstring(data)
    except (expat.ExpatError, ElementTree.ParseError, ValueError, LookupError) as error:
        raise Refused(DAMAGED) from error


def local(element: ElementTree.Element) -> str:
    """The name without its namespace."""
    return element.tag.rpartition("}")[2]


def fields_in(root: ElementTree.Element) -> dict[str, list[str]]:
    """Texts by field, wherever they stand in the document."""
    found: dict[str, list[str]] = {}
    for element in root.iter():
        name, text = local(element), (element.text or "").strip()
        if name in TITLES:
            label = next((one.text for one in element if local(one) == "LabelName" and one.text), None)
            found.setdefault("title", []).extend([f"电子发票（{label.strip()}）"] if label else [])
        elif name in NAMES and text:
            found.setdefault(NAMES[name], []).append(text)
    return found


def found_in(data: bytes) -> dict[str, list[str]]:
    """What an XML invoice says; Refused where it is another kind of document."""
    found = fields_in(tree_of(data))
    if "number" not in found or not {"total", "net"} & found.keys():
        raise Refused("这份 XML 不是电子发票：里面没有发票号码和金额。请上传税务平台下载的原件")
    if number := _issued_number(found["number"]):
        found["number"] = [number]
    return found


def _issued_number(numbers: list[str]) -> str:
    """数电票 repeat their number as the id of the file: the one of twenty digits counts, where all agree."""
    digits = {each for each in numbers if each.isdigit()}
    return next(iter(digits)) if len(digits) == 1 else ""

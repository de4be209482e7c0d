"""An electronic invoice read here, without the network: XML, OFD or PDF, as the tax offices issue them.

`read` gives the fields or refuses in Chinese; what it says still has to be checked with the tax office. A file is
hostile until it is shown to be plain: bytes, parts, elements and time are bounded, PDF is read in a process of its own.
"""

from __future__ import annotations

from app.services.act import Refused
from app.services.money import invoice_ofd, invoice_pdf, invoice_xml
from app.services.money.invoice_fields import InvoiceFields, fields_of

__all__ = ["InvoiceFields", "read"]

MOST_BYTES = 5 * 1024 * 1024
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*")


def read(data: bytes, name: str) -> InvoiceFields:
    """What the invoice says. `name` is how the file was called, for the message alone.

    Refused where it is no electronic invoice, is damaged or dangerous, or its sums contradict each other.
    """
    if not data:
        raise Refused(f"“{name}”是空文件，请重新下载发票后再上传")
    if len(data) > MOST_BYTES:
        raise Refused(f"“{name}”超过 {MOST_BYTES // 1024 // 1024} MB，电子发票没有这么大；请核对文件")
    start = data[:1024].lstrip(b"\xef\xbb\xbf\xff\xfe\xfe \t\r\n\0")
    if b"%PDF" in data[:1024]:
        return fields_of("pdf", invoice_pdf.found_in(data))
    if data.startswith(b"PK"):
        return fields_of("ofd", invoice_ofd.found_in(data))
    if start.startswith(b"<"):
        return fields_of("xml", invoice_xml.found_in(data))
    if data.startswith(PICTURES):
        raise Refused(f"“{name}”是图片，不是电子发票原件。请上传税务平台下载的 XML、OFD 或 PDF 文件；只有纸质发票的，请手工填写各栏")
    raise Refused(f"“{name}”不是电子发票。请上传税务平台下载的 XML、OFD 或 PDF 文件")

"""An uploaded electronic invoice says its fields itself: what was left blank is filled in, what was typed must agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.services.act import Act, Refused
from app.services.evidence import showing
from app.services.money import invoice_files
from app.services.money.invoice_fields import InvoiceFields
from app.services.settlement.common import contract_of
from app.services.settlement.typed import InvoiceTyped
from app.store.contracts import ContractScope
from app.store.evidence.files import Part

#: Kinds of files that are electronic invoices; a picture of one on paper is typed.
READABLE = frozenset({"application/pdf", "application/ofd", "application/xml"})


def completed(act: Act, scope: ContractScope, typed: InvoiceTyped) -> InvoiceTyped:
    """The invoice as typed and as its file says. Refused where the two differ, or where it is somebody else's."""
    fields = _read(act, scope, typed)
    if fields is None:
        return typed
    if fields.is_red:
        raise Refused("上传的是红字发票，申请付款要用正数的发票", "files")
    parties = contract_of(scope)
    for said, wanted, what in ((fields.seller, parties.supplier.name, "销售方"), (fields.buyer, parties.buyer.name, "购买方")):
        if _plain(said) != _plain(wanted):
            raise Refused(f"发票的{what}是“{said}”，合同里是“{wanted}”，请核对是不是传错了发票", "files")
    amount = fields.total.plain()
    _agree(typed.number, fields.key, "号码", "invoice_number")
    _agree(typed.amount.replace(",", "").replace("，", ""), amount, "价税合计", "invoice_amount")
    _agree_on(typed.issued_on, fields.issued_on)
    return replace(typed, number=fields.key, amount=amount, issued_on=fields.issued_on)


def _read(act: Act, scope: ContractScope, typed: InvoiceTyped) -> InvoiceFields | None:
    """What the file says; None where it is none that says anything, and everything was typed."""
    if typed.file_id is None:
        return None
    file = showing.file_of(scope, typed.file_id)
    if file.media_type not in READABLE:
        return None
    try:
        return invoice_files.read(showing.opened(act.files, file, Part.ORIGINAL), file.name)
    except Refused as refused:
        if typed.number and typed.amount and typed.issued_on:
            return None  # a scan as PDF: what was typed counts, and the tax office's check decides
        raise Refused(f"{refused.message}。读不出来的，请手工填写号码、金额和日期", "files") from refused


def _plain(name: str) -> str:
    return name.replace("(", "（").replace(")", "）").replace(" ", "")


def _agree(typed: str, said: str, what: str, field: str) -> None:
    if typed.strip() and typed.strip().upper() != said:
        raise Refused(f"您填的{what}是 {typed.strip()}，发票文件上是 {said}；请核对，或留空由系统读取", field)


def _agree_on(typed: date | None, said: date) -> None:
    if typed is not None and typed != said:
        raise Refused(f"您填的开票日期是 {typed}，发票文件上是 {said}；请核对，或留空由系统读取", "issued_on")

"""A document of the register as a paper, to be printed, signed and sealed; its QR code says which it is."""

from __future__ import annotations

from collections.abc import Sequence

from app.clock import business_day
from app.documents.official import Document, Served
from app.documents.paper import Paper, Proof
from app.security.case_terms import DocumentKind, DocumentState, Receipt, ServiceWay
from app.services.act import found
from app.store import documents
from app.store.contracts import ContractScope
from app.store.documents import DocumentService, OfficialDocument
from kpi.calendar import chinese_date

#: What goes out under a red head; the others are forms with places to sign.
LETTERS = frozenset({DocumentKind.NOTICE.value, DocumentKind.RESULT.value, DocumentKind.OTHER.value})
#: What is served on the contractor, with its proof of service.
SERVED = frozenset({DocumentKind.NOTICE.value, DocumentKind.RESULT.value, DocumentKind.EXEMPTION.value})
DRAFT, VOID = "草稿", "作废"


def qr_text(row: OfficialDocument) -> str:
    """What the code carries: which document, and the hash of what it says."""
    return f"LYT-DOC:{row.id}\n{row.number or '草拟稿'}\nSHA-256:{row.content_hash or '—'}"


def document_of(scope: ContractScope, row: OfficialDocument) -> Document:
    """What is printed."""
    given: Sequence[DocumentService] = documents.services(scope.session, scope.contract_id, [row.id])
    small = (row.number or "未编号", "SHA-256：" + (row.content_hash or "编号后生成"), "扫码核对文号和摘要")
    day = row.sealed_on or row.numbered_on
    return Document(
        title=row.title, number=row.number or "", issuer=row.issuer.name, content=row.content,
        letter=row.kind in LETTERS and not row.content.get("parts"),
        day=chinese_date(row.sealed_on) if row.sealed_on else "", proof=Proof(qr_text(row), small),
        project=found(scope.contract()).title, mark=mark_of(row), dated=day or business_day(row.drafted_at),
        services=[served(one) for one in given] if row.kind in SERVED or row.content.get("served") else None,
    )  # fmt: skip


def paper_of(scope: ContractScope, row: OfficialDocument) -> Paper:
    """The whole paper, proofs of service included."""
    return document_of(scope, row).paper()


def mark_of(row: OfficialDocument) -> str:
    if row.state == DocumentState.VOID:
        return VOID
    return "" if row.number else DRAFT


def served(row: DocumentService) -> Served:
    return Served(
        ServiceWay.of(row.way).label, row.recipient, Receipt.of(row.receipt).label, chinese_date(row.served_on),
        row.witness, row.server.display_name, row.note,
    )  # fmt: skip

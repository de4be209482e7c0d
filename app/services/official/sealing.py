"""The signed and sealed scan comes back, and the document is served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.security.case_terms import CaseDeed, DocumentKind, DocumentState, PaperOf, Receipt, ServiceWay
from app.services.act import Act, Refused, found
from app.services.official import effects
from app.services.official.people import DECIDERS, ISSUERS, attach, for_buyer
from app.services.official.register import HEADS, held, note
from app.store import documents
from app.store.contracts import ContractScope
from app.store.documents import DocumentService, OfficialDocument


@dataclass(frozen=True)
class Sealing:
    """The sealed copy: the day on it, who signed, its scan."""

    sealed_on: date
    signers: str
    files: Sequence[int]


@dataclass(frozen=True)
class Serving:
    """The proof of service as it was filled in."""

    way: ServiceWay
    recipient: str
    receipt: Receipt
    witness: str
    served_on: date
    note: str
    files: Sequence[int]


def seal(act: Act, scope: ContractScope, document_id: int, wanted: Sealing) -> OfficialDocument:
    """Files the sealed scan; its day is the legal date from now on."""
    for_buyer(act, scope, *ISSUERS, *DECIDERS)
    row = held(act, scope, document_id, (DocumentState.NUMBERED, DocumentState.PRINTED), "归档签章件")
    if not wanted.signers.strip():
        raise Refused("请填写签字人", "signers")
    if not wanted.files:
        raise Refused("请上传签字盖章后的扫描件或照片", "files")
    check_day(act, scope, row, wanted.sealed_on)
    row.state, row.sealed_on, row.signers = DocumentState.SEALED.value, wanted.sealed_on, wanted.signers.strip()
    act.session.flush()
    attach(act, scope, PaperOf.SCAN, row.id, wanted.files)
    note(act, scope, row, CaseDeed.SEALED, f"签章日期 {wanted.sealed_on}，签字人：{row.signers}")
    act.record(
        "document.sealed", "document", row.id, scope.contract_id,
        number=row.number, sealed_on=str(wanted.sealed_on), files=list(wanted.files),
    )  # fmt: skip
    return row


def check_day(act: Act, scope: ContractScope, row: OfficialDocument, day: date) -> None:
    """The day of the seal: from the day of its number on. What was numbered in the office system, and minutes, were often
    signed before they came here."""
    if brought(row):
        start = found(scope.contract()).starts_on
        if not start <= day <= act.today:
            raise Refused(f"签章日期应在合同起始日（{start}）与今天之间", "sealed_on")
    elif row.numbered_on is not None and not row.numbered_on <= day <= act.today:
        raise Refused(f"签章日期应在编号当天（{row.numbered_on}）与今天之间", "sealed_on")


def brought(row: OfficialDocument) -> bool:
    """Whether the document may be older than its number here."""
    drawn = (row.number or "").startswith(f"{HEADS[DocumentKind.of(row.kind)]}〔")
    return row.kind == DocumentKind.MINUTES or (row.kind == DocumentKind.OTHER and not drawn)


def serve(act: Act, scope: ContractScope, document_id: int, wanted: Serving) -> DocumentService:
    """Records the service; working-day clocks start after it."""
    person_id = for_buyer(act, scope, *ISSUERS)
    row = held(act, scope, document_id, (DocumentState.SEALED,), "登记送达，先把签章件扫描归档")
    check(act, row, wanted)
    service = DocumentService(
        contract_id=scope.contract_id, document_id=row.id, way=wanted.way.value, recipient=wanted.recipient.strip(),
        receipt=wanted.receipt.value, witness=wanted.witness.strip(), served_on=wanted.served_on,
        note=wanted.note.strip(), served_by=person_id, recorded_at=act.now,
    )  # fmt: skip
    documents.add(act.session, service)
    attach(act, scope, PaperOf.SERVICE, service.id, wanted.files)
    text = f"{wanted.way.label}，{service.recipient}{wanted.receipt.label}"
    note(act, scope, row, CaseDeed.SERVED, f"{text}，见证人：{service.witness}" if service.witness else text)
    effects.served(act, scope, row, wanted.served_on)
    effects.told(act, scope, row, wanted.served_on)
    act.record(
        "document.served", "document", row.id, scope.contract_id, number=row.number, way=wanted.way.value,
        served_on=str(wanted.served_on), receipt=wanted.receipt.value,
    )  # fmt: skip
    return service


def check(act: Act, row: OfficialDocument, wanted: Serving) -> None:
    """Refuses a proof of service that would not hold."""
    if not wanted.recipient.strip():
        raise Refused("请填写受送达人", "recipient")
    if wanted.receipt is Receipt.REFUSED and not wanted.witness.strip():
        raise Refused("拒绝签收的，要有见证人，请填写见证人", "witness")
    if wanted.way is ServiceWay.LEFT and not wanted.witness.strip():
        raise Refused("留置送达要有见证人，请填写见证人", "witness")
    if row.sealed_on is not None and not row.sealed_on <= wanted.served_on <= act.today:
        raise Refused(f"送达日期应在签章当天（{row.sealed_on}）与今天之间", "served_on")

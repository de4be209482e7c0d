"""From a draft to a numbered, printed document; and how one becomes void."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.security.case_terms import CaseDeed, DocumentKind, DocumentState
from app.services.act import Act, Refused, found
from app.services.official import effects
from app.services.official.people import DECIDERS, ISSUERS, for_buyer
from app.store import documents
from app.store.contracts import ContractScope
from app.store.documents import OfficialDocument
from kpi.capsule import canonical

#: What stands before the year in a number.
HEADS = {
    DocumentKind.NOTICE: "整改", DocumentKind.RESULT: "考核告知", DocumentKind.EXEMPTION: "免责认定",
    DocumentKind.INSPECTION: "检查记录", DocumentKind.MINUTES: "会议纪要", DocumentKind.OTHER: "履约函",
}  # fmt: skip
HIDDEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
LONGEST_NUMBER = 60
LEAST_REASON = 4
MOST_TAKEN = 1000


@dataclass(frozen=True)
class Draft:
    """A document as it is written. `content`: to, lead (paragraphs), columns and rows, closing (paragraphs)."""

    kind: DocumentKind
    title: str
    content: Mapping[str, Any]


def draft(act: Act, scope: ContractScope, wanted: Draft) -> OfficialDocument:
    """Writes a draft into the register; its number comes later."""
    person_id, contract = for_buyer(act, scope, *ISSUERS, *DECIDERS), found(scope.contract())
    if not wanted.title.strip():
        raise Refused("请填写公文的标题", "title")
    row = OfficialDocument(
        contract_id=scope.contract_id, issuer_id=contract.buyer_id, kind=wanted.kind.value, title=wanted.title.strip(),
        state=DocumentState.DRAFT.value, content=dict(wanted.content), drafted_by=person_id, drafted_at=act.now,
    )  # fmt: skip
    documents.add(act.session, row)
    note(act, scope, row, CaseDeed.DRAFTED, row.title)
    act.record("document.drafted", "document", row.id, scope.contract_id, document=wanted.kind.value)
    return row


def issue(act: Act, scope: ContractScope, wanted: Draft, typed: str = "") -> OfficialDocument:
    """Drafts and numbers in one act."""
    return number(act, scope, draft(act, scope, wanted).id, typed)


def number(act: Act, scope: ContractScope, document_id: int, typed: str = "") -> OfficialDocument:
    """Gives the draft its number, drawn here or typed from the office system, and freezes its text."""
    for_buyer(act, scope, *ISSUERS, *DECIDERS)
    row = held(act, scope, document_id, (DocumentState.DRAFT,), "编号")
    row.number = typed_number(act, row, typed) if typed.strip() else drawn_number(act, row)
    row.numbered_on, row.state = act.today, DocumentState.NUMBERED.value
    row.content_hash = digest_of(row)
    act.session.flush()
    note(act, scope, row, CaseDeed.NUMBERED, row.number)
    act.record(
        "document.numbered", "document", row.id, scope.contract_id, number=row.number, sha256=row.content_hash,
        typed=bool(typed.strip()),
    )  # fmt: skip
    return row


def drawn_number(act: Act, row: OfficialDocument) -> str:
    """The next number of the issuer, the kind and the year that nobody has typed already."""
    kind = DocumentKind.of(row.kind)
    for _ in range(MOST_TAKEN):
        serial = documents.next_number(act.session, row.issuer_id, kind, act.today.year)
        text = f"{HEADS[kind]}〔{act.today.year}〕{serial}号"
        if not documents.number_taken(act.session, row.issuer_id, text):
            return text
    raise Refused("接下来的文号都已经被手工填过，请核对后手工填写文号", "number")


def typed_number(act: Act, row: OfficialDocument, typed: str) -> str:
    text = HIDDEN.sub("", typed).strip()
    if not 0 < len(text) <= LONGEST_NUMBER:
        raise Refused(f"文号应为 1 至 {LONGEST_NUMBER} 个字", "number")
    if documents.number_taken(act.session, row.issuer_id, text):
        raise Refused(f"文号“{text}”已经用过。文号不重复使用，作废的也不行，请核对", "number")
    return text


def digest_of(row: OfficialDocument) -> str:
    """The hash of what the document says, number included."""
    said = {"id": row.id, "kind": row.kind, "number": row.number, "title": row.title, "content": row.content}
    return hashlib.sha256(canonical(said).encode()).hexdigest()


def is_unchanged(row: OfficialDocument) -> bool:
    """Whether the stored text still has the hash it was numbered with."""
    return row.content_hash is not None and digest_of(row) == row.content_hash


def printed(act: Act, scope: ContractScope, document_id: int) -> OfficialDocument:
    """Notes that the numbered document was printed; a second print is noted too."""
    for_buyer(act, scope, *ISSUERS, *DECIDERS)
    row = held(act, scope, document_id, (DocumentState.NUMBERED, DocumentState.PRINTED), "登记打印")
    row.state = DocumentState.PRINTED.value
    act.session.flush()
    note(act, scope, row, CaseDeed.PRINTED, "")
    act.record("document.printed", "document", row.id, scope.contract_id, number=row.number)
    return row


def void(act: Act, scope: ContractScope, document_id: int, reason: str) -> OfficialDocument:
    """Makes a document void; its number stays used."""
    for_buyer(act, scope, *ISSUERS)
    if len(reason.strip()) < LEAST_REASON:
        raise Refused(f"请写明作废的原因（至少 {LEAST_REASON} 个字）", "reason")
    states = tuple(each for each in DocumentState if each is not DocumentState.VOID)
    row = held(act, scope, document_id, states, "作废")
    if row.kind == DocumentKind.EXEMPTION.value:
        raise Refused("免责认定已经作出，认定单不能作废；认定有误的，由采购人另行登记问题")
    effects.voided(act, scope, row, reason.strip())
    row.state = DocumentState.VOID.value
    act.session.flush()
    note(act, scope, row, CaseDeed.VOIDED, reason.strip())
    act.record("document.voided", "document", row.id, scope.contract_id, number=row.number, reason=reason.strip())
    return row


def held(
    act: Act, scope: ContractScope, document_id: int, states: tuple[DocumentState, ...], what: str
) -> OfficialDocument:
    """The document, kept from others, where it stands in one of the states."""
    row = found(documents.find(act.session, scope.contract_id, document_id, hold=True))
    if row.state not in {each.value for each in states}:
        raise Refused(f"这份公文现在是“{DocumentState.of(row.state).label}”，不能{what}。请刷新页面，看看是谁办的")
    return row


def note(act: Act, scope: ContractScope, row: OfficialDocument, deed: CaseDeed, text: str) -> None:
    documents.note(act.session, scope.contract_id, deed, act.person().user_id, act.now, text, document_id=row.id)

"""检查记录 of a finding, numbered in the register: what was seen, by which two people, with whom (form 2)."""

from __future__ import annotations

from app.security.case_terms import DocumentKind, FindingSource, PaperOf
from app.services import official
from app.services.act import Act, Refused, found
from app.services.official import Draft
from app.services.official.people import ISSUERS, for_buyer
from app.services.rectification import papers
from app.services.rectification.findings import finding_text
from app.store import documents
from app.store.cases import Cases, Finding
from app.store.contracts import ContractScope
from app.store.documents import OfficialDocument


def register(act: Act, scope: ContractScope, finding_id: int) -> OfficialDocument:
    """Numbers the record of the finding; there is one of each."""
    for_buyer(act, scope, *ISSUERS)
    row = found(Cases(act.session, scope.contract_id).hold(Finding, finding_id))
    if row.record_id is not None:
        raise Refused("这个问题的检查记录已经编过号，请刷新页面后打开")
    files = documents.papers(act.session, scope.contract_id, [(PaperOf.FINDING, row.id)])
    content = papers.record_content(scope, row, files.get((PaperOf.FINDING.value, row.id), []))
    title = f"{papers.RECORDS[FindingSource.of(row.source)]}（{finding_text(row.number)}）"
    document = official.issue(act, scope, Draft(DocumentKind.INSPECTION, title, content))
    row.record_id = document.id
    act.session.flush()
    return document

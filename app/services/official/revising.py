"""A draft is changed before it gets its number; whoever saw an older draft is shown both."""

from __future__ import annotations

from app.security.case_terms import CaseDeed, DocumentKind, DocumentState
from app.services.act import Act, Refused
from app.services.official.people import DECIDERS, ISSUERS, for_buyer
from app.services.official.register import Draft, held, note
from app.store import documents
from app.store.contracts import ContractScope
from app.store.documents import OfficialDocument

#: What people write themselves; the others are made from findings, checks and results.
WRITTEN = frozenset({DocumentKind.OTHER.value, DocumentKind.RESULT.value, DocumentKind.MINUTES.value})
MADE = "about"  # what a letter of a result is marked with


class Revised(Refused):
    """Somebody else has changed the draft meanwhile; `now` is the draft that stands there."""

    def __init__(self, who: str, seen: int, now: int) -> None:
        super().__init__(f"{who} 刚刚改过这份草稿：您看到的是第 {seen} 稿，现在是第 {now} 稿。没有保存，请对照后再保存")
        self.now = now


def is_open(row: OfficialDocument) -> bool:
    """Whether the text can still be changed by hand."""
    return row.state == DocumentState.DRAFT and row.kind in WRITTEN and MADE not in row.content


def version_of(scope: ContractScope, row: OfficialDocument) -> int:
    """Which draft it is: the first is 1."""
    return len(documents.drafts_of(scope.session, scope.contract_id, row.id))


def revise(act: Act, scope: ContractScope, document_id: int, wanted: Draft, seen: int) -> OfficialDocument:
    """Writes the draft anew. Revised where somebody was quicker."""
    for_buyer(act, scope, *ISSUERS, *DECIDERS)
    row = held(act, scope, document_id, (DocumentState.DRAFT,), "改正文")
    if not is_open(row):
        raise Refused("这份公文由系统生成，正文不能手工改；要改请改它依据的内容再生成")
    before = documents.drafts_of(act.session, scope.contract_id, row.id)
    if len(before) != seen:
        raise Revised(before[-1].actor.display_name if before else "另一人", seen, len(before))
    if not wanted.title.strip():
        raise Refused("请填写公文的标题", "title")
    if (row.kind == DocumentKind.MINUTES) != (wanted.kind is DocumentKind.MINUTES):
        raise Refused("会议纪要和其他公文不能互相改，请另行起草", "kind")
    row.kind, row.title, row.content = wanted.kind.value, wanted.title.strip(), dict(wanted.content)
    act.session.flush()
    note(act, scope, row, CaseDeed.DRAFTED, f"第 {len(before) + 1} 稿：{row.title}")
    act.record("document.revised", "document", row.id, scope.contract_id, document=row.kind, draft=len(before) + 1)
    return row

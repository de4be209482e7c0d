"""案卷: everything of one rectification in a fixed order, with a table of contents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.clock import business_day
from app.security.case_terms import DocumentKind, PaperOf
from app.services.act import found
from app.services.rectification.findings import finding_text
from app.store import documents
from app.store.cases import Cases, Exemption, Finding, RectificationCase, RectificationReport, Reinspection
from app.store.contracts import Contract, ContractScope
from app.store.documents import CaseEvent, DocumentService, OfficialDocument


@dataclass(frozen=True)
class Piece:
    """One line of the table of contents. `files`: ids of what is attached."""

    number: int
    who: str
    document_number: str
    title: str
    day: date | None
    note: str
    anchor: str
    files: Sequence[int] = ()


@dataclass(frozen=True)
class Dossier:
    """A rectification with all that belongs to it, each list oldest first."""

    contract: Contract
    case: RectificationCase
    findings: Sequence[Finding]
    services: Sequence[DocumentService]
    reports: Sequence[RectificationReport]
    reinspections: Sequence[Reinspection]
    exemptions: Sequence[Exemption]
    papers: dict[tuple[str, int], list[int]]
    past: Sequence[CaseEvent]
    documents: dict[int, OfficialDocument] = field(default_factory=dict)

    def document(self, document_id: int | None) -> OfficialDocument | None:
        """A numbered record or a slip of the case."""
        return self.documents.get(document_id) if document_id is not None else None

    def scan(self, document_id: int | None) -> list[int]:
        return self.files(PaperOf.SCAN, document_id) if document_id is not None else []

    def files(self, use: PaperOf, about_id: int) -> list[int]:
        return self.papers.get((use.value, about_id), [])

    @property
    def every_file(self) -> list[int]:
        return [key for keys in self.papers.values() for key in keys]


def opened(scope: ContractScope, case_id: int) -> Dossier:
    """The dossier of a case; Missing where the contract has none such."""
    cases, session, contract_id = Cases(scope.session, scope.contract_id), scope.session, scope.contract_id
    case = found(cases.find(RectificationCase, case_id))
    findings, reports, looks = cases.of_cases([case.id]), cases.reports(case.id), cases.reinspections(case.id)
    asked = cases.exemptions([each.id for each in findings])
    served = documents.services(session, contract_id, [case.notice_id])
    made = [one for one in (*(each.record_id for each in findings), *(each.document_id for each in asked)) if one is not None]
    papers_of: list[tuple[PaperOf, int]] = [(PaperOf.SCAN, one) for one in (case.notice_id, *made)]
    for use, rows in (
        (PaperOf.FINDING, findings), (PaperOf.SERVICE, served), (PaperOf.REPORT, reports),
        (PaperOf.REINSPECTION, looks), (PaperOf.EXEMPTION, asked),
    ):  # fmt: skip
        papers_of += [(use, row.id) for row in rows]
    papers = documents.papers(session, contract_id, papers_of)
    past = documents.past(
        session, contract_id, findings=[each.id for each in findings], case_id=case.id, documents=[case.notice_id, *made]
    )
    known = documents.by_ids(session, contract_id, made)
    return Dossier(found(scope.contract()), case, findings, served, reports, looks, asked, papers, past, known)


Line = tuple[str, str, str, date | None, str, str, Sequence[int]]


def contents(held: Dossier) -> list[Piece]:
    """The table of contents in the fixed order: findings, notice, service, reports, reinspections, exemptions with slips."""
    lines = [*_records(held), *_notice(held), *_answers(held), *_exemptions(held)]
    return [
        Piece(place, who, number, title, day, joined(note, files), anchor, files)
        for place, (who, number, title, day, note, anchor, files) in enumerate(lines, 1)
    ]


def _records(held: Dossier) -> Iterator[Line]:
    """The records of the checks, with their signed scans where they were numbered."""
    for one in held.findings:
        who, title = f"{one.finder.display_name}、{one.second.display_name}", f"检查记录（{finding_text(one.number)}）"
        record = held.document(one.record_id)
        files = [*held.files(PaperOf.FINDING, one.id), *held.scan(one.record_id)]
        number, note = (record.number or "", sealed_note(record)) if record is not None else ("", "")
        yield who, number, title, one.found_on, note, f"finding-{one.id}", files


def _notice(held: Dossier) -> Iterator[Line]:
    notice = held.case.notice
    day, scan = notice.sealed_on or notice.numbered_on, held.files(PaperOf.SCAN, notice.id)
    yield held.contract.buyer.name, notice.number or "", notice.title, day, sealed_note(notice), "notice", scan
    for one in held.services:
        files = held.files(PaperOf.SERVICE, one.id)
        yield one.server.display_name, "", "送达回证", one.served_on, "", f"service-{one.id}", files


def _answers(held: Dossier) -> Iterator[Line]:
    for one in held.reports:
        title, files = f"整改报告（第 {one.revision} 次）", held.files(PaperOf.REPORT, one.id)
        yield held.contract.supplier.name, "", title, business_day(one.reported_at), "", f"report-{one.id}", files
    for look in held.reinspections:
        who, files = f"{look.checker.display_name}、{look.second.display_name}", held.files(PaperOf.REINSPECTION, look.id)
        yield who, "", "复检记录", look.checked_on, "", f"look-{look.id}", files


def _exemptions(held: Dossier) -> Iterator[Line]:
    """The applications, each with the slip that granted it."""
    for one in held.exemptions:
        files, day = held.files(PaperOf.EXEMPTION, one.id), business_day(one.applied_at)
        note = "待认定" if one.outcome is None else "已认定"
        yield one.applicant.display_name, "", "免责申请及认定", day, note, f"exemption-{one.id}", files
        if (slip := held.document(one.document_id)) is not None:
            day_of = slip.sealed_on or slip.numbered_on
            yield held.contract.buyer.name, slip.number or "", slip.title, day_of, sealed_note(slip), f"slip-{one.id}", held.scan(slip.id)


def sealed_note(document: OfficialDocument) -> str:
    return "签章件" if document.sealed_on else "尚未归档签章件"


def joined(note: str, files: Sequence[int]) -> str:
    attached = f"附件 {len(files)} 份" if files else ""
    return "，".join(part for part in (note, attached) if part)


def printable(document: OfficialDocument) -> bool:
    """Whether a document has a text to print; minutes and letters that came as scans alone have none."""
    return bool(document.content.get("lead") or document.content.get("rows")) or document.kind == DocumentKind.NOTICE

"""案卷: everything of one rectification in a fixed order, with a table of contents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
    papers_of: list[tuple[PaperOf, int]] = [(PaperOf.SCAN, case.notice_id)]
    for use, rows in (
        (PaperOf.FINDING, findings), (PaperOf.SERVICE, served), (PaperOf.REPORT, reports),
        (PaperOf.REINSPECTION, looks), (PaperOf.EXEMPTION, asked),
    ):  # fmt: skip
        papers_of += [(use, row.id) for row in rows]
    papers = documents.papers(session, contract_id, papers_of)
    documents_of = [case.notice_id, *(each.document_id for each in asked if each.document_id is not None)]
    past = documents.past(
        session, contract_id, findings=[each.id for each in findings], case_id=case.id, documents=documents_of
    )
    return Dossier(found(scope.contract()), case, findings, served, reports, looks, asked, papers, past)


def contents(held: Dossier) -> list[Piece]:
    """The table of contents in the fixed order: findings, notice, service, reports, reinspections, exemptions."""
    lines: list[tuple[str, str, str, date | None, str, str, Sequence[int]]] = []
    for finding in held.findings:
        who, title = f"{finding.finder.display_name}、{finding.second.display_name}", f"检查记录（{finding_text(finding.number)}）"
        lines.append((who, "", title, finding.found_on, "", f"finding-{finding.id}", held.files(PaperOf.FINDING, finding.id)))
    notice = held.case.notice
    note = "签章件" if notice.sealed_on else "尚未归档签章件"
    day = notice.sealed_on or notice.numbered_on
    scan = held.files(PaperOf.SCAN, notice.id)
    lines.append((held.contract.buyer.name, notice.number or "", notice.title, day, note, "notice", scan))
    for service in held.services:
        files = held.files(PaperOf.SERVICE, service.id)
        lines.append((service.server.display_name, "", "送达回证", service.served_on, "", f"service-{service.id}", files))
    for report in held.reports:
        title, files = f"整改报告（第 {report.revision} 次）", held.files(PaperOf.REPORT, report.id)
        day = business_day(report.reported_at)
        lines.append((held.contract.supplier.name, "", title, day, "", f"report-{report.id}", files))
    for look in held.reinspections:
        who, files = f"{look.checker.display_name}、{look.second.display_name}", held.files(PaperOf.REINSPECTION, look.id)
        lines.append((who, "", "复检记录", look.checked_on, "", f"look-{look.id}", files))
    for one in held.exemptions:
        files, day = held.files(PaperOf.EXEMPTION, one.id), business_day(one.applied_at)
        note = "待认定" if one.outcome is None else "已认定"
        lines.append((one.applicant.display_name, "", "免责申请及认定", day, note, f"exemption-{one.id}", files))
    return [
        Piece(place, who, number, title, day, joined(note, files), anchor, files)
        for place, (who, number, title, day, note, anchor, files) in enumerate(lines, 1)
    ]


def joined(note: str, files: Sequence[int]) -> str:
    attached = f"附件 {len(files)} 份" if files else ""
    return "，".join(part for part in (note, attached) if part)


def printable(document: OfficialDocument) -> bool:
    """Whether a document has a text to print; minutes and letters that came as scans alone have none."""
    return bool(document.content.get("lead") or document.content.get("rows")) or document.kind == DocumentKind.NOTICE

"""What else lies in a file (案卷) by itself: sealed documents, accepted deliverables, signed sheets, statements; each with its pages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pikepdf

from app.clock import business_day
from app.documents.paper import pdf
from app.documents.paper.blocks import Note, Paper, Picture
from app.security.case_terms import PaperOf
from app.security.report_terms import DeliverableAct
from app.security.terms import AssessmentState
from app.services.act import Act, Refused, found
from app.services.assessments.evaluating import load
from app.services.assessments.paper import paper_of
from app.services.evidence import keeping
from app.services.evidence.showing import file_of, opened
from app.services.settlement.printed import statement_paper
from app.store import archive, assessments, documents, settlement
from app.store.contracts import ContractScope
from app.store.evidence.files import Part
from app.store.evidence.rows import EvidenceFile
from kpi.reports.marks import chinese

PDF = "application/pdf"
Columns = dict[str, Any]
#: What a row of the contents holds at most.
LONGEST, LONGEST_NAME = 200, 120


def pieces(act: Act, scope: ContractScope, start: date, end: date) -> Iterator[Columns]:
    """The rest of the contents in the fixed order; only what may be read by who fills the file is in these registers."""
    yield from _sheets(act, scope, start, end)
    yield from _statements(act, scope, start, end)
    yield from _documents(act, scope, start, end)
    yield from _deliverables(act, scope, start, end)


def _sheets(act: Act, scope: ContractScope, start: date, end: date) -> Iterator[Columns]:
    buyer = found(scope.contract()).buyer.name
    for row in assessments.every(act.session, scope.contract_id):
        if row.state == AssessmentState.SIGNED.value and start <= row.until_on <= end:
            data = pdf.of(paper_of(scope, row, found(load(scope, row, as_told=True))).paper())
            yield _made(act, scope, f"考核细则表（{row.label}）", buyer, row.until_on, data)


def _statements(act: Act, scope: ContractScope, start: date, end: date) -> Iterator[Columns]:
    buyer = found(scope.contract()).buyer.name
    for row in settlement.live(act.session, scope.contract_id).values():
        day = business_day(row.made_at)
        if start <= day <= end:
            title = f"应付款核定单（{row.title}，第 {row.number} 号）"
            yield _made(act, scope, title, buyer, day, pdf.of(statement_paper(scope, row)))


def _made(act: Act, scope: ContractScope, title: str, who: str, day: date, data: bytes) -> Columns:
    file = keeping.keep_bytes(act, scope, f"{title}.pdf", data)
    return _columns(title, who, day, file, pages_of(act, file), note="系统存档")


def _documents(act: Act, scope: ContractScope, start: date, end: date) -> Iterator[Columns]:
    rows = archive.sealed_between(act.session, scope.contract_id, start, end)
    papers = documents.papers(act.session, scope.contract_id, [(PaperOf.SCAN, one.id) for one in rows])
    for row in rows:
        scans = papers.get((PaperOf.SCAN.value, row.id), [])
        for place, key in enumerate(scans, 1):
            file = file_of(scope, key)
            note = "签章件" if len(scans) == 1 else f"签章件 {place}/{len(scans)}"
            day = row.sealed_on or end
            yield _columns(row.title, row.issuer.name, day, file, pages_of(act, file), number=row.number or "", note=note)


def _deliverables(act: Act, scope: ContractScope, start: date, end: date) -> Iterator[Columns]:
    supplier = found(scope.contract()).supplier.name
    rows = {
        one.id: one for one in archive.deliverables(act.session, scope.contract_id)
        if one.accepted_on is not None and one.handed_on is not None and start <= one.handed_on <= end
    }  # fmt: skip
    latest = {
        one.deliverable_id: one.file_id for one in archive.deeds(act.session, scope.contract_id, rows)
        if one.deed == DeliverableAct.HANDED.value
    }  # fmt: skip
    for key, row in rows.items():
        file_id = latest.get(key)
        if file_id is not None:
            file = file_of(scope, file_id)
            yield _columns(row.title, supplier, row.handed_on or end, file, pages_of(act, file), note=row.edition)


def _columns(
    title: str, who: str, day: date, file: EvidenceFile, pages: int, *, number: str = "", note: str = ""
) -> Columns:  # fmt: skip
    return {
        "responsible": who[:LONGEST_NAME], "number": number, "title": chinese(title)[:LONGEST], "dated": day, "pages": pages,
        "note": note[:LONGEST], "evidence_id": file.id,
    }  # fmt: skip


# -- pages ----------------------------------------------------------------------------------------


def pages_of(act: Act, file: EvidenceFile) -> int:
    """How many pages it takes in the file: those of a PDF, one for anything else."""
    if file.media_type != PDF:
        return 1
    try:
        with pikepdf.open(io.BytesIO(opened(act.files, file, Part.ORIGINAL))) as document:
            return len(document.pages)
    except (pikepdf.PdfError, Refused):
        return 1


def leaves(act: Act, scope: ContractScope, file_id: int) -> bytes:
    """A scan as pages: a PDF as it is, a picture on a page of its own, a page that names what cannot be printed."""
    file = file_of(scope, file_id)
    if file.media_type == PDF:
        data = opened(act.files, file, Part.ORIGINAL)
        try:
            with pikepdf.open(io.BytesIO(data)):
                return data
        except pikepdf.PdfError:
            return _page(file, Note(f"{file.name}读不出来，见电子档。"))
    if file.shown:
        return _page(file, Picture(opened(act.files, file, Part.SHOWN), file.name, 160))
    return _page(file, Note(f"{file.name}不能印在纸上，见电子档。"))


def _page(file: EvidenceFile, block: Note | Picture) -> bytes:
    digest = Note(f"SHA-256 {file.sha256}")
    return pdf.of(Paper(file.name, [block, digest], look="sheet", day=business_day(file.uploaded_at)))

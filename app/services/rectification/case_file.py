"""The printable file of a rectification: its pieces in the fixed order, with photos and scans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from app.documents.case_file import Attached, CaseFile, Piece, write
from app.documents.official import Document
from app.documents.paper import Block, Heading
from app.security.case_terms import CaseState, PaperOf, Verdict
from app.services.act import Refused
from app.services.evidence.showing import opened as bytes_of
from app.services.official.papers import document_of, served
from app.services.rectification import papers
from app.services.rectification.dossier import Dossier, contents, opened
from app.services.rectification.dossier import Piece as Line
from app.store.cases import Exemption
from app.store.contracts import ContractScope
from app.store.documents import OfficialDocument
from app.store.evidence.files import Files, Part
from app.store.evidence.rows import Evidence, EvidenceFile
from kpi.calendar import chinese_date

KEPT_YEARS = 15
PDF = "application/pdf"
NUMBERED = frozenset({"notice", "slip", "finding"})


def case_file(scope: ContractScope, files: Files, case_id: int, today: date) -> bytes:
    """The PDF of a case's file; Missing where the contract has none such."""
    held = opened(scope, case_id)
    known = Evidence(scope.session, scope.contract_id).by_ids(held.every_file)
    pieces = [piece(scope, held, line, files, known) for line in contents(held)]
    title = f"整改案卷（{held.case.notice.number}）"
    return write(CaseFile(title, tuple(facts(held)), pieces, held.contract.title, held.case.ended_on or today))


def facts(held: Dossier) -> Iterator[tuple[str, str]]:
    """What the cover says."""
    case = held.case
    yield "立卷单位", held.contract.buyer.name
    yield "项目", held.contract.title
    yield "供应商", held.contract.supplier.name
    yield "案由", case.notice.title
    yield "办理结果", CaseState.of(case.state).label
    first = min((one.found_on for one in held.findings), default=case.notice.numbered_on)
    yield "起止日期", f"{chinese_date(first) if first else ''} 至 {chinese_date(case.ended_on) if case.ended_on else '未办结'}"
    yield "保管期限", f"{KEPT_YEARS} 年"


def piece(scope: ContractScope, held: Dossier, line: Line, files: Files, known: dict[int, EvidenceFile]) -> Piece:
    attached = [beside(files, known[key]) for key in line.files if key in known]
    day = line.day.isoformat() if line.day else ""
    return Piece(line.number, line.who, line.document_number, line.title, day, line.note, tuple(blocks(scope, held, line)), attached)


def beside(files: Files, row: EvidenceFile) -> Attached:
    """A file as far as it can be put on paper: photos as they are shown, without their EXIF."""
    try:
        if row.shown:
            return Attached(row.name, row.sha256, picture=bytes_of(files, row, Part.SHOWN))
        if row.media_type == PDF:
            return Attached(row.name, row.sha256, scan=bytes_of(files, row, Part.ORIGINAL))
    except Refused:  # lost: the file says so, and goes on
        return Attached(f"{row.name}，内容读不出来", row.sha256)
    return Attached(row.name, row.sha256)


def blocks(scope: ContractScope, held: Dossier, line: Line) -> Sequence[Block]:
    """What the piece says."""
    kind, _, key = line.anchor.partition("-")
    about, case = int(key or 0), held.case
    if kind in NUMBERED and (document := numbered(held, kind, about)) is not None:
        return tuple(document_of(scope, document).leaf())
    match kind:
        case "service":
            one = next(each for each in held.services if each.id == about)
            return tuple(document_of(scope, case.notice).receipt(served(one)))
        case "finding":
            finding = next(each for each in held.findings if each.id == about)
            made = papers.record(scope, finding, held.files(PaperOf.FINDING, finding.id))
        case "report":
            made = papers.report(scope, case, next(each for each in held.reports if each.id == about), line.files)
        case "look":
            made = papers.reinspection(scope, case, next(each for each in held.reinspections if each.id == about), line.files)
        case _:
            return tuple(exemption(scope, held, next(each for each in held.exemptions if each.id == about), line))
    return tuple(made.leaf())


def numbered(held: Dossier, kind: str, about: int) -> OfficialDocument | None:
    """The piece as it stands in the register, where it does."""
    if kind == "notice":
        return held.case.notice
    if kind == "slip":
        return held.document(next(each.document_id for each in held.exemptions if each.id == about))
    return held.document(next(each.record_id for each in held.findings if each.id == about))


def exemption(scope: ContractScope, held: Dossier, row: Exemption, line: Line) -> Iterator[Block]:
    """The application, and under it what was decided."""
    finding = next(each for each in held.findings if each.id == row.finding_id)
    made: Document = papers.application(scope, finding, row, line.files)
    yield from made.leaf()
    if row.outcome is not None and row.decider is not None:
        yield Heading("认定")
        pairs = [["认定", Verdict.of(row.outcome).label], ["认定人", row.decider.display_name], ["理由", row.answer]]
        yield from papers.slip(scope, made.title, made.title, {"pairs": pairs}, made.dated).body()

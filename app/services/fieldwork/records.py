"""现场检查／抽查／回访／面谈记录表 (form 2) as data: what the paper says, whoever draws it.

One shape for all of them: head, lines, people, signature. Names of who was met are masked; the paper is signed by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.security.case_terms import FindingSource, PaperOf, Verdict
from app.security.field_terms import ComplaintChannel, SpotOutcome
from app.security.terms import Signature, SpotCheckWay
from app.services.act import found
from app.services.fieldwork.complaints import complaint_text
from app.services.fieldwork.inspections import inspection_text
from app.services.fieldwork.rates import result_of
from app.services.fieldwork.rounds import round_text
from app.services.rectification.findings import clauses, finding_text
from app.store import documents
from app.store.cases import Cases, Finding
from app.store.contracts import ContractScope
from app.store.fieldwork import Complaint, Fieldwork, Inspection, InspectionItem
from app.store.sampling import Rounds, SpotCheck

ROUND, INSPECTION, COMPLAINT, FINDING = "round", "inspection", "complaint", "finding"
HEADS = {
    SpotCheckWay.SITE: "现场检查记录表", SpotCheckWay.CALL: "电话回访记录表", SpotCheckWay.INTERVIEW: "面谈记录表",
    SpotCheckWay.PAPERS: "查阅材料记录表", SpotCheckWay.SYSTEM: "抽查记录表",
}  # fmt: skip


@dataclass(frozen=True)
class RecordLine:
    """One thing that was looked at: what, which clause, what came out, what was seen, the finding it became."""

    number: str
    about: str
    clause: str
    result: str
    note: str = ""
    finding: str = ""
    files: int = 0


@dataclass(frozen=True)
class CheckRecord:
    """The paper. `on` None: not yet done; `investigators`: always two, or those named so far."""

    title: str
    number: str
    way: str
    on: date | None
    time: str
    place: str
    clause: str
    clause_title: str
    investigators: Sequence[str]
    spoken_to: str
    signature: str
    witness: str
    lines: Sequence[RecordLine]
    summary: str = ""


def check_record(scope: ContractScope, kind: str, about_id: int, entry_id: int | None = None) -> CheckRecord:
    """The record of an inspection, of one entry of a round (`entry_id`), a complaint or a finding; Missing where there is none."""
    if kind == INSPECTION:
        return of_inspection(scope, found(Fieldwork(scope.session, scope.contract_id).find(Inspection, about_id)))
    if kind == COMPLAINT:
        return of_complaint(scope, found(Fieldwork(scope.session, scope.contract_id).find(Complaint, about_id)))
    if kind == ROUND:
        return of_round(scope, about_id, found(entry_id))
    row = found(next(iter(Cases(scope.session, scope.contract_id).findings_by_ids([about_id])), None))
    return of_finding(scope, row)


def of_inspection(scope: ContractScope, row: Inspection) -> CheckRecord:
    items = Fieldwork(scope.session, scope.contract_id).items([row.id])
    numbers = finding_numbers(scope, [one.finding_id for one in items])
    papers = documents.papers(scope.session, scope.contract_id, [(PaperOf.INSPECTION_ITEM, one.id) for one in items])
    lines = [item_line(one, numbers, len(papers.get((PaperOf.INSPECTION_ITEM.value, one.id), ()))) for one in items]
    people = [row.inspector.display_name, *([row.second.display_name] if row.second is not None else [])]
    return CheckRecord(
        f"现场检查记录表（{row.title}）", inspection_text(row.number), SpotCheckWay.SITE.label, row.visited_on, row.visited_time,
        row.place, row.clause, clauses(scope).get(row.clause, ""), people, row.spoken_to.get("mask", ""),
        Signature.of(row.signature).label, row.witness.get("mask", ""), lines, row.note,
    )  # fmt: skip


def item_line(item: InspectionItem, numbers: dict[int, str], files: int) -> RecordLine:
    return RecordLine(
        str(item.position), item.value, item.clause, item.label or "未查", item.note, numbers.get(item.finding_id or 0, ""), files
    )


def finding_numbers(scope: ContractScope, ids: Sequence[int | None]) -> dict[int, str]:
    """How findings are cited, by id."""
    wanted = [one for one in ids if one is not None]
    rows = Cases(scope.session, scope.contract_id).findings_by_ids(wanted) if wanted else []
    return {one.id: finding_text(one.number) for one in rows}


def of_round(scope: ContractScope, round_id: int, entry_id: int) -> CheckRecord:
    row = found(Rounds(scope.session, scope.contract_id).find(round_id))
    line = found(next((one for one in result_of(scope, row).lines if one.entry_id == entry_id), None))
    check = found(line.last)
    numbers = finding_numbers(scope, [check.finding_id])
    return CheckRecord(
        HEADS[SpotCheckWay.of(check.way)], f"{round_text(row.number)}·{line.number}", SpotCheckWay.of(check.way).label,
        check.checked_on, check.checked_time, check.place, row.clause, clauses(scope).get(row.clause, ""), pair(check),
        check.spoken_to.get("mask", ""), Signature.of(check.signature).label, check.witness.get("mask", ""),
        [RecordLine("1", line.number, row.clause, SpotOutcome.of(check.outcome).label, check.note, numbers.get(check.finding_id or 0, ""))],
        row.reason,
    )  # fmt: skip


def pair(check: SpotCheck) -> list[str]:
    return [check.checker.display_name, *([check.second.display_name] if check.second is not None else [])]


def of_complaint(scope: ContractScope, row: Complaint) -> CheckRecord:
    numbers = finding_numbers(scope, [row.finding_id])
    people = [one.display_name for one in (row.investigator, row.second) if one is not None]
    result = Verdict.of(row.outcome).label if row.outcome else "未认定"
    line = RecordLine("1", row.account, row.clause, result, row.investigation, numbers.get(row.finding_id or 0, ""))
    return CheckRecord(
        "投诉调查记录表", complaint_text(row.number), ComplaintChannel.of(row.channel).label, row.investigated_on or row.received_on,
        row.received_time, "", row.clause, clauses(scope).get(row.clause, ""), people, row.complainant.get("mask", ""),
        Signature.NOBODY.label, "", [line], row.answer,
    )  # fmt: skip


def of_finding(scope: ContractScope, row: Finding) -> CheckRecord:
    title = clauses(scope).get(row.clause, "")
    return CheckRecord(
        "检查记录表", finding_text(row.number), FindingSource.of(row.source).label, row.found_on, row.found_time, row.place, row.clause,
        title, [row.finder.display_name, row.second.display_name], row.spoken_to.get("mask", ""), Signature.of(row.signature).label, "",
        [RecordLine("1", title, row.clause, "问题", row.found, finding_text(row.number))],
    )  # fmt: skip

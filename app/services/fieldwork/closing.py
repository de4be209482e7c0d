"""An inspection is closed: findings with clause and proof, entries in the ledger, both inspectors, the signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.security.case_terms import FindingSource, PaperOf
from app.security.field_terms import InspectionState, ItemResult
from app.services.act import Act, Refused, found
from app.services.fieldwork.checklists import Sheet
from app.services.fieldwork.common import Met, check_met, check_version, put_files, sealed
from app.services.fieldwork.inspections import held, inspection_text, sheet_for, with_second
from app.services.ledger import write
from app.services.ledger.write import Typed, Unfit
from app.services.official.people import ISSUERS, for_buyer
from app.services.rectification import findings
from app.services.rectification.findings import LEAST_TEXT, Seen
from app.store import documents
from app.store.accounts import UserAccount, by_id
from app.store.contracts import ContractScope
from app.store.fieldwork import Fieldwork, Inspection, InspectionItem


@dataclass(frozen=True)
class Closing:
    """What is said at the end. `files`: the signed record, or the photo of its refusal."""

    met: Met
    note: str = ""
    second_id: int | None = None
    files: Sequence[int] = ()


def context_of(contract_id: int) -> str:
    """What the names of who was met are bound to."""
    return f"inspection:{contract_id}"


def open_points(items: Sequence[InspectionItem]) -> list[str]:
    """What is still to be said before the inspection can be closed."""
    left = [str(one.position) for one in items if one.result is None]
    bare = [str(one.position) for one in items if one.result == ItemResult.FAIL and len(one.note) < LEAST_TEXT]
    told = [f"还有 {len(left)} 项没有查：第 {'、'.join(left)} 项"] if left else []
    return told + ([f"不合格的要写明情况：第 {'、'.join(bare)} 项"] if bare else [])


def close(act: Act, scope: ContractScope, inspection_id: int, seen: int, said: Closing) -> Inspection:
    """Closes the walk; all of it, or nothing."""
    for_buyer(act, scope, *ISSUERS)
    row, fieldwork = held(act, scope, inspection_id), Fieldwork(act.session, scope.contract_id)
    check_version(seen, row.version)
    if act.person().user_id != row.inspector_id:
        raise Refused("由带队的检查人办结")
    items = fieldwork.items([row.id])
    if wrong := open_points(items):
        raise Refused("；".join(wrong))
    with_second(act, scope, row, said.second_id)
    check_met(act, scope, said.met)
    context = context_of(scope.contract_id)
    row.spoken_to, row.witness = sealed(act, context, said.met.spoken_to), sealed(act, context, said.met.witness)
    row.signature, row.note = said.met.signature.value, said.note.strip()
    papers = documents.papers(act.session, scope.contract_id, [(PaperOf.INSPECTION_ITEM, one.id) for one in items])
    files = {one.id: papers.get((PaperOf.INSPECTION_ITEM.value, one.id), []) for one in items}
    record_findings(act, scope, row, items, files, said.met)
    enter_all(act, scope, row, items, files)
    row.state, row.closed_at = InspectionState.DONE.value, act.now
    act.session.flush()
    put_files(act, scope, PaperOf.INSPECTION, row.id, said.files)
    failed = sum(one.result == ItemResult.FAIL for one in items)
    act.record("inspection.closed", "inspection", row.id, scope.contract_id, number=row.number, items=len(items), failed=failed)
    return row


def record_findings(
    act: Act, scope: ContractScope, row: Inspection, items: Sequence[InspectionItem], files: Mapping[int, Sequence[int]], met: Met
) -> None:
    """Each item that does not conform is a finding of its clause."""
    for one in items:
        if one.result != ItemResult.FAIL:
            continue
        said = Seen(
            clause=one.clause, source=FindingSource.INSPECTION, entry="",
            found=f"{inspection_text(row.number)}“{row.title}”第 {one.position} 项：{one.value}，{one.label}。{one.note}",
            found_on=found(row.visited_on), found_time=row.visited_time, place=row.place, second_id=row.second_id,
            spoken_to=met.spoken_to, signature=met.signature, files=files[one.id],
        )  # fmt: skip
        one.finding_id = findings.record(act, scope, said).id


def enter_all(
    act: Act, scope: ContractScope, row: Inspection, items: Sequence[InspectionItem], files: Mapping[int, Sequence[int]]
) -> None:
    """Each outcome is an entry of the buyer's ledger, to be verified by a second person as any other."""
    sheet = sheet_for(scope, row)
    if sheet.ledger is None:
        return
    names = "、".join(one.display_name for one in (person(act, row.inspector_id), person(act, found(row.second_id))))
    for one in items:
        if one.result != ItemResult.NONE:
            one.entry_id = enter(act, scope, row, sheet, one, names, files[one.id])


def person(act: Act, user_id: int) -> UserAccount:
    return found(by_id(act.session, user_id))


def enter(
    act: Act, scope: ContractScope, row: Inspection, sheet: Sheet, item: InspectionItem, names: str, files: Sequence[int]
) -> int:
    """The entry of one item; Refused with the number of the item where the ledger does not take it."""
    checklist, ledger, outcome = sheet.checklist, found(sheet.ledger), found(sheet.outcome(item.label))
    raw = {ledger.date: found(row.visited_on).isoformat(), **sheet.raw(item.value, outcome, item.fields)}
    if checklist.people:
        raw[checklist.people] = names
    if checklist.note and item.note:
        raw[checklist.note] = item.note
    if checklist.outlet:
        raw[checklist.outlet] = row.outlet.name if row.outlet is not None else row.place
    kinds = [due.kind for due in ledger.evidence][:1]
    typed = Typed(raw, {kind: list(files) for kind in kinds if files}, client_key=f"inspection:{row.id}:{item.id}")
    try:
        return write.enter(act, scope, ledger.id, typed).id
    except Unfit as unfit:
        told = "；".join(each.message for each in unfit.troubles[:3])
        raise Refused(f"第 {item.position} 项“{item.value}”记不进“{ledger.name}”：{told}") from unfit

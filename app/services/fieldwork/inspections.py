"""现场检查: planned, walked through item by item, closed by two inspectors with the signature of who was met.

Every item is kept as it is tapped, so that a lost session loses nothing. Closing turns what does not conform into
findings with their clauses and enters every outcome in the ledger that the rulebook names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.clock import SHANGHAI
from app.security.case_terms import PaperOf
from app.security.field_terms import InspectionState, ItemResult
from app.services.act import Act, Missing, Refused, found
from app.services.books import loaded
from app.services.fieldwork.checklists import Sheet, sheet_of
from app.services.fieldwork.common import (
    book_of,
    check_version,
    checked_text,
    contract_of,
    outlet_check,
    put_files,
)
from app.services.official.people import ISSUERS, check_second, colleagues, for_buyer
from app.store import rulebooks
from app.store.contracts import ContractScope
from app.store.fieldwork import Fieldwork, Inspection, InspectionItem
from kpi.rulebook.inspections import Checklist

S = InspectionState
SEQUENCE = "@inspection"
OPEN = frozenset({S.PLANNED.value, S.UNDER_WAY.value})
MOST_NOTE = 1000


@dataclass(frozen=True)
class Plan:
    """Which checklist, where, when, by whom."""

    checklist: str
    outlet_id: int | None
    place: str
    planned_on: date
    inspector_id: int | None = None
    second_id: int | None = None


@dataclass(frozen=True)
class Tap:
    """One item as it was tapped. `label`: the button; blank for 不适用. `files`: all that are beside it now."""

    label: str
    typed: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    files: Sequence[int] | None = None


def inspection_text(number: int) -> str:
    return f"检查{number:04d}号"


def plan(act: Act, scope: ContractScope, wanted: Plan) -> Inspection:
    """Puts an inspection on the list, with the items as the rulebook has them now."""
    person_id = for_buyer(act, scope, *ISSUERS)
    book = book_of(scope)
    sheet = sheet_of(book.rulebook, wanted.checklist)
    place = wanted.place.strip() or outlet_check(scope, wanted.outlet_id)
    if not place:
        raise Refused("请选网点，或写明检查的地点", "place")
    outlet_check(scope, wanted.outlet_id)
    contract = contract_of(scope)
    if not contract.starts_on <= wanted.planned_on <= contract.ends_on:
        raise Refused("检查日期应在合同期内", "planned_on")
    inspector, second = investigators(act, scope, person_id, wanted)
    fieldwork = Fieldwork(act.session, scope.contract_id)
    row = fieldwork.add(
        Inspection(
            number=scope.next_number(SEQUENCE), checklist=sheet.checklist.id, title=sheet.checklist.title,
            clause=sheet.checklist.clause, rulebook_text_id=book.text_id, outlet_id=wanted.outlet_id, place=place[:120],
            planned_on=wanted.planned_on, state=S.PLANNED.value, inspector_id=inspector, second_id=second,
            planned_by=person_id, planned_at=act.now,
        )
    )  # fmt: skip
    for position, value in enumerate(sheet.items, 1):
        fieldwork.add(
            InspectionItem(inspection_id=row.id, position=position, value=value[:200], clause=sheet.clause(value))
        )
    act.record(
        "inspection.planned", "inspection", row.id, scope.contract_id, number=row.number, checklist=row.checklist, items=len(sheet.items)
    )
    return row


def investigators(act: Act, scope: ContractScope, person_id: int, wanted: Plan) -> tuple[int, int | None]:
    """Who goes, and with whom: two people of the buyer."""
    known = {person_id, *(one.id for one in colleagues(scope, act))}
    inspector = wanted.inspector_id or person_id
    for who, name in ((inspector, "inspector_id"), (wanted.second_id, "second_id")):
        if who is not None and who not in known:
            raise Refused("检查人请从采购人的人员里选", name)
    if inspector == wanted.second_id:
        raise Refused("检查须有两人，请选另一人", "second_id")
    return inspector, wanted.second_id


def sheet_for(scope: ContractScope, row: Inspection) -> Sheet:
    """The checklist as it was when the inspection was planned; its bare head where that rulebook has lost it."""
    try:
        return sheet_of(loaded(rulebooks.text(scope.session, row.rulebook_text_id).text).rulebook, row.checklist)
    except Refused:
        return Sheet(Checklist(id=row.checklist, title=row.title, clause=row.clause), None, {})


def held(act: Act, scope: ContractScope, inspection_id: int) -> Inspection:
    """An inspection that is still open, kept from others."""
    row = found(Fieldwork(act.session, scope.contract_id).hold(Inspection, inspection_id))
    if row.state not in OPEN:
        raise Refused(f"这次检查现在是“{S.of(row.state).label}”，不能再改")
    return row


def tap(act: Act, scope: ContractScope, inspection_id: int, item_id: int, said: Tap) -> InspectionItem:
    """Keeps one item. The same item again replaces what was said, until the inspection is closed."""
    person_id = for_buyer(act, scope, *ISSUERS)
    row, fieldwork = held(act, scope, inspection_id), Fieldwork(act.session, scope.contract_id)
    if person_id not in {row.inspector_id, row.second_id}:
        raise Refused("只有这次检查的两名检查人可以登记结果")
    item = found(fieldwork.hold(InspectionItem, item_id))
    if item.inspection_id != row.id:
        raise Missing
    sheet = sheet_for(scope, row)
    outcome = sheet.outcome(said.label)
    if said.label and outcome is None:
        raise Refused("请从所列的结果里选", "label")
    if len(said.note) > MOST_NOTE:
        raise Refused(f"说明最多 {MOST_NOTE} 个字", "note")
    item.result = (ItemResult.NONE if outcome is None else ItemResult.PASS if outcome.conforms else ItemResult.FAIL).value
    item.label, item.note = said.label or ItemResult.NONE.label, said.note.strip()
    names = {one.id for one in sheet.asked(item.value)}
    item.fields = {name: value for name, value in said.typed.items() if name in names and value not in ("", None)}
    item.recorded_by, item.recorded_at = person_id, act.now
    begin(act, row)
    act.session.flush()
    if said.files is not None:
        put_files(act, scope, PaperOf.INSPECTION_ITEM, item.id, said.files)
    act.record(
        "inspection.item_recorded", "inspection", row.id, scope.contract_id, item=item.position, result=item.result, label=item.label
    )
    return item


def begin(act: Act, row: Inspection) -> None:
    """The first tap says when it was."""
    if row.state == S.PLANNED.value:
        row.state, row.visited_on = S.UNDER_WAY.value, act.today
        row.visited_time = f"{act.now.astimezone(SHANGHAI):%H:%M}"


def cancel(act: Act, scope: ContractScope, inspection_id: int, seen: int, reason: str) -> Inspection:
    """It does not take place; the list keeps it with the reason."""
    for_buyer(act, scope, *ISSUERS)
    row = held(act, scope, inspection_id)
    check_version(seen, row.version)
    row.note, row.state = checked_text(reason, "reason", "取消的原因"), S.CANCELLED.value
    act.session.flush()
    act.record("inspection.cancelled", "inspection", row.id, scope.contract_id, number=row.number)
    return row


def with_second(act: Act, scope: ContractScope, row: Inspection, second_id: int | None) -> None:
    """The other inspector, named at the latest when the walk is closed."""
    if second_id is not None and second_id != row.second_id:
        others = {one.id for one in colleagues(scope, act)} | {act.person().user_id}
        if second_id not in others or second_id == row.inspector_id:
            check_second(act, scope, None)
        row.second_id = second_id
    if row.second_id is None:
        check_second(act, scope, None)

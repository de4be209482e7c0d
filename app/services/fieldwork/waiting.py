"""What of the fieldwork waits for a person: entries to look into, inspections to make, complaints to answer and decide."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from app.security.field_terms import ComplaintState
from app.services.fieldwork.complaints import complaint_text
from app.services.fieldwork.inspections import inspection_text
from app.services.fieldwork.rounds import round_text
from app.services.official.people import ANSWERS, DECIDERS, ISSUERS
from app.services.verification.deadlines import Due, due_of
from app.services.workbench import waiting
from app.services.workbench.bench import Bench
from app.services.workbench.waiting import Waiting, buying
from app.store.fieldwork_waiting import COMPLAINT, INSPECTION, Waits, waits
from kpi.calendar import Deadline

SOON = timedelta(days=3)


@waiting.register
def fieldwork(bench: Bench) -> Iterator[Waiting]:
    """One query for all contracts."""
    working, deciding = set(buying(bench, *ISSUERS)), set(buying(bench, *DECIDERS))
    answering = {
        key for key in bench.where(*ANSWERS) if bench.by_id[key].supplier_id == bench.person.organisation_id
    }
    for one in waits(bench.session, working | deciding | answering, bench.today + SOON):
        if one.kind == COMPLAINT:
            yield from _complaint(bench, one, working, deciding, answering)
        elif one.contract_id in working and one.kind == INSPECTION and bench.person.user_id in {one.no, one.second}:
            at = {"inspection_id": one.id}
            title = f"{inspection_text(one.number)} {one.title}"
            yield Waiting(one.contract_id, "现场检查", title, "fieldwork.inspection", at, due=due(bench, one))
        elif one.contract_id in working and one.left > 0:
            note = f"还有 {one.left} 条没有登记结果"
            yield Waiting(one.contract_id, "抽查", round_text(one.number), "fieldwork.round", {"round_id": one.id}, note=note)


def _complaint(bench: Bench, one: Waits, working: set[int], deciding: set[int], answering: set[int]) -> Iterator[Waiting]:
    at, title = {"complaint_id": one.id}, complaint_text(one.number)
    looked_into = one.state == ComplaintState.LOOKED_INTO
    if one.contract_id in answering and not one.stated:
        yield Waiting(one.contract_id, "说明情况", title, "fieldwork.statement", at, note=one.title)
    elif one.contract_id in working and not looked_into:
        yield Waiting(one.contract_id, "调查", title, "fieldwork.investigate", at, due=due(bench, one), note=one.title)
    elif one.contract_id in deciding and looked_into and one.no != bench.person.user_id:
        yield Waiting(one.contract_id, "认定", title, "fieldwork.verdict", at, due=due(bench, one), note=one.title, signs=True)


def due(bench: Bench, one: Waits) -> Due | None:
    return due_of(bench.calendar, Deadline(one.due), bench.today) if one.due is not None else None

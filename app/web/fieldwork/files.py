"""The records of checks as files (form 2)."""

from __future__ import annotations

from flask import Response

from app.security.permissions import P
from app.services.fieldwork import papers
from app.services.fieldwork.records import COMPLAINT, INSPECTION, CheckRecord, check_record
from app.services.official.people import ISSUERS
from app.web.access import as_member, current_scope, in_contract
from app.web.fieldwork import complaints, inspections
from app.web.fieldwork.blueprint import bp
from app.web.paper_files import paper_file
from app.web.papers import today


@bp.get("/inspections/<int:inspection_id>/record.<kind>")
@as_member(P.CONTRACT_READ)
def inspection_file(contract_id: int, inspection_id: int, kind: str) -> Response:
    """An inspection that is not done yet gives the form to take along."""
    return sent(check_record(current_scope(), INSPECTION, inspections.here(inspection_id).id), kind)


@bp.get("/complaints/<int:complaint_id>/record.<kind>")
@as_member(P.CONTRACT_READ)
def complaint_file(contract_id: int, complaint_id: int, kind: str) -> Response:
    return sent(check_record(current_scope(), COMPLAINT, complaints.here(complaint_id).id), kind)


@bp.get("/rounds/<int:round_id>/entries/<int:record_id>/record.<kind>")
@in_contract(*ISSUERS)
def visit_file(contract_id: int, round_id: int, record_id: int, kind: str) -> Response:
    """The latest record of a drawn entry, or the form to take along."""
    return sent(papers.visit_record(current_scope(), round_id, record_id), kind)


def sent(record: CheckRecord, kind: str) -> Response:
    made = papers.paper(current_scope(), record, today())
    return paper_file(made.paper(), kind, f"{made.title} {made.number}")

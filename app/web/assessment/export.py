"""The filled 考核细则表 as a file: workbook, PDF, Word; the 考核案卷 as a PDF."""

from __future__ import annotations

from flask import Response

from app.documents.paper.files import KINDS
from app.services.act import found
from app.services.assessments.common import FROZEN, TOLD
from app.services.assessments.dossier import Shelf, case_file
from app.services.assessments.evaluating import load
from app.services.assessments.paper import paper_of
from app.store import assessments
from app.web.access import current_scope, in_contract
from app.web.assessment.blueprint import READERS, bp
from app.web.assessment.here import INNER, here, inside, seen
from app.web.assessment.proof import download, stem
from app.web.ground import ground
from app.web.transaction import current_act


@bp.get("/<int:assessment_id>/sheet.<kind>")
@in_contract(*READERS)
def export(contract_id: int, assessment_id: int, kind: str) -> Response:
    """The sheet as the person may see it: the contractor what it was told, the buyer also a draft."""
    row, file = seen(here(assessment_id)), found(KINDS.get(kind))
    work = found(load(current_scope(), row, as_told=not inside()))
    return download(file.of(paper_of(current_scope(), row, work).paper()), f"{stem(row)}-sheet.{kind}", file.mimetype)


@bp.get("/<int:assessment_id>/dossier.pdf")
@in_contract(*READERS)
def dossier(contract_id: int, assessment_id: int) -> Response:
    """The whole file of an assessment that was told, to be printed and bound."""
    row, scope = here(assessment_id), current_scope()
    found(row if row.state in TOLD | FROZEN else None)
    work = found(load(scope, row, as_told=not inside()))
    every = assessments.events(scope.session, contract_id, row.id)
    events = [one for one in every if inside() or one.deed not in INNER]
    made = case_file(Shelf(scope, row, work, events), ground().files, current_act().today)
    return download(made, f"{stem(row)}-dossier.pdf", "application/pdf")

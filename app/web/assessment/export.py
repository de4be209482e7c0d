"""The filled 考核细则表 as a file: workbook, PDF, Word."""

from __future__ import annotations

from flask import Response

from app.documents.paper.files import KINDS
from app.services.act import found
from app.services.assessments.evaluating import load
from app.services.assessments.paper import paper_of
from app.web.access import current_scope, in_contract
from app.web.assessment.blueprint import READERS, bp
from app.web.assessment.here import here, inside, seen
from app.web.assessment.proof import download, stem


@bp.get("/<int:assessment_id>/sheet.<kind>")
@in_contract(*READERS)
def export(contract_id: int, assessment_id: int, kind: str) -> Response:
    """The sheet as the person may see it: the contractor what it was told, the buyer also a draft."""
    row, file = seen(here(assessment_id)), found(KINDS.get(kind))
    work = found(load(current_scope(), row, as_told=not inside()))
    return download(file.of(paper_of(current_scope(), row, work).paper()), f"{stem(row)}-sheet.{kind}", file.mimetype)

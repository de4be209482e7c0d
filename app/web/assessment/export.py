"""The filled 考核细则表 as a file: workbook, PDF, Word."""

from __future__ import annotations

from io import BytesIO

from flask import Response

from app.documents import score_sheet_docx, score_sheet_pdf, score_sheet_xlsx
from app.services.act import found
from app.services.assessments.evaluating import load
from app.services.assessments.paper import paper_of
from app.web.access import current_scope, in_contract
from app.web.assessment.blueprint import READERS, bp
from app.web.assessment.here import here, inside, seen
from app.web.assessment.proof import download, stem

WRITERS = {"xlsx": score_sheet_xlsx.write, "pdf": score_sheet_pdf.write, "docx": score_sheet_docx.write}
KINDS = {"xlsx": "Excel", "pdf": "PDF", "docx": "Word"}
OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    "xlsx": f"{OFFICE}.spreadsheetml.sheet", "pdf": "application/pdf", "docx": f"{OFFICE}.wordprocessingml.document",
}  # fmt: skip


@bp.get("/<int:assessment_id>/sheet.<kind>")
@in_contract(*READERS)
def export(contract_id: int, assessment_id: int, kind: str) -> Response:
    """The sheet as the person may see it: the contractor what it was told, the buyer also a draft."""
    row, write = seen(here(assessment_id)), found(WRITERS.get(kind))
    work = found(load(current_scope(), row, as_told=not inside()))
    file = BytesIO()
    write(file, paper_of(current_scope(), row, work))
    return download(file.getvalue(), f"{stem(row)}-sheet.{kind}", TYPES[kind])

"""The papers of findings and rectifications as files, and the numbered record of a check."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import Any

from flask import Response, send_file

from app.documents.official import Document
from app.security.case_terms import PaperOf
from app.security.permissions import P
from app.services.act import found
from app.services.official.people import ISSUERS
from app.services.rectification import papers, recording
from app.services.rectification.case_file import case_file
from app.store import documents
from app.store.cases import Cases, Exemption, RectificationCase
from app.store.documents import OfficialDocument
from app.web.access import as_member, current_scope, in_contract
from app.web.buttons import carried_out
from app.web.ground import ground
from app.web.htmx import redirect_to
from app.web.paper_files import paper_file
from app.web.papers import document_url, today
from app.web.rectification.blueprint import bp
from app.web.rectification.findings import here
from app.web.rectification.shared import address


def beside(use: PaperOf, about_id: int) -> list[int]:
    """Ids of the files that belong to something."""
    scope = current_scope()
    return documents.papers(scope.session, scope.contract_id, [(use, about_id)]).get((use.value, about_id), [])


def of_case(rows: Callable[[int], Iterable[Any]], case_id: int, about_id: int) -> tuple[RectificationCase, Any]:
    """The case and one of its rows; Missing where either is not there."""
    scope = current_scope()
    case = found(Cases(scope.session, scope.contract_id).find(RectificationCase, case_id))
    return case, found(next((one for one in rows(case.id) if one.id == about_id), None))


@bp.get("/findings/<int:finding_id>/record.<kind>")
@as_member(P.CONTRACT_READ)
def record_file(contract_id: int, finding_id: int, kind: str) -> Response:
    row = here(finding_id)
    return sent(papers.record(current_scope(), row, beside(PaperOf.FINDING, row.id)), kind)


@bp.get("/cases/<int:case_id>/reports/<int:reply_id>.<kind>")
@as_member(P.CONTRACT_READ)
def report_file(contract_id: int, case_id: int, reply_id: int, kind: str) -> Response:
    scope = current_scope()
    case, row = of_case(Cases(scope.session, contract_id).reports, case_id, reply_id)
    return sent(papers.report(scope, case, row, beside(PaperOf.REPORT, row.id)), kind)


@bp.get("/cases/<int:case_id>/reinspections/<int:look_id>.<kind>")
@as_member(P.CONTRACT_READ)
def look_file(contract_id: int, case_id: int, look_id: int, kind: str) -> Response:
    scope = current_scope()
    case, row = of_case(Cases(scope.session, contract_id).reinspections, case_id, look_id)
    return sent(papers.reinspection(scope, case, row, beside(PaperOf.REINSPECTION, row.id)), kind)


@bp.get("/exemptions/<int:exemption_id>/application.<kind>")
@as_member(P.CONTRACT_READ)
def application_file(contract_id: int, exemption_id: int, kind: str) -> Response:
    scope = current_scope()
    row = found(Cases(scope.session, contract_id).find(Exemption, exemption_id))
    return sent(papers.application(scope, here(row.finding_id), row, beside(PaperOf.EXEMPTION, row.id)), kind)


def sent(made: Document, kind: str) -> Response:
    return paper_file(made.paper(), kind, f"{made.title} {made.number}".strip())


@bp.get("/cases/<int:case_id>/dossier.pdf")
@as_member(P.CONTRACT_READ)
def dossier_file(contract_id: int, case_id: int) -> Response:
    """The whole file of the case, to be printed and bound."""
    made = case_file(current_scope(), ground().files, case_id, today())
    return send_file(
        io.BytesIO(made), mimetype="application/pdf", as_attachment=True, download_name=f"整改案卷-{case_id}.pdf", etag=False, max_age=None
    )


@bp.post("/findings/<int:finding_id>/record")
@in_contract(*ISSUERS)
def register_record(contract_id: int, finding_id: int) -> Response:
    row, scope = here(finding_id), current_scope()

    def answer(made: OfficialDocument) -> Response:
        return redirect_to(document_url(made.id), told=f"检查记录已编号：{made.number}。打印后由检查人和被检查人签字。")

    return carried_out(lambda act: recording.register(act, scope, finding_id), answer, address("finding", finding_id=row.id))

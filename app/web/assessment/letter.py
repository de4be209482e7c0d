"""考核结果告知书: one button on the page of the result."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.services.assessments import letters
from app.services.official.people import DECIDERS, ISSUERS
from app.store.assessments import Assessment
from app.store.documents import OfficialDocument
from app.web.access import current_scope, in_contract
from app.web.assessment.blueprint import bp
from app.web.assessment.here import address, here, scores
from app.web.buttons import carried_out
from app.web.htmx import redirect_to
from app.web.papers import document_url


@bp.post("/<int:assessment_id>/letter")
@in_contract(*dict.fromkeys((*ISSUERS, *DECIDERS)))
def letter(contract_id: int, assessment_id: int) -> Response:
    row, scope = here(assessment_id), current_scope()

    def answer(made: OfficialDocument) -> Response:
        return redirect_to(document_url(made.id), told=f"考核结果告知书已编号：{made.number}。打印、签章以后登记送达。")

    return carried_out(lambda act: letters.letter(act, scope, assessment_id), answer, address("result", row))


def letter_view(row: Assessment) -> dict[str, Any]:
    """The letter of the result, or how to make it."""
    if row.state not in letters.READY:
        return {}
    known = letters.letter_of(current_scope(), row)
    if known is not None:
        return {"row": known, "url": document_url(known.id)}
    return {"make": address("letter", row)} if scores() else {}

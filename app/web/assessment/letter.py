"""考核结果告知书: one button on the page of the result."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for

from app.services.act import Refused
from app.services.assessments import letters
from app.services.official.people import DECIDERS, ISSUERS
from app.store.assessments import Assessment
from app.web.access import current_scope, in_contract
from app.web.assessment.blueprint import bp
from app.web.assessment.here import address, here, scores
from app.web.database import db
from app.web.htmx import redirect_to
from app.web.transaction import act_now


@bp.post("/<int:assessment_id>/letter")
@in_contract(*dict.fromkeys((*ISSUERS, *DECIDERS)))
def letter(contract_id: int, assessment_id: int) -> Response:
    row = here(assessment_id)
    try:
        made = act_now(lambda act: letters.letter(act, current_scope(), row.id))
    except Refused as refused:
        db.session.rollback()
        return redirect_to(address("result", here(assessment_id)), told=refused.message, kind="error")
    at = url_for("official.document", contract_id=contract_id, document_id=made.id)
    return redirect_to(at, told=f"考核结果告知书已编号：{made.number}。打印、签章以后登记送达。")


def letter_view(row: Assessment) -> dict[str, Any]:
    """The letter of the result, or how to make it."""
    if row.state not in letters.READY:
        return {}
    known = letters.letter_of(current_scope(), row)
    if known is not None:
        return {"row": known, "url": url_for("official.document", contract_id=row.contract_id, document_id=known.id)}
    return {"make": address("letter", row)} if scores() else {}

"""扫码核对: what the QR code of a paper carries, put in here, leads to the paper and says whether it is the same."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from app.security.permissions import P
from app.services import scanned
from app.services.rectification.checking import MOST, Checked, check
from app.web.access import as_member, current_person, current_scope
from app.web.htmx import render
from app.web.official.blueprint import bp
from app.web.official.pages import address


@bp.get("/check")
@as_member(P.CONTRACT_READ)
def checked(contract_id: int) -> Response:
    text = request.args.get("text", "").strip()[:MOST]
    found = check(current_scope(), text) if text else None
    if found is not None and not found.known:
        found = scanned.elsewhere(current_scope(), current_person(), text) or found
    told = {"found": found, "url": page_of(found)} if found is not None else {}
    return render("official/check.html", text=text, most=MOST, action=address("checked"), back=address("register"), **told)


def page_of(found: Checked) -> str:
    """Where the paper is kept."""
    if found.document is not None:
        return address("document", document_id=found.document.id)
    at: dict[str, Any] = {"contract_id": current_scope().contract_id}
    if found.page is not None:
        return url_for(found.page[0], **at, **found.page[1])
    if found.finding_id is not None:
        return url_for("rectification.finding", **at, finding_id=found.finding_id)
    return url_for("rectification.case", **at, case_id=found.case_id) if found.case_id is not None else ""

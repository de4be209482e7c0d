"""公文登记 of a 履约验收书: its page tells where the paper stands, and numbers it."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.security.case_terms import DocumentState
from app.services.settlement import filing
from app.services.settlement.common import registered
from app.store.documents import OfficialDocument
from app.store.settlement import Acceptance
from app.web.access import current_scope, in_contract
from app.web.buttons import carried_out
from app.web.htmx import redirect_to
from app.web.papers import document_url
from app.web.settlement.blueprint import DECIDES, bp
from app.web.settlement.here import acceptance_here, address, buyer


def shown(row: Acceptance) -> dict[str, Any]:
    """What the page says of the paper's standing in the register."""
    document = registered(current_scope(), row.id)
    if document is None:
        waits = filing.waits(row)
        enter = address("register_acceptance", acceptance_id=row.id) if not waits and buyer(*DECIDES) else ""
        return {"waits": waits, "enter": enter}
    state = DocumentState.of(document.state)
    return {
        "url": document_url(document.id), "number": document.number or document.title, "word": state.label,
        "state": "met" if state is DocumentState.SEALED else "queued", "sealed_on": document.sealed_on, "signers": document.signers,
    }  # fmt: skip


@bp.post("/acceptances/<int:acceptance_id>/register")
@in_contract(*DECIDES)
def register_acceptance(contract_id: int, acceptance_id: int) -> Response:
    row, scope = acceptance_here(acceptance_id), current_scope()

    def told(document: OfficialDocument) -> Response:
        return redirect_to(document_url(document.id), told=f"已编号：{document.number}。打印、签字盖章以后归档签章件。")

    return carried_out(lambda act: filing.enter(act, scope, row.id), told, address("acceptance", acceptance_id=row.id))

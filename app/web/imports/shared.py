"""What the pages of imports share: who may open them, the ledger and the batch at hand, a batch as a line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, current_app, url_for

from app.clock import SHANGHAI
from app.security.permissions import P
from app.security.predicates import may
from app.security.terms import BatchState
from app.services import roster
from app.services.act import Act, Missing, Refused
from app.services.ledger import gates, stored
from app.services.ledger.desk import Desk
from app.store.imports import ImportBatch, Imports
from app.web.access import current_contract, current_person, current_scope
from app.web.database import db
from app.web.htmx import redirect_to
from app.web.replies import Row
from app.web.transaction import act_now, current_act

WRITERS = (P.ENTRY_WRITE, P.BUYER_ENTRY_WRITE)
#: Who sees what was imported and what came of it.
READERS = (*WRITERS, P.ENTRY_VERIFY, P.AUDIT_READ)
#: The state of a batch among the states that pages know.
SIGNS = {
    BatchState.UPLOADED: "draft", BatchState.CHECKING: "running", BatchState.CHECKED: "submitted",
    BatchState.IMPORTING: "running", BatchState.IMPORTED: "done", BatchState.UNDONE: "withdrawn",
    BatchState.FAILED: "failed",
}  # fmt: skip


def desk_here(ledger_id: str) -> Desk:
    """The ledger; Missing (404) where the contract's rulebook has none of this name."""
    return Desk.at(current_act(), current_scope(), ledger_id)


def imports_here() -> Imports:
    return Imports(db.session(), current_contract().id)


def batch_here(batch_id: int) -> ImportBatch:
    """The batch of the address; Missing where there is none in this contract."""
    batch = imports_here().find(batch_id)
    if batch is None:
        raise Missing
    return batch


def writes(desk: Desk) -> bool:
    """Whether the person may make entries in the ledger now."""
    return desk.contract.state in gates.OPEN and may(current_person(), gates.writes(desk.ledger), desk.contract.id)


def sees_rows(desk: Desk) -> bool:
    """Whether the rows of files may show to the person."""
    return not stored.has_personal(desk.ledger) or roster.sees_personal_data(
        desk.scope, current_person(), desk.act.today
    )


def batch_url(batch: ImportBatch, endpoint: str = "imports.batch", **more: Any) -> str:
    return url_for(endpoint, contract_id=batch.contract_id, batch_id=batch.id, **more)


def link_if(endpoint: str, **values: Any) -> str:
    """The address of a page that this deployment has; blank where it has none."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def ledger_url(ledger: str) -> str:
    return link_if("ledger.entries", contract_id=current_contract().id, ledger=ledger)


def decided(batch_id: int, use_case: Callable[[Act], Any], told: str = "") -> Response:
    """Carries a decision out and goes back to the batch; a refusal is told there, with nothing changed."""
    try:
        act_now(use_case)
    except Refused as refused:
        db.session.rollback()
        return redirect_to(batch_url(batch_here(batch_id)), told=refused.message, kind="warning")
    return redirect_to(batch_url(batch_here(batch_id)), told=told or None)


def outcome(batch: ImportBatch) -> str:
    """What became of a batch, in few words."""
    state = BatchState.of(batch.state)
    if state is BatchState.IMPORTED:
        left = f"，有误 {batch.bad:,} 行没有导入" if batch.bad else ""
        return f"已导入 {batch.good:,} 条{left}"
    if state is BatchState.CHECKED:
        return f"核对过：可导入 {batch.good:,} 行，有误 {batch.bad:,} 行，还没有导入"
    return state.label


def line(batch: ImportBatch, ledger_name: str) -> Row:
    """A batch in a list."""
    when = batch.uploaded_at.astimezone(SHANGHAI)
    cells = [batch.file_name, ledger_name, f"{when:%Y-%m-%d %H:%M}", batch.uploader.display_name, outcome(batch)]
    return Row(cells, batch_url(batch))

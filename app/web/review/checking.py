"""内部复核: the supplier's project manager checks before the buyer sees it."""

from __future__ import annotations

from flask import Response

from app.security.permissions import P
from app.services.verification.stages import CHECK
from app.web.access import in_contract
from app.web.review import bulking, deeds, filtering
from app.web.review.blueprints import check as bp
from app.web.review.desk import desk_page

REGISTER = (P.ENTRY_CHECK,)


@bp.get("", endpoint="queue")
@in_contract(P.ENTRY_CHECK)
def queue(contract_id: int) -> Response:
    return desk_page(CHECK)


@bp.get("/<int:record_id>", endpoint="one")
@in_contract(P.ENTRY_CHECK)
def one(contract_id: int, record_id: int) -> Response:
    return desk_page(CHECK, record_id)


@bp.get("/filters")
@in_contract(P.ENTRY_CHECK)
def filters(contract_id: int) -> Response:
    return filtering.filters(CHECK)


@bp.get("/reasons")
@in_contract(P.ENTRY_CHECK)
def reasons(contract_id: int) -> Response:
    return deeds.reasons(CHECK)


@bp.post("/<int:record_id>/seen")
@in_contract(P.ENTRY_CHECK)
def seen(contract_id: int, record_id: int) -> Response:
    return deeds.opened(CHECK, record_id)


@bp.post("/<int:record_id>/pass")
@in_contract(P.ENTRY_CHECK)
def pass_(contract_id: int, record_id: int) -> Response:
    return deeds.settled(CHECK, record_id, fine=True)


@bp.post("/<int:record_id>/return")
@in_contract(P.ENTRY_CHECK)
def give_back(contract_id: int, record_id: int) -> Response:
    return deeds.settled(CHECK, record_id, fine=False)


@bp.post("/<int:record_id>/undo")
@in_contract(P.ENTRY_CHECK)
def undo(contract_id: int, record_id: int) -> Response:
    return deeds.undone(CHECK, record_id)


@bp.get("/bulk")
@in_contract(P.ENTRY_CHECK)
def bulk(contract_id: int) -> Response:
    return bulking.preview(CHECK)


@bp.post("/bulk")
@in_contract(P.ENTRY_CHECK)
def begin(contract_id: int) -> Response:
    return bulking.begin(CHECK)


@bp.get("/batches", endpoint="register")
@in_contract(*REGISTER)
def every_batch(contract_id: int) -> Response:
    return bulking.register(CHECK)


@bp.get("/batches/<int:check_id>")
@in_contract(*REGISTER)
def batch(contract_id: int, check_id: int) -> Response:
    return bulking.batch(CHECK, check_id)


@bp.get("/batches/<int:check_id>/<int:record_id>")
@in_contract(P.ENTRY_CHECK)
def batch_one(contract_id: int, check_id: int, record_id: int) -> Response:
    return bulking.batch(CHECK, check_id, record_id)


@bp.post("/batches/<int:check_id>/pass")
@in_contract(P.ENTRY_CHECK)
def conclude(contract_id: int, check_id: int) -> Response:
    return bulking.conclude(CHECK, check_id, fine=True)


@bp.post("/batches/<int:check_id>/return")
@in_contract(P.ENTRY_CHECK)
def conclude_return(contract_id: int, check_id: int) -> Response:
    return bulking.conclude(CHECK, check_id, fine=False)


@bp.post("/batches/<int:check_id>/more")
@in_contract(P.ENTRY_CHECK)
def more(contract_id: int, check_id: int) -> Response:
    return bulking.more(CHECK, check_id)


@bp.post("/batches/<int:check_id>/cancel")
@in_contract(P.ENTRY_CHECK)
def cancel(contract_id: int, check_id: int) -> Response:
    return bulking.cancel(CHECK, check_id)


@bp.post("/batches/<int:check_id>/undo")
@in_contract(P.ENTRY_CHECK)
def undo_many(contract_id: int, check_id: int) -> Response:
    return bulking.undo_many(CHECK, check_id)

"""审核: the buyer's supervisor decides on what was submitted."""

from __future__ import annotations

from flask import Response

from app.security.permissions import P
from app.services.verification.stages import VERIFY
from app.web.access import in_contract
from app.web.review import bulking, deeds, filtering, spotting
from app.web.review.blueprints import review as bp
from app.web.review.desk import desk_page

#: Who audits bulk reviews without deciding.
REGISTER = (P.ENTRY_VERIFY, P.AUDIT_READ, P.SIGN)


@bp.get("", endpoint="queue")
@in_contract(P.ENTRY_VERIFY)
def queue(contract_id: int) -> Response:
    return desk_page(VERIFY)


@bp.get("/<int:record_id>", endpoint="one")
@in_contract(P.ENTRY_VERIFY)
def one(contract_id: int, record_id: int) -> Response:
    return desk_page(VERIFY, record_id)


@bp.get("/filters")
@in_contract(P.ENTRY_VERIFY)
def filters(contract_id: int) -> Response:
    return filtering.filters(VERIFY)


@bp.get("/reasons")
@in_contract(P.ENTRY_VERIFY)
def reasons(contract_id: int) -> Response:
    return deeds.reasons(VERIFY)


@bp.post("/<int:record_id>/seen")
@in_contract(P.ENTRY_VERIFY)
def seen(contract_id: int, record_id: int) -> Response:
    return deeds.opened(VERIFY, record_id)


@bp.post("/<int:record_id>/pass")
@in_contract(P.ENTRY_VERIFY)
def pass_(contract_id: int, record_id: int) -> Response:
    return deeds.settled(VERIFY, record_id, fine=True)


@bp.post("/<int:record_id>/return")
@in_contract(P.ENTRY_VERIFY)
def give_back(contract_id: int, record_id: int) -> Response:
    return deeds.settled(VERIFY, record_id, fine=False)


@bp.post("/<int:record_id>/undo")
@in_contract(P.ENTRY_VERIFY)
def undo(contract_id: int, record_id: int) -> Response:
    return deeds.undone(VERIFY, record_id)


@bp.get("/bulk")
@in_contract(P.ENTRY_VERIFY)
def bulk(contract_id: int) -> Response:
    return bulking.preview(VERIFY)


@bp.post("/bulk")
@in_contract(P.ENTRY_VERIFY)
def begin(contract_id: int) -> Response:
    return bulking.begin(VERIFY)


@bp.get("/batches", endpoint="register")
@in_contract(*REGISTER)
def every_batch(contract_id: int) -> Response:
    return bulking.register(VERIFY)


@bp.get("/batches/<int:review_id>")
@in_contract(*REGISTER)
def batch(contract_id: int, review_id: int) -> Response:
    return bulking.batch(VERIFY, review_id)


@bp.get("/batches/<int:review_id>/<int:record_id>")
@in_contract(P.ENTRY_VERIFY)
def batch_one(contract_id: int, review_id: int, record_id: int) -> Response:
    return bulking.batch(VERIFY, review_id, record_id)


@bp.post("/batches/<int:review_id>/pass")
@in_contract(P.ENTRY_VERIFY)
def conclude(contract_id: int, review_id: int) -> Response:
    return bulking.conclude(VERIFY, review_id, fine=True)


@bp.post("/batches/<int:review_id>/return")
@in_contract(P.ENTRY_VERIFY)
def conclude_return(contract_id: int, review_id: int) -> Response:
    return bulking.conclude(VERIFY, review_id, fine=False)


@bp.post("/batches/<int:review_id>/more")
@in_contract(P.ENTRY_VERIFY)
def more(contract_id: int, review_id: int) -> Response:
    return bulking.more(VERIFY, review_id)


@bp.post("/batches/<int:review_id>/cancel")
@in_contract(P.ENTRY_VERIFY)
def cancel(contract_id: int, review_id: int) -> Response:
    return bulking.cancel(VERIFY, review_id)


@bp.post("/batches/<int:review_id>/undo")
@in_contract(P.ENTRY_VERIFY)
def undo_many(contract_id: int, review_id: int) -> Response:
    return bulking.undo_many(VERIFY, review_id)


@bp.route("/<int:record_id>/spot", methods=["GET", "POST"])
@in_contract(P.ENTRY_VERIFY)
def spot(contract_id: int, record_id: int) -> Response:
    return spotting.spot_form(record_id)


@bp.post("/<int:record_id>/answer")
@in_contract(P.ENTRY_VERIFY, P.BUYER_ENTRY_WRITE)
def answer(contract_id: int, record_id: int) -> Response:
    return deeds.answered(VERIFY, record_id)


@bp.route("/limit", methods=["GET", "POST"])
@in_contract(P.CONTRACT_SETUP)
def limit(contract_id: int) -> Response:
    return spotting.limit()

"""The walk: one item at a tap, kept at once; then the end with who was met, or why it did not take place."""

from __future__ import annotations

from flask import Response, request

from app.security.terms import Signature
from app.services.act import Act, Refused, found
from app.services.fieldwork import closing, inspections
from app.services.fieldwork.closing import Closing
from app.services.fieldwork.inspections import Tap, inspection_text
from app.services.official.people import ISSUERS
from app.store.fieldwork import Fieldwork, Inspection, InspectionItem
from app.web.access import current_scope, in_contract
from app.web.database import db
from app.web.fieldwork.blueprint import bp
from app.web.fieldwork.drawing import with_status
from app.web.fieldwork.forms import CloseForm, ReasonForm
from app.web.fieldwork.inspections import here, item_views, line_of
from app.web.fieldwork.shared import (
    BOX,
    HOME,
    Performed,
    address,
    colleague_choices,
    met_of,
    seen_version,
    typed,
)
from app.web.htmx import redirect_to, render, wants_fragment
from app.web.papers import cards, file_ids, paper_form
from app.web.replies import FormView
from app.web.transaction import act_now


@bp.post("/inspections/<int:inspection_id>/items/<int:item_id>")
@in_contract(*ISSUERS)
def tap(contract_id: int, inspection_id: int, item_id: int) -> Response:
    said = Tap(request.form.get("label", "")[:120], typed(BOX), request.form.get("note", ""), file_ids())
    scope = current_scope()

    def record(act: Act) -> InspectionItem:
        return inspections.tap(act, scope, inspection_id, item_id, said)

    try:
        act_now(record)
    except Refused as refused:
        db.session.rollback()
        return item_page(here(inspection_id), item_id, refused)
    return item_page(here(inspection_id), item_id)


def item_page(row: Inspection, item_id: int, refused: Refused | None = None) -> Response:
    """The item's card as it stands; where it was refused, with what was typed."""
    if refused is None and not wants_fragment():
        return redirect_to(address("inspection", inspection_id=row.id))
    items = Fieldwork(current_scope().session, row.contract_id).items([row.id])
    view = found(next((one for one in item_views(row, items, walks=True) if one["item"].id == item_id), None))
    if refused is not None:
        view |= {"trouble": refused.message, "typed_note": request.form.get("note", ""), "files": list(cards(file_ids()).values())}
    status = 422 if refused is not None else 200
    return render(
        "fieldwork/item.html", "fieldwork/_item.html", status=status, one=view, oob=refused is None, back=(HOME, address("inspections")),
        **line_of(row, items),
    )  # fmt: skip


@bp.route("/inspections/<int:inspection_id>/close", methods=["GET", "POST"])
@in_contract(*ISSUERS)
def close(contract_id: int, inspection_id: int) -> Response:
    row, form, scope = here(inspection_id), CloseForm(), current_scope()
    form.second_id.choices = colleague_choices()
    if request.method == "GET":
        form.second_id.data, form.signature.data = row.second_id, Signature.SIGNED.value
    version = seen_version() or 0
    sent = Performed(form, lambda act: closing.close(act, scope, inspection_id, version, closing_of(form)))
    if sent.done is not None:
        told = "已办结：不合格的已登记为问题，结果已记入台账等另一人审核。"
        return redirect_to(address("inspection", inspection_id=inspection_id), told=told)
    row = here(inspection_id)
    back = (inspection_text(row.number), address("inspection", inspection_id=inspection_id))
    hint = f"{row.title}，{row.place}。办结后不能再改。"
    view = FormView(form, address("close", inspection_id=inspection_id), "办结", "close-form", version=row.version, hint=hint)
    return with_status(paper_form("办结检查", view, back, "签字的记录", "对方签字的检查记录，或拒绝签字的照片。"), sent.status)


def closing_of(form: CloseForm) -> Closing:
    """What the valid form says."""
    return Closing(met_of(form), form.note.data or "", form.second_id.data, file_ids())


@bp.route("/inspections/<int:inspection_id>/cancel", methods=["GET", "POST"])
@in_contract(*ISSUERS)
def cancel(contract_id: int, inspection_id: int) -> Response:
    row, form, scope = here(inspection_id), ReasonForm(), current_scope()
    back = (inspection_text(row.number), address("inspection", inspection_id=inspection_id))
    version = seen_version() or 0
    sent = Performed(form, lambda act: inspections.cancel(act, scope, inspection_id, version, form.reason.data))
    if sent.done is not None:
        return redirect_to(address("inspections"), told="已取消，列表里保留原因。")
    row = here(inspection_id)
    action = address("cancel", inspection_id=inspection_id)
    view = FormView(form, action, "取消检查", version=row.version, hint=f"{row.title}，{row.place}")
    return with_status(paper_form("取消检查", view, back), sent.status)

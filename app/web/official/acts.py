"""Drafting, numbering, printing, sealing, serving, voiding a document."""

from __future__ import annotations

from flask import Response, request

from app.security.case_terms import DocumentKind, Receipt, ServiceWay
from app.services import official
from app.services.act import Act, Refused
from app.services.official import Draft, Sealing, Serving
from app.services.official.people import ISSUERS
from app.web.access import current_scope, in_contract
from app.web.buttons import carried_out
from app.web.htmx import redirect_to
from app.web.official.blueprint import WRITERS, bp
from app.web.official.forms import DraftForm, MinutesForm, NumberForm, SealForm, ServeForm, VoidForm
from app.web.official.pages import address, here
from app.web.papers import file_ids, paper_form
from app.web.replies import FormView
from app.web.transaction import current_act, perform
from kpi.calendar import chinese_date


@bp.route("/new", methods=["GET", "POST"])
@in_contract(*WRITERS)
def draft(contract_id: int) -> Response:
    form = DraftForm()
    if done := perform(form, lambda act: official.draft(act, current_scope(), drafted(form))):
        return redirect_to(address("document", document_id=done.value.id), told="已起草，核对后编号。")
    hint = "整改通知书、检查记录、免责认定单由问题和申请自动生成，不在这里起草。"
    view = FormView(form, address("draft"), "起草", hint=hint)
    return paper_form("起草公文", view, ("公文登记", address("register")), wide=("title", "to"))


def drafted(form: DraftForm) -> Draft:
    lines = [line.strip() for line in form.body.data.splitlines() if line.strip()]
    return Draft(DocumentKind.of(form.kind.data), form.title.data, {"to": form.to.data, "lead": lines})


@bp.route("/minutes/new", methods=["GET", "POST"])
@in_contract(*WRITERS)
def minutes(contract_id: int) -> Response:
    form = MinutesForm()
    if request.method == "GET":
        form.held_on.data = current_act().today
    if done := perform(form, lambda act: official.draft(act, current_scope(), resolved(form, act))):
        return redirect_to(address("document", document_id=done.value.id), told="已起草，核对后编号，打印签字后把扫描件归档。")
    view = FormView(form, address("minutes"), "起草")
    return paper_form("记会议纪要", view, ("公文登记", address("register")), wide=("title", "attendees"))


def resolved(form: MinutesForm, act: Act) -> Draft:
    """The minutes as they are printed and signed."""
    if form.held_on.data > act.today:
        raise Refused("会议日期不能晚于今天", "held_on")
    pairs = [
        ["会议日期", chinese_date(form.held_on.data)], ["地点", form.place.data], ["主持人", form.host.data],
        ["参加人员", form.attendees.data],
    ]  # fmt: skip
    places = [["主持人", form.host.data, False], ["记录人", "", False]]
    lines = [line.strip() for line in form.body.data.splitlines() if line.strip()]
    name = form.title.data.removesuffix("会议纪要")
    title = f"{name}{'纪要' if name.endswith('会议') else '会议纪要'}"
    return Draft(DocumentKind.MINUTES, title, {"pairs": pairs, "closing": lines, "places": places})


@bp.route("/<int:document_id>/number", methods=["GET", "POST"])
@in_contract(*WRITERS)
def number(contract_id: int, document_id: int) -> Response:
    row, form, scope = here(document_id), NumberForm(), current_scope()
    back = address("document", document_id=row.id)
    if done := perform(form, lambda act: official.number(act, scope, row.id, form.number.data or "")):
        return redirect_to(back, told=f"文号是 {done.value.number}。正文已经固定，可以打印。")
    view = FormView(form, address("number", document_id=row.id), "编号", confirm="编号以后正文不能再改，确认编号？")
    return paper_form(f"编号：{row.title}", view, (row.title, back))


@bp.post("/<int:document_id>/printed")
@in_contract(*WRITERS)
def print_it(contract_id: int, document_id: int) -> Response:
    row, scope = here(document_id), current_scope()
    return carried_out(
        lambda act: official.printed(act, scope, document_id), lambda _: redirect_to(address("printed_page", document_id=row.id)),
        address("document", document_id=row.id),
    )  # fmt: skip


@bp.route("/<int:document_id>/seal", methods=["GET", "POST"])
@in_contract(*WRITERS)
def seal(contract_id: int, document_id: int) -> Response:
    row, form, scope = here(document_id), SealForm(), current_scope()
    back = address("document", document_id=row.id)
    if request.method == "GET":
        form.sealed_on.data = current_act().today
    if perform(form, lambda act: official.seal(act, scope, row.id, Sealing(form.sealed_on.data, form.signers.data, file_ids()))):
        return redirect_to(back, told="签章件已归档，下一步登记送达。")
    view = FormView(form, address("seal", document_id=row.id), "归档签章件")
    return paper_form(f"归档签章件：{row.number or row.title}", view, (row.title, back), "签章件", "签字盖章后的扫描件或照片。")


@bp.route("/<int:document_id>/serve", methods=["GET", "POST"])
@in_contract(*ISSUERS)
def serve(contract_id: int, document_id: int) -> Response:
    row, form, scope = here(document_id), ServeForm(), current_scope()
    back = address("document", document_id=row.id)
    if request.method == "GET":
        form.served_on.data, form.way.data, form.receipt.data = current_act().today, ServiceWay.HAND.value, Receipt.SIGNED.value
    if perform(form, lambda act: official.serve(act, scope, row.id, serving(form))):
        return redirect_to(back, told="送达已登记，期限从次日起算。")
    view = FormView(form, address("serve", document_id=row.id), "登记送达")
    return paper_form(f"登记送达：{row.number or row.title}", view, (row.title, back), "送达回证", "签收的回证、快递底单、拒收时的照片。")


def serving(form: ServeForm) -> Serving:
    return Serving(
        ServiceWay.of(form.way.data), form.recipient.data, Receipt.of(form.receipt.data), form.witness.data or "",
        form.served_on.data, form.note.data or "", file_ids(),
    )  # fmt: skip


@bp.route("/<int:document_id>/void", methods=["GET", "POST"])
@in_contract(*ISSUERS)
def void(contract_id: int, document_id: int) -> Response:
    row, form, scope = here(document_id), VoidForm(), current_scope()
    back = address("document", document_id=row.id)
    if perform(form, lambda act: official.void(act, scope, row.id, form.reason.data)):
        return redirect_to(back, told="已作废，文号不再使用。")
    view = FormView(form, address("void", document_id=row.id), "作废", confirm="确认作废这份公文？")
    return paper_form(f"作废：{row.number or row.title}", view, (row.title, back))

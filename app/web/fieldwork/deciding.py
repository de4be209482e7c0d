"""What follows on a complaint: the contractor's side, the investigation, the decision, the reply."""

from __future__ import annotations

from flask import Response, request

from app.security.case_terms import Verdict
from app.services.fieldwork import complaints as services
from app.services.fieldwork.complaints import Looked, complaint_text
from app.services.official.people import ANSWERS, DECIDERS, ISSUERS
from app.store.fieldwork import Complaint
from app.web.access import current_scope, in_contract
from app.web.fieldwork.blueprint import bp
from app.web.fieldwork.complaints import here
from app.web.fieldwork.drawing import with_status
from app.web.fieldwork.forms import InvestigationForm, ReplyForm, StatementForm, VerdictForm
from app.web.fieldwork.shared import Performed, address, colleague_choices, seen_version
from app.web.htmx import redirect_to
from app.web.papers import file_ids, paper_form, today
from app.web.replies import FormView


def back_to(row: Complaint) -> tuple[str, str]:
    return complaint_text(row.number), address("complaint", complaint_id=row.id)


@bp.route("/complaints/<int:complaint_id>/statement", methods=["GET", "POST"])
@in_contract(*ANSWERS)
def statement(contract_id: int, complaint_id: int) -> Response:
    row, form, scope = here(complaint_id), StatementForm(), current_scope()
    if request.method == "GET":
        form.statement.data = row.statement
    sent = Performed(form, lambda act: services.state(act, scope, complaint_id, form.statement.data))
    if sent.done is not None:
        return redirect_to(address("complaint", complaint_id=complaint_id), told="情况说明已提交。")
    view = FormView(form, address("statement", complaint_id=complaint_id), "提交说明", hint=row.account)
    return with_status(paper_form("说明情况", view, back_to(row)), sent.status)


@bp.route("/complaints/<int:complaint_id>/investigate", methods=["GET", "POST"])
@in_contract(*ISSUERS)
def investigate(contract_id: int, complaint_id: int) -> Response:
    row, form, scope, version = here(complaint_id), InvestigationForm(), current_scope(), seen_version() or 0
    form.second_id.choices = colleague_choices()
    if request.method == "GET":
        form.on.data, form.investigation.data = today(), row.investigation
    sent = Performed(form, lambda act: services.look_into(act, scope, complaint_id, version, looked(form)))
    if sent.done is not None:
        return redirect_to(address("complaint", complaint_id=complaint_id), told="调查已登记，等采购人的另一人认定。")
    hint = f"投诉的事实：{row.account}" + (f"供应商说明：{row.statement}" if row.statement else "")
    view = FormView(form, address("investigate", complaint_id=complaint_id), "登记调查", version=here(complaint_id).version, hint=hint)
    return with_status(paper_form("登记调查", view, back_to(row), "调查材料", "笔录、照片、截图。"), sent.status)


def looked(form: InvestigationForm) -> Looked:
    return Looked(form.investigation.data, form.on.data, form.second_id.data, file_ids())


@bp.route("/complaints/<int:complaint_id>/verdict", methods=["GET", "POST"])
@in_contract(*DECIDERS)
def verdict(contract_id: int, complaint_id: int) -> Response:
    row, form, scope, version = here(complaint_id), VerdictForm(), current_scope(), seen_version() or 0
    sent = Performed(
        form, lambda act: services.decide(act, scope, complaint_id, version, Verdict.of(form.outcome.data), form.answer.data)
    )
    if sent.done is not None:
        word = "已认定成立，并登记为问题。" if sent.done.value.finding_id else "已认定不成立。"
        return redirect_to(address("complaint", complaint_id=complaint_id), told=f"{word}请答复投诉人并登记。")
    row = here(complaint_id)
    hint = f"投诉的事实：{row.account} 调查：{row.investigation}" + (f" 供应商说明：{row.statement}" if row.statement else "")
    view = FormView(form, address("verdict", complaint_id=complaint_id), "认定", version=row.version, hint=hint)
    return with_status(paper_form("认定投诉", view, back_to(row)), sent.status)


@bp.route("/complaints/<int:complaint_id>/reply", methods=["GET", "POST"])
@in_contract(*ISSUERS)
def reply(contract_id: int, complaint_id: int) -> Response:
    row, form, scope, version = here(complaint_id), ReplyForm(), current_scope(), seen_version() or 0
    if request.method == "GET":
        form.on.data = today()
    sent = Performed(form, lambda act: services.reply(act, scope, complaint_id, version, form.on.data, form.reply.data))
    if sent.done is not None:
        return redirect_to(address("complaint", complaint_id=complaint_id), told="答复已登记。")
    view = FormView(form, address("reply", complaint_id=complaint_id), "登记答复", version=here(complaint_id).version, hint=row.answer)
    return with_status(paper_form("登记答复", view, back_to(row)), sent.status)

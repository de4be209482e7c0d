"""重开: asked for by one person of the buyer, agreed to by another."""

from __future__ import annotations

from flask import Response

from app.services.assessments import reopening
from app.web.access import current_scope, in_contract
from app.web.assessment.blueprint import DECIDERS, bp
from app.web.assessment.forms import ReasonForm
from app.web.assessment.here import address, back, here
from app.web.assessment.steps import stepped
from app.web.buttons import carried_out
from app.web.htmx import redirect_to
from app.web.replies import FormView, form_page
from app.web.transaction import perform


@bp.route("/<int:assessment_id>/reopen", methods=["GET", "POST"])
@in_contract(*DECIDERS)
def reopen(contract_id: int, assessment_id: int) -> Response:
    row, scope, form = here(assessment_id), current_scope(), ReasonForm()
    return stepped(
        row, form, lambda act: reopening.ask(act, scope, assessment_id, form.reason.data, form.version.data or 0),
        ("申请重开", "reopen", "申请"), "申请已提交，由采购人的另一人决定。",
        "已签定的结果不会变。另一人同意后，另做一次新的考核，从原来的评分开始改；新的签定以后，原来的注明被取代。",
    )  # fmt: skip


@bp.post("/<int:assessment_id>/reopenings/<int:reopening_id>/agree")
@in_contract(*DECIDERS)
def agree(contract_id: int, assessment_id: int, reopening_id: int) -> Response:
    row, scope = here(assessment_id), current_scope()
    reopening.of_assessment(scope, assessment_id, reopening_id)
    told = "已同意。这是新的一次，原来的评分都带过来了；由评分的人先重新取数，再改评分。"
    return carried_out(
        lambda act: reopening.agree(act, scope, reopening_id), lambda new: redirect_to(address("one", new), told=told), address("one", row)
    )


@bp.route("/<int:assessment_id>/reopenings/<int:reopening_id>/refuse", methods=["GET", "POST"])
@in_contract(*DECIDERS)
def refuse(contract_id: int, assessment_id: int, reopening_id: int) -> Response:
    row, scope, form = here(assessment_id), current_scope(), ReasonForm()
    wish = reopening.of_assessment(scope, assessment_id, reopening_id)
    if perform(form, lambda act: reopening.refuse(act, scope, reopening_id, form.reason.data)):
        return redirect_to(address("one", row), told="已答复不同意，结果不变。")
    view = FormView(form, address("refuse", row, reopening_id=reopening_id), "不同意", hint=f"申请的原因：{wish.reason}")
    return form_page(f"不同意重开：{row.label}", view, back(row))

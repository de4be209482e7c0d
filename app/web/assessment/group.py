"""考核组: appointed, enlarged, marks, recusal, dissent."""

from __future__ import annotations

from flask import Response, request

from app.services.act import Act, Refused
from app.services.assessments import group as groups
from app.services.assessments import marks
from app.services.assessments.group import Appointment
from app.web.access import current_contract, current_scope, in_contract
from app.web.assessment.blueprint import SCORERS, bp
from app.web.assessment.forms import EnlargeForm, GroupForm, ReasonForm
from app.web.assessment.here import address, answer_to, back, here, performed
from app.web.assessment.looks import Trouble
from app.web.assessment.sheet import answered, troubled
from app.web.assessment.steps import stepped
from app.web.htmx import redirect_to
from app.web.papers import file_ids, paper_form
from app.web.replies import FormView, form_page
from app.web.transaction import act_now, current_act


def candidates() -> list[tuple[int, str]]:
    scope, contract = current_scope(), current_contract()
    return [(one.id, one.display_name) for one in groups.candidates(scope, contract, current_act().today)]


@bp.route("/<int:assessment_id>/group", methods=["GET", "POST"])
@in_contract(*SCORERS)
def group(contract_id: int, assessment_id: int) -> Response:
    row, form = here(assessment_id), GroupForm()
    form.head.choices = candidates()
    form.members.choices = [(str(key), name) for key, name in form.head.choices]
    if request.method == "GET":
        form.version.data = row.version
    if performed(form, lambda act: appointed(act, assessment_id, form)):
        return redirect_to(address("one", row), told="考核组已组成，各成员在细则表上打分；全部成员打完的条款才计分。")
    hint = "组成以后由成员各自打分，按规则书合成；已有的单人决定不再计入。"
    view = FormView(form, address("group", row), "组成考核组", version=form.version.data, hint=hint)
    shown = paper_form(f"组成考核组：{row.label}", view, back(row), "任命文件", "文件或会议纪要的扫描件。", wide=("paper", "members"))
    return answer_to(shown)


def appointed(act: Act, assessment_id: int, form: GroupForm) -> object:
    members = tuple(int(one) for one in form.members.data or ())
    wish = Appointment(form.paper.data, form.on.data, members, form.head.data, tuple(file_ids()))
    return groups.appoint(act, current_scope(), assessment_id, wish, form.version.data or 0)


@bp.route("/<int:assessment_id>/group/add", methods=["GET", "POST"])
@in_contract(*SCORERS)
def enlarge(contract_id: int, assessment_id: int) -> Response:
    row, scope, form = here(assessment_id), current_scope(), EnlargeForm()
    form.user_id.choices = candidates()
    head = form.head.data == "yes"
    if performed(form, lambda act: groups.enlarge(act, scope, assessment_id, form.user_id.data, head=head)):
        return redirect_to(address("one", row), told="已增补，请新成员打分。")
    view = FormView(form, address("enlarge", row), "增补", hint="成员回避以后人数不是单数时，增补一人。")
    return form_page(f"增补考核组成员：{row.label}", view, back(row))


@bp.post("/<int:assessment_id>/mark")
@in_contract(*SCORERS)
def mark(contract_id: int, assessment_id: int) -> Response:
    """One mark on the member's own sheet; the item comes back."""
    row, scope = here(assessment_id), current_scope()
    given = marks.Given(request.form.get("key", ""), request.form.get("points", ""), request.form.get("reason", ""))
    try:
        work = act_now(lambda act: marks.mark(act, scope, assessment_id, given))
    except Refused as refused:
        typed = {"points": given.points, "reason": given.reason}
        return troubled(assessment_id, given.key, Trouble(refused.message, refused.field, typed), 422)
    return answered(row, work, given.key)


@bp.route("/<int:assessment_id>/group/recuse", methods=["GET", "POST"])
@in_contract(*SCORERS)
def recuse(contract_id: int, assessment_id: int) -> Response:
    row, scope, form = here(assessment_id), current_scope(), ReasonForm()
    return stepped(
        row, form, lambda act: groups.recuse(act, scope, assessment_id, form.reason.data),
        ("回避", "recuse", "回避"), "已回避，您打的分不再计入。", "与供应商有利害关系时回避；人数不是单数时要增补成员。",
    )  # fmt: skip


@bp.route("/<int:assessment_id>/group/dissent", methods=["GET", "POST"])
@in_contract(*SCORERS)
def dissent(contract_id: int, assessment_id: int) -> Response:
    row, scope, form = here(assessment_id), current_scope(), ReasonForm()
    form.reason.label.text = "不同意见"
    return stepped(
        row, form, lambda act: groups.dissent(act, scope, assessment_id, form.reason.data),
        ("提出不同意见", "dissent", "记下"), "不同意见已记下，会印在考核细则表上。",
    )  # fmt: skip

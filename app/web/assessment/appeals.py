"""申诉 and its answer."""

from __future__ import annotations

from flask import Response, request

from app.security.permissions import P
from app.services.act import found
from app.services.assessments import appeals, segregation
from app.services.assessments.appeals import Answer, Raised
from app.services.assessments.evaluating import need
from app.services.assessments.views import Sheet
from app.services.evidence.showing import cards_of
from app.store import scoring
from app.store.assessments import Assessment
from app.store.scoring import AssessmentAppeal
from app.web.access import current_person, current_scope, in_contract
from app.web.assessment.blueprint import READERS, bp
from app.web.assessment.forms import AnswerForm, AppealForm
from app.web.assessment.here import address, answer_to, back, here, inside, performed, seen
from app.web.assessment.looks import SheetPage
from app.web.htmx import redirect_to, render
from app.web.papers import file_ids, paper_form
from app.web.replies import FormView

HINT = "申诉期限到 {} 为止，每一项可以申诉一次。"


@bp.route("/<int:assessment_id>/appeal", methods=["GET", "POST"])
@in_contract(P.SELF_SCORE)
def appeal(contract_id: int, assessment_id: int) -> Response:
    row, scope, form = seen(here(assessment_id)), current_scope(), AppealForm()
    work = need(scope, row)
    sheet = Sheet(work)
    form.item.choices = [(one, f"{number}. {sheet.item(one).title}") for number, one in enumerate(sheet.ids(), 1)]
    if request.method == "GET":
        form.version.data, form.item.data = row.version, request.args.get("item")
    told = Raised(form.item.data or "", form.reason.data or "", file_ids())
    if performed(form, lambda act: appeals.appeal(act, scope, assessment_id, told, form.version.data or 0)):
        return redirect_to(address("one", row), told="申诉已提交，由没有参与这一项评分的人审查。")
    view = FormView(form, address("appeal", row), "提交申诉", version=form.version.data, hint=HINT.format(row.appeal_until))
    return answer_to(paper_form(f"申诉：{row.label}", view, back(row), "证据材料", "照片、签到表、截图等。", wide=("item",)))


def appeal_here(row: Assessment, appeal_id: int) -> AssessmentAppeal:
    """The appeal of this assessment."""
    every = scoring.appeals(current_scope().session, row.contract_id, row.id)
    return found(next((one for one in every if one.id == appeal_id), None))


@bp.route("/<int:assessment_id>/appeals/<int:appeal_id>", methods=["GET", "POST"])
@in_contract(*READERS)
def answer(contract_id: int, assessment_id: int, appeal_id: int) -> Response:
    """One appeal: what was contested and with what; who may answers it here, with the item beside."""
    row, scope, form = seen(here(assessment_id)), current_scope(), AnswerForm()
    made = appeal_here(row, appeal_id)
    told = Answer(form.outcome.data or "", form.reason.data or "", file_ids())
    if request.method == "POST" and performed(form, lambda act: appeals.answer(act, scope, assessment_id, appeal_id, told)):
        return redirect_to(address("one", row), told="已答复，供应商会看到结论和理由。")
    return page(row, made, form)


def page(row: Assessment, made: AssessmentAppeal, form: AnswerForm) -> Response:
    scope = current_scope()
    work = need(scope, here(row.id))
    sheet = SheetPage(work.row, work)
    papers = scoring.papers(scope.session, scope.contract_id, row.id)
    own = current_person().user_id in segregation.scorers(work, made.item)
    answers = inside() and made.outcome is None and sheet.reviews(made.item)
    return render(
        "assessment/appeal.html", status=422 if request.method == "POST" else 200, row=row, appeal=made,
        item=sheet.item_view(sheet.sheet.item(made.item)), form=form, answers=answers, own=own and inside() and made.outcome is None,
        files=cards_of(scope, [one for one, _ in papers.get(("appeal", made.id), ())]),
        answer_files=cards_of(scope, [one for one, _ in papers.get(("answer", made.id), ())]),
        view=FormView(form, address("answer", row, appeal_id=made.id), "答复"), back=back(row),
    )  # fmt: skip

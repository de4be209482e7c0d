"""核定, 退回, 告知, 作废: each a small form or one button, with the version that the person saw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request

from app.services.act import Act
from app.services.assessments import steps
from app.store.assessments import Assessment
from app.web.access import current_scope, in_contract
from app.web.assessment.blueprint import SCORERS, bp
from app.web.assessment.forms import PublishForm, ReasonForm
from app.web.assessment.here import address, answer_to, back, here, performed, pressed, version
from app.web.forms import Form
from app.web.htmx import redirect_to
from app.web.replies import FormView, form_page

#: Heading, endpoint, and the word on the button.
Shown = tuple[str, str, str]


def stepped(
    row: Assessment, form: Form, use_case: Callable[[Act], Any], shown: Shown, told: str, hint: str = "", confirm: str | None = None
) -> Response:
    """A step with a form: carried out, or the form once more; who saw an older version is shown both."""
    title, endpoint, button = shown
    if request.method == "GET":
        form.version.data = row.version
    if performed(form, use_case):
        return redirect_to(address("one", row), told=told)
    view = FormView(form, address(endpoint, row), button, confirm=confirm, version=form.version.data, hint=hint)
    return answer_to(form_page(f"{title}：{row.label}", view, back(row)))


@bp.post("/<int:assessment_id>/score")
@in_contract(*SCORERS)
def score(contract_id: int, assessment_id: int) -> Response:
    row, scope, seen = here(assessment_id), current_scope(), version()
    told = "已核定。再看一遍，没有问题就告知供应商。"
    return pressed(row, lambda act: steps.score(act, scope, assessment_id, seen), told)


@bp.route("/<int:assessment_id>/unscore", methods=["GET", "POST"])
@in_contract(*SCORERS)
def unscore(contract_id: int, assessment_id: int) -> Response:
    row, scope, form = here(assessment_id), current_scope(), ReasonForm()
    return stepped(
        row, form, lambda act: steps.unscore(act, scope, assessment_id, form.reason.data, form.version.data or 0),
        ("退回评分", "unscore", "退回"), "已退回评分，可以继续改。",
    )  # fmt: skip


@bp.route("/<int:assessment_id>/publish", methods=["GET", "POST"])
@in_contract(*SCORERS)
def publish(contract_id: int, assessment_id: int) -> Response:
    row, scope, form = here(assessment_id), current_scope(), PublishForm()
    if request.method == "GET":
        form.days.data = steps.usual_days(scope)
    return stepped(
        row, form, lambda act: steps.publish(act, scope, assessment_id, form.days.data, form.version.data or 0),
        ("告知供应商", "publish", "告知"), "已告知供应商，结果已固定。供应商可以在期限内申诉或签字。",
        "告知以后，评分固定成存档；供应商看到每一项的扣分、依据和理由，可以逐项申诉。",
    )  # fmt: skip


@bp.route("/<int:assessment_id>/drop", methods=["GET", "POST"])
@in_contract(*SCORERS)
def drop(contract_id: int, assessment_id: int) -> Response:
    row, scope, form = here(assessment_id), current_scope(), ReasonForm()
    return stepped(
        row, form, lambda act: steps.drop(act, scope, assessment_id, form.reason.data, form.version.data or 0),
        ("作废", "drop", "作废"), "已作废，这段日期可以重新开启考核。", "开错了周期时用。作废的仍查得到，不再计入任何结果。",
    )  # fmt: skip

"""One answer of a survey after the other; one that was entered by mistake is struck out."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from app.security.field_terms import PollState, PollWay, Reached
from app.services.act import Missing, found
from app.services.fieldwork import answers as services
from app.services.fieldwork.answers import Reply
from app.services.fieldwork.polls import poll_text
from app.services.official.people import ISSUERS
from app.store.fieldwork import Fieldwork, Poll, PollAnswer
from app.web.access import current_scope, in_contract
from app.web.fieldwork.blueprint import bp
from app.web.fieldwork.drawing import with_status
from app.web.fieldwork.forms import AnswerForm, ReasonForm
from app.web.fieldwork.polls import here
from app.web.fieldwork.shared import ANSWER, Performed, address, typed
from app.web.htmx import redirect_to, render
from app.web.papers import paper_form, today
from app.web.replies import FormView


@bp.route("/polls/<int:poll_id>/answers/new", methods=["GET", "POST"])
@in_contract(*ISSUERS)
def answer(contract_id: int, poll_id: int) -> Response:
    row, form, scope = here(poll_id), AnswerForm(), current_scope()
    form.group.choices = [(name, name) for name in row.form["groups"]]
    if not row.form["groups"]:
        del form.group
    if request.method == "GET":
        form.on.data, form.reached.data = min(today(), row.until_on), Reached.ANSWERED.value
        form.way.data = request.args.get("way") if request.args.get("way") in set(PollWay) else PollWay.CALL.value
    sent = Performed(form, lambda act: services.enter(act, scope, poll_id, reply_of(form)))
    if sent.done is not None:
        told = f"第 {sent.done.value.number} 份已登记。"
        return redirect_to(address("answer", poll_id=poll_id, way=sent.done.value.way), told=told)
    view = FormView(form, address("answer", poll_id=poll_id), "登记这一份，接着下一份", "answer-form")
    return render(
        "fieldwork/answer.html", "fieldwork/_answer.html", status=sent.status, view=view, row=row, boxes=boxes(row, form),
        closed=row.state != PollState.OPEN.value, back=(poll_text(row.number), address("poll", poll_id=poll_id)),
    )  # fmt: skip


def boxes(row: Poll, form: AnswerForm) -> list[dict[str, Any]]:
    """The questions for the field component; what was refused stands at its question."""
    given = typed(ANSWER)
    return [
        {
            "name": ANSWER + one["id"], "label": one["text"], "type": "choice" if one["choices"] else "textarea", "options": one["choices"],
            "value": given.get(one["id"]), "as_": "radios" if one["choices"] else None, "rows": 2,
        }
        for one in row.form["questions"]
    ]  # fmt: skip


def reply_of(form: AnswerForm) -> Reply:
    """What the valid form says."""
    return Reply(
        on=form.on.data, way=PollWay.of(form.way.data), reached=Reached.of(form.reached.data),
        group=(form.group.data or "") if "group" in form else "", answers=typed(ANSWER), comment=form.comment.data or "",
        respondent=form.respondent.data or "",
    )  # fmt: skip


@bp.route("/polls/<int:poll_id>/answers/<int:answer_id>/strike", methods=["GET", "POST"])
@in_contract(*ISSUERS)
def strike(contract_id: int, poll_id: int, answer_id: int) -> Response:
    row, form, scope = here(poll_id), ReasonForm(), current_scope()
    one = found(Fieldwork(scope.session, contract_id).find(PollAnswer, answer_id))
    if one.poll_id != row.id:
        raise Missing
    sent = Performed(form, lambda act: services.strike(act, scope, poll_id, answer_id, form.reason.data))
    back = (poll_text(row.number), address("poll", poll_id=poll_id))
    if sent.done is not None:
        return redirect_to(back[1], told="已划去，不再计入；记录留底。")
    view = FormView(form, address("strike", poll_id=poll_id, answer_id=answer_id), "划去", hint="登记错了的回答划去以后不计入，原因留底。")
    return with_status(paper_form(f"划去第 {one.number} 份", view, back), sent.status)

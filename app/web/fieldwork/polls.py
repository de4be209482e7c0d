"""满意度调查: the list, a new one with the size that is proposed, one with its rates, its end."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from app.security.case_terms import PaperOf
from app.security.field_terms import PollState, PollWay, Reached
from app.security.permissions import P
from app.services.act import Missing, found
from app.services.books import Book, book_of
from app.services.fieldwork import polls as services
from app.services.fieldwork.counting import Count, counted
from app.services.fieldwork.polls import OWN, Opening, poll_text
from app.services.fieldwork.rates import percent_text
from app.services.official.people import DECIDERS, ISSUERS
from app.services.rectification.findings import clauses
from app.store import documents
from app.store.fieldwork import Fieldwork, Poll
from app.web.access import as_member, current_contract, current_person, current_scope, in_contract
from app.web.fieldwork.blueprint import bp
from app.web.fieldwork.drawing import with_status
from app.web.fieldwork.forms import ConclusionForm, PollForm
from app.web.fieldwork.shared import (
    HOME,
    Performed,
    address,
    clause_choices,
    seen_version,
    tabs_of,
)
from app.web.htmx import redirect_to, render
from app.web.papers import cards, file_ids, paper_form, today
from app.web.replies import FormView
from app.web.sides import decides, issues, of_supplier

TONES = {PollState.OPEN: "running", PollState.CLOSED: "done"}


def here(poll_id: int) -> Poll:
    """The survey of the address; the contractor finds it once it is closed."""
    scope = current_scope()
    row = found(Fieldwork(scope.session, scope.contract_id).find(Poll, poll_id))
    if of_supplier() and row.state != PollState.CLOSED.value:
        raise Missing
    return row


def book() -> Book | None:
    contract = current_contract()
    return book_of(current_scope(), contract) if contract.rulebook_text_id is not None else None


@bp.get("/polls", endpoint="polls")
@as_member(P.CONTRACT_READ)
def every(contract_id: int) -> Response:
    rows = [
        one for one in Fieldwork(current_scope().session, contract_id).register(Poll)
        if not of_supplier() or one.state == PollState.CLOSED.value
    ]  # fmt: skip
    can = issues() and book() is not None
    return render(
        "fieldwork/polls.html", tabs=tabs_of("polls"), lines=[line_of(one) for one in rows], new_url=address("new_poll") if can else ""
    )


def line_of(row: Poll) -> dict[str, Any]:
    state = PollState.of(row.state)
    counts = row.counts
    return {
        "row": row, "number": poll_text(row.number), "url": address("poll", poll_id=row.id), "tone": TONES[state], "word": state.label,
        "rate": rate_text(Count(counts["asked"], counts["answered"], counts["satisfied"])) if counts else "",
    }  # fmt: skip


def rate_text(count: Count) -> str:
    rate = count.rate
    if rate is None:
        return ""
    return f"{percent_text(rate.rate)}（{rate.hits}/{rate.number}，95% 区间 {percent_text(rate.low)}—{percent_text(rate.high)}）"


@bp.route("/polls/new", methods=["GET", "POST"])
@in_contract(*ISSUERS)
def new_poll(contract_id: int) -> Response:
    form, scope = poll_form(), current_scope()
    if request.form.get("step") == "try":
        return poll_page(form, 200)
    sent = Performed(form, lambda act: services.begin(act, scope, opening(form)))
    if sent.done is not None:
        return redirect_to(address("poll", poll_id=sent.done.value.id), told="调查已开始，逐份登记回答。")
    return poll_page(form, sent.status)


def poll_page(form: PollForm, status: int) -> Response:
    """The form, with the size that is proposed once the population is known."""
    here_book, asked = found(book()), None
    if form.population.data and form.population.data > 0 and form.questionnaire.data:
        asked = services.proposed(here_book, form.questionnaire.data, min(form.population.data, services.MOST_POPULATION))
    view = FormView(form, address("new_poll"), "开始调查", "poll-form")
    return render(
        "fieldwork/poll_new.html", "fieldwork/_poll_new.html", status=status, view=view, asked=asked, back=(HOME, address("polls"))
    )


def poll_form() -> PollForm:
    form, known = PollForm(), services.rules(found(book()))
    form.questionnaire.choices = [*((one.id, f"{one.clause} {one.title}") for one in known.values()), (OWN, "自拟问卷")]
    form.clause.choices = clause_choices()
    if request.method == "GET":
        form.questionnaire.data, form.from_on.data = form.questionnaire.choices[0][0], today()
    return form


def opening(form: PollForm) -> Opening:
    """What the valid form says."""
    return Opening(
        questionnaire=form.questionnaire.data, title=form.title.data or "", clause=form.clause.data or "", from_on=form.from_on.data,
        until_on=form.until_on.data, population=form.population.data, wished=form.wished.data, basis=form.basis.data or "",
        questions=form.questions.data or "",
    )  # fmt: skip


@bp.get("/polls/<int:poll_id>", endpoint="poll")
@as_member(P.CONTRACT_READ)
def one(contract_id: int, poll_id: int) -> Response:
    row, scope = here(poll_id), current_scope()
    fieldwork = Fieldwork(scope.session, contract_id)
    rows = fieldwork.answers(row.id)
    tally = counted(row, rows)
    papers = documents.papers(scope.session, contract_id, [(PaperOf.POLL, row.id)])
    entered = {each.entered_by for each in rows if each.struck_by is None}
    is_open = row.state == PollState.OPEN.value
    return render(
        "fieldwork/poll.html", **line_of(row), tally=tally, whole=rate_text(tally.whole), clause_title=clauses(scope).get(row.clause, ""),
        response=percent_text(tally.whole.response) if tally.whole.response is not None else "",
        groups=[(name, each, rate_text(each)) for name, each in tally.groups.items()], back=(HOME, address("polls")),
        answers=[] if of_supplier() else [answer_line(row, each, is_open) for each in rows],
        files=list(cards(papers.get((PaperOf.POLL.value, row.id), ())).values()) if not of_supplier() else [],
        answer_url=address("answer", poll_id=row.id) if is_open and issues() else "", own=current_person().user_id in entered,
        close_url=address("close_poll", poll_id=row.id) if is_open and decides() and current_person().user_id not in entered else "",
    )  # fmt: skip


def answer_line(row: Poll, answer: Any, is_open: bool) -> dict[str, Any]:
    strikes = is_open and answer.struck_by is None and issues()
    return {
        "row": answer, "way": PollWay.of(answer.way).label, "reached": Reached.of(answer.reached).label,
        "respondent": answer.respondent.get("mask", "") or "匿名",
        "answers": [f"{one['text']} {answer.answers[one['id']]}" for one in row.form["questions"] if answer.answers.get(one["id"])],
        "strike_url": address("strike", poll_id=row.id, answer_id=answer.id) if strikes else "",
    }  # fmt: skip


@bp.route("/polls/<int:poll_id>/close", methods=["GET", "POST"])
@in_contract(*DECIDERS)
def close_poll(contract_id: int, poll_id: int) -> Response:
    row, form, scope, version = here(poll_id), ConclusionForm(), current_scope(), seen_version() or 0
    sent = Performed(form, lambda act: services.close(act, scope, poll_id, version, form.conclusion.data, file_ids()))
    back = (poll_text(row.number), address("poll", poll_id=poll_id))
    if sent.done is not None:
        return redirect_to(back[1], told="已办结，结果已固定；考核表上这一条可以采用。")
    row = here(poll_id)
    hint = "办结后不能再登记回答，结果记入规则书写明的台账，或供考核时采用。"
    view = FormView(form, address("close_poll", poll_id=poll_id), "办结", version=row.version, hint=hint)
    return with_status(paper_form(f"办结：{row.title}", view, back, "问卷和记录", "填好的问卷扫描件、回访记录。"), sent.status)

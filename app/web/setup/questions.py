"""待确认事项: each question with its options, answered one by one or all defaults at once."""

from __future__ import annotations

from flask import Response, request, url_for

from app.security.permissions import P
from app.services.act import Act, Missing, Refused
from app.services.books import Book, book_of
from app.services.setup import effect as effects
from app.services.setup import questions as services
from app.services.setup import values
from app.services.setup.questions import Question, SeveralRefused, Stale
from app.web.access import current_contract, current_scope, in_contract
from app.web.contracts.shared import today
from app.web.htmx import redirect_to, render, wants_fragment
from app.web.setup.blueprint import bp
from app.web.setup.cards import BOTH, Card, card, open_field
from app.web.setup.forms import AnswerForm, DefaultsForm
from app.web.setup.shared import editable, present_book, setup_page
from app.web.transaction import perform


def cards(book: Book, every: list[Question]) -> list[Card]:
    titles = {one.id: one.title for one in book.rulebook.clauses}
    return [card(one, titles) for one in every]


def counted(every: list[Question]) -> dict[str, int]:
    """The figures above the list."""
    asked = [one for one in every if one.asked]
    return {
        "money": services.holding_payment(asked),
        "open": sum(1 for one in asked if not one.confirmed),
        "all": len(asked),
        "fresh": sum(1 for one in asked if not one.history),
        "defaults": sum(1 for one in asked if not one.history and one.assumption.default is not None),
    }


@bp.get("/questions", endpoint="questions")
@in_contract(P.CONTRACT_READ)
def every(contract_id: int) -> Response:
    return listing(DefaultsForm())


def listing(form: DefaultsForm) -> Response:
    """All questions: those that hold up payment first, then the other open ones, then the confirmed."""
    status, book = 422 if request.method == "POST" else 200, present_book()
    if book is None:
        return setup_page("setup/questions.html", title="待确认事项", book=None)
    found = services.questions(current_scope(), book)
    shown = cards(book, found)
    open_ = [one for one in shown if not one.question.confirmed]
    money = [one for one in open_ if one.question.assumption.touches_payment]
    waiting = [one for one in open_ if not one.question.assumption.touches_payment]
    settled = [one for one in shown if one.question.confirmed]
    groups = [("影响付款，还没有确认", money), ("其他还没有确认的", waiting), ("已确认", settled)]
    return setup_page(
        "setup/questions.html", title="待确认事项", step="setup.questions", status=status, book=book, form=form,
        groups=[(title, some) for title, some in groups if some], counts=counted(found), both=BOTH,
    )  # fmt: skip


@bp.post("/questions/defaults")
@in_contract(P.CONTRACT_SETUP)
def defaults(contract_id: int) -> Response:
    form = DefaultsForm()
    if done := perform(form, lambda act: services.accept_defaults(act, current_scope(), form.reason.data or "")):
        told = f"已按默认读法确认 {done.value} 项，每项都单独留了记录。"
        return redirect_to(url_for(".questions", contract_id=contract_id), told=told)
    return listing(form)


@bp.route("/questions/several", methods=["GET", "POST"])
@in_contract(P.CONTRACT_SETUP)
def several(contract_id: int) -> Response:
    form, typed, wrong = DefaultsForm(), dict(request.form), {}

    def use_case(act: Act) -> int:
        answers = {name.removeprefix("q-"): text for name, text in typed.items() if name.startswith("q-")}
        try:
            return services.answer_several(act, current_scope(), answers, form.reason.data or "")
        except SeveralRefused as refused:
            wrong.update(refused.wrong)
            raise

    if done := perform(form, use_case):
        told = f"已记录 {done.value} 项答复，每项都单独留了记录。"
        return redirect_to(url_for(".questions", contract_id=contract_id), told=told)
    return several_page(form, typed, wrong)


def several_page(form: DefaultsForm, typed: dict[str, str], wrong: dict[str, str]) -> Response:
    """Every question without an answer on one form; what was typed stays where something is not right."""
    book = present_book()
    if book is None:
        return redirect_to(url_for(".questions", contract_id=current_contract().id))
    open_ = [one for one in services.questions(current_scope(), book) if not one.history]
    shown = [(one, open_field(one, typed.get(f"q-{one.id}", ""), wrong.get(one.id))) for one in open_]
    listed = [(f"f-q-{name}", f"{one.assumption.question}：{wrong[name]}") for one in open_ if (name := one.id) in wrong]
    status = 422 if request.method == "POST" else 200
    return setup_page(
        "setup/several.html", title="一次答复多项", step="setup.questions", status=status, form=form, open=shown,
        errors=[*form.error_list, *listed], back=("待确认事项", url_for(".questions", contract_id=current_contract().id)),
    )  # fmt: skip


def one_of(question: str) -> tuple[Book, list[Question], Question]:
    """The book, all its questions and the one of the address."""
    contract = current_contract()
    if contract.rulebook_text_id is None:
        raise Missing
    book = book_of(current_scope(), contract)
    every = services.questions(current_scope(), book)
    found = next((one for one in every if one.id == question), None)
    if found is None:
        raise Missing
    return book, every, found


@bp.get("/questions/<question>", endpoint="question")
@in_contract(P.CONTRACT_READ)
def single(contract_id: int, question: str) -> Response:
    return one_page(question, None)


def one_page(question: str, form: AnswerForm | None, status: int = 200) -> Response:
    """The page of one question: the card, every answer so far, and what another answer would change."""
    book, _, found = one_of(question)
    titles = {one.id: one.title for one in book.rulebook.clauses}
    back = ("待确认事项", url_for(".questions", contract_id=current_contract().id))
    return setup_page(
        "setup/question.html", title="待确认事项", step="setup.questions", status=status, back=back,
        card=card(found, titles, form), both=BOTH, every=effects.EVERY, usual=effects.usual(book),
    )  # fmt: skip


@bp.post("/questions/<question>", endpoint="answer")
@in_contract(P.CONTRACT_SETUP)
def answer(contract_id: int, question: str) -> Response:
    one_of(question)  # there is such a question
    form, stale = AnswerForm(), []

    def use_case(act: Act) -> object:
        try:
            seen = form.seen.data or 0
            return services.answer(act, current_scope(), question, form.value.data or "", form.reason.data or "", seen)
        except Stale as refused:
            stale.append(refused)
            raise

    if perform(form, use_case):
        if not wants_fragment():
            return redirect_to(url_for(".questions", contract_id=contract_id) + f"#question-{question}", told="答复已记录。")
        return answered(question)
    status = 409 if stale else 422
    return refused_card(question, form, status) if wants_fragment() else one_page(question, form, status)


def answered(question: str) -> Response:
    """The card as it now stands, with the counters and the questions that hang on it."""
    book, every, found = one_of(question)
    hanging = set(services.depend_on(book.rulebook, question))
    titles = {one.id: one.title for one in book.rulebook.clauses}
    others = [card(one, titles) for one in every if one.id in hanging]
    return render(
        "setup/_answered.html", card=card(found, titles), others=others, counts=counted(every), both=BOTH,
        editable=editable(), row=current_contract(),
    )  # fmt: skip


def refused_card(question: str, form: AnswerForm, status: int) -> Response:
    book, _, found = one_of(question)
    titles = {one.id: one.title for one in book.rulebook.clauses}
    return render(
        "setup/_question.html", status=status, card=card(found, titles, form), both=BOTH, editable=True,
        row=current_contract(),
    )  # fmt: skip


@bp.get("/questions/<question>/effect")
@in_contract(P.CONTRACT_READ)
def answer_effect(contract_id: int, question: str) -> Response:
    book, _, found = one_of(question)
    asked = request.args.get("every", "")
    try:
        value = values.parse(found.assumption, request.args.get("value", ""))
        effect = effects.of_answer(current_scope(), book, question, value, today(), asked)
        told = f"如果答“{found.says(value)}”"
    except Refused as refused:
        effect, told = effects.Effect(asked, 0, (), refused.message), "没有试算"
    return setup_page(
        "setup/effect.html", "setup/_effect.html", title="试算影响", step="setup.questions", effect=effect, told=told,
        every=effects.EVERY, address=None,
    )  # fmt: skip

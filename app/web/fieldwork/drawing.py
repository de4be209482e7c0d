"""A round is planned and tried out, committed to, drawn, concluded."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from app.security.field_terms import SizeBy, Strata
from app.services.act import Refused
from app.services.books import book_of
from app.services.fieldwork import framing
from app.services.fieldwork import rounds as services
from app.services.fieldwork.framing import VERIFIED, Frozen, Plan, choice_fields
from app.services.fieldwork.rounds import round_text
from app.services.official.people import ANSWERS, DECIDERS, ISSUERS
from app.web.access import current_contract, current_scope, in_contract
from app.web.fieldwork.blueprint import bp
from app.web.fieldwork.forms import ConclusionForm, RoundForm, WordsForm
from app.web.fieldwork.rounds import here, view_of
from app.web.fieldwork.shared import (
    HOME,
    Performed,
    address,
    clause_choices,
    outlet_choices,
    seen_version,
)
from app.web.htmx import redirect_to, render
from app.web.papers import paper_form
from app.web.replies import FormView
from app.web.transaction import act_now

SPLIT = "|"


@bp.route("/rounds/new", methods=["GET", "POST"])
@in_contract(*ISSUERS)
def new_round(contract_id: int) -> Response:
    form, scope = round_form(), current_scope()
    if request.form.get("step") == "try":
        return tried(form)
    sent = Performed(form, lambda act: services.commit_to(act, scope, plan_of(form)))
    if sent.done is not None:
        told = f"{round_text(sent.done.value.number)}：名单已冻结，校验值已公布。现在可以抽取，供应商也可以先加随机文字。"
        return redirect_to(address("round", round_id=sent.done.value.id), told=told)
    return new_page(form, sent.status)


def tried(form: RoundForm) -> Response:
    """What the plan would lead to; nothing is kept."""
    frozen = None
    if form.validate_on_submit():
        try:
            frozen = framing.frame(current_scope(), plan_of(form))
        except Refused as refused:
            form.refuse(refused.field, refused.message)
    return new_page(form, 200 if frozen is not None else 422, frozen)


def new_page(form: RoundForm, status: int, frozen: Frozen | None = None) -> Response:
    view = FormView(form, address("new_round"), "冻结名单并公布校验值", "round-form")
    return render(
        "fieldwork/round_new.html", "fieldwork/_round_new.html", status=status, view=view, frozen=frozen,
        back=(HOME, address("rounds")),
        earlier=[(round_text(one.number), address("round", round_id=one.id)) for one in (frozen.earlier if frozen else ())],
    )  # fmt: skip


def round_form() -> RoundForm:
    """The form with the choices of this contract."""
    form = RoundForm()
    ledgers = book_of(current_scope(), current_contract()).rulebook.ledgers
    form.ledger.choices = [(one.id, one.name) for one in ledgers]
    form.clause.choices, form.outlet_id.choices = clause_choices(), outlet_choices()
    fields = [(ledger, field) for ledger in ledgers for field in choice_fields(ledger)]
    form.strata_field.choices = list({field.id: f"{ledger.name}：{field.name}" for ledger, field in fields}.items())
    form.only.choices = [
        (f"{ledger.id}{SPLIT}{field.id}{SPLIT}{value}", f"{ledger.name}·{field.name}：{value}")
        for ledger, field in fields for value in field.choices
    ]  # fmt: skip
    if request.method == "GET":
        form.ledger.data = request.args.get("ledger", "")[:60] or None
        form.states.data, form.strata.data, form.size_by.data = VERIFIED, Strata.NONE.value, SizeBy.NUMBER.value
    return form


def plan_of(form: RoundForm) -> Plan:
    """What the valid form says."""
    ledger, _, rest = (form.only.data or "").partition(SPLIT)
    only_field, _, only_value = rest.partition(SPLIT)
    if ledger and ledger != form.ledger.data:
        raise Refused("“只抽这一类”选的是另一本台账的字段，请重选或留空", "only")
    return Plan(
        ledger=form.ledger.data, clause=form.clause.data, from_on=form.from_on.data, until_on=form.until_on.data,
        size_by=SizeBy.of(form.size_by.data), wished=form.wished.data, reason=form.reason.data, strata=Strata.of(form.strata.data),
        strata_field=form.strata_field.data or "", states=form.states.data, outlet_id=form.outlet_id.data,
        only_field=only_field, only_value=only_value, repeat_reason=form.repeat_reason.data or "",
    )  # fmt: skip


@bp.post("/rounds/<int:round_id>/words")
@in_contract(*ANSWERS)
def add_words(contract_id: int, round_id: int) -> Response:
    row, form, scope = here(round_id, listing=True), WordsForm(), current_scope()
    sent = Performed(form, lambda act: services.add_words(act, scope, row.id, form.words.data))
    if sent.done is not None:
        return redirect_to(address("round", round_id=round_id), told="随机文字已收下，抽取时一并使用。请自己也留一份。")
    context: dict[str, Any] = {**view_of(here(round_id, listing=True)), "words_form": form}
    return render("fieldwork/round.html", status=sent.status, **context)


@bp.post("/rounds/<int:round_id>/draw")
@in_contract(*ISSUERS)
def draw(contract_id: int, round_id: int) -> Response:
    scope = current_scope()
    row = act_now(lambda act: services.draw_now(act, scope, round_id, seen_version() or 0))
    return redirect_to(address("round", round_id=row.id), told=f"已抽中 {row.size} 条。种子已公布，任何人都可以重抽核对。")


@bp.route("/rounds/<int:round_id>/conclude", methods=["GET", "POST"])
@in_contract(*DECIDERS)
def conclude_round(contract_id: int, round_id: int) -> Response:
    row, form, scope = here(round_id), ConclusionForm(), current_scope()
    back = (round_text(row.number), address("round", round_id=row.id))
    sent = Performed(form, lambda act: services.conclude(act, scope, row.id, seen_version() or 0, form.conclusion.data))
    if sent.done is not None:
        return redirect_to(back[1], told="已办结，供应商现在可以看到抽中的记录和结果。")
    view = FormView(form, address("conclude_round", round_id=row.id), "办结", version=row.version, hint="办结后不能再登记结果。")
    return with_status(paper_form(f"办结{back[0]}", view, back), sent.status)


def with_status(response: Response, status: int) -> Response:
    response.status_code = status
    return response

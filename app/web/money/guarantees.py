"""保证金: the register, one guarantee with its past, what is done to it."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from app.security.money_terms import GuaranteeDeed, GuaranteeForm, GuaranteeKind
from app.security.predicates import is_other
from app.services import books
from app.services.act import found
from app.services.money import guarantees
from app.services.money.guarantees import Deed, Given
from app.store.money_funds import Funds, Guarantee
from app.web.access import as_member, current_person, current_scope, in_contract
from app.web.htmx import redirect_to, render
from app.web.money.blueprint import KEEPERS, READERS, bp
from app.web.money.forms import GuaranteeDeedForm, GuaranteeNewForm
from app.web.money.shared import address, keeps, page
from app.web.papers import cards, file_ids, paper_form, picked, today
from app.web.replies import FormView
from app.web.transaction import perform
from kpi.quantities import Money

BACK = "保证金"


@bp.get("/guarantees", endpoint="guarantees")
@as_member(*READERS)
def every(contract_id: int) -> Response:
    rows, calendar = Funds(current_scope().session, contract_id).guarantees(), calendar_here()
    return page("money/guarantees.html", "guarantees", rows=[line(row, calendar) for row in rows], may_keep=keeps())


def calendar_here() -> Any:
    return books.calendar(current_scope().session, provisional=True)


def line(row: Guarantee, calendar: Any) -> dict[str, Any]:
    """A guarantee with what is to be watched."""
    return {
        "row": row, "kind": GuaranteeKind.of(row.kind).label, "form": GuaranteeForm.of(row.form).label,
        "amount": Money(row.amount_fen), "left": Money(row.left_fen), "watched": guarantees.watched(row, calendar, today()),
        "url": address("guarantee", guarantee_id=row.id),
    }  # fmt: skip


@bp.route("/guarantees/new", methods=["GET", "POST"])
@in_contract(*KEEPERS)
def add_guarantee(contract_id: int) -> Response:
    form, scope = GuaranteeNewForm(), current_scope()
    if request.method == "GET":
        form.kind.data, form.form.data = GuaranteeKind.PERFORMANCE.value, GuaranteeForm.LETTER.value
    if done := perform(form, lambda act: guarantees.enter(act, scope, given_of(form))):
        return redirect_to(address("guarantee", guarantee_id=done.value.id), told="已登记，到期前会在工作台提醒。")
    view = FormView(form, address("add_guarantee"), "登记")
    return paper_form("登记保证金", view, (BACK, address("guarantees")), "保函、保单或收款凭证", "一份。", many=False)


def given_of(form: GuaranteeNewForm) -> Given:
    return Given(
        GuaranteeKind.of(form.kind.data), GuaranteeForm.of(form.form.data), form.amount.data or "", form.issuer.data or "",
        form.letter_number.data or "", form.received_on.data, form.expires_on.data, form.return_on.data, form.note.data or "",
        file_ids(),
    )  # fmt: skip


@bp.get("/guarantees/<int:guarantee_id>", endpoint="guarantee")
@as_member(*READERS)
def one(contract_id: int, guarantee_id: int) -> Response:
    funds = Funds(current_scope().session, contract_id)
    row = found(funds.find(Guarantee, guarantee_id))
    events = [
        {"row": each, "word": GuaranteeDeed.of(each.deed).label, "amount": Money(each.amount_fen)}
        for each in funds.guarantee_events(row.id)
    ]
    files = [key for key in (row.file_id, *(each["row"].file_id for each in events)) if key is not None]
    do_url = address("do_guarantee", guarantee_id=row.id) if keeps() and row.left_fen else ""
    return render(
        "money/guarantee.html", **line(row, calendar_here()), events=events, files=picked(cards(files), files), do_url=do_url,
        back=(BACK, address("guarantees")),
    )  # fmt: skip


@bp.route("/guarantees/<int:guarantee_id>/do", methods=["GET", "POST"])
@in_contract(*KEEPERS)
def do_guarantee(contract_id: int, guarantee_id: int) -> Response:
    form, scope = GuaranteeDeedForm(), current_scope()
    row = found(Funds(scope.session, contract_id).find(Guarantee, guarantee_id))
    mine = not is_other(current_person(), row.entered_by)
    if request.method == "GET":
        form.on.data, form.amount.data = today(), Money(row.left_fen).plain()
        form.deed.data = (GuaranteeDeed.EXTENDED if mine else GuaranteeDeed.RETURNED).value
    back, seen = address("guarantee", guarantee_id=row.id), form.version.data or row.version
    if perform(form, lambda act: guarantees.do(act, scope, guarantee_id, deed_of(form), seen)):
        return redirect_to(back, told="已登记。")
    hint = f"{GuaranteeKind.of(row.kind).label}，还有 {Money(row.left_fen)}。{'您登记的，扣除和退还由另一名财务人员办理。' if mine else ''}"
    view = FormView(form, address("do_guarantee", guarantee_id=row.id), "登记", version=row.version, hint=hint)
    return paper_form("办理保证金", view, (BACK, back), "凭证", "一份。", many=False)


def deed_of(form: GuaranteeDeedForm) -> Deed:
    return Deed(
        GuaranteeDeed.of(form.deed.data), form.on.data, form.amount.data or "", form.until_on.data, form.clause.data or "",
        form.reason.data or "", file_ids(),
    )  # fmt: skip

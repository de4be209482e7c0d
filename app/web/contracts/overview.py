"""The list of contracts, a new one, and the overview of one."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from app.security.permissions import P
from app.security.predicates import contracts_where, may
from app.security.terms import ContractState, OrganisationKind
from app.services import organisations
from app.services.organisations import ContractTerms
from app.store import contracts as stored
from app.web.access import current_contract, current_person, in_contract, requires, signed_in
from app.web.contracts.forms import ContractForm
from app.web.contracts.shared import sections
from app.web.database import db
from app.web.htmx import redirect_to
from app.web.replies import FormView, Listing, Row, form_page, link, list_page
from app.web.transaction import perform
from kpi.quantities import Money

bp = Blueprint("contracts", __name__, url_prefix="/contracts")


@bp.get("", endpoint="contracts")
@signed_in
def every() -> Response:
    person = current_person()
    rows = [
        Row(
            [each.title, each.code, each.buyer.name, each.supplier.name, ContractState.of(each.state).label],
            url_for(".contract", contract_id=each.id),
        )
        for each in stored.contracts(db.session(), contracts_where(person, P.CONTRACT_READ))
    ]
    actions = [link(".create", "新建合同")] if may(person, P.CONTRACT_CREATE) else []
    columns = ["名称", "代号", "采购人", "供应商", "状态"]
    empty = "成为合同的成员以后，合同会出现在这里；请联系管理员。"
    return list_page("合同", [Listing("合同", columns, rows, empty)], actions=actions)


@bp.route("/new", methods=["GET", "POST"])
@requires(P.CONTRACT_CREATE)
def create() -> Response:
    form, session = ContractForm(), db.session()
    for field, kind in (
        (form.buyer_id, OrganisationKind.BUYER),
        (form.supplier_id, OrganisationKind.SUPPLIER),
    ):
        field.choices = [(each.id, each.name) for each in stored.organisations(session, kind)]
    if done := perform(form, lambda act: organisations.create_contract(act, terms(form)).id):
        return redirect_to(url_for(".contract", contract_id=done.value), told="合同已新建。")
    return form_page("新建合同", FormView(form, url_for(".create"), "新建"), ("合同", url_for(".contracts")))


def terms(form: ContractForm) -> ContractTerms:
    """What the valid form says."""
    return ContractTerms(
        code=form.code.data,
        title=form.title.data,
        buyer_id=form.buyer_id.data,
        supplier_id=form.supplier_id.data,
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        price_fen=form.price_fen,
    )


@bp.get("/<int:contract_id>")
@in_contract(P.CONTRACT_READ)
def contract(contract_id: int) -> Response:
    row = current_contract()
    facts = [
        ("代号", row.code),
        ("状态", ContractState.of(row.state).label),
        ("采购人", row.buyer.name),
        ("供应商", row.supplier.name),
        ("期限", f"{row.starts_on} 至 {row.ends_on}"),
        ("合同价款", str(Money(row.price_fen)) if row.price_fen is not None else "未填"),
    ]
    back = ("合同", url_for(".contracts"))
    return list_page(row.title, [], facts=facts, sections=sections(), back=back)

"""价款、期限和窗口: the settings of the contract, and the windows that follow from term and answers."""

from __future__ import annotations

from datetime import date

from flask import Response, request, url_for

from app.security.permissions import P
from app.security.terms import ContractState, OrganisationKind
from app.services.act import Act
from app.services.setup import questions, windows
from app.services.setup import terms as services
from app.services.setup.terms import Overtaken, Terms
from app.store import contracts as stored
from app.store.contracts import Contract
from app.web.access import current_contract, current_scope, in_contract
from app.web.contracts.shared import today
from app.web.database import db
from app.web.htmx import redirect_to, render
from app.web.setup.blueprint import bp
from app.web.setup.forms import TermsForm
from app.web.setup.shared import present_book, setup_page
from app.web.transaction import current_act, perform
from kpi.quantities import Money


@bp.get("/terms", endpoint="terms")
@in_contract(P.CONTRACT_READ)
def shown(contract_id: int) -> Response:
    return page(filled(current_contract()))


def filled(contract: Contract) -> TermsForm:
    """The form with the settings as they stand."""
    plain = {name: getattr(contract, name) for name in ("title", "supplier_id", "starts_on", "ends_on", "internal_check")}
    numbers = {name: "" if getattr(contract, name) is None else str(getattr(contract, name)) for name in ("entry_days", "history_days")}
    price = Money(contract.price_fen).plain() if contract.price_fen is not None else ""
    form = TermsForm(formdata=None, price=price, version=contract.version, **plain, **numbers)
    return with_suppliers(form)


def with_suppliers(form: TermsForm) -> TermsForm:
    contract = current_contract()
    every = stored.organisations(db.session(), OrganisationKind.SUPPLIER)
    drafted = contract.state == ContractState.DRAFT
    form.supplier_id.choices = [(each.id, each.name) for each in every if drafted or each.id == contract.supplier_id]
    return form


def page(form: TermsForm, status: int = 200, newer: list[dict[str, str]] | None = None) -> Response:
    """The settings with the windows; `newer`: what somebody else saved meanwhile, beside what was typed."""
    book, contract = present_book(), current_contract()
    every = questions.questions(current_scope(), book) if book else []
    card = windows.preview(book, contract.starts_on, contract.ends_on, every) if book else None
    return setup_page(
        "setup/terms.html", title="价款、期限和窗口", step="setup.terms", status=status, form=form, windows=card,
        length=services.proposed(book, contract.starts_on) if book else None, newer=newer or [],
        lag=services.last_entry_day(current_act(), today(), contract.entry_days), price=services.price_words(contract),
        lines=facts(contract),
    )  # fmt: skip


def facts(contract: Contract) -> list[tuple[str, str]]:
    """The settings for those who only read."""
    return [
        ("合同名称", contract.title), ("采购人", contract.buyer.name), ("供应商", contract.supplier.name),
        ("服务期", f"{contract.starts_on} 至 {contract.ends_on}"), ("合同价款", services.price_words(contract)),
        ("提交前内部复核", "是，由项目经理复核以后才提交" if contract.internal_check else "否，登记以后直接提交审核"),
        ("登记时限", f"业务日期后 {contract.entry_days} 个工作日内" if contract.entry_days is not None else "不限"),
        ("平台数据保留", f"{contract.history_days} 天" if contract.history_days is not None else "不提醒"),
    ]  # fmt: skip


@bp.post("/terms")
@in_contract(P.CONTRACT_SETUP)
def change(contract_id: int) -> Response:
    form, overtaken = with_suppliers(TermsForm()), []

    def use_case(act: Act) -> list[str]:
        try:
            return services.change(act, current_scope(), wanted(form))
        except Overtaken as refused:
            overtaken.append(refused)
            raise

    if done := perform(form, use_case):
        told = f"已保存：{'、'.join(done.value)}。" if done.value else "没有改动。"
        return redirect_to(url_for(".terms", contract_id=contract_id), told=told)
    if overtaken:
        return page(form, 409, both_versions(form))
    return page(form, 422)


def wanted(form: TermsForm) -> Terms:
    """What the valid form says."""
    return Terms(
        title=form.title.data, supplier_id=form.supplier_id.data, starts_on=form.starts_on.data, ends_on=form.ends_on.data,
        price_fen=form.price_fen, internal_check=form.internal_check.data, entry_days=form.days("entry_days"),
        history_days=form.days("history_days"), reason=form.reason.data or "", version=form.version.data or 0,
    )  # fmt: skip


def both_versions(form: TermsForm) -> list[dict[str, str]]:
    """What was typed beside what is saved now; the form takes the new version over, so that it can be sent again."""
    saved, typed = services.terms_of(current_contract()), wanted(form)
    form.version.data = current_contract().version
    form.version.raw_data = None
    return [
        {"label": label, "before": said(name, saved[name]), "after": said(name, getattr(typed, name))}
        for name, label in services.COLUMNS.items()
    ]


def said(name: str, value: object) -> str:
    """A setting as a person reads it."""
    if value is None:
        return "未填"
    if isinstance(value, bool):
        return "是" if value else "否"
    if name == "price_fen" and isinstance(value, int):
        return str(Money(value))
    if name == "supplier_id" and isinstance(value, int):
        row = stored.organisation_by_id(db.session(), value)
        return row.name if row else str(value)
    return str(value)


@bp.get("/terms/length")
@in_contract(P.CONTRACT_READ)
def length(contract_id: int) -> Response:
    """The last day that the rulebook's length gives from the typed first day."""
    book = present_book()
    try:
        start = date.fromisoformat(request.args.get("starts_on", ""))
    except ValueError:
        start = None
    found = services.proposed(book, start) if book and start else None
    return render("setup/_length.html", length=found, start=start)

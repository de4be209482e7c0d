"""资金来源: budgets with their balances, allotments to lines, the payee's account with its letter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, request, url_for

from app.security.money_terms import FundNature
from app.security.predicates import is_other
from app.services.act import found
from app.services.evidence.showing import Shown
from app.services.money import funds, payees, spending
from app.services.money.funds import Budget
from app.services.money.lines import PlanLine, lines_of
from app.store import settlement
from app.store.money_funds import FundAllotment, Funds, FundSource, PayeeAccount
from app.store.payments import PaymentRequest
from app.web.access import as_member, current_person, current_scope, in_contract
from app.web.htmx import redirect_to
from app.web.money.blueprint import BANK, KEEPERS, READERS_INSIDE, bp
from app.web.money.forms import AccountForm, AllotForm, AnswerForm, BudgetChangeForm, BudgetForm, ReasonForm
from app.web.money.shared import address, holds, keeps, page
from app.web.papers import LONGEST_ID, cards, file_ids, paper_form, picked, today
from app.web.replies import FormView
from app.web.transaction import act_now, current_act, perform
from kpi.quantities import Money

BACK = "资金来源"
LETTER = "供应商盖章的账户函件"


@bp.get("/funds", endpoint="funds")
@as_member(*READERS_INSIDE)
def every(contract_id: int) -> Response:
    store, sees_bank = Funds(current_scope().session, contract_id), holds(*BANK)
    accounts = store.accounts() if sees_bank else []
    allotments, lines = store.allotments(), lines_of(current_scope())
    titles = {one.id: one.title for one in lines}
    wanted = {one.id: one.open for one in lines if one.open.fen > 0}
    held = spending.purses(allotments, store.spending() if allotments else [])
    missing, paid = funds.covers(current_scope(), wanted, today(), held), spending.spent_by_source(held, allotments)
    letters = cards([row.letter_id for row in accounts])
    return page(
        "money/funds.html", "funds", sources=[source_line(row, paid.get(row.id, 0)) for row in store.sources()],
        missing=[{"title": titles[line], "why": why, "url": allot_url(line)} for line, why in missing.items()],
        allotments=[allotment_line(row, titles, held[row.line]) for row in allotments],
        accounts=[account_line(row, letters) for row in accounts],
        sees_bank=sees_bank, may_keep=keeps(), today=today(),
    )  # fmt: skip


def allot_url(line: str) -> str:
    """Where a line without a budget gets one; empty for who does not keep the books."""
    return address("allot", line=line) if keeps() else ""


def source_line(row: FundSource, paid: int) -> dict[str, Any]:
    """A budget with its balance, and what of it has been paid out."""
    return {
        "row": row, "nature": FundNature.of(row.nature).label, "amount": Money(row.amount_fen), "used": Money(row.used_fen),
        "paid": Money(paid),
        "left": Money(row.amount_fen - row.used_fen), "closed": row.closes_on is not None and row.closes_on < today(),
        "change_url": address("change_fund", fund_id=row.id) if keeps() else "",
    }  # fmt: skip


def allotment_line(row: FundAllotment, titles: dict[str, str], held: spending.Purse) -> dict[str, Any]:
    """What was allotted; it can be given back as far as it was not paid out."""
    url = address("release", allotment_id=row.id) if keeps() and held.left.get(row.fund_id, 0) > 0 else ""
    return {"row": row, "title": titles.get(row.line, row.line), "amount": Money(row.amount_fen), "release_url": url}


def account_line(row: PayeeAccount, known: dict[int, Shown]) -> dict[str, Any]:
    """An account with where it stands and its letter."""
    waits = row.confirmed_at is None and row.refused_at is None
    mine = not is_other(current_person(), row.entered_by)
    return {
        "row": row, "letter": picked(known, [row.letter_id]), "waits": waits, "mine": mine and waits,
        "may_answer": waits and keeps() and not mine, "confirm_url": address("confirm_account", account_id=row.id),
        "refuse_url": address("refuse_account", account_id=row.id),
    }  # fmt: skip


@bp.route("/funds/new", methods=["GET", "POST"])
@in_contract(*KEEPERS)
def add_fund(contract_id: int) -> Response:
    form, scope = BudgetForm(), current_scope()
    if perform(form, lambda act: funds.add_source(act, scope, budget_of(form))):
        further = address("allot", **asked()) if asked() else address("funds")
        return redirect_to(further, told="指标已登记，可以分配给各期付款。")
    view = FormView(form, address("add_fund", **asked()), "登记指标")
    return paper_form("登记指标", view, back())


def budget_of(form: BudgetForm) -> Budget:
    return Budget(
        form.document.data, form.project.data, form.function_class.data or "", form.economic_class.data or "",
        FundNature.of(form.nature.data), form.amount.data or "", form.closes_on.data, form.note.data or "",
    )  # fmt: skip


@bp.route("/funds/<int:fund_id>", methods=["GET", "POST"])
@in_contract(*KEEPERS)
def change_fund(contract_id: int, fund_id: int) -> Response:
    row, form, scope = found(Funds(current_scope().session, contract_id).find(FundSource, fund_id)), BudgetChangeForm(), current_scope()
    if request.method == "GET":
        form.amount.data, form.closes_on.data = Money(row.amount_fen).plain(), row.closes_on
    seen = form.version.data or row.version
    if perform(form, lambda act: funds.change_source(act, scope, fund_id, form.amount.data, form.closes_on.data, form.reason.data, seen)):
        return redirect_to(address("funds"), told="指标已调整。")
    hint = f"{row.document}，{row.project}：现在 {Money(row.amount_fen)}，已分配 {Money(row.used_fen)}。"
    view = FormView(form, address("change_fund", fund_id=fund_id), "调整", version=row.version, hint=hint)
    return paper_form("调整指标", view, (BACK, address("funds")))


@bp.route("/funds/allot", methods=["GET", "POST"])
@in_contract(*KEEPERS)
def allot(contract_id: int) -> Response:
    form, scope = AllotForm(), current_scope()
    rows = Funds(scope.session, contract_id).sources()
    if not rows:
        return redirect_to(address("add_fund", **asked()), told="还没有指标可以分配，请先按下达文件登记指标。", kind="info")
    form.fund_id.choices = [(row.id, f"{row.document}（剩 {Money(row.amount_fen - row.used_fen)}）{row.project}") for row in rows]
    lines = lines_of(scope)
    form.line.choices = [(one.id, f"{one.title}（{one.said}）") for one in lines]
    if request.method == "GET":
        prefill(form, rows, lines)
    if perform(form, lambda act: funds.allot(act, scope, form.fund_id.data, form.line.data, form.amount.data)):
        return redirect_to(back()[1], told="已分配。")
    view = FormView(form, address("allot", **asked()), "分配", hint="一期可以用几个指标，一个指标也可以分给几期。")
    return paper_form("分配指标", view, back())


def asked() -> dict[str, str]:
    """What the address says of the page that the person came from: the line, the payment request (a number)."""
    line, number = request.args.get("line", "")[:80], request.args.get("request", "")
    known = number.isascii() and number.isdigit() and len(number) <= LONGEST_ID
    return {name: value for name, value in (("line", line), ("request", number if known else "")) if value}


def back() -> tuple[str, str]:
    """Where the person goes on: to the payment request of the contract that wanted a budget, else to the budgets.

    A number of this contract, never an address: there is nothing to lead elsewhere.
    """
    scope, number = current_scope(), int(asked().get("request", 0))
    row = settlement.find(scope.session, PaymentRequest, scope.contract_id, number) if number else None
    if row is None:
        return BACK, address("funds")
    url = url_for("settlement.request", contract_id=row.contract_id, request_id=row.id)
    return f"付款申请第 {row.number} 号", url


def prefill(form: AllotForm, rows: Sequence[FundSource], lines: Sequence[PlanLine]) -> None:
    """The line that the page before named, what it still lacks, and the first budget that reaches."""
    line = next((one for one in lines if one.id == request.args.get("line")), None)
    if line is None:
        return
    lacking = spending.lacking(current_scope(), line.id, line.open, today())
    form.line.data, form.amount.data = line.id, lacking.plain() if lacking.fen else ""
    usable = [row for row in rows if row.closes_on is None or row.closes_on >= today()]
    fits = next((row for row in usable if row.amount_fen - row.used_fen >= lacking.fen), None)
    form.fund_id.data = fits.id if fits is not None else None


@bp.route("/allotments/<int:allotment_id>/release", methods=["GET", "POST"])
@in_contract(*KEEPERS)
def release(contract_id: int, allotment_id: int) -> Response:
    form, scope = ReasonForm(), current_scope()
    row = found(Funds(scope.session, contract_id).find(FundAllotment, allotment_id))
    if perform(form, lambda act: funds.release(act, scope, allotment_id, form.reason.data)):
        return redirect_to(address("funds"), told="已退回，余额可以分给别的期。")
    view = FormView(form, address("release", allotment_id=allotment_id), "退回", hint=f"{row.line}：{Money(row.amount_fen)}")
    return paper_form("退回指标分配", view, (BACK, address("funds")))


# -- the payee's account --------------------------------------------------------------------------


@bp.route("/accounts/new", methods=["GET", "POST"])
@in_contract(*KEEPERS)
def enter_account(contract_id: int) -> Response:
    form, scope = AccountForm(), current_scope()
    if perform(form, lambda act: payees.enter(act, scope, account_of(form))):
        return redirect_to(address("funds"), told="已登记，等另一名财务人员对照函件核对。")
    hint = "以供应商盖章的函件为准；另一名财务人员核对以后才用它付款。"
    view = FormView(form, address("enter_account"), "登记账户", hint=hint)
    return paper_form("登记收款账户", view, (BACK, address("funds")), LETTER, "一份，盖公章。", many=False)


def account_of(form: AccountForm) -> payees.Account:
    return payees.Account(form.name.data, form.bank.data, form.account.data, form.reason.data or "", file_ids())


@bp.post("/accounts/<int:account_id>/confirm")
@in_contract(*KEEPERS)
def confirm_account(contract_id: int, account_id: int) -> Response:
    act_now(lambda act: payees.confirm(act, current_scope(), account_id))
    return redirect_to(address("funds"), told="已核对，今后按这个账户付款。")


@bp.route("/accounts/<int:account_id>/refuse", methods=["GET", "POST"])
@in_contract(*KEEPERS)
def refuse_account(contract_id: int, account_id: int) -> Response:
    form, scope = AnswerForm(), current_scope()
    row = found(Funds(current_act().session, contract_id).find(PayeeAccount, account_id))
    if perform(form, lambda act: payees.refuse(act, scope, account_id, form.answer.data)):
        return redirect_to(address("funds"), told="已退回，原来的账户不变。")
    view = FormView(form, address("refuse_account", account_id=account_id), "不认可", hint=f"{row.name}，{row.bank}，{row.account}")
    return paper_form("不认可收款账户", view, (BACK, address("funds")))

"""付款申请: the contractor's form, the page of a request, corrections of its invoice, its withdrawal."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from app.security.permissions import P
from app.security.settlement_terms import Checked, Consent, InvoiceState, RequestState
from app.services.act import found
from app.services.money import payees
from app.services.settlement import requests
from app.services.settlement.next_step import next_step
from app.services.settlement.papers import Required, required
from app.services.settlement.plan import account_of
from app.services.settlement.requests import Asked, Correction
from app.services.settlement.typed import InvoiceTyped
from app.services.settlement.words import in_words
from app.store import payments, settlement
from app.store.payments import Invoice, PaymentRequest
from app.web.access import current_contract, current_scope, in_contract
from app.web.htmx import redirect_to, render
from app.web.papers import cards, file_ids, picked, today
from app.web.replies import FormView
from app.web.settlement import money_side
from app.web.settlement.blueprint import ASKS, CONFIRMS, PAYS, READERS, bp
from app.web.settlement.forms import CorrectionForm, RequestForm, WithdrawForm
from app.web.settlement.here import (
    address,
    buyer,
    clause_url,
    form_answer,
    key,
    money,
    not_now,
    performed,
    request_here,
    statement_here,
    supplier,
    timeline,
    to_request,
)
from app.web.settlement.turns import Turn, acts
from kpi.quantities import Money

R = RequestState
SIGNS = {
    R.WRONG: "returned", R.SENT: "submitted", R.CHECKED: "checked", R.APPROVING: "running", R.DECLINED: "returned",
    R.APPROVED: "verified", R.PAID: "done", R.BOUNCED: "failed", R.WITHDRAWN: "withdrawn",
}  # fmt: skip
KINDS = (("pdf", "付款审批单 PDF"), ("docx", "Word"), ("xlsx", "Excel"))
INVOICE_FILE = ("发票文件", "数电发票的 XML、OFD 或 PDF 原件，系统会读出号码、金额和日期；纸质发票传扫描件。")


@bp.route("/statements/<int:statement_id>/request", methods=["GET", "POST"], endpoint="request_payment")
@in_contract(*ASKS)
def ask(contract_id: int, statement_id: int) -> Response:
    row, scope, form, sent = statement_here(statement_id), current_scope(), RequestForm(), key()
    account, back = account_of(scope, row), address("statement", statement_id=row.id)
    free = account.signing is not None and account.open is None and account.outstanding > 0
    if away := not_now(lambda: {"request": back} if free else {}, "request", back):
        return away
    if request.method == "GET":
        prefill(form, account.outstanding)
    if done := performed(form, lambda act: requests.ask(act, scope, asked(row.id, form), sent)):
        state = R.of(request_here(done.request_id or 0).state)
        wrong = "发票金额与应付款不符，请红字冲销后重开。" if state is R.WRONG else "申请已提交，等采购人查验发票。"
        return redirect_to(to_request(done), told=wrong, kind="warning" if state is R.WRONG else "success")
    left = Money(max(account.outstanding, 0))
    view = FormView(form, address("request_payment", statement_id=row.id), "提交付款申请", hint=f"申请金额 {left}（{in_words(left)}）。")
    return form_answer(f"申请付款：{row.title}", view, (row.title, back), files=INVOICE_FILE, many=False)


def prefill(form: RequestForm, left: int) -> None:
    """Nothing is typed twice: the amount, and the account that is registered or was paid to before."""
    scope = current_scope()
    form.invoice_amount.data = Money(max(left, 0)).plain()
    form.payee_name.data = current_contract().supplier.name
    earlier, known = payments.requests(scope.session, scope.contract_id), payees.current(scope)
    if known is not None:
        form.payee_name.data, form.payee_bank.data, form.payee_account.data = known.name, known.bank, known.account
    elif earlier:
        last = earlier[-1]
        form.payee_name.data, form.payee_bank.data, form.payee_account.data = last.payee_name, last.payee_bank, last.payee_account


def asked(statement_id: int, form: RequestForm) -> Asked:
    return Asked(
        statement_id, invoice_of(form), form.payee_name.data, form.payee_bank.data, form.payee_account.data, form.note.data or ""
    )  # fmt: skip


def invoice_of(form: Any) -> InvoiceTyped:
    return InvoiceTyped(
        form.invoice_number.data or "", form.invoice_amount.data or "", form.issued_on.data, next(iter(file_ids()), None)
    )


# -- the page -------------------------------------------------------------------------------------


@bp.get("/requests/<int:request_id>", endpoint="request")
@in_contract(*READERS)
def one(contract_id: int, request_id: int) -> Response:
    row, scope = request_here(request_id), current_scope()
    needed = required(scope, row)
    invoices = payments.invoices(scope.session, contract_id, row.id)
    known = cards([key for key in wanted(needed, invoices) if key is not None])
    returned = payments.returns(scope.session, contract_id)
    paid = payments.records(scope.session, contract_id, row.id)
    missing = [one.title for one in needed if one.missing]
    return render(
        "settlement/request.html", row=row, statement=row.statement, state=SIGNS[R.of(row.state)], word=R.of(row.state).label,
        amount=money(row.amount_fen), words=in_words(Money(row.amount_fen)), acts=acts(row), key=key(),
        next=next_step(scope, row, today(), missing),
        budget=budget(row), clocks=money_side.clocks(row.line), allotted=money_side.allotted(row),
        invoices=[invoice_line(one, known) for one in invoices], papers=[paper_line(row, one, known) for one in needed],
        chain=chain(row), paid=[{"row": one, "sum": money(one.amount_fen), "back": returned.get(one.id)} for one in paid],
        events=timeline([one for one in settlement.past(scope.session, contract_id, row.line) if one.request_id == row.id]),
        files=[(title, address("request_file", request_id=row.id, kind=kind)) for kind, title in KINDS],
    )  # fmt: skip


@bp.get("/payments/<int:payment_id>", endpoint="payment")
@in_contract(*READERS)
def of_payment(contract_id: int, payment_id: int) -> Response:
    """Where a payment of the ledger came from."""
    rows = payments.records(current_scope().session, contract_id)
    row = found(next((one for one in rows if one.id == payment_id), None))
    return redirect_to(address("request", request_id=row.request_id))


#: From here on a budget has to reach.
BUDGETED = (R.APPROVING, R.APPROVED, R.BOUNCED)


def budget(row: PaymentRequest) -> dict[str, str] | None:
    """Why no budget reaches, and where finance gives the line one. Budgets are the buyer's own."""
    if R.of(row.state) not in BUDGETED or not buyer(*CONFIRMS, *PAYS):
        return None
    why = money_side.purse(row).why_not(row.amount_fen, today())
    url = url_for("money.allot", contract_id=row.contract_id, line=row.line, request=row.id) if buyer(P.FUNDS_MANAGE) else ""
    return {"why": why, "url": url} if why else None


def wanted(needed: list[Required], invoices: Any) -> list[int | None]:
    """Ids of the files that are shown."""
    kept = [paper.file_id for one in needed for paper in one.kept]
    return kept + [one.file_id for one in invoices] + [one.proof_id for one in invoices]


def invoice_line(row: Invoice, known: Any) -> dict[str, Any]:
    state = InvoiceState.of(row.state)
    return {
        "row": row, "sum": money(row.amount_fen), "word": "红字发票" if row.kind == "red" else state.label,
        "state": {"standing": "met", "wrong": "unmet", "cancelled": "withdrawn"}[row.state] if row.kind == "blue" else "withdrawn",
        "checked": Checked.of(row.checked).label if row.checked else "",
        "files": picked(known, [one for one in (row.file_id, row.proof_id) if one is not None]),
    }  # fmt: skip


def paper_line(row: PaymentRequest, one: Required, known: Any) -> dict[str, Any]:
    """A required paper: what there is of it, and what may be done about it."""
    early = R.of(row.state) in requests.EARLY
    brings = early and (supplier() or buyer(*CONFIRMS))
    return {
        "one": one, "clause_url": clause_url(one.clause), "waiver": one.waiver,
        "files": picked(known, [each.file_id for each in one.kept if each.file_id is not None]),
        "add_url": address("add_paper", request_id=row.id, paper=one.id) if brings and not one.held and one.id != "invoice" else "",
        "waive_url": address("waive_paper", request_id=row.id, paper=one.id)
        if early and one.missing and buyer(*CONFIRMS) and one.id not in {"invoice", "account_letter"} else "",
    }  # fmt: skip


def chain(row: PaymentRequest) -> list[dict[str, Any]]:
    """The stations of the present round, with what was said."""
    scope = current_scope()
    said = {one.position: one for one in payments.approvals(scope.session, scope.contract_id, [row.id]) if one.round == row.round}
    return [
        {
            "station": one, "said": (word := said.get(one["position"])), "word": Consent.of(word.consent).label if word else "",
            "next": row.state == R.APPROVING and one["position"] == len(said) + 1,
        }
        for one in row.chain
    ]  # fmt: skip


# -- corrections ----------------------------------------------------------------------------------


@bp.route("/requests/<int:request_id>/correct", methods=["GET", "POST"])
@in_contract(*ASKS)
def correct(contract_id: int, request_id: int) -> Response:
    turn, scope, form = Turn.of(request_id, "correct"), current_scope(), CorrectionForm()
    if away := turn.away:
        return away
    if request.method == "GET":
        form.invoice_amount.data = Money(turn.row.amount_fen).plain()
    if performed(form, lambda act: requests.correct(act, scope, request_id, correction(form), turn.seen, turn.key)):
        return redirect_to(turn.back, told="已登记红字更正和新发票。")
    hint = f"新发票的金额应为 {money(turn.row.amount_fen)}。"
    return turn.answer("红字更正", form, "登记更正", hint=hint, files=INVOICE_FILE, many=False)


def correction(form: CorrectionForm) -> Correction:
    return Correction(form.red_number.data, form.red_on.data, invoice_of(form))


@bp.route("/requests/<int:request_id>/withdraw", methods=["GET", "POST"])
@in_contract(*ASKS)
def withdraw(contract_id: int, request_id: int) -> Response:
    turn, scope, form = Turn.of(request_id, "withdraw"), current_scope(), WithdrawForm()
    if away := turn.away:
        return away
    red = (form.red_number.data or "", form.red_on.data)
    if performed(form, lambda act: requests.withdraw(act, scope, request_id, form.reason.data, red, turn.seen, turn.key)):
        return redirect_to(turn.back, told="已撤回。")
    return turn.answer("撤回付款申请", form, "撤回申请", confirm="确认撤回这笔付款申请？")

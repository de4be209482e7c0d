"""登记支付, 退票, 变更收款账户."""

from __future__ import annotations

from flask import Response, request

from app.services.settlement import paying as services
from app.services.settlement.paying import Paid
from app.web.access import current_scope, in_contract
from app.web.htmx import redirect_to
from app.web.papers import today
from app.web.replies import FormView
from app.web.settlement.blueprint import ASKS, PAYS, bp
from app.web.settlement.forms import AccountForm, BounceForm, PayForm
from app.web.settlement.here import (
    address,
    form_answer,
    key,
    money,
    not_now,
    performed,
    request_here,
    version,
)
from app.web.settlement.turns import acts


@bp.route("/requests/<int:request_id>/pay", methods=["GET", "POST"])
@in_contract(*PAYS)
def pay(contract_id: int, request_id: int) -> Response:
    row, scope, form, sent = request_here(request_id), current_scope(), PayForm(), key()
    seen, back = version() or row.version, address("request", request_id=row.id)
    if away := not_now(acts(row), "pay", back):
        return away
    if request.method == "GET":
        form.paid_on.data = today()
    paid = Paid(form.paid_on.data, form.voucher.data or "", form.bank_reference.data or "")
    if performed(form, lambda act: services.record(act, scope, row.id, paid, seen, sent)):
        return redirect_to(back, told=f"已登记支付 {money(row.amount_fen)}。")
    hint = f"支付 {money(row.amount_fen)} 给 {row.payee_name}，{row.payee_bank} {row.payee_account}。"
    view = FormView(form, address("pay", request_id=row.id), "登记支付", hint=hint)
    return form_answer("登记支付", view, (f"付款申请第 {row.number} 号", back), version=row.version)


@bp.route("/requests/<int:request_id>/bounce", methods=["GET", "POST"])
@in_contract(*PAYS)
def bounce(contract_id: int, request_id: int) -> Response:
    row, scope, form, sent = request_here(request_id), current_scope(), BounceForm(), key()
    seen, back = version() or row.version, address("request", request_id=row.id)
    if away := not_now(acts(row), "bounce", back):
        return away
    if request.method == "GET":
        form.returned_on.data = today()
    if performed(form, lambda act: services.bounce(act, scope, row.id, form.returned_on.data, form.reason.data, seen, sent)):
        return redirect_to(back, told="退票已登记，这笔付款重新待付。")
    view = FormView(form, address("bounce", request_id=row.id), "登记退票", confirm="确认银行已把这笔款退回？")
    return form_answer("登记退票", view, (f"付款申请第 {row.number} 号", back), version=row.version)


@bp.route("/requests/<int:request_id>/account", methods=["GET", "POST"])
@in_contract(*ASKS)
def account(contract_id: int, request_id: int) -> Response:
    row, scope, form, sent = request_here(request_id), current_scope(), AccountForm(), key()
    seen, back = version() or row.version, address("request", request_id=row.id)
    if away := not_now(acts(row), "account", back):
        return away
    if request.method == "GET":
        form.payee_name.data, form.payee_bank.data, form.payee_account.data = row.payee_name, row.payee_bank, row.payee_account
    payee = (form.payee_name.data or "", form.payee_bank.data or "", form.payee_account.data or "")
    if performed(form, lambda act: services.change_account(act, scope, row.id, payee, seen, sent)):
        return redirect_to(back, told="账户已变更。请补盖章函件，采购人重新审批。")
    hint = "变更后须补盖章的变更函件，并重新走一遍审批。"
    view = FormView(form, address("account", request_id=row.id), "变更收款账户", hint=hint)
    return form_answer("变更收款账户", view, (f"付款申请第 {row.number} 号", back), version=row.version)

"""登记支付, 退票, 变更收款账户."""

from __future__ import annotations

from flask import Response, request

from app.services.settlement import paying as services
from app.services.settlement.paying import Paid
from app.web.access import current_scope, in_contract
from app.web.htmx import redirect_to
from app.web.papers import today
from app.web.settlement.blueprint import ASKS, PAYS, bp
from app.web.settlement.forms import AccountForm, BounceForm, PayForm
from app.web.settlement.here import money, performed
from app.web.settlement.turns import Turn


@bp.route("/requests/<int:request_id>/pay", methods=["GET", "POST"])
@in_contract(*PAYS)
def pay(contract_id: int, request_id: int) -> Response:
    turn, scope, form = Turn.of(request_id, "pay"), current_scope(), PayForm()
    if away := turn.away:
        return away
    if request.method == "GET":
        form.paid_on.data = today()
    paid, row = Paid(form.paid_on.data, form.voucher.data or "", form.bank_reference.data or ""), turn.row
    if performed(form, lambda act: services.record(act, scope, request_id, paid, turn.seen, turn.key)):
        return redirect_to(turn.back, told=f"已登记支付 {money(row.amount_fen)}。")
    hint = f"支付 {money(row.amount_fen)} 给 {row.payee_name}，{row.payee_bank} {row.payee_account}。"
    return turn.answer("登记支付", form, "登记支付", hint=hint)


@bp.route("/requests/<int:request_id>/bounce", methods=["GET", "POST"])
@in_contract(*PAYS)
def bounce(contract_id: int, request_id: int) -> Response:
    turn, scope, form = Turn.of(request_id, "bounce"), current_scope(), BounceForm()
    if away := turn.away:
        return away
    if request.method == "GET":
        form.returned_on.data = today()
    told = form.returned_on.data, form.reason.data
    if performed(form, lambda act: services.bounce(act, scope, request_id, *told, turn.seen, turn.key)):
        return redirect_to(turn.back, told="退票已登记，这笔付款重新待付。")
    return turn.answer("登记退票", form, "登记退票", confirm="确认银行已把这笔款退回？")


@bp.route("/requests/<int:request_id>/account", methods=["GET", "POST"])
@in_contract(*ASKS)
def account(contract_id: int, request_id: int) -> Response:
    turn, scope, form = Turn.of(request_id, "account"), current_scope(), AccountForm()
    if away := turn.away:
        return away
    if request.method == "GET":
        form.payee_name.data, form.payee_bank.data = turn.row.payee_name, turn.row.payee_bank
        form.payee_account.data = turn.row.payee_account
    payee = (form.payee_name.data or "", form.payee_bank.data or "", form.payee_account.data or "")
    if performed(form, lambda act: services.change_account(act, scope, request_id, payee, turn.seen, turn.key)):
        return redirect_to(turn.back, told="账户已变更。请补盖章函件，采购人重新审批。")
    hint = "变更后须补盖章的变更函件，并重新走一遍审批。"
    return turn.answer("变更收款账户", form, "变更收款账户", hint=hint)

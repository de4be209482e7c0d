"""查验, 报送审批, 审批: the buyer's steps between the request and the payment."""

from __future__ import annotations

from flask import Response

from app.security.settlement_terms import Checked, Consent
from app.services.settlement import approving as services
from app.web.access import current_scope, in_contract
from app.web.htmx import redirect_to
from app.web.papers import file_ids
from app.web.replies import FormView
from app.web.settlement.blueprint import CHECKS, CONFIRMS, PAYS, bp
from app.web.settlement.forms import ApproveForm, CheckForm
from app.web.settlement.here import (
    address,
    form_answer,
    key,
    money,
    not_now,
    performed,
    pressed,
    request_here,
    to_request,
    version,
)
from app.web.settlement.turns import acts

PROOF = ("查验结果截图", "税务局全国增值税发票查验平台的结果页。")


@bp.route("/requests/<int:request_id>/check", methods=["GET", "POST"])
@in_contract(*CHECKS)
def check(contract_id: int, request_id: int) -> Response:
    row, scope, form, sent = request_here(request_id), current_scope(), CheckForm(), key()
    seen, back = version() or row.version, address("request", request_id=row.id)
    if away := not_now(acts(row), "check", back):
        return away

    def use_case(act):  # type: ignore[no-untyped-def]
        return services.check(act, scope, row.id, Checked.of(form.result.data), file_ids(), form.note.data or "", seen, sent)

    if performed(form, use_case):
        return redirect_to(back, told="查验结果已登记。")
    view = FormView(form, address("check", request_id=row.id), "登记查验结果", hint="登记人和时间自动记入。")
    return form_answer("查验发票", view, (f"付款申请第 {row.number} 号", back), version=row.version, files=PROOF, many=False)


@bp.post("/requests/<int:request_id>/submit")
@in_contract(*CONFIRMS)
def submit(contract_id: int, request_id: int) -> Response:
    row, scope, sent, seen = request_here(request_id), current_scope(), key(), version()
    back = address("request", request_id=row.id)
    return pressed(lambda act: services.submit(act, scope, row.id, seen, sent), "已报送审批。", to_request, back)


@bp.route("/requests/<int:request_id>/approve", methods=["GET", "POST"])
@in_contract(*PAYS)
def approve(contract_id: int, request_id: int) -> Response:
    row, scope, form, sent = request_here(request_id), current_scope(), ApproveForm(), key()
    seen, back = version() or row.version, address("request", request_id=row.id)
    if away := not_now(acts(row), "approve", back):
        return away

    def use_case(act):  # type: ignore[no-untyped-def]
        return services.approve(act, scope, row.id, Consent.of(form.consent.data), form.note.data or "", seen, sent)

    if performed(form, use_case):
        return redirect_to(back, told="审批意见已登记。")
    next_one = services.station(scope, row)
    told = f"这一步：{next_one.role}（{next_one.opinion}）。" if next_one is not None else ""
    view = FormView(form, address("approve", request_id=row.id), "登记意见", hint=f"{row.statement.title}，{money(row.amount_fen)}。{told}")
    return form_answer("审批付款", view, (f"付款申请第 {row.number} 号", back), version=row.version)

"""查验, 报送审批, 审批: the buyer's steps between the request and the payment."""

from __future__ import annotations

from flask import Response

from app.security.settlement_terms import Checked, Consent
from app.services.settlement import approving as services
from app.web.access import current_scope, in_contract
from app.web.htmx import redirect_to
from app.web.papers import file_ids
from app.web.settlement.blueprint import CHECKS, CONFIRMS, PAYS, bp
from app.web.settlement.forms import ApproveForm, CheckForm
from app.web.settlement.here import address, key, money, performed, pressed, request_here, to_request, version
from app.web.settlement.turns import Turn

PROOF = ("查验结果截图", "税务局全国增值税发票查验平台的结果页。")


@bp.route("/requests/<int:request_id>/check", methods=["GET", "POST"])
@in_contract(*CHECKS)
def check(contract_id: int, request_id: int) -> Response:
    turn, scope, form = Turn.of(request_id, "check"), current_scope(), CheckForm()
    if away := turn.away:
        return away

    def use_case(act):  # type: ignore[no-untyped-def]
        said = Checked.of(form.result.data), file_ids(), form.note.data or ""
        return services.check(act, scope, request_id, *said, turn.seen, turn.key)

    if performed(form, use_case):
        return redirect_to(turn.back, told="查验结果已登记。")
    return turn.answer("查验发票", form, "登记查验结果", hint="登记人和时间自动记入。", files=PROOF, many=False)


@bp.post("/requests/<int:request_id>/submit")
@in_contract(*CONFIRMS)
def submit(contract_id: int, request_id: int) -> Response:
    row, scope, sent, seen = request_here(request_id), current_scope(), key(), version()
    back = address("request", request_id=row.id)
    return pressed(lambda act: services.submit(act, scope, row.id, seen, sent), "已报送审批。", to_request, back)


@bp.route("/requests/<int:request_id>/approve", methods=["GET", "POST"])
@in_contract(*PAYS)
def approve(contract_id: int, request_id: int) -> Response:
    turn, scope, form = Turn.of(request_id, "approve"), current_scope(), ApproveForm()
    if away := turn.away:
        return away

    def use_case(act):  # type: ignore[no-untyped-def]
        said = Consent.of(form.consent.data), form.note.data or ""
        return services.approve(act, scope, request_id, *said, turn.seen, turn.key)

    if performed(form, use_case):
        return redirect_to(turn.back, told="审批意见已登记。")
    next_one = services.station(scope, turn.row)
    told = f"这一步：{next_one.role}（{next_one.opinion}）。" if next_one is not None else ""
    return turn.answer("审批付款", form, "登记意见", hint=f"{turn.row.statement.title}，{money(turn.row.amount_fen)}。{told}")

"""应付款核定单: made, looked at, signed, made anew; disputes about a part of it."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from app.security.settlement_terms import DisputeOutcome, RequestState
from app.security.terms import AssessmentState, Party
from app.services.act import found
from app.services.settlement import disputes, statements
from app.services.settlement.plan import Account, account_of
from app.services.settlement.statements import Wish
from app.store import assessments, settlement
from app.store.settlement import SettlementDispute, SettlementStatement
from app.web.access import current_person, current_scope, in_contract
from app.web.htmx import redirect_to, render
from app.web.replies import FormView
from app.web.settlement import money_side
from app.web.settlement.blueprint import CONFIRMS, DECIDES, DISPUTES, READERS, SIGNS, bp
from app.web.settlement.forms import AgainForm, DisputeDecisionForm, DisputeForm
from app.web.settlement.here import (
    HOME,
    address,
    buyer,
    clause_url,
    form_answer,
    key,
    money,
    performed,
    pressed,
    statement_here,
    supplier,
    timeline,
    to_statement,
)

KINDS = (("pdf", "应付款核定单 PDF"), ("docx", "Word"), ("xlsx", "Excel"))


@bp.post("/state", endpoint="state_line")
@in_contract(*CONFIRMS)
def state(contract_id: int) -> Response:
    """One button of the plan: the line that comes next, on the assessment that was shown."""
    scope, sent = current_scope(), key()
    chosen = request.form.get("assessment", "")
    wish = Wish(request.form.get("line", ""), int(chosen) if chosen.isascii() and chosen.isdigit() else None)
    return pressed(
        lambda act: statements.state(act, scope, wish, sent), "已核定，等分管领导签发。", to_statement, address("plan")
    )


@bp.get("/statements/<int:statement_id>", endpoint="statement")
@in_contract(*READERS)
def one(contract_id: int, statement_id: int) -> Response:
    row, scope = statement_here(statement_id), current_scope()
    account = account_of(scope, row)
    rows = settlement.statements(scope.session, contract_id, row.line)
    return render(
        "settlement/statement.html", row=row, account=account, live=rows[-1].id == row.id, lines=lines(row), key=key(),
        sums={name: money(fen) for name, fen in sums(account).items()}, acts=acts(row, account, rows[-1]),
        versions=[{"row": one, "sum": money(one.payable_fen), "url": address("statement", statement_id=one.id)} for one in rows],
        clocks=money_side.clocks(row.line) if rows[-1].id == row.id else None,
        earlier=[{**one, "sum": money(one["fen"])} for one in row.content["earlier"]],
        disputes=[dispute_line(one) for one in account.disputes],
        events=timeline(list(settlement.past(scope.session, contract_id, row.line))),
        requests=[request_line(one) for one in account.requests], intact=statements.holds(row), basis=row.content["basis"],
        files=[(title, address("statement_file", statement_id=row.id, kind=kind)) for kind, title in KINDS],
    )  # fmt: skip


def sums(account: Account) -> dict[str, int]:
    row = account.statement
    return {
        "payable": row.payable_fen, "disputed": account.in_dispute, "requested": account.requested, "paid": account.paid,
        "left": account.outstanding,
    }  # fmt: skip


def lines(row: SettlementStatement) -> list[dict[str, Any]]:
    """Each sum with its clause and the way down to the entries."""
    trace = url_for("assessment.trace", contract_id=row.contract_id, assessment_id=row.assessment_id) if row.assessment_id else ""
    return [
        {
            **one, "sum": money(one["fen"]), "url": f"{trace}?place={one['place']}" if trace and one["place"] else "",
            "clause_url": clause_url(one["clause"]),
        }
        for one in row.content["lines"]
    ]  # fmt: skip


def request_line(row: Any) -> dict[str, Any]:
    word, url = RequestState.of(row.state).label, address("request", request_id=row.id)
    return {"row": row, "word": word, "sum": money(row.amount_fen), "url": url}


def acts(row: SettlementStatement, account: Account, last: SettlementStatement) -> dict[str, str]:
    """Addresses of what the person may do next."""
    if row.id != last.id:
        return {"now": address("statement", statement_id=last.id)}
    at, unsigned = {"statement_id": row.id}, account.signing is None
    can = {
        "sign": unsigned and buyer(*SIGNS) and current_person().user_id != row.made_by,
        "request_payment": not unsigned and supplier() and account.open is None and account.outstanding > 0,
        "again": buyer(*CONFIRMS), "dispute": account.outstanding > 0 and (supplier() or buyer(*DECIDES)),
    }  # fmt: skip
    return {name: address(name, **at) for name, allowed in can.items() if allowed}


@bp.post("/statements/<int:statement_id>/sign")
@in_contract(*SIGNS)
def sign(contract_id: int, statement_id: int) -> Response:
    row, scope, sent = statement_here(statement_id), current_scope(), key()
    back = address("statement", statement_id=row.id)
    return pressed(lambda act: statements.sign(act, scope, row.id, sent), "已签发，供应商现在可以申请付款。", to_statement, back)


@bp.route("/statements/<int:statement_id>/again", methods=["GET", "POST"])
@in_contract(*CONFIRMS)
def again(contract_id: int, statement_id: int) -> Response:
    """A new revision, with the reason."""
    row, scope, form, sent = statement_here(statement_id), current_scope(), AgainForm(), key()
    form.assessment.choices, seen = [] if row.advance else signed_ones(), row.revision
    wish = Wish(row.line, form.assessment.data, seen, form.reason.data or "")
    if done := performed(form, lambda act: statements.state(act, scope, wish, sent)):
        return redirect_to(to_statement(done), told="已重新核定，等分管领导签发。")
    view = FormView(form, address("again", statement_id=row.id), "重新核定", confirm="现有的核定单将被取代，确认重新核定？")
    return form_answer(f"重新核定：{row.title}", view, (row.title, address("statement", statement_id=row.id)))


def signed_ones() -> list[tuple[int, str]]:
    """Signed assessments to choose from, the latest first."""
    scope = current_scope()
    rows = [one for one in assessments.every(scope.session, scope.contract_id) if one.state == AssessmentState.SIGNED]
    return [(one.id, f"第 {one.number} 次考核：{one.label}") for one in rows]


# -- disputes -------------------------------------------------------------------------------------


def dispute_line(row: SettlementDispute) -> dict[str, Any]:
    decides = row.outcome is None and buyer(*DECIDES) and row.raised_by != current_person().user_id
    return {
        "row": row, "sum": money(row.amount_fen), "side": Party.of(row.side).label,
        "word": "待处理" if row.outcome is None else DisputeOutcome.of(row.outcome).label,
        "state": "undecided" if row.outcome is None else "done",
        "url": address("decide_dispute", dispute_id=row.id) if decides else "",
    }  # fmt: skip


@bp.route("/statements/<int:statement_id>/dispute", methods=["GET", "POST"])
@in_contract(*DISPUTES)
def dispute(contract_id: int, statement_id: int) -> Response:
    row, scope, form, sent = statement_here(statement_id), current_scope(), DisputeForm(), key()
    back = address("statement", statement_id=row.id)
    if performed(form, lambda act: disputes.raise_one(act, scope, row.id, form.amount.data, form.reason.data, sent)):
        return redirect_to(back, told="已登记。这一部分暂不支付，其余照常。")
    left = money(max(account_of(scope, row).outstanding, 0))
    view = FormView(form, address("dispute", statement_id=row.id), "登记争议", hint=f"还没有申请支付的是 {left}。")
    return form_answer(f"登记争议：{row.title}", view, (row.title, back))


@bp.route("/disputes/<int:dispute_id>/decide", methods=["GET", "POST"])
@in_contract(*DECIDES)
def decide_dispute(contract_id: int, dispute_id: int) -> Response:
    scope, form, sent = current_scope(), DisputeDecisionForm(), key()
    row = found(settlement.find(scope.session, SettlementDispute, contract_id, dispute_id))
    back = address("statement", statement_id=row.statement_id)
    if performed(form, lambda act: disputes.decide(act, scope, row.id, DisputeOutcome.of(form.outcome.data), form.answer.data, sent)):
        return redirect_to(back, told="争议已处理。")
    hint = f"{Party.of(row.side).label}提出，{money(row.amount_fen)}：{row.reason}"
    view = FormView(form, address("decide_dispute", dispute_id=row.id), "处理", hint=hint)
    return form_answer("处理争议", view, (HOME, back))



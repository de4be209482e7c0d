"""What is done with entries from their page: withdrawn, contested, answered, checked inside; nothing to report."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, request, url_for

from app.security.permissions import P
from app.services.act import Act, Refused
from app.services.ledger import write
from app.services.ledger.reading import spoken
from app.services.ledger.write import Stale
from app.services.verification import decide
from app.store.entries import LedgerEntry
from app.web.access import current_scope, in_contract
from app.web.htmx import conflict, invalid, redirect_to
from app.web.ledger.blueprint import bp
from app.web.ledger.detail import Detail
from app.web.ledger.filling import version
from app.web.ledger.shared import WRITERS, attempt, desk_here, entry_here, entry_url, list_url, told
from kpi.ledger import conversions
from kpi.ledger.entries import FieldError

UNDO = "撤销误点的零报告"


def decided(ledger: str, record_id: int, use_case: Callable[[Act], LedgerEntry], text: str) -> Response:
    """Carries a decision out; a refusal stands above the entry, with the reason that was typed."""
    desk = desk_here(ledger)
    row = entry_here(desk, record_id)
    try:
        made = attempt(use_case)
    except Refused as refused:
        answer = conflict if isinstance(refused, Stale) or not refused.field else invalid
        why = "这条记录刚刚被别人改过，没有改动。请看过现在的内容再操作" if isinstance(refused, Stale) else refused.message
        context = Detail(desk_here(ledger), row).context()
        return answer("ledger/entry.html", **context, refusal=why, asked=request.form.get("reason", ""))
    return redirect_to(entry_url(made), told=f"{told(made)} {text}。")


def reason() -> str:
    return request.form.get("reason", "")[:500]


@bp.post("/<ledger>/entries/<int:record_id>/withdraw")
@in_contract(*WRITERS)
def withdraw(contract_id: int, ledger: str, record_id: int) -> Response:
    return decided(
        ledger, record_id, lambda act: write.withdraw(act, current_scope(), record_id, version(), reason()), "已撤回"
    )


@bp.post("/<ledger>/entries/<int:record_id>/pass")
@in_contract(P.ENTRY_CHECK)
def pass_inside(contract_id: int, ledger: str, record_id: int) -> Response:
    def use_case(act: Act) -> LedgerEntry:
        return decide.check(act, current_scope(), record_id, version(), fine=True)

    return decided(ledger, record_id, use_case, "内部复核通过，已提交审核")


@bp.post("/<ledger>/entries/<int:record_id>/send-back")
@in_contract(P.ENTRY_CHECK)
def send_back(contract_id: int, ledger: str, record_id: int) -> Response:
    def use_case(act: Act) -> LedgerEntry:
        return decide.check(act, current_scope(), record_id, version(), fine=False, reason=reason())

    return decided(ledger, record_id, use_case, "已退给填报人修改")


@bp.post("/<ledger>/entries/<int:record_id>/contest")
@in_contract(P.ENTRY_WRITE, P.ENTRY_CHECK)
def contest(contract_id: int, ledger: str, record_id: int) -> Response:
    return decided(
        ledger, record_id, lambda act: write.contest(act, current_scope(), record_id, reason()), "的异议已提出"
    )


@bp.post("/<ledger>/entries/<int:record_id>/answer")
@in_contract(P.BUYER_ENTRY_WRITE)
def answer(contract_id: int, ledger: str, record_id: int) -> Response:
    return decided(
        ledger, record_id, lambda act: write.answer(act, current_scope(), record_id, reason()), "的异议已答复"
    )


@bp.post("/<ledger>/nil")
@in_contract(*WRITERS)
def nil(contract_id: int, ledger: str) -> Response:
    """零报告 in one tap; what it made can be undone from the message."""
    desk = desk_here(ledger)
    try:
        day = conversions.day(request.form.get("day") or desk.act.today)
        made = attempt(lambda act: write.nil_return(act, current_scope(), ledger, day))
    except (FieldError, Refused) as error:
        text = error.message if isinstance(error, Refused) else spoken(str(error))
        return redirect_to(list_url(desk.ledger), told=text, kind="error")
    back = request.form.get("back", "")
    if back == "home":
        target = url_for("home.contract", contract_id=contract_id, nil_in=ledger)
    else:
        target = url_for("ledger.ledgers", contract_id=contract_id) if back == "index" else list_url(desk.ledger)
    mark = "&" if "?" in target else "?"
    return redirect_to(f"{target}{mark}nil={made.id}", told=f"{desk.ledger.name} {day} 已作零报告。")


@bp.post("/<ledger>/entries/<int:record_id>/undo-nil")
@in_contract(*WRITERS)
def undo_nil(contract_id: int, ledger: str, record_id: int) -> Response:
    """Takes a nil return back that was tapped by mistake."""
    desk = desk_here(ledger)
    row = entry_here(desk, record_id)
    target = list_url(desk.ledger)
    if not row.nil:
        return redirect_to(target, told="这条记录不是零报告，请在它的页面上撤回", kind="warning")
    try:
        attempt(lambda act: write.withdraw(act, current_scope(), record_id, row.version, UNDO))
    except Refused as refused:
        return redirect_to(target, told=refused.message, kind="error")
    return redirect_to(target, told="零报告已撤销。", kind="info")


def fresh_nil() -> LedgerEntry | None:
    """The nil return that was made just now, for the offer to undo it."""
    given = request.args.get("nil", "")
    if not (given.isdecimal() and len(given) < 19):
        return None
    row = write.desk_entry(current_scope(), int(given))
    return row if row is not None and row.nil and row.state != "withdrawn" else None



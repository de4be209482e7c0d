"""质保金不予返还: proposed, decided, revoked; the contractor takes note of it."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from app.security.settlement_terms import Consent, ForfeitGround, ForfeitState
from app.services.act import Refused
from app.services.settlement import forfeits as services
from app.services.settlement.forfeits import Wish
from app.services.settlement.objections import objection_of
from app.services.settlement.plan import LineView, PlanView
from app.store import settlement
from app.store.settlement import RetentionForfeit
from app.web.access import current_person, current_scope, in_contract
from app.web.htmx import redirect_to, render
from app.web.papers import cards, file_ids, picked
from app.web.replies import FormView
from app.web.settlement import objections
from app.web.settlement.blueprint import ASKS, CONFIRMS, READERS, SIGNS, bp
from app.web.settlement.forms import ForfeitDecisionForm, ForfeitForm, ReasonForm, SeenForm
from app.web.settlement.here import (
    HOME,
    address,
    buyer,
    clause_url,
    forfeit_here,
    form_answer,
    key,
    money,
    not_now,
    performed,
    pressed,
    supplier,
    timeline,
    version,
)
from kpi.quantities import Money

S = ForfeitState
#: State → the key of the status component.
MARKS = {S.PROPOSED: "submitted", S.AGREED: "locked", S.DECLINED: "withdrawn", S.WITHDRAWN: "withdrawn", S.REVOKED: "withdrawn"}
DECIDED = {
    Consent.AGREED: "已认定，总账已记扣款，供应商会在工作台看到。下一步：出具告知书并送达，送达以后起算异议期。",
    Consent.DECLINED: "没有认定，这笔质保金仍然保留。",
}
PROOF = ("证明材料（必填）", "通知、验收或复检记录、往来函件等，可以多份。供应商看得到。")


def beside(plan: PlanView, view: LineView) -> dict[str, Any]:
    """Beside a line of the plan: what is held back for it, what was proposed not to be given back, where to propose more."""
    held, line = plan.past.forfeited, view.line.id
    open_one = line in held.left and view.account is None and held.proposed(line) is None and buyer(*CONFIRMS)
    return {
        "held": str(held.left[line]) if line in held.left else "", "forfeits": [shown(one) for one in held.rows if one.line == line],
        "forfeit_url": address("propose_forfeit", line=line) if open_one else "",
    }  # fmt: skip


def shown(row: RetentionForfeit) -> dict[str, Any]:
    state = S.of(row.state)
    url = address("forfeit", forfeit_id=row.id)
    return {"row": row, "sum": money(row.amount_fen), "word": state.label, "state": MARKS[state], "url": url}


@bp.route("/forfeits/new", methods=["GET", "POST"], endpoint="propose_forfeit")
@in_contract(*CONFIRMS)
def propose(contract_id: int) -> Response:
    scope, form, sent, line = current_scope(), ForfeitForm(), key(), request.values.get("line", "")[:80]
    if not line:
        return redirect_to(address("plan"))
    if done := performed(form, lambda act: services.propose(act, scope, wish_of(form, line), sent)):
        return redirect_to(address("forfeit", forfeit_id=done.forfeit_id), told="已提出，等分管领导认定。认定以后才记账。")
    try:
        about, left = services.held_for(scope, line)
    except Refused as refused:
        return redirect_to(address("plan"), told=refused.message, kind="error")
    if request.method == "GET":
        form.amount.data, form.clause.data, form.ground.data = left.plain(), about.line.clause, ForfeitGround.NEVER.value
    hint = f"“{about.line.title}”还保留 {left}。{about.line.explanation}。"
    view = FormView(form, address("propose_forfeit", line=line), "提出", hint=hint)
    return form_answer("质保金不予返还", view, (HOME, address("plan")), files=PROOF)


def wish_of(form: ForfeitForm, line: str) -> Wish:
    given = form.amount.data or "", form.clause.data or "", form.reason.data or ""
    return Wish(line, ForfeitGround.of(form.ground.data), *given, file_ids())


@bp.get("/forfeits/<int:forfeit_id>", endpoint="forfeit")
@in_contract(*READERS)
def one(contract_id: int, forfeit_id: int) -> Response:
    row, scope = forfeit_here(forfeit_id), current_scope()
    past, so_far = services.events(scope, row), objection_of(scope, row)
    files = settlement.files_of(scope.session, contract_id, [one.id for one in past])
    known = cards(each for ids in files.values() for each in ids)
    proof = [each for one in past if one.deed == "forfeit_proposed" for each in files.get(one.id, ())]
    said = [each for one in past if one.deed in {"forfeit_seen", "disputed"} for each in files.get(one.id, ())]
    return render(
        "settlement/forfeit.html", **shown(row), ground=ForfeitGround.of(row.ground).label, clause_url=clause_url(row.clause),
        proof=picked(known, proof), said=picked(known, said), events=timeline(past), key=key(),
        acts={**acts(row), **objections.acts(row, so_far)}, **objections.shown(so_far),
    )  # fmt: skip


def acts(row: RetentionForfeit) -> dict[str, str]:
    """Addresses of what the person may do next."""
    state, me, at = S.of(row.state), current_person().user_id, {"forfeit_id": row.id}
    told = state in {S.AGREED, S.REVOKED} and row.seen_at is None
    can = {
        "decide_forfeit": state is S.PROPOSED and buyer(*SIGNS) and me != row.proposed_by,
        "withdraw_forfeit": state is S.PROPOSED and buyer(*CONFIRMS) and me == row.proposed_by,
        "revoke_forfeit": state is S.AGREED and buyer(*SIGNS), "see_forfeit": told and supplier(),
    }  # fmt: skip
    return {name: address(name, **at) for name, allowed in can.items() if allowed}


@bp.route("/forfeits/<int:forfeit_id>/decide", methods=["GET", "POST"], endpoint="decide_forfeit")
@in_contract(*SIGNS)
def decide(contract_id: int, forfeit_id: int) -> Response:
    row, scope, form, sent = forfeit_here(forfeit_id), current_scope(), ForfeitDecisionForm(), key()
    seen, back = version() or row.version, address("forfeit", forfeit_id=row.id)
    if away := not_now(lambda: acts(row), "decide_forfeit", back):
        return away
    said = Consent.AGREED if form.consent.data == "agreed" else Consent.DECLINED, form.note.data or ""
    if performed(form, lambda act: services.decide(act, scope, row.id, *said, seen, sent)):
        return redirect_to(back, told=DECIDED[said[0]])
    hint = f"{row.title}，不予返还 {Money(row.amount_fen)}（{row.clause}）：{row.reason}"
    view = FormView(form, address("decide_forfeit", forfeit_id=row.id), "确定", hint=hint)
    return form_answer("认定不予返还", view, (f"第 {row.number} 号不予返还", back), version=row.version)


@bp.post("/forfeits/<int:forfeit_id>/withdraw", endpoint="withdraw_forfeit")
@in_contract(*CONFIRMS)
def withdraw(contract_id: int, forfeit_id: int) -> Response:
    row, scope, sent, seen = forfeit_here(forfeit_id), current_scope(), key(), version()
    back = address("forfeit", forfeit_id=row.id)
    return pressed(lambda act: services.withdraw(act, scope, row.id, seen, sent), "已撤回。", lambda done: back, back)


@bp.route("/forfeits/<int:forfeit_id>/revoke", methods=["GET", "POST"], endpoint="revoke_forfeit")
@in_contract(*SIGNS)
def revoke(contract_id: int, forfeit_id: int) -> Response:
    row, scope, form, sent = forfeit_here(forfeit_id), current_scope(), ReasonForm(), key()
    seen, back = version() or row.version, address("forfeit", forfeit_id=row.id)
    if away := not_now(lambda: acts(row), "revoke_forfeit", back):
        return away
    if performed(form, lambda act: services.revoke(act, scope, row.id, form.reason.data, seen, sent)):
        return redirect_to(back, told="已撤销，总账已冲回，这笔钱重新保留，条件满足时核定返还。")
    hint = f"撤销以后，{Money(row.amount_fen)} 回到“保留（质保）”。这一期已经核定返还的，请主管人员重新核定。"
    view = FormView(form, address("revoke_forfeit", forfeit_id=row.id), "撤销认定", hint=hint, confirm="确认撤销这次认定？")
    return form_answer("撤销不予返还", view, (f"第 {row.number} 号不予返还", back), version=row.version)


@bp.route("/forfeits/<int:forfeit_id>/seen", methods=["GET", "POST"], endpoint="see_forfeit")
@in_contract(*ASKS)
def see(contract_id: int, forfeit_id: int) -> Response:
    row, scope, form, sent = forfeit_here(forfeit_id), current_scope(), SeenForm(), key()
    seen, back = version() or row.version, address("forfeit", forfeit_id=row.id)
    if away := not_now(lambda: acts(row), "see_forfeit", back):
        return away
    if performed(form, lambda act: services.see(act, scope, row.id, form.note.data or "", file_ids(), seen, sent)):
        return redirect_to(back, told="已登记。")
    view = FormView(form, address("see_forfeit", forfeit_id=row.id), "已知悉", hint=f"{row.title}，{Money(row.amount_fen)}：{row.reason}")
    back_to = f"第 {row.number} 号不予返还", back
    return form_answer("知悉不予返还", view, back_to, version=row.version, files=("附件", "支持您意见的材料，没有可以不传。"))

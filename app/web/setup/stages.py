"""进度和阶段: what is still open, and the steps from draft to live and to the end."""

from __future__ import annotations

from flask import Response, url_for

from app.security.permissions import P
from app.security.terms import ContractState
from app.services.setup import stages as services
from app.services.setup.stages import Item
from app.web.access import current_contract, current_scope, in_contract
from app.web.htmx import redirect_to
from app.web.replies import FormView, form_page
from app.web.setup.blueprint import bp
from app.web.setup.forms import ReasonForm
from app.web.setup.shared import setup_page
from app.web.transaction import act_now, current_act, perform

#: Where an item of the checklist is settled.
PLACES = {
    "rulebook": "setup.choice", "checkup": "setup.checkup", "terms": "setup.terms", "questions": "setup.questions",
    "members": "setup.members", "people": "contracts_members.members", "outlets": "contracts_outlets.outlets",
}  # fmt: skip
WORDS = {"done": ("good", "check", "已完成"), "open": ("warn", "circle-dashed", "还没完"), "wrong": ("bad", "x", "有错误")}
ORDER = (ContractState.DRAFT, ContractState.TRIAL, ContractState.LIVE, ContractState.CLOSED)


def shown(item: Item) -> dict[str, object]:
    """A line of the checklist."""
    tone, icon, word = WORDS[item.state]
    blocked = [ContractState.of(each).label for each in ORDER if each in item.blocks] if item.state != "done" else []
    url = url_for(PLACES[item.key], contract_id=current_contract().id)
    return {"item": item, "tone": tone, "icon": icon, "word": word, "blocked": blocked, "url": url}


@bp.get("", endpoint="stages")
@in_contract(P.CONTRACT_READ)
def every(contract_id: int) -> Response:
    contract = current_contract()
    found = services.standing(current_act(), current_scope(), contract)
    state = ContractState.of(contract.state)
    following = {ContractState.DRAFT: ContractState.TRIAL, ContractState.TRIAL: ContractState.LIVE}.get(state)
    blocking = found.blocking(following) if following else []
    return setup_page(
        "setup/stages.html", title="合同设置", items=[shown(one) for one in found.items], state=state, order=ORDER,
        following=following, blocking=blocking, entries=found.entries,
    )  # fmt: skip


@bp.post("/trial")
@in_contract(P.CONTRACT_SETUP)
def trial(contract_id: int) -> Response:
    act_now(lambda act: services.begin_trial(act, current_scope()))
    told = "已转为试运行：从现在起登记的内容都标为试运行，不计入考核与付款。"
    return redirect_to(url_for(".stages", contract_id=contract_id), told=told)


@bp.post("/live")
@in_contract(P.CONTRACT_SETUP)
def live(contract_id: int) -> Response:
    act_now(lambda act: services.go_live(act, current_scope()))
    told = "已转为正式执行：从现在起登记的内容计入考核与付款；试运行的记录保留，不计数。"
    return redirect_to(url_for(".stages", contract_id=contract_id), told=told)


@bp.route("/close", methods=["GET", "POST"])
@in_contract(P.CONTRACT_SETUP)
def close(contract_id: int) -> Response:
    form, back = ReasonForm(), url_for(".stages", contract_id=contract_id)
    if perform(form, lambda act: services.close(act, current_scope(), form.reason.data or "")):
        return redirect_to(back, told="合同已结束，所有内容仍可查看。")
    hint = "结束以后不能再登记、审核和改设置；已有的内容都保留，可以查看和导出。结束错了可以重新打开。"
    view = FormView(form, url_for(".close", contract_id=contract_id), "结束合同", confirm="结束这份合同？", hint=hint)
    return form_page("结束合同", view, ("合同设置", back))


@bp.route("/reopen", methods=["GET", "POST"])
@in_contract(P.CONTRACT_SETUP)
def reopen(contract_id: int) -> Response:
    form, back = ReasonForm(), url_for(".stages", contract_id=contract_id)
    if perform(form, lambda act: services.reopen(act, current_scope(), form.reason.data or "")):
        return redirect_to(back, told="合同已重新打开。")
    view = FormView(form, url_for(".reopen", contract_id=contract_id), "重新打开")
    return form_page("重新打开合同", view, ("合同设置", back))

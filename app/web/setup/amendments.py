"""补充协议: another version with its day and reason; findings, differences, effect; then adopted or given up."""

from __future__ import annotations

from flask import Response, request, url_for

from app.security.permissions import P
from app.services.books import book_by_text
from app.services.setup import amendments as services
from app.services.setup import effect as effects
from app.services.setup.amendments import RUNNING
from app.services.setup.differences import differences
from app.services.setup.findings import blocks, examined
from app.store import setup as stored
from app.web.access import current_contract, current_scope, in_contract
from app.web.contracts.shared import today
from app.web.database import db
from app.web.htmx import redirect_to
from app.web.setup.blueprint import bp
from app.web.setup.forms import AmendmentForm
from app.web.setup.shared import setup_page, state_of
from app.web.transaction import act_now, perform


@bp.get("/amendments", endpoint="amendments")
@in_contract(P.CONTRACT_READ)
def every(contract_id: int) -> Response:
    contract = current_contract()
    rows = [one for one in stored.every_version(db.session(), contract_id) if one.proposed_at is not None]
    latest = {one.id for one in rows if one.effective_on > today()}
    shown = [(one, state_of(one, contract.rulebook_text_id, latest)) for one in rows]
    return setup_page("setup/amendments.html", title="补充协议", versions=shown, running=contract.state in RUNNING)


@bp.route("/amendments/new", methods=["GET", "POST"])
@in_contract(P.CONTRACT_SETUP)
def propose(contract_id: int) -> Response:
    form, back = AmendmentForm(), ("补充协议", url_for(".amendments", contract_id=contract_id))
    fine = form.validate_on_submit()
    text = form.read_text() if fine else None
    if text is not None and (done := perform(form, lambda act: proposal(act, form, text))):
        told = "已收下，还没有生效。请看体检、对照和影响，再决定是否采用。"
        return redirect_to(url_for(".amendment", contract_id=contract_id, version_id=done.value), told=told)
    status = 422 if request.method == "POST" else 200
    return setup_page(
        "setup/propose.html", "setup/_propose.html", title="上传补充协议", step="setup.amendments", status=status,
        form=form, back=back,
    )  # fmt: skip


def proposal(act, form: AmendmentForm, text: str) -> int:
    """Keeps the proposal; its id."""
    return services.propose(act, current_scope(), text, form.effective_on.data, form.reason.data or "").id


@bp.get("/amendments/<int:version_id>", endpoint="amendment")
@in_contract(P.CONTRACT_READ)
def single(contract_id: int, version_id: int) -> Response:
    scope, contract = current_scope(), current_contract()
    version = services.proposal(scope, version_id)
    old, new = services.book_before(scope, version), book_by_text(scope, version.rulebook_text_id)
    money = frozenset(one.id for one in new.rulebook.assumptions if one.touches_payment)
    state = state_of(version, contract.rulebook_text_id, {version.id} if version.effective_on > today() else set())
    return setup_page(
        "setup/amendment.html", title=f"第 {version.revision} 号版本", step="setup.amendments", version=version, state=state,
        found=examined(new.source), blocks=lambda one: blocks(one, money), asked=set(), to_adopt=version.adopted_at is None,
        clause_titles={one.id: one.title for one in new.rulebook.clauses}, every=effects.EVERY,
        differences=differences(old.source, new.source) if old else None, past=version.effective_on <= today(),
        back=("补充协议", url_for(".amendments", contract_id=contract_id)),
        usual=effects.usual(old) if old else "",
    )  # fmt: skip


@bp.get("/amendments/<int:version_id>/effect")
@in_contract(P.CONTRACT_READ)
def amendment_effect(contract_id: int, version_id: int) -> Response:
    scope = current_scope()
    version = services.proposal(scope, version_id)
    old, new = services.book_before(scope, version), book_by_text(scope, version.rulebook_text_id)
    asked = request.args.get("every", "")
    if old is None:
        effect = effects.Effect(asked, 0, (), "这是合同的第一个版本，没有可以比较的")
    else:
        effect = effects.of_version(scope, old, new, today(), asked)
    address = url_for(".amendment_effect", contract_id=contract_id, version_id=version_id)
    return setup_page(
        "setup/effect.html", "setup/_effect.html", title="对以往周期的影响", step="setup.amendments", effect=effect,
        told="如果以往各期都按这个版本计算", every=effects.EVERY, address=address,
    )  # fmt: skip


@bp.post("/amendments/<int:version_id>/adopt")
@in_contract(P.CONTRACT_SETUP)
def adopt(contract_id: int, version_id: int) -> Response:
    row = act_now(lambda act: services.adopt(act, current_scope(), version_id))
    told = f"已采用，从 {row.effective_on} 起生效。已登记的记录仍按当时的版本核对。请答复新增或改过的待确认事项。"
    return redirect_to(url_for(".questions", contract_id=contract_id), told=told)


@bp.post("/amendments/<int:version_id>/drop")
@in_contract(P.CONTRACT_SETUP)
def drop(contract_id: int, version_id: int) -> Response:
    act_now(lambda act: services.drop(act, current_scope(), version_id))
    return redirect_to(url_for(".amendments", contract_id=contract_id), told="已放弃这份补充协议，文本留底。")

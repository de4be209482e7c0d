"""规则书版本: choose a known rulebook or upload one; 合同体检 of the chosen one."""

from __future__ import annotations

from flask import Response, request, url_for

from app.security.permissions import P
from app.security.terms import ContractState
from app.services.setup import texts, versions
from app.services.setup.findings import blocks, examined
from app.services.setup.terms import proposed
from app.store import setup as stored
from app.web.access import current_contract, current_scope, in_contract
from app.web.contracts.shared import today
from app.web.database import db
from app.web.forms import Confirm
from app.web.htmx import redirect_to
from app.web.setup.blueprint import bp
from app.web.setup.forms import UploadForm
from app.web.setup.shared import present_book, setup_page, state_of
from app.web.transaction import perform

CHOSEN = "规则书已选定。请看合同体检，再答复待确认事项。"


@bp.get("/rulebook", endpoint="choice")
@in_contract(P.CONTRACT_READ)
def every(contract_id: int) -> Response:
    return page(UploadForm(), Confirm())


def page(form: UploadForm, confirm: Confirm) -> Response:
    """The versions of the contract, and while it is a draft what can be chosen."""
    contract, status = current_contract(), 422 if request.method == "POST" else 200
    rows = stored.every_version(db.session(), contract.id)
    latest = {one.id for one in rows if one.effective_on > today()}
    shown = [(one, state_of(one, contract.rulebook_text_id, latest)) for one in rows]
    book = present_book()
    return setup_page(
        "setup/choice.html", "setup/_choice.html", title="规则书版本", step="setup.choice", status=status, form=form,
        confirm=confirm, versions=shown, known=texts.known() if contract.state == ContractState.DRAFT else [],
        book=book, length=proposed(book, contract.starts_on) if book else None,
    )  # fmt: skip


@bp.post("/rulebook/known/<key>")
@in_contract(P.CONTRACT_SETUP)
def choose_known(contract_id: int, key: str) -> Response:
    form = Confirm()
    if perform(form, lambda act: versions.choose(act, current_scope(), texts.known_text(key))):
        return redirect_to(url_for(".checkup", contract_id=contract_id), told=CHOSEN)
    return page(UploadForm(formdata=None), form)


@bp.post("/rulebook/upload")
@in_contract(P.CONTRACT_SETUP)
def upload(contract_id: int) -> Response:
    form = UploadForm()
    text = form.read_text() if form.validate_on_submit() else None
    if text is not None and perform(form, lambda act: versions.choose(act, current_scope(), text)):
        return redirect_to(url_for(".checkup", contract_id=contract_id), told=CHOSEN)
    return page(form, Confirm(formdata=None))


@bp.get("/checkup")
@in_contract(P.CONTRACT_READ)
def checkup(contract_id: int) -> Response:
    book = present_book()
    if book is None:
        return setup_page("setup/checkup.html", title="合同体检", book=None)
    found = examined(book.source)
    money = frozenset(one.id for one in book.rulebook.assumptions if one.touches_payment)
    titles = {one.id: one.title for one in book.rulebook.clauses}
    return setup_page(
        "setup/checkup.html", title="合同体检", book=book, found=found, clause_titles=titles,
        asked={one.id for one in book.rulebook.assumptions}, blocks=lambda one: blocks(one, money),
    )  # fmt: skip

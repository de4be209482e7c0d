"""A new entry, and an entry changed: the full form, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import Response, request, url_for

from app.security.terms import EntryState
from app.services.act import Act, Refused
from app.services.ledger import completing, drafts, gates, together, write
from app.services.ledger.desk import Desk
from app.services.ledger.reading import Trouble
from app.services.ledger.together import UnfitTogether
from app.services.ledger.write import Stale, Unfit
from app.store.entries import LedgerEntry
from app.store.evidence import links
from app.web.access import current_scope, in_contract
from app.web.htmx import conflict, redirect_to, render, tell
from app.web.ledger import forms
from app.web.ledger.blueprint import bp
from app.web.ledger.conflicts import conflict_items
from app.web.ledger.forms import NEXT_AGAIN, NEXT_DRAFT, EntryForm, posted
from app.web.ledger.inputs import Inputs, prefix_of
from app.web.ledger.shared import WRITERS, attempt, desk_here, entry_here, entry_url, list_url, told
from kpi.rulebook.ledgers import FieldType

PAGE, FRAGMENT = "ledger/form.html", "ledger/_form.html"
Save = Callable[[Act], list[LedgerEntry]]


@bp.route("/<ledger>/entries/new", methods=["GET", "POST"])
@in_contract(*WRITERS)
def new(contract_id: int, ledger: str) -> Response:
    desk = desk_here(ledger)
    if (why := cannot(lambda: gates.check_writer(desk.act, desk.contract, desk.ledger))) and request.method == "GET":
        return redirect_to(list_url(desk.ledger), told=why, kind="warning")
    if request.method == "GET":
        return show(first_form(desk))
    form = EntryForm(desk, posted())
    own = form.typed(send=request.form.get("do") != NEXT_DRAFT)
    return save(form, lambda act: together.enter_all(act, current_scope(), ledger, own, form.further(own)))


def first_form(desk: Desk) -> EntryForm:
    """A blank form; the last entry's values where they are to be copied; what was not saved comes first."""
    kept = drafts.kept(desk.act, desk.scope, desk.ledger.id, None)
    if "copy" in request.args:
        last = desk.entries.latest_of(desk.ledger.id, desk.act.person().user_id)
        if last is not None:
            return EntryForm(desk, forms.copy_of(desk, last), waiting=kept, copied=told(last))
        tell("您在这本台账里还没有登记过，没有可以复制的记录", "info")
    if (told_before := from_address(desk)) is not None:
        return EntryForm(desk, told_before, waiting=kept)
    if kept is not None and "fresh" not in request.args:
        return EntryForm(desk, forms.of_draft(kept), restored=kept)
    return EntryForm(desk, forms.blank(desk), waiting=kept)


def from_address(desk: Desk) -> Inputs | None:
    """A blank form with what the address already says: what a follow-up is about, and of which kind it is."""
    kinds = {FieldType.REFERENCE, FieldType.CHOICE}
    names = [f"{prefix_of()}{each.id}" for each in desk.ledger.fields if each.type in kinds and not each.personal]
    told_there = {name: request.args[name][:120] for name in names if request.args.get(name)}
    if not told_there:
        return None
    given = forms.blank(desk)
    for name, value in told_there.items():
        given[name] = value
    return given


@bp.route("/<ledger>/entries/<int:record_id>/edit", methods=["GET", "POST"])
@in_contract(*WRITERS)
def edit(contract_id: int, ledger: str, record_id: int) -> Response:
    desk = desk_here(ledger)
    entry = entry_here(desk, record_id)
    if request.method == "GET":
        why = cannot(lambda: write.check_change(desk, entry))
        return redirect_to(entry_url(entry), told=why, kind="warning") if why else show(form_of(desk, entry))
    form = EntryForm(desk, posted(), entry)
    typed = form.typed(send=request.form.get("do") != NEXT_DRAFT)
    return save(form, lambda act: [write.change(act, current_scope(), record_id, version(), typed)])


@bp.route("/<ledger>/entries/<int:record_id>/complete", methods=["GET", "POST"])
@in_contract(*WRITERS)
def complete(contract_id: int, ledger: str, record_id: int) -> Response:
    desk = desk_here(ledger)
    entry = entry_here(desk, record_id)
    only = frozenset(completing.open_fields(desk, entry))
    if request.method == "GET":
        if not completing.may_complete(desk.act.person(), desk.contract, desk.ledger, entry):
            return redirect_to(entry_url(entry), told="这条记录不能由您补充填写", kind="warning")
        return show(EntryForm(desk, forms.of_entry(desk, entry, {}), entry, only=only))
    form = EntryForm(desk, posted(), entry, only=only)
    typed = form.typed(send=True)
    return save(form, lambda act: [completing.complete(act, current_scope(), record_id, version(), typed)])


def form_of(desk: Desk, entry: LedgerEntry) -> EntryForm:
    """The form of an entry as it is, or as it was left unsaved."""
    kept = drafts.kept(desk.act, desk.scope, desk.ledger.id, entry.id)
    if kept is not None and "fresh" not in request.args:
        return EntryForm(desk, forms.of_draft(kept), entry, restored=kept)
    files = links.files_of(desk.act.session, desk.contract.id, entry.id)
    return EntryForm(desk, forms.of_entry(desk, entry, files), entry, waiting=kept)


def cannot(check: Callable[[], None]) -> str:
    """Why an act is refused; blank where it is not."""
    try:
        check()
    except Refused as refused:
        return refused.message
    return ""


def version() -> int:
    """The version that the person saw; a form without one saw none."""
    given = request.form.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


def show(form: EntryForm, status: int = 200) -> Response:
    return render(PAGE, FRAGMENT, status=status, form=form)


def save(form: EntryForm, use_case: Save) -> Response:
    """Saves and goes on; an entry that is not fit comes back with what was typed, a stale one with both versions."""
    ledger, record = form.ledger.id, form.record

    def saved(act: Act) -> list[LedgerEntry]:
        made = use_case(act)
        drafts.drop(act, current_scope(), ledger, record)
        return made

    try:
        made = attempt(saved)
    except UnfitTogether as unfit:
        return show(replace(form, errors=unfit.by_ledger), 422)
    except Unfit as unfit:
        return show(replace(form, errors={ledger: unfit.troubles}), 422)
    except Stale as stale:
        return stale_page(form, stale)
    except Refused as refused:
        if refused.field:
            return show(replace(form, errors={ledger: [Trouble(refused.field, refused.message)]}), 422)
        return show(replace(form, refusal=refused.message), 422)
    return go_on(form, made)


def stale_page(form: EntryForm, stale: Stale) -> Response:
    """Both versions, field by field, above the form with what was typed; saving again goes over the other one."""
    items = conflict_items(form, stale.entry)
    form.given["version"] = str(stale.entry.version)
    fresh = replace(form, entry=stale.entry)
    return conflict(PAGE, FRAGMENT, form=fresh, stale=items, history=fresh.desk.entries.history(stale.entry.id)[-1])


def go_on(form: EntryForm, made: list[LedgerEntry]) -> Response:
    """Says what was saved; to the entry, or to the next form."""
    numbers = "、".join(told(entry) for entry in made)
    waits = {
        EntryState.DRAFT.value: "已存为草稿，还没有提交",
        EntryState.RETURNED.value: "已保存，还没有重新提交",
        EntryState.TO_CHECK.value: "已提交，等待内部复核",
        EntryState.SUBMITTED.value: "已提交，等待审核",
    }
    text = f"{numbers} {waits.get(made[0].state, '已保存')}。"
    if made[0].warnings:
        text += f"有 {len(made[0].warnings)} 条提醒，见记录。"
    if request.form.get("do") == NEXT_AGAIN:
        target = url_for("ledger.new", contract_id=made[0].contract_id, ledger=form.ledger.id)
        return redirect_to(target, told=text)
    return redirect_to(entry_url(made[0]), told=text)

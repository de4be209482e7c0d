"""Locking, lifting, asking for an exception, agreeing, refusing, ending it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response

from app.services.act import Act, found
from app.services.verification import locking
from app.services.verification.locking import Span, Wish
from app.store import locks
from app.store.locks import PeriodLock, PeriodUnlock
from app.web.access import current_scope, in_contract
from app.web.buttons import carried_out
from app.web.forms import Form
from app.web.htmx import redirect_to
from app.web.locks.blueprint import ASKERS, DECIDERS, bp
from app.web.locks.forms import AskForm, LiftForm, LockForm, RefuseForm
from app.web.locks.pages import address, ledgers
from app.web.replies import FormView, form_page
from app.web.transaction import perform

BACK = "锁定与解锁"


def page(title: str, form: Form, action: str, button: str, hint: str = "") -> Response:
    return form_page(title, FormView(form, action, button, hint=hint), (BACK, address("locks")))


def done(told: str) -> Response:
    return redirect_to(address("locks"), told=told)


def lock_here(lock_id: int) -> PeriodLock:
    return found(locks.find(current_scope().session, current_scope().contract_id, lock_id))


def unlock_here(unlock_id: int) -> PeriodUnlock:
    return found(locks.find_unlock(current_scope().session, current_scope().contract_id, unlock_id))


@bp.route("/new", methods=["GET", "POST"])
@in_contract(*DECIDERS)
def lock(contract_id: int) -> Response:
    form, scope = LockForm(), current_scope()
    form.ledger.choices = list(ledgers().items())
    if perform(form, lambda act: locking.lock(act, scope, span(form))):
        return done("已锁定。这段日期的记录不能再登记、改动和审核，表单、批量、导入和后台任务都会被挡住。")
    hint = "锁定后，补登和更正要申请解锁，由采购人的另一人同意；解除锁定由另一人操作。"
    return page("锁定一段日期", form, address("lock"), "锁定", hint)


def span(form: LockForm) -> Span:
    return Span(form.from_on.data, form.until_on.data, form.ledger.data or None, form.reason.data)


@bp.route("/<int:lock_id>/lift", methods=["GET", "POST"])
@in_contract(*DECIDERS)
def lift(contract_id: int, lock_id: int) -> Response:
    row, form, scope = lock_here(lock_id), LiftForm(), current_scope()
    if perform(form, lambda act: locking.lift(act, scope, lock_id, form.reason.data)):
        return done("锁定已解除，这段日期可以登记和改动。")
    hint = f"{row.locker.display_name}锁定了 {row.from_on} 至 {row.until_on}：{row.reason}"
    return page("解除锁定", form, address("lift", lock_id=lock_id), "解除锁定", hint)


@bp.route("/<int:lock_id>/ask", methods=["GET", "POST"])
@in_contract(*ASKERS)
def ask(contract_id: int, lock_id: int) -> Response:
    row, form, scope = lock_here(lock_id), AskForm(), current_scope()
    form.ledger.choices = list(ledgers().items())
    if perform(form, lambda act: locking.ask(act, scope, lock_id, wish(form))):
        return done("申请已提交，采购人的另一人同意后生效。")
    hint = f"{row.locker.display_name}锁定了 {row.from_on} 至 {row.until_on}：{row.reason}"
    return page("申请解锁", form, address("ask", lock_id=lock_id), "提交申请", hint)


def wish(form: AskForm) -> Wish:
    return Wish(form.ledger.data or None, form.entry.data or "", form.reason.data, form.expires_on.data)


@bp.post("/unlocks/<int:unlock_id>/agree")
@in_contract(*DECIDERS)
def agree(contract_id: int, unlock_id: int) -> Response:
    scope = current_scope()
    return answered(unlock_id, lambda act: locking.agree(act, scope, unlock_id), "已同意，解锁生效。")


@bp.route("/unlocks/<int:unlock_id>/refuse", methods=["GET", "POST"])
@in_contract(*DECIDERS)
def refuse(contract_id: int, unlock_id: int) -> Response:
    row, form, scope = unlock_here(unlock_id), RefuseForm(), current_scope()
    if perform(form, lambda act: locking.refuse(act, scope, unlock_id, form.reason.data)):
        return done("已答复不同意，申请人会看到原因。")
    hint = f"{row.asker.display_name}申请：{row.reason}"
    return page("不同意解锁", form, address("refuse", unlock_id=unlock_id), "不同意", hint)


@bp.post("/unlocks/<int:unlock_id>/end")
@in_contract(*ASKERS)
def end(contract_id: int, unlock_id: int) -> Response:
    scope = current_scope()
    return answered(unlock_id, lambda act: locking.end(act, scope, unlock_id), "解锁已收回。")


def answered(unlock_id: int, use_case: Callable[[Act], PeriodUnlock], told: str) -> Response:
    """One button of the list; a refusal is told above it."""
    unlock_here(unlock_id)
    return carried_out(use_case, lambda _: done(told), address("locks"))

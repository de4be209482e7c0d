"""抽查: the form of a record, and the time within which entries are decided on."""

from __future__ import annotations

from flask import Response, url_for

from app.security.terms import EntryState, Signature, SpotCheckWay
from app.services.act import Refused, found
from app.services.ledger.write import Stale
from app.services.verification import limits, spot
from app.services.verification.spot import Found
from app.store.entries import Entries, LedgerEntry, number_text
from app.web.access import current_contract, current_scope
from app.web.htmx import redirect_to
from app.web.replies import FormView, form_page
from app.web.review.deeds import attempt, version
from app.web.review.forms import LimitForm, SpotForm
from app.web.transaction import current_act, perform

CHANGED = "这条记录刚刚被别人处理过，没有登记。请核对现在的内容，再提交一次"


def entry_here(record_id: int) -> LedgerEntry:
    """The entry of the address; Missing where the contract has none."""
    return found(Entries(current_scope().session, current_scope().contract_id).find(record_id))


def spot_form(record_id: int) -> Response:
    """The record of one spot check, made or refused."""
    entry, form, scope = entry_here(record_id), SpotForm(), current_scope()
    form.second_id.choices = [(each.id, each.display_name) for each in spot.seconds(scope, current_act())]
    if not form.validate_on_submit():
        form.checked_on.data = form.checked_on.data or (None if form.is_submitted() else current_act().today)
        return spot_page(entry, form)
    try:
        row = attempt(lambda act: spot.spot_check(act, scope, record_id, version(), outcome(form)))
    except Stale:
        form.refuse("", CHANGED)
        return spot_page(entry, form, 409)
    except Refused as refused:
        form.refuse(refused.field, refused.message)
        return spot_page(entry, form)
    told = "抽查结果已登记：" + ("属实。" if row.genuine else "不属实，这条记录不计入。")
    return redirect_to(url_for("review.one", contract_id=scope.contract_id, record_id=record_id), told=told)


def spot_page(entry: LedgerEntry, form: SpotForm, status: int | None = None) -> Response:
    number = number_text(entry.ledger, entry.number)
    ids = {"contract_id": entry.contract_id, "record_id": entry.id}
    state = EntryState.of(entry.state).label
    view = FormView(
        form, url_for("review.spot", **ids), "登记抽查结果", "spot-form", version=entry.version,
        hint=f"{number} 现在是“{state}”，业务日期 {entry.business_date}。结果连同检查记录一起保存，以后只能再查一次更正，不能改。",
    )  # fmt: skip
    response = form_page(f"抽查 {number}", view, (number, url_for("review.one", **ids)))
    response.status_code = status or response.status_code
    return response


def outcome(form: SpotForm) -> Found:
    """What the valid form says."""
    return Found(
        genuine=form.outcome.data == "true", way=SpotCheckWay.of(form.way.data), checked_on=form.checked_on.data,
        place=form.place.data or "", second_id=form.second_id.data, spoken_to=form.spoken_to.data or "",
        signature=Signature.of(form.signature.data), note=form.note.data,
    )  # fmt: skip


def limit() -> Response:
    """The working days within which the supervisor decides."""
    contract, scope = current_contract(), current_scope()
    form = LimitForm(review_days=contract.review_days)
    if perform(form, lambda act: limits.set_days(act, scope, form.review_days.data, version())):
        return redirect_to(url_for("review.queue", contract_id=contract.id), told="审核时限已改，从现在起按新的时限计算。")
    view = FormView(
        form, url_for("review.limit", contract_id=contract.id), "保存", "limit-form", version=contract.version,
        hint="供应商提交后（经内部复核的，从复核通过起），多少个工作日内要审核。超过的排在“已超期”里，工作台会提示。",
    )  # fmt: skip
    return form_page("审核时限", view, ("审核", url_for("review.queue", contract_id=contract.id)))

"""中途上线: signed scores and payments from before the console, with their scans."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from app.security.permissions import P
from app.security.terms import OpeningKind
from app.services.act import Act, found
from app.services.evidence.showing import Shown, cards_of
from app.services.setup import openings as services
from app.services.setup.openings import Opening
from app.store import setup as stored
from app.store.setup import OpeningRecord
from app.web.access import current_contract, current_person, current_scope, in_contract
from app.web.contracts.shared import holds
from app.web.database import db
from app.web.htmx import redirect_to
from app.web.replies import FormView, form_page
from app.web.setup.blueprint import bp
from app.web.setup.forms import OpeningForm, ReasonForm
from app.web.setup.shared import present_book, setup_page
from app.web.transaction import act_now, perform
from kpi.quantities import Money


def shown(row: OpeningRecord, names: dict[int, str], tranches: dict[str, str]) -> dict[str, Any]:
    """A record as a line, with what the person may do about it."""
    state = "withdrawn" if row.withdrawn_at else "verified" if row.confirmed_at else "submitted"
    words = {"withdrawn": "已撤回", "verified": "已确认", "submitted": "待另一人确认"}
    open_ = row.withdrawn_at is None and row.confirmed_at is None
    return {
        "row": row, "kind": OpeningKind.of(row.kind).label, "state": state, "word": words[state],
        "value": Money(row.amount_fen) if row.amount_fen is not None else f"{row.score} 分" if row.score else "—",
        "tranche": tranches.get(row.tranche, row.tranche), "scan": names.get(row.file_id or 0),
        "scan_url": scan_url(row.file_id), "confirmable": open_ and may_confirm() and row.entered_by != current_person().user_id,
        "own": open_ and row.entered_by == current_person().user_id,
    }  # fmt: skip


def may_confirm() -> bool:
    return holds(P.CONTRACT_SETUP) or holds(P.SIGN)


def scan_url(file_id: int | None) -> str:
    """Where the scan is looked at."""
    return url_for("evidence.page", contract_id=current_contract().id, file_id=file_id) if file_id else ""


@bp.get("/openings", endpoint="openings")
@in_contract(P.CONTRACT_READ)
def every(contract_id: int) -> Response:
    rows, book = stored.openings(db.session(), contract_id), present_book()
    names = stored.files(db.session(), contract_id, {row.file_id for row in rows if row.file_id is not None})
    tranches = dict(services.tranches(book.rulebook if book else None))
    return setup_page("setup/openings.html", title="中途上线", records=[shown(row, names, tranches) for row in rows])


@bp.route("/openings/new", methods=["GET", "POST"])
@in_contract(P.CONTRACT_SETUP)
def enter(contract_id: int) -> Response:
    form, book, back = OpeningForm(), present_book(), url_for(".openings", contract_id=contract_id)
    form.tranche.choices = services.tranches(book.rulebook if book else None)
    if perform(form, lambda act: services.enter(act, current_scope(), wanted(form))):
        return redirect_to(back, told="已补登，等另一人确认以后生效。")
    status = 422 if request.method == "POST" else 200
    return setup_page(
        "setup/opening.html", title="补登以前的工作", step="setup.openings", status=status, form=form, kept=kept(form),
        back=("中途上线", back),
    )  # fmt: skip


def kept(form: OpeningForm) -> list[Shown]:
    """The scan that has been uploaded already, for the form to keep."""
    number = scan_of(form)
    return cards_of(current_scope(), [number]) if number else []


def scan_of(form: OpeningForm) -> int | None:
    sent = (form.scan_kept.data or "").strip()
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else None


def wanted(form: OpeningForm) -> Opening:
    """What the valid form says."""
    return Opening(
        kind=form.kind.data, title=form.title.data, from_on=form.from_on.data, until_on=form.until_on.data,
        amount=form.amount.data or "", score=form.score.data or "", tranche=form.tranche.data or "",
        note=form.note.data or "", file_id=scan_of(form),
    )  # fmt: skip


@bp.post("/openings/<int:opening_id>/confirm")
@in_contract(P.CONTRACT_SETUP, P.SIGN)
def confirm(contract_id: int, opening_id: int) -> Response:
    act_now(lambda act: services.confirm(act, current_scope(), opening_id))
    return redirect_to(url_for(".openings", contract_id=contract_id), told="已确认，从现在起计入。")


@bp.route("/openings/<int:opening_id>/withdraw", methods=["GET", "POST"])
@in_contract(P.CONTRACT_SETUP)
def withdraw(contract_id: int, opening_id: int) -> Response:
    row = found(stored.opening(db.session(), contract_id, opening_id))
    form, back = ReasonForm(), url_for(".openings", contract_id=contract_id)

    def use_case(act: Act) -> None:
        services.withdraw(act, current_scope(), opening_id, form.reason.data or "")

    if perform(form, use_case):
        return redirect_to(back, told="已撤回，记录留底，不再计入。")
    view = FormView(form, url_for(".withdraw", contract_id=contract_id, opening_id=opening_id), "撤回", confirm="撤回这条补登？")
    return form_page(f"撤回“{row.title}”", view, ("中途上线", back))

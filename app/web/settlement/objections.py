"""异议 to 质保金不予返还: raised by the contractor, answered by the buyer; the letters that tell it."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.services.settlement import objections as services
from app.services.settlement.objections import DAYS, Objection
from app.store.documents import OfficialDocument
from app.store.settlement import RetentionForfeit
from app.web.access import current_person, current_scope, in_contract
from app.web.buttons import carried_out
from app.web.htmx import redirect_to
from app.web.papers import document_url, file_ids
from app.web.replies import FormView
from app.web.settlement.blueprint import ASKS, DECIDES, SIGNS, bp
from app.web.settlement.forms import DaysForm, ObjectionForm, UpholdForm
from app.web.settlement.here import (
    address,
    buyer,
    forfeit_here,
    form_answer,
    key,
    not_now,
    performed,
    supplier,
    version,
)
from app.web.transaction import perform
from kpi.calendar import chinese_date
from kpi.quantities import Money


def acts(row: RetentionForfeit, so_far: Objection) -> dict[str, str]:
    """Addresses of what the person may do about the objection and its letters."""
    agreed, at = row.state == "agreed", {"forfeit_id": row.id}
    can = {
        "object_forfeit": agreed and so_far.raised is None and supplier(),
        "uphold_forfeit": agreed and so_far.waits and buyer(*SIGNS) and current_person().user_id != row.proposed_by,
        "forfeit_letter": agreed and so_far.letter is None and buyer(*DECIDES),
        "forfeit_reply": so_far.answered is not None and so_far.reply is None and buyer(*DECIDES),
    }
    return {name: address(name, **at) for name, allowed in can.items() if allowed}


def shown(so_far: Objection) -> dict[str, Any]:
    """The objection as the page shows it."""
    papers = [(word, one) for word, one in (("告知书", so_far.letter), ("答复书", so_far.reply)) if one is not None]
    days = f"{chinese_date(so_far.served)}送达，异议期到{chinese_date(so_far.until)}" if so_far.served and so_far.until else ""
    return {
        "objection": so_far, "letters": [{"word": word, "number": one.number, "url": document_url(one.id)} for word, one in papers],
        "period": days,
    }  # fmt: skip


def here(forfeit_id: int, name: str) -> tuple[RetentionForfeit, str, Response | None]:
    """The row, its page, and the way back there where it is not this person's turn."""
    row = forfeit_here(forfeit_id)
    back = address("forfeit", forfeit_id=row.id)
    return row, back, not_now(lambda: acts(row, services.objection_of(current_scope(), row)), name, back)


@bp.route("/forfeits/<int:forfeit_id>/object", methods=["GET", "POST"], endpoint="object_forfeit")
@in_contract(*ASKS)
def raise_one(contract_id: int, forfeit_id: int) -> Response:
    row, back, away = here(forfeit_id, "object_forfeit")
    if away:
        return away
    scope, form, sent, seen = current_scope(), ObjectionForm(), key(), version() or row.version
    if performed(form, lambda act: services.raise_one(act, scope, row.id, form.reason.data or "", file_ids(), seen, sent)):
        return redirect_to(back, told="异议已提出，采购人会在工作台看到，答复以前款项仍按认定处理。")
    hint = f"{row.title}，{Money(row.amount_fen)}（{row.clause}）：{row.reason.rstrip('。')}。异议只提一次，请把理由和材料写全。"
    view = FormView(form, address("object_forfeit", forfeit_id=row.id), "提出异议", hint=hint)
    back_to = f"第 {row.number} 号不予返还", back
    return form_answer("对不予返还提出异议", view, back_to, version=row.version, files=("证明材料", "支持异议的材料，没有可以不传。"))


@bp.route("/forfeits/<int:forfeit_id>/uphold", methods=["GET", "POST"], endpoint="uphold_forfeit")
@in_contract(*SIGNS)
def uphold(contract_id: int, forfeit_id: int) -> Response:
    row, back, away = here(forfeit_id, "uphold_forfeit")
    if away:
        return away
    scope, form, sent, seen = current_scope(), UpholdForm(), key(), version() or row.version
    if performed(form, lambda act: services.uphold(act, scope, row.id, form.reason.data or "", seen, sent)):
        return redirect_to(back, told="已答复：维持原认定。请出具答复书并送达。")
    hint = f"供应商的异议：{row.seen_note.rstrip('。')}。异议成立的，不在这里办，请在上一页“撤销认定”。"
    view = FormView(form, address("uphold_forfeit", forfeit_id=row.id), "维持原认定", hint=hint)
    return form_answer("答复异议：维持", view, (f"第 {row.number} 号不予返还", back), version=row.version)


@bp.route("/forfeits/<int:forfeit_id>/letter", methods=["GET", "POST"], endpoint="forfeit_letter")
@in_contract(*DECIDES)
def letter(contract_id: int, forfeit_id: int) -> Response:
    row, back, away = here(forfeit_id, "forfeit_letter")
    if away:
        return away
    scope, form = current_scope(), DaysForm(data={"days": str(DAYS)})
    if done := perform(form, lambda act: services.letter(act, scope, row.id, days_of(form))):
        return made(done.value, "告知书")
    view = FormView(form, address("forfeit_letter", forfeit_id=row.id), "出具告知书", confirm="编号以后正文不能再改，确认出具？")
    return form_answer("出具不予返还告知书", view, (f"第 {row.number} 号不予返还", back))


def days_of(form: DaysForm) -> int:
    """A whole number as typed; 0 where it is none."""
    given = (form.days.data or "").strip()
    return int(given) if given.isascii() and given.isdigit() else 0


def made(row: OfficialDocument, word: str) -> Response:
    return redirect_to(document_url(row.id), told=f"{word}已编号：{row.number}。打印、签章以后登记送达。")


@bp.post("/forfeits/<int:forfeit_id>/reply", endpoint="forfeit_reply")
@in_contract(*DECIDES)
def reply(contract_id: int, forfeit_id: int) -> Response:
    row, scope = forfeit_here(forfeit_id), current_scope()
    back = address("forfeit", forfeit_id=row.id)
    return carried_out(lambda act: services.reply(act, scope, row.id), lambda one: made(one, "答复书"), back)

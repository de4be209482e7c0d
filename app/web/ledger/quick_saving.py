"""Keeping the quick row: submitted where it is complete, else as a draft that says what it lacks."""

from __future__ import annotations

from flask import Response, request

from app.services.act import Refused
from app.services.ledger import checking
from app.services.ledger.desk import Desk
from app.services.ledger.reading import Trouble
from app.services.ledger.write import Typed, Unfit
from app.web.access import current_scope, in_contract
from app.web.htmx import redirect_to, render, wants_fragment
from app.web.ledger import inputs
from app.web.ledger.blueprint import bp
from app.web.ledger.forms import posted
from app.web.ledger.listing import Asked, rows_context
from app.web.ledger.quick import Quick, next_row, quick_form
from app.web.ledger.shared import WRITERS, attempt, desk_here, entry_url, list_url, told


@bp.post("/<ledger>/quick")
@in_contract(*WRITERS)
def quick(contract_id: int, ledger: str) -> Response:
    """Keeps the row: submitted where it is complete, else as a draft that says what it lacks."""
    desk, given = desk_here(ledger), posted()
    typed = Typed(inputs.raw_in(desk.ledger, given), client_key=given.get("client_key", "")[:64] or None)
    try:
        made, lacking = attempt(lambda act: checking.quick(act, current_scope(), ledger, typed))
    except Unfit as unfit:
        return answer(desk, 422, Quick(desk, given, troubles=unfit.troubles))
    except Refused as refused:
        troubles = [Trouble(refused.field, refused.message)] if refused.field else []
        return answer(desk, 422, Quick(desk, given, troubles, "" if troubles else refused.message))
    if not lacking:
        return answer(desk, 200, quick_form(desk, next_row(desk, given), note=f"{told(made)} 已登记。", focus=True))
    names = {each.id: each.name for each in desk.ledger.fields}
    missing = "、".join(names.get(each.field) or each.message.partition("；")[0] for each in lacking)
    note = f"{told(made)} 已存为草稿，还缺：{missing}。"
    return answer(desk, 200, quick_form(desk, next_row(desk, given), note=note, note_url=entry_url(made, "ledger.edit"), focus=True))


def answer(desk: Desk, status: int, row: Quick | None) -> Response:
    """The row once more, and with it the list where something was kept."""
    if not wants_fragment():
        return redirect_to(list_url(desk.ledger), told=(row.note if row else "") or "没有保存，请在完整表单里填写")
    rows = rows_context(Asked(desk, list_arguments())) if status == 200 else None
    return render("ledger/_quick_answer.html", status=status, quick=row, rows=rows)


def list_arguments() -> dict[str, str]:
    """The list below starts again at its newest entries, unfiltered: what was just entered is seen."""
    return {"all": "1", **({"columns": request.form["columns"]} if request.form.get("columns") else {})}

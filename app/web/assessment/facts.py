"""手工认定 of a clause: a box for each figure, the reason, the evidence; the item comes back with what was stated."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from app.services.act import Refused
from app.services.assessments import facts as stating
from app.services.assessments.boxes import Clause
from app.services.assessments.evaluating import Work
from app.services.assessments.facts import Statement
from app.services.books import loaded
from app.services.evidence.showing import cards_of
from app.services.fieldwork.sources import proposed_facts
from app.store.assessments import Assessment
from app.web.access import current_scope, in_contract
from app.web.assessment.blueprint import DECIDERS, bp
from app.web.assessment.here import address, here
from app.web.assessment.looks import SheetPage
from app.web.database import db
from app.web.htmx import redirect_to, render, wants_fragment
from app.web.papers import file_ids
from app.web.transaction import act_now

BOX = "v-"


@bp.route("/<int:assessment_id>/facts", methods=["GET", "POST"])
@in_contract(*DECIDERS)
def facts(contract_id: int, assessment_id: int) -> Response:
    row, scope = here(assessment_id), current_scope()
    clause, item = request.values.get("clause", ""), request.values.get("item", "")
    if request.method == "GET":
        return form(row, clause, item) if clause else redirect_to(address("one", row))
    told = statement(clause)
    try:
        work = act_now(lambda act: stating.state(act, scope, assessment_id, told))
    except Refused as refused:
        db.session.rollback()
        return form(here(assessment_id), clause, item, refused)
    return stated(row, work, item, clause)


def statement(clause: str) -> Statement:
    """What the form says."""
    typed = {name.removeprefix(BOX): value for name, value in request.form.items() if name.startswith(BOX)}
    seen = request.form.get("seen", "0")
    return Statement(
        clause, typed, request.form.get("reason", ""), file_ids(), int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
        undo=request.form.get("undo") == "yes",
    )  # fmt: skip


def stated(row: Assessment, work: Work, item: str, clause: str) -> Response:
    """The item as it stands now; a clause that no item scores leads back to the sheet."""
    page = SheetPage(work.row, work)
    if wants_fragment() and item in page.sheet.ids():
        return render("assessment/_answer.html", "assessment/_answer.html", **page.item(item))
    return redirect_to(address("one", row), told=f"{clause} 的手工认定已记下，由采购人的另一人核对以后才能告知供应商。")


def form(row: Assessment, clause: str, item: str, refused: Refused | None = None) -> Response:
    boxes, now, typed = stating.form_of(current_scope(), row.id, clause)
    if refused is not None:
        typed = {name.removeprefix(BOX): value for name, value in request.form.items() if name.startswith(BOX)}
    reason = request.form.get("reason", "") if refused is not None else ""
    if request.args.get("take") == "checks":
        typed, reason = taken(row, boxes, typed)
    ids = file_ids() if request.method == "POST" else []
    status = 200 if refused is None else 409 if isinstance(refused, stating.Overtaken) else 422
    return render(
        "assessment/facts.html", "assessment/_facts.html", status=status, row=row, clause=clause, item=item,
        title=title_of(row, clause), fields=fields(boxes, typed, refused), now=now, refused=refused,
        reason=reason, kept=cards_of(current_scope(), ids) if ids else [],
        retarget=f"#facts-{item_id(clause)}" if refused is not None else None, reswap="innerHTML" if refused is not None else None,
        action=address("facts", row), place=f"facts-{item_id(clause)}", stands=now is not None and bool(stating.stated_of(now)),
        back=(row.label, address("one", row)),
    )  # fmt: skip


def taken(row: Assessment, boxes: Clause, typed: dict[str, str]) -> tuple[dict[str, str], str]:
    """The boxes filled with what the period's surveys and rounds say, and the reason that goes with them; a person still sends it."""
    values, numbers = proposed_facts(current_scope(), row.from_on, row.until_on, boxes.id)
    cells = {one.name: values[one.figure] for one in boxes.cells if one.figure in values and not one.member and not one.window}
    return {**typed, **cells}, f"采用检查的结果：{'、'.join(numbers)}" if cells else ""


def item_id(clause: str) -> str:
    """A clause as part of an element's id."""
    return "".join(sign if sign.isalnum() else "_" for sign in clause)


def title_of(row: Assessment, clause: str) -> str:
    return next((one.title for one in loaded(row.text.text).rulebook.clauses if one.id == clause), clause)


def fields(boxes: Clause, typed: dict[str, str], refused: Refused | None) -> list[dict[str, Any]]:
    """The boxes for the field component; of one figure with several windows under one heading."""
    found: list[dict[str, Any]] = []
    for cell in boxes.cells:
        where = cell.member or cell.window
        kind = "yes_no" if cell.kind == "yes_no" else "date" if cell.kind == "date" else "number" if cell.kind == "number" else "text"
        value = typed.get(cell.name)
        found.append(
            {
                "name": BOX + cell.name, "label": f"{cell.label}：{where}" if where else cell.label, "type": kind,
                "value": _picked(value) if kind == "yes_no" else value, "unit": cell.unit or None, "id_prefix": f"b-{item_id(boxes.id)}-",
                "errors": [refused.message] if refused is not None and refused.field == cell.name else [],
                "help": "各时段依次写，用顿号隔开；没有发生的写“无”。" if cell.kind == "list" else None,
            }
        )  # fmt: skip
    return found


def _picked(value: str | None) -> str | None:
    return {"是": "yes", "否": "no"}.get(value or "", value)

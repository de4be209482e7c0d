"""任务分解: a grid of months by person and place, saved, spread, carried over, out as a workbook and in again."""

from __future__ import annotations

import io
from datetime import date

from flask import Response, request, send_file, url_for

from app.security.permissions import P
from app.security.predicates import may
from app.security.terms import Side
from app.services.act import Refused
from app.services.indicators import plan_files, plans
from app.services.indicators.detail import PLACES
from app.services.indicators.plans import Grid, Overtaken, Row, Sent
from app.services.standing import IndicatorView
from app.web.access import current_contract, current_person, current_scope, in_contract
from app.web.database import db
from app.web.htmx import CONFLICT, UNPROCESSABLE, redirect_to, render
from app.web.indicators.blueprint import bp
from app.web.indicators.here import READERS, need_live, one_here
from app.web.transaction import act_now

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST_FILE = 5 * 1024**2
BLANK_ROWS = 3
LONGEST = 12
DEEDS = {"spread": plans.spread, "carry": plans.carry}
TOLD = {
    "save": "任务分解已保存。", "spread": "已按人、按月平均分配并保存，除不尽的排在前面。",
    "carry": "已结转并保存：过去的月份按实际完成，没做完的平均加到剩下的月份。",
}  # fmt: skip


def grid_here(clause: str, number: int, figure: str) -> tuple[IndicatorView, Grid]:
    _, one = one_here(clause, number)
    return one, plans.grid(current_scope(), need_live(), one, f"{clause}/{figure}")


@bp.get("/indicators/<clause>/<int:number>/plan/<figure>")
@in_contract(*READERS)
def plan(contract_id: int, clause: str, number: int, figure: str) -> Response:
    one, grid = grid_here(clause, number, figure)
    return page(one, grid, Sent(grid.total, grid.rows, grid.version))


def page(one: IndicatorView, grid: Grid, sent: Sent, refused: Refused | None = None) -> Response:
    """The grid as saved, or as typed where it could not be saved."""
    status = 200 if refused is None else CONFLICT if isinstance(refused, Overtaken) else UNPROCESSABLE
    name = grid.figure.rpartition("/")[2]
    here = {"contract_id": current_scope().contract_id, "clause": one.clause, "number": one.number, "figure": name}
    edits = may(current_person(), P.ENTRY_CHECK, current_scope().contract_id)
    return render(
        "indicators/plan.html", "indicators/_plan.html", status=status, one=one, grid=grid, sent=sent, refused=refused, edits=edits,
        typed=request.form if refused is not None else {}, rows=[line(grid, row) for row in sent.rows], places=places_of(grid),
        place_word=grid.place_field.name if grid.place_field is not None else PLACES,
        blank=BLANK_ROWS if edits else 0,
        action=url_for(".save_plan", **here), file_url=url_for(".plan_file", **here), read_url=url_for(".read_plan", **here),
    )  # fmt: skip


def places_of(grid: Grid) -> list[str]:
    """Where a task can be done: the contract's outlets, or the kinds by which the ledger tells its entries apart."""
    field = grid.place_field
    return list(dict.fromkeys(one.name for one in current_scope().outlets())) if field is None else list(field.choices)


def line(grid: Grid, row: Row) -> dict[str, object]:
    """A row with what was done beside what was planned."""
    who = grid.people.get(row.user_id)
    done = {month: (grid.done(Side.VERIFIED, row, month), grid.done(Side.CLAIMED, row, month)) for month in grid.months}
    return {"row": row, "name": who.display_name if who is not None else f"已离开的人员（{row.user_id}）", "done": done}


@bp.post("/indicators/<clause>/<int:number>/plan/<figure>")
@in_contract(P.ENTRY_CHECK)
def save_plan(contract_id: int, clause: str, number: int, figure: str) -> Response:
    """Saves the grid as typed, or spread, or with what is behind carried over."""
    one, grid = grid_here(clause, number, figure)
    sent, deed = Sent(grid.total, grid.rows, grid.version), request.form.get("do", "save")
    try:
        sent, wrong = typed(grid)
        if wrong:
            raise Refused(wrong[0])
        made = DEEDS[deed](grid, sent) if deed in DEEDS else sent
        act_now(lambda act: plans.save(act, current_scope(), grid, made))
    except Refused as refused:
        db.session.rollback()
        one, grid = grid_here(clause, number, figure)
        return page(one, grid, sent, refused)
    address = url_for(".plan", contract_id=contract_id, clause=clause, number=number, figure=figure)
    return redirect_to(address, told=TOLD.get(deed, TOLD["save"]))


def typed(grid: Grid) -> tuple[Sent, list[str]]:
    """What the form holds, and what of it cannot be read: that stays in its box."""
    form, rows, wrong = request.form, [], list[str]()
    for place in range(plans.MOST_ROWS + BLANK_ROWS):
        user = form.get(f"user-{place}", "")
        if user.isascii() and user.isdigit() and len(user) < 16:
            planned = {month: whole(form.get(f"n-{place}-{month:%Y-%m}", ""), wrong, month) for month in grid.months}
            rows.append(Row(int(user), form.get(f"place-{place}", "").strip()[:120], {key: n for key, n in planned.items() if n}))
    seen = form.get("version", "0")
    return Sent(whole(form.get("total", ""), wrong), rows, int(seen) if seen.isdecimal() and len(seen) < 10 else 0), wrong


def whole(text: str, wrong: list[str], month: date | None = None) -> int:
    told = text.strip().replace(",", "").replace("，", "")
    if told.isascii() and told.isdigit() and len(told) <= LONGEST:
        return int(told)
    if told:
        where = f"{month.year}年{month.month}月" if month is not None else "全年任务"
        wrong.append(f"{where}写的是“{text[:20]}”，任务数要写 0 以上的整数")
    return 0


@bp.get("/indicators/<clause>/<int:number>/plan/<figure>/file")
@in_contract(*READERS)
def plan_file(contract_id: int, clause: str, number: int, figure: str) -> Response:
    """The plan as a workbook, to fill in or to keep."""
    _, grid = grid_here(clause, number, figure)
    content = io.BytesIO(plan_files.written(grid, current_contract().title))
    return send_file(content, XLSX, as_attachment=True, etag=False, max_age=None, download_name=f"任务分解-{grid.label}.xlsx")


@bp.post("/indicators/<clause>/<int:number>/plan/<figure>/file")
@in_contract(P.ENTRY_CHECK)
def read_plan(contract_id: int, clause: str, number: int, figure: str) -> Response:
    """The plan from a workbook: taken whole or not at all."""
    one, grid = grid_here(clause, number, figure)
    sent = Sent(grid.total, grid.rows, grid.version)
    try:
        file = request.files.get("file")
        content = file.read(LARGEST_FILE + 1) if file is not None else b""
        if not content or len(content) > LARGEST_FILE:
            raise Refused("请选择一份任务分解的工作簿（.xlsx，不超过 5 MB）", "file")
        sent = plan_files.read(grid, content, grid.version)
        act_now(lambda act: plans.save(act, current_scope(), grid, sent))
    except Refused as refused:
        db.session.rollback()
        one, grid = grid_here(clause, number, figure)
        return page(one, grid, sent, refused)
    address = url_for(".plan", contract_id=contract_id, clause=clause, number=number, figure=figure)
    return redirect_to(address, told=f"已导入 {len(sent.rows)} 行任务分解。")

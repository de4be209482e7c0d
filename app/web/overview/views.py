"""A contract's overview: tier history, waterfall, heat map, outlets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, request, url_for

from app.security.terms import AssessmentState
from app.services import standing
from app.services.assessments import common
from app.services.assessments.evaluating import load
from app.services.assessments.result import waterfall as steps_of
from app.services.overview import history, outlets
from app.services.overview.history import Cell, Heat, Point
from app.web import waterfall
from app.web.access import current_contract, current_person, current_scope, in_contract
from app.web.htmx import render
from app.web.overview.blueprint import READERS, bp
from app.web.transaction import current_act

S = AssessmentState
STATES = {
    S.DRAFT: "draft", S.SELF_SCORED: "checked", S.SCORED: "scored", S.PUBLISHED: "published", S.APPEALED: "appealed",
    S.DECIDED: "published", S.SIGNED: "signed",
}  # fmt: skip
COLOURS = {"excellent": "@good", "good": "@accent", "pass": "@warn", "poor": "@bad"}
LONGEST_ID = 18


@bp.get("/contracts/<int:contract_id>/overview", endpoint="overview")
@in_contract(*READERS)
def one(contract_id: int) -> Response:
    inside = common.sees_scoring(current_person(), current_contract())
    every = history.points(current_scope(), inside=inside)
    chosen = chosen_of(every)
    compared = outlets_here()
    return render(
        "overview/overview.html", points=[point(each) for each in every], tiers=tier_chart(every), chosen=chosen,
        fall=falls(chosen, inside=inside) if chosen is not None else None, heat=heat(history.heat(every)), outlets=compared,
        counts=outlets.works(compared), choices=[each for each in every if each.items and each.assessment_id],
        idle_days=outlets.IDLE, days=outlets.DAYS,
    )  # fmt: skip


def outlets_here() -> list[outlets.OutletRow]:
    if current_contract().rulebook_text_id is None:
        return []
    view = standing.of(current_scope())
    return outlets.compared(current_scope(), current_contract(), view, current_act().today)


# -- tiers ----------------------------------------------------------------------------------------


def point(one: Point) -> dict[str, Any]:
    """A period as a row of the table."""
    result = one.state in (common.TOLD | common.FROZEN) and one.assessment_id is not None
    page = "assessment.result" if result else "assessment.one"
    url = url_for(page, contract_id=current_contract().id, assessment_id=one.assessment_id) if one.assessment_id else None
    state = S.of(one.state)
    return {"point": one, "url": url, "state": STATES[state], "word": state.label if one.assessment_id else "签字的纸质结果"}


def tier_chart(every: Sequence[Point]) -> dict[str, Any] | None:
    """A bar for each period with a total, in the colour of its tier; None where the contract has no points."""
    shown = [one for one in every if one.total]
    if not shown:
        return None
    data = [
        {
            "value": one.total, "label": {"formatter": f"{one.total}{' ' + one.tier if one.tier else ''}"},
            "itemStyle": {"color": COLOURS.get(one.meaning, "@accent"), "opacity": 1 if one.final else 0.55},
        }
        for one in shown
    ]  # fmt: skip
    bars = {"type": "bar", "name": "总分", "barMaxWidth": 46, "data": data, "label": {"show": True, "position": "top"}}
    names = {"interval": 0, "width": 110, "overflow": "break"}
    return {
        "grid": {"top": 28}, "tooltip": {"show": False},
        "xAxis": {"type": "category", "data": [one.label for one in shown], "axisLabel": names},
        "yAxis": {"type": "value", "min": 0}, "series": [bars],
    }  # fmt: skip


# -- the waterfall --------------------------------------------------------------------------------


def chosen_of(every: Sequence[Point]) -> Point | None:
    """The period that was asked for, by default the latest that is settled."""
    known = [one for one in every if one.assessment_id is not None and one.items]
    text = request.args.get("of", "")
    asked = int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else 0
    for one in known:
        if one.assessment_id == asked:
            return one
    told = [one for one in known if one.state in common.TOLD | common.FROZEN]
    return (told or known or [None])[-1]


def falls(chosen: Point, *, inside: bool) -> dict[str, Any] | None:
    """The chart with its table; None where there is no total."""
    row = common.get(current_scope(), chosen.assessment_id or 0)
    work = load(current_scope(), row, as_told=not inside)
    steps = steps_of(work) if work is not None else []
    if not steps:
        return None

    def traced(place: str) -> str:
        return url_for("assessment.trace", contract_id=current_contract().id, assessment_id=row.id, place=place)

    return {"chart": waterfall.chart(steps), "columns": waterfall.COLUMNS, "rows": [waterfall.row(one, traced) for one in steps]}


# -- the heat map ---------------------------------------------------------------------------------


def heat(found: Heat) -> dict[str, Any] | None:
    if not found.rows or not found.periods:
        return None
    told = {one.assessment_id for one in found.periods if one.state in common.TOLD | common.FROZEN}
    rows = [
        {"title": row.title, "lost": row.lost, "cells": [(cell, cell_url(cell, told)) for cell in row.cells]} for row in found.rows
    ]
    scored = any("met" not in item for one in found.periods for item in one.items)
    return {"periods": found.periods, "rows": rows, "scored": scored}


def cell_url(cell: Cell, told: set[int | None]) -> str:
    """What the cell rests on: the trace of a told result, else the sheet."""
    if cell.assessment_id is None or not cell.item:
        return ""
    at = {"contract_id": current_contract().id, "assessment_id": cell.assessment_id}
    return url_for("assessment.trace", place=cell.item, **at) if cell.assessment_id in told else url_for("assessment.one", **at)

"""A report's parts for templates: paragraphs in pieces, cells with their footnotes, charts for ECharts."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flask import url_for
from markupsafe import Markup, escape

from app.services.reports.showing import Stale
from kpi.reports.model import Chart, Number, Paragraph, Part, Report, Table
from kpi.reports.words import Piece, UnknownField, known, pieces

Html = Markup | str
CHANGED = "来源在生成以后有变动"


def parts_of(report: Report, stale: Stale) -> list[dict[str, Any]]:
    """Every part, with what of it is out of date."""
    fields = known(report)
    return [_part(part, fields, stale) for part in report.parts]


def _part(part: Part, fields: dict[str, Piece], stale: Stale) -> dict[str, Any]:
    return {
        "id": part.id, "title": part.title, "hint": part.hint,
        "paragraphs": [{"html": words(one, fields, stale), "by_hand": one.by_hand} for one in part.paragraphs],
        "tables": [_table(one, part.title, stale) for one in part.tables],
        "charts": [_chart(part.id, number, one) for number, one in enumerate(part.charts)],
    }  # fmt: skip


#: So many ledgers behind one footnote are linked; where there are more, the footnote names all and a link says nothing.
MOST_LINKS = 4


def links_of(report: Report, names: Mapping[str, str], contract_id: int) -> dict[int, list[dict[str, str]]]:
    """Where a footnote leads: the ledgers' verified entries up to the report's last day, the assessment, the findings."""
    found: dict[int, list[dict[str, str]]] = {}
    for one in report.sources:
        if one.kind == "assessment" and one.key:
            found[one.number] = [{"title": "看考核", "url": url_for("assessment.assessments", contract_id=contract_id)}]
        elif one.kind == "findings":
            found[one.number] = [{"title": "看问题", "url": url_for("rectification.cases", contract_id=contract_id)}]
        elif len(one.ledgers) <= MOST_LINKS:
            dates = {"from": report.start, "until": report.end, "state": "verified"}
            found[one.number] = [
                {
                    "title": names[name] if len(one.ledgers) > 1 else "看记录",
                    "url": url_for("ledger.entries", contract_id=contract_id, ledger=name, **dates),
                }
                for name in one.ledgers if name in names
            ]  # fmt: skip
    return found


def words(paragraph: Paragraph, fields: dict[str, Piece], stale: Stale) -> Html:
    """A paragraph; numbers lead to their footnote, those out of date are marked."""
    try:
        found = pieces(paragraph.text, fields)
    except UnknownField as unknown:
        return Markup('<span class="stale">{} — {}</span>').format(paragraph.text, unknown)
    return Markup("").join(_piece(one, stale) for one in found)


def _piece(one: Piece, stale: Stale) -> Html:
    if not one.field or not one.source:
        return escape(one.text)
    return _noted(one.text, one.source, stale)


def _noted(text: str, source: int, stale: Stale) -> Html:
    if source in stale.sources:
        return Markup('<a class="live stale" href="#note-{}" title="{}">{}</a>').format(source, CHANGED, text)
    return Markup('<a class="live" href="#note-{}">{}</a>').format(source, text)


def _table(table: Table, heading: str, stale: Stale) -> dict[str, Any]:
    columns = [
        {"title": title, "align": "end" if place in table.right else "center" if title == "注" else ""}
        for place, title in enumerate(table.headings)
    ]
    rows = [{"cells": [_cell(cell, table, place, stale) for place, cell in enumerate(row)]} for row in table.rows]
    foot = rows.pop()["cells"] if table.total and rows else None
    return {
        "title": table.title, "same": table.title == heading, "columns": columns, "rows": rows, "foot": foot, "note": table.note,
        "id": table.id,
    }  # fmt: skip


def _cell(cell: Number | str, table: Table, place: int, stale: Stale) -> Html:
    if isinstance(cell, Number):
        if cell.source in stale.sources:
            return Markup('<span class="stale" title="{}">{}</span>').format(CHANGED, cell.shown)
        return escape(cell.shown)
    if table.headings[place] == "注" and cell.isdigit():
        return Markup('<a href="#note-{}">{}</a>').format(cell, cell)
    return escape(cell)


def _chart(part: str, number: int, chart: Chart) -> dict[str, Any]:
    """Bars across, the first label on top; the same figures stand in the data table below."""
    options = {
        "grid": {"left": 8, "right": 48, "top": 32, "bottom": 8, "containLabel": True},
        "legend": {"show": len(chart.series) > 1, "top": 0, "left": 0},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "value", "min": 0, **({"max": 200} if chart.unit == "%" else {})},
        "yAxis": {"type": "category", "inverse": True, "data": list(chart.labels)},
        "series": [{"type": "bar", "name": name, "data": [_dot(one) for one in values]} for name, values in chart.series],
    }
    columns = [{"title": ""}, *({"title": name, "align": "end"} for name, _ in chart.series)]
    rows = [
        {"cells": [label, *("无数据" if values[place] is None else f"{_dot(values[place])}{chart.unit}" for _, values in chart.series)]}
        for place, label in enumerate(chart.labels)
    ]
    size = "tall" if len(chart.labels) > 8 else ""
    return {
        "id": f"chart-{part}-{number}", "title": chart.title, "options": options, "columns": columns, "rows": rows,
        "unit": chart.unit, "size": size,
    }  # fmt: skip


def _dot(value: str | None) -> float | None:
    """A figure as a chart draws it: two places are enough for the eye."""
    return None if value is None else round(float(Fraction(value)), 2)

"""The waterfall 100 → deductions → bonus → total as a chart with its table: the result's page and the overview draw it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from app.services.assessments.result import Fall
from kpi.quantities import as_decimal, points

DRAWN = {"start": "@accent", "end": "@accent", "lost": "@bad", "bonus": "@good", "other": "@warn"}
COLUMNS = [{"title": "步骤"}, {"title": "增减", "align": "end"}, {"title": "余下", "align": "end"}, {"title": "追溯"}]


def row(one: Fall, url_of: Callable[[str], str]) -> dict[str, Any]:
    """A step as a row of the table; `url_of`: where a place is traced."""
    change = "" if one.kind in ("start", "end") else changed_by(one)
    return {
        "cells": [one.title, change, points(one.left), "看依据" if one.place else "—"],
        "url": url_of(one.place) if one.place else None,
    }


def chart(falls: list[Fall]) -> dict[str, Any]:
    """ECharts, one row a step: an invisible bar before each visible one makes the steps; the axis begins near the lowest."""
    low = min([min(one.left, one.left - one.change) for one in falls if one.kind not in ("start", "end")] or [Fraction(0)])
    base = max(Fraction(0), Fraction(int(low - 10) // 10 * 10))
    before, shown = [], []
    for one in falls:
        whole = one.kind in ("start", "end")
        start = base if whole else min(one.left, one.left - one.change)
        width = one.left - base if whole else abs(one.change)
        before.append(number(start))
        label = {"formatter": points(one.left) if whole else changed_by(one)}
        shown.append({"value": number(width), "itemStyle": {"color": DRAWN[one.kind]}, "label": label})
    hidden = {"type": "bar", "stack": "s", "silent": True, "itemStyle": {"color": "transparent"}, "data": before}
    bars = {"type": "bar", "stack": "s", "name": "分", "data": shown, "barMaxWidth": 22, "label": {"show": True, "position": "right"}}
    names = {"interval": 0, "width": 104, "overflow": "truncate"}
    return {
        "grid": {"right": 44, "top": 8}, "tooltip": {"show": False},
        "yAxis": {"type": "category", "inverse": True, "data": [one.title for one in falls], "axisLabel": names},
        "xAxis": {"type": "value", "min": number(base)}, "series": [hidden, bars],
    }  # fmt: skip


def changed_by(one: Fall) -> str:
    return f"{'+' if one.change > 0 else '−'}{points(abs(one.change))}"


def number(value: Fraction) -> str:
    """Two places, as the chart takes numbers: texts that read as numbers stay exact."""
    return str(as_decimal(value))

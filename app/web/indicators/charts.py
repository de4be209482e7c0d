"""Options of the charts of an indicator, and the same numbers as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.web.indicators.shown import Strip, long_windows, mark
from kpi.quantities import QuantityError, parse_exact, show

PLACES = 4


def number(text: str | None) -> float | None:
    """An exact text as a chart takes it: pixels, not points."""
    if not text:
        return None
    try:
        return round(float(parse_exact(text.replace(",", ""))), PLACES)
    except QuantityError:
        return None


def said(text: str | None, unit: str) -> str:
    """The same as people read it."""
    if not text:
        return "—"
    exact = parse_exact(text)
    return f"{show(exact * 100, 2)}%" if unit == "%" else f"{show(exact, 2)}"


def course(found: Mapping[str, Any], line: Sequence[Sequence[str | None]]) -> dict[str, Any] | None:
    """Chart of how a criterion went: verified, claimed, and what it should have been; None where there is too little."""
    if len(line) < 2:
        return None
    unit = str(found["unit"])
    factor = 100 if unit == "%" else 1
    columns = [[None if (value := number(row[place])) is None else value * factor for row in line] for place in (1, 2, 3)]
    names = ("审定", "自报", "应达")
    looks: tuple[dict[str, Any], ...] = (
        {"symbolSize": 7, "lineStyle": {"width": 3}}, {"symbol": "emptyCircle", "lineStyle": {"type": "dotted"}},
        {"symbol": "none", "lineStyle": {"type": "dashed", "color": "@warn"}, "itemStyle": {"color": "@warn"}},
    )  # fmt: skip
    series = [
        {"name": name, "type": "line", "data": data, **look}
        for name, data, look in zip(names, columns, looks, strict=True) if any(one is not None for one in data)
    ]  # fmt: skip
    return {
        "title": f"{found['label']}：走势与应达进度", "unit": unit,
        "options": {
            "legend": {"data": [one["name"] for one in series]}, "yAxis": {"type": "value"},
            "xAxis": {"type": "category", "data": [str(row[0])[5:] for row in line]}, "series": series,
        },
        "columns": [{"title": "截至"}, *({"title": name, "align": "end"} for name in names)],
        "rows": [{"cells": [row[0], *(said(row[place], unit) for place in (1, 2, 3))]} for row in line],
    }  # fmt: skip


def windows(found: Mapping[str, Any], strip: Strip) -> dict[str, Any] | None:
    """Bars of what each window held beside the target; None where it is no number, or there is only one."""
    if len(strip) < 2 or not long_windows(strip):
        return None
    values = [number(each[3]) if each[3] else None for each in strip]
    if all(one is None for one in values):
        return None
    target = number((found.get("now") or {}).get("exact_target"))
    marks = [mark(each[0], each[1]) for each in strip]
    series: list[dict[str, Any]] = [{"name": "审定", "type": "bar", "data": values, "barMaxWidth": 28}]
    if target is not None:
        look = {"symbol": "none", "lineStyle": {"type": "dashed", "color": "@warn"}, "itemStyle": {"color": "@warn"}}
        series.append({"name": "目标", "type": "line", "data": [target] * len(values), **look})
    return {
        "title": f"{found['label']}：每个窗口", "unit": str(found["unit"]),
        "options": {
            "legend": {"data": [one["name"] for one in series]}, "yAxis": {"type": "value"},
            "xAxis": {"type": "category", "data": marks}, "series": series,
        },
        "columns": [{"title": "窗口"}, {"title": "审定", "align": "end"}],
        "rows": [{"cells": [f"{each[0]} 至 {each[1]}", each[3] or "无数据"]} for each in strip],
    }  # fmt: skip


def charts(criteria: Sequence[Mapping[str, Any]], lines: Sequence[Any], strips: Sequence[Strip]) -> list[dict[str, Any]]:
    """Every chart of an indicator."""
    found = [course(one, line) or windows(one, strip) for one, line, strip in zip(criteria, lines, strips, strict=True)]
    return [one for one in found if one is not None]

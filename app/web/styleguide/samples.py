"""Made-up data of the style guide: texts from samples.yaml, made into what the components take."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

TEXTS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("samples.yaml").read_text(encoding="utf-8"))
TARGET = 52
PICTURE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 30'%3E"
    "%3Crect width='40' height='30' fill='%2393a9c4'/%3E"
    "%3Cpath d='M0 30l14-16 9 9 6-5 11 12z' fill='%234a6a8f'/%3E%3C/svg%3E"
)


def menu(home: str) -> list[dict[str, Any]]:
    return [
        {"count": None} | item | {"url": home if place == 0 else "#", "current": place == 0}
        for place, item in enumerate(TEXTS["menu"])
    ]


def entries() -> list[dict[str, Any]]:
    """Ledger entries, three in every state; their figures are ready texts."""
    states = [state for state in TEXTS["states"]["台账记录"] for _ in range(3)]
    return [
        {
            "number": f"{place + 1:04d}",
            "day": date(2026, 3, 1 + place),
            "name": TEXTS["activities"][place % 4],
            "outlet": TEXTS["outlets"][min(place % 3, 1)],
            "posts": f"{1280 - 61 * place:,}",
            "state": state,
        }
        for place, state in enumerate(states)
    ]


def printed_rows() -> list[list[str]]:
    return [
        [f"{n:04d}", f"2026-{1 + n % 3:02d}-05", "乡镇专场招聘会（春风行动）", "湖滨镇", f"{900 + n * 7:,}"]
        for n in range(1, 61)
    ]


def evidence() -> list[dict[str, Any]]:
    blank = dict.fromkeys(("taken", "uploaded", "digest", "reused", "thumb_url"))
    return [
        blank | item | {"url": "#", "thumb_url": PICTURE if item.get("picture") else None}
        for item in TEXTS["evidence"]
    ]


def kept(name: str, size: int) -> dict[str, Any]:
    """The card of a file that has just come in."""
    blank = dict.fromkeys(("taken", "uploaded", "digest", "reused"))
    thumb = PICTURE if name.endswith((".png", ".jpg")) else None
    return blank | {"id": zlib.crc32(name.encode()), "name": name, "size": f"{size} B", "kind": "照片", "thumb_url": thumb}


def right_form() -> dict[str, Any]:
    return {"values": {"day": "2026-03-05", "posts": "1208"}, "errors": {}}


def wrong_form(values: Mapping[str, str]) -> dict[str, Any]:
    typed = values.get("posts", "")
    return {
        "values": dict(values),
        "errors": {"posts": [f"要写整数，例如 1208；现在写的是“{typed}”"], "online": ["请选是或否"]},
    }


def due_pace() -> list[float]:
    return [round(TARGET * month / 12, 1) for month in range(1, 13)]


def pace_options() -> dict[str, Any]:
    """Actual against the pace that is due."""
    due = {"type": "line", "data": due_pace(), "lineStyle": {"type": "dashed"}, "symbol": "none"}
    return {
        "legend": {"data": ["实际", "应达进度"]},
        "xAxis": {"type": "category", "data": [f"{month}月" for month in range(1, 13)]},
        "yAxis": {"type": "value"},
        "series": [{"name": "实际", "type": "line", "data": TEXTS["pace"], "symbolSize": 7}, due | {"name": "应达进度"}],
    }


def pace_rows() -> list[dict[str, Any]]:
    actual = [str(count) for count in TEXTS["pace"]] + ["—"] * 12
    return [{"cells": [f"{n + 1}月", actual[n], f"{due:.1f}"]} for n, due in enumerate(due_pace())]


def town_options() -> dict[str, Any]:
    """Ranked bars, best on top, with the target as a line."""
    names, values = zip(*TEXTS["towns"], strict=True)
    line = {"symbol": "none", "data": [{"xAxis": 90}], "lineStyle": {"color": "@bad"}}
    return {
        "grid": {"top": 26, "right": 48},
        "tooltip": {"show": False},
        "xAxis": {"type": "value", "max": 100},
        "yAxis": {"type": "category", "inverse": True, "data": names},
        "series": [
            {
                "type": "bar",
                "data": values,
                "barMaxWidth": 16,
                "label": {"show": True, "position": "insideLeft", "color": "@on-accent", "formatter": "{c}%"},
                "markLine": line | {"label": {"position": "start", "formatter": "目标 90%", "color": "@text"}},
            }
        ],
    }


def waterfall_options() -> dict[str, Any]:
    """100 → deductions → bonus → total: an unseen bar carries each step."""
    steps = TEXTS["waterfall"]
    seen = [{"value": size, "itemStyle": {"color": f"@{colour}"}} for _, _, size, colour in steps]
    bar = {"type": "bar", "stack": "w", "barMaxWidth": 56}
    return {
        "tooltip": {"show": False},
        "xAxis": {"type": "category", "data": [name for name, *_ in steps]},
        "yAxis": {"type": "value"},
        "series": [
            bar | {"silent": True, "itemStyle": {"color": "transparent"}, "data": [base for _, base, *_ in steps]},
            bar | {"label": {"show": True, "position": "top", "color": "@text"}, "data": seen},
        ],
    }


def calendar_options() -> dict[str, Any]:
    """Days of a quarter: met, missed, nothing due."""
    days = [date(2026, month, day) for month in (1, 2, 3) for day in range(1, 29)]
    marks = [(day.isoformat(), 0 if day.weekday() > 4 else 1 if day.day % 11 == 3 else 2) for day in days]
    pieces = [(2, "达标", "@good"), (1, "未达标", "@bad"), (0, "不考核", "@line")]
    return {
        "grid": [],
        "tooltip": {"trigger": "item"},
        "visualMap": {
            "type": "piecewise",
            "orient": "horizontal",
            "left": "center",
            "bottom": 0,
            "textStyle": {"color": "@text"},
            "pieces": [{"value": value, "label": word, "color": colour} for value, word, colour in pieces],
        },
        "calendar": {
            "range": ["2026-01-01", "2026-03-31"],
            "top": 28,
            "left": 36,
            "right": 8,
            "cellSize": ["auto", 16],
            "dayLabel": {"nameMap": "ZH", "firstDay": 1},
            "monthLabel": {"nameMap": "ZH"},
            "yearLabel": {"show": False},
        },
        "series": [{"type": "heatmap", "coordinateSystem": "calendar", "data": marks}],
    }

"""How a report says targets, differences and shares."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Any

from kpi.calendar import chinese_date, chinese_span
from kpi.quantities import Number, Period, percent, rounded, show
from kpi.reports.lines import Line
from kpi.reports.notes import say

#: The digits of a rate that are shown: two places of a percent.
SHOWN = Fraction(1, 10_000)
#: How bounds are said of a day.
_OF_DAYS = {"不超过": "不晚于", "不少于": "不早于", "大于": "晚于"}
_PERIODS = re.compile(r" (\d+) 期")
_SPACE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=\d)")


def days_of(span: Period, *, year: bool = False) -> str:
    """`10月1日至10月31日`, with `year` `2026年10月1日至2026年10月31日`; a single day is said once."""
    if span.start == span.end:
        return chinese_date(span.start) if year else f"{span.start.month}月{span.start.day}日"
    return f"{chinese_date(span.start)}至{chinese_date(span.end)}" if year else chinese_span(span)


def aim(line: Line) -> str:
    """`不少于50家`; where nought is enough it is the entry itself that is asked for."""
    if isinstance(line.target, bool):
        return f"为“{say(line.target)}”"
    if line.bound == "不少于" and line.target == 0:
        return "有记录（可为0）"
    bound = _OF_DAYS.get(line.bound, line.bound) if isinstance(line.target, date) else line.bound
    return f"{bound}{say(line.target, line.unit)}"


def windows_told(line: Line) -> str:
    """The engine's sentence with the window's own name: `应考核10个月，未达标1个月（2026年2月48家）`."""
    text = line.text.replace("每期", line.each[0], 1)
    return _SPACE.sub("", _PERIODS.sub(rf"\1{line.each[1]}", text))


def points_between(now: Number, then: Number) -> str:
    """`+1.5个百分点`: the difference of the two rates as they are shown, so that whoever subtracts them finds it."""
    more = rounded(now, SHOWN, "down") - rounded(then, SHOWN, "down")
    return f"{sign(more)}{say(abs(more) * 100)}个百分点"


def ratio(value: Fraction) -> str:
    return percent(value, 1).replace("…", "")


def sign(value: Any) -> str:
    return "+" if value > 0 else "-" if value < 0 else ""


def signed(value: Any) -> str:
    return f"{sign(value)}{say(abs(value))}"


def cut(value: int | Fraction) -> str:
    """Two places, cut like every figure that is not whole."""
    return show(value, 2).replace("…", "")


def see(source: int) -> str:
    """Where the numbers of a whole table come from."""
    return f"来源见注{source}。"

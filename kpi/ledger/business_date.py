"""The day that an entry counts on: from the ledger's own field, or said beside it; never two different days."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from kpi.calendar import Span
from kpi.ledger.conversions import day_or_moment
from kpi.ledger.entries import FieldError, Wrong


def business_date(
    found: date | datetime | None, beside: Any, title: str, term: Span | None, wrong: list[Wrong]
) -> date | None:
    """The business date, or None with the reason in `wrong`.

    `found`: the typed value of the ledger's date field, called `title`. `beside`: what the row says of its day
    outside that field, raw; it must be a day, and the same one.
    """
    day = _day_of(found)
    if beside is not None:
        try:
            stated = _day_of(day_or_moment(beside))
        except FieldError as error:
            wrong.append(("业务日期", str(error), "error"))
            return None
        if day is not None and stated != day:
            wrong.append(("业务日期", f"写的是 {stated}，而“{title}”是 {day}；一条记录只有一个日期，请核对", "error"))
        day = day or stated
    if day is None:
        if not any(name == title for name, _, _ in wrong):
            wrong.append((title, "没有业务日期，不知道算在哪一天；请补填", "error"))
        return None
    if term is not None and not term.start <= day <= term.end:
        span = f"{term.start:%Y-%m-%d} 至 {term.end:%Y-%m-%d}"
        wrong.append((title, f"{day} 不在合同期 {span} 内；请核对日期", "error"))
    return day


def _day_of(found: date | datetime | None) -> date | None:
    return found.date() if isinstance(found, datetime) else found

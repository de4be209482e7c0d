"""A small rulebook with every measure once, for the tests of the accumulators."""

from __future__ import annotations

from datetime import date
from typing import Any

from kpi.calendar import WorkCalendar
from kpi.indicators.collect import Collector
from kpi.rulebook.answers import Answers
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import Given
from kpi.verification import VerifiedEntry

FIELDS = [
    {"id": "date", "name": "日期", "type": "date"},
    {"id": "firm", "name": "企业", "type": "enterprise"},
    {"id": "town", "name": "乡镇", "type": "outlet"},
    {"id": "posts", "name": "岗位", "type": "integer"},
    {"id": "pay", "name": "金额", "type": "money"},
    {"id": "kind", "name": "类别", "type": "choice", "choices": ["现场", "网络"]},
    {"id": "start", "name": "入职", "type": "date"},
    {"id": "end", "name": "离职", "type": "date"},
]
ACTS = {"ledger": "acts"}
#: One figure for every way in which each measure can be asked.
FIGURES: dict[str, dict[str, Any]] = {
    "count": {**ACTS, "measure": "count", "where": "kind == '现场'"},
    "count_by_month": {**ACTS, "measure": "count", "window": "month"},
    "sum": {**ACTS, "measure": "sum", "field": "pay"},
    "sum_by_week": {**ACTS, "measure": "sum", "field": "pay", "window": "week"},
    "distinct": {**ACTS, "measure": "distinct", "field": "firm"},
    "distinct_pair": {**ACTS, "measure": "distinct", "field": ["firm", "kind"], "window": "month"},
    "distinct_first": {**ACTS, "measure": "distinct", "field": "firm", "window": "month", "first": True},
    "latest": {**ACTS, "measure": "latest", "field": "pay"},
    "latest_text": {**ACTS, "measure": "latest", "field": "kind", "window": "month"},
    "net_growth": {**ACTS, "measure": "net_growth", "field": "posts", "per": "town"},
    "min": {**ACTS, "measure": "min", "field": "posts", "window": "month"},
    "max": {**ACTS, "measure": "max", "field": "pay"},
    "mean": {**ACTS, "measure": "mean", "field": "pay", "window": "month"},
    "rate": {**ACTS, "measure": "rate", "hits": "posts >= 3"},
    "rate_of_sum": {**ACTS, "measure": "rate", "hits": "kind == '现场'", "field": "pay", "window": "month"},
    "windows_met": {**ACTS, "measure": "windows_met", "window": "week", "at_least": 2},
    "windows_met_firms": {**ACTS, "measure": "windows_met", "window": "month", "at_least": 2, "field": "firm",
                          "of": "distinct"},
    "windows_due": {"measure": "windows_due", "window": "week"},
    "members_met": {**ACTS, "measure": "members_met", "members": "towns", "by": "town", "at_least": 2},
    "members_met_monthly": {**ACTS, "measure": "members_met", "members": "towns", "by": "town",
                            "window": "month", "field": "pay", "of": "sum", "at_least": 10},
    "members_due": {"measure": "members_due", "members": "towns"},
    "failing": {**ACTS, "measure": "failing", "require": "posts >= 2", "where": "kind == '现场'"},
    "failing_by_month": {**ACTS, "measure": "failing", "require": "posts >= 2", "window": "month"},
    "sustained": {**ACTS, "measure": "sustained", "key": "firm", "start": "start", "end": "end", "months": 1},
    "streak": {**ACTS, "measure": "streak", "window": "week", "at_least": 1},
    "streak_within": {**ACTS, "measure": "streak", "window": "week", "within": 3},
    "repeats": {**ACTS, "measure": "repeats", "field": "firm", "allowed": 2},
    "by_hand": {"measure": "by_hand"},
}  # fmt: skip
START, END = date(2026, 3, 1), date(2026, 5, 31)


def rulebook(figures: dict[str, dict[str, Any]] | None = None, **more: Any) -> Rulebook:
    """A rulebook whose clause K-1 has the figures, and K-2 the same ones by town."""
    chosen = FIGURES if figures is None else figures
    return Rulebook.model_validate({
        "key": "k", "title": "试验合同", "term": {"months": 3},
        "clauses": [{"id": "K-1", "title": "一"}, {"id": "K-2", "title": "二"}],
        "members": [{"id": "towns", "title": "乡镇", "members": ["东", "西", "南"]}],
        "ledgers": [{"id": "acts", "name": "活动", "clauses": "K-1", "fields": FIELDS, "nil_return": True}],
        "indicators": [
            {"clause": "K-1", "title": "一", "figures": chosen},
            {"clause": "K-2", "title": "二", "figures": chosen, "by": "town", "members": "towns"},
        ],
        **more,
    })  # fmt: skip


def given(**more: Any) -> Given:
    """Term and period March to May 2026."""
    return Given.model_validate({"term": {"start": START, "end": END}, **more})


def collector(book: Rulebook | None = None, about: Given | None = None, **more: Any) -> Collector:
    """A collector of the rulebook over the whole term."""
    book, about = book or rulebook(), about or given()
    return Collector(book, Answers(book, about.answers), about, WorkCalendar(), **more)


def act(number: int, day: date, *, nil: bool = False, town: str = "", **fields: Any) -> VerifiedEntry:
    """An entry of the ledger of activities; `town` is its outlet too."""
    held = {"date": day, **({"town": town} if town else {}), **fields}
    return VerifiedEntry(f"acts-{number}", "acts", day, held, town, nil=nil)

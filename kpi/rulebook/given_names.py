"""What is given, held against the rulebook: names that it does not know, values that cannot be meant.

Everything wrong is found at once, each with its path in the text, before anything is computed.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kpi.calendar import CalendarError
from kpi.quantities import QuantityError, parse_exact
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import Given, work_calendar
from kpi.rulebook.indicators import ByHand, Figure
from kpi.rulebook.payments import Holdback, Instalments, Tranche
from kpi.rulebook.yaml_text import Places, Problem, TextProblems

#: Path in the given data and what is wrong there.
Mismatch = tuple[tuple[Any, ...], str]

_COUNTS = frozenset({
    "count", "distinct", "windows_met", "windows_due", "members_met", "members_due", "failing", "sustained",
    "streak", "repeats",
})  # fmt: skip
_NUMBERS = _COUNTS | {"sum", "rate", "mean", "net_growth"}


def mismatches(rulebook: Rulebook, given: Given) -> list[Mismatch]:
    """Everything given that the rulebook does not know or cannot take; empty: it fits."""
    return [*_names(rulebook, given), *_answers(rulebook, given), *_facts(rulebook, given), *_days(given)]


def hold_against(rulebook: Rulebook, given: Given, places: Places, at: tuple[Any, ...] = ()) -> None:
    """Raises TextProblems with file and line for every mismatch."""
    found = mismatches(rulebook, given)
    if found:
        raise TextProblems(
            [Problem(places.file, places.line((*at, *path)), ".".join(map(str, path)), text) for path, text in found]
        )


# -- names --------------------------------------------------------------------------------------


def _names(rulebook: Rulebook, given: Given) -> Iterator[Mismatch]:
    clauses = [one.id for one in rulebook.clauses]
    tranches = [one for plan in (rulebook.payment.plans if rulebook.payment else ()) for one in plan.tranches]
    items = [one.id for one in rulebook.rubric.items] if rulebook.rubric else []
    yield from _unknown("facts", given.facts, clauses, "条款")
    for part, table in (("decided", given.decided), ("exempted", given.exempted)):
        yield from _unknown(part, (name for name in table if name.rpartition("/")[2] not in clauses), clauses, "条款")
    yield from _unknown("members", given.members, [one.id for one in rulebook.members], "成员名单")
    yield from _unknown("self_scores", given.self_scores, items, "考核项")
    yield from _unknown("paid", given.paid, _Lines(tranches), "款项")
    yield from _unknown("invoices", given.invoices, _Lines(tranches), "款项")
    kept = [one.id for one in tranches if isinstance(one.amount, Holdback)]
    yield from _unknown("forfeited", given.forfeited, kept, "质保金")
    yield from _unknown("gates", given.gates, [gate.id for one in tranches for gate in one.gates], "付款条件")
    yield from _unknown("targets", given.targets, [one.id for one in rulebook.parameters], "参数")
    yield from _unknown("dates", given.dates, [one.given for one in rulebook.schedules], "提醒的起算日")
    yield from _papers(given, tranches)
    yield from _listed(rulebook, given)


class _Lines(list[str]):
    """Ids of payment lines; an instalment's line is `tranche_2`."""

    def __init__(self, tranches: Iterable[Tranche]) -> None:
        tranches = list(tranches)
        super().__init__(dict.fromkeys(one.id for one in tranches))
        self._many = {one.id for one in tranches if isinstance(one.amount, Instalments)}

    def __contains__(self, name: object) -> bool:
        tranche, _, number = str(name).rpartition("_")
        return super().__contains__(name) or (tranche in self._many and number.isdecimal())


def _papers(given: Given, tranches: list[Tranche]) -> Iterator[Mismatch]:
    lines = _Lines(tranches)
    yield from _unknown("papers", given.papers, lines, "款项")
    known = list(dict.fromkeys(paper.id for one in tranches for paper in one.papers))
    for name, papers in given.papers.items():
        if name in lines:
            for path, text in _unknown(name, papers, known, "付款材料"):
                yield ("papers", *path[:-1]), text


def _listed(rulebook: Rulebook, given: Given) -> Iterator[Mismatch]:
    """Names inside lists: events, records, sheets, history."""
    kinds = [one.id for one in rulebook.events]
    outcomes = [*kinds, *(one.id for one in rulebook.consequences)]
    branches = [table.branch for survey in rulebook.surveys for table in survey.tables]
    parts = [one.id for one in rulebook.rubric.parts] if rulebook.rubric else []
    for index, event in enumerate(given.events):
        yield from _one(("events", index, "kind"), event.kind, kinds, "事件")
    for index, record in enumerate(given.records):
        yield from _one(("records", index, "branch"), record.branch, branches, "类别")
    for index, sheet in enumerate(given.sheets):
        yield from _one(("sheets", index, "part"), sheet.part, ["", *parts], "考核部分")
    yield from _one(("part",), given.part, ["", *parts], "考核部分")
    for index, period in enumerate(given.history):
        for name in period:
            yield from _one(("history", index), name, outcomes, "考核后果")


def _unknown(part: str, names: Iterable[str], known: list[str], what: str) -> Iterator[Mismatch]:
    for name in names:
        yield from _one((part, name), name, known, what)


def _one(path: tuple[Any, ...], name: str, known: list[str], what: str) -> Iterator[Mismatch]:
    if name not in known:
        near = difflib.get_close_matches(name, [one for one in known if one], n=1)
        listed = "、".join(one for one in known if one) if len(known) <= 12 else ""
        hint = f"是不是“{near[0]}”？" if near else f"可写 {listed}" if listed else "请核对名称"
        yield path, f"{what}“{name}”规则书里没有；{hint if known else '这本规则书没有这类内容，请删去'}"


# -- values -------------------------------------------------------------------------------------


def _answers(rulebook: Rulebook, given: Given) -> Iterator[Mismatch]:
    for name, value in given.answers.items():
        try:
            Answers(rulebook, {name: value})
        except Refused as refused:
            yield ("answers", name), refused.reason


def _days(given: Given) -> Iterator[Mismatch]:
    term, period = given.term, given.period
    if term is not None and period is not None and (period.end < term.start or period.start > term.end):
        yield ("period",), (
            f"考核周期 {period.start} 至 {period.end} 不在合同期 {term.start} 至 {term.end} 内；请核对日期"
        )
    try:
        work_calendar(given)
    except CalendarError as error:
        yield ("calendar",), str(error)


def _facts(rulebook: Rulebook, given: Given) -> Iterator[Mismatch]:
    known = {one.id for one in rulebook.clauses}
    for clause, table in given.facts.items():
        if clause not in known:
            continue
        own = [one for one in rulebook.indicators if one.clause == clause]
        declared = {name: figure for one in own for name, figure in one.figures.items()}
        by_member = any(one.by is not None for one in own) and table and all(
            isinstance(value, Mapping) for value in table.values()
        )
        for outer, value in table.items():
            inside = value.items() if by_member and outer not in declared else [(outer, value)]
            for name, one in inside:
                path = ("facts", clause, outer) if name == outer else ("facts", clause, outer, name)
                yield from _fact(path, name, one, declared)


def _fact(path: tuple[Any, ...], name: str, value: Any, declared: Mapping[str, Figure]) -> Iterator[Mismatch]:
    if name == "met" and name not in declared:
        values = value.values() if isinstance(value, Mapping) else [value]
        if not all(one is None or isinstance(one, bool) for one in values):
            yield path, f"met 只能写 true 或 false，写的是“{value}”"
    elif name not in declared:
        names = list(declared) or ["met"]
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"是不是“{near[0]}”？" if near else ""
        yield path, f"条款 {path[1]} 没有名为“{name}”的数据；{hint}（可写 {'、'.join([*declared, 'met'])}）"
    else:
        windowed = isinstance(declared[name], ByHand) or getattr(declared[name], "window", None) is not None
        if isinstance(value, list | tuple) and not windowed:
            yield path, f"{declared[name].label or name}不分时段，不能写成列表 {_short(value)}；请写一个值"
            return
        wrong = next((text for one in _leaves(value) if (text := value_problem(one, declared[name]))), "")
        if wrong:
            yield path, wrong


def _short(value: Any) -> str:
    text = str([str(one) for one in value])
    return text if len(text) <= 40 else text[:40] + "…"


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for one in value:
            yield from _leaves(one)
    else:
        yield value


def is_number(figure: Figure) -> bool:
    """Whether a figure can only be a number."""
    return figure.type in ("number", "money") if isinstance(figure, ByHand) else figure.measure in _NUMBERS


def value_problem(value: Any, figure: Figure) -> str:
    """Why a value cannot be what a figure measures; empty: it can. None is "no data" and always may be."""
    kind = "number" if is_number(figure) else figure.type if isinstance(figure, ByHand) else ""
    named = figure.label or "这一数据"
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{named}是浮点数 {value}；请写成十进制小数的文字"
    if isinstance(value, bool) and kind == "number" and (isinstance(figure, ByHand) or figure.measure in _COUNTS):
        return ""  # "it happened" is one
    if kind == "number":
        return _number_problem(value, named, figure.measure in _COUNTS)
    wanted = {"yes_no": (bool, "true 或 false"), "date": (date, "日期，如 2026-03-05"), "text": (str, "文字")}
    if kind in wanted and not isinstance(value, wanted[kind][0]):
        return f"{named}要写{wanted[kind][1]}，写的是“{value}”"
    return ""


def _number_problem(value: Any, named: str, count: bool) -> str:
    if isinstance(value, bool) or not isinstance(value, int | Fraction | Decimal | str):
        return f"{named}要写数字，写的是“{value}”"
    try:
        number = parse_exact(value)
    except QuantityError as error:
        return f"{named}要写数字：{error}"
    return f"{named}是负数 {value}；请核对" if count and number < 0 else ""

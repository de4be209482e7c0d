"""Figures that are given per clause instead of being measured on entries (cases, manual figures)."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from kpi.indicators.values import FigureValue
from kpi.quantities import QuantityError, parse_exact
from kpi.rulebook.answers import Refused
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given_names import is_number, value_problem
from kpi.rulebook.indicators import Figure, Indicator


def figures_from_facts(
    rulebook: Rulebook, facts: Mapping[str, Mapping[str, Any]]
) -> tuple[list[FigureValue], dict[str, bool]]:
    """Figure values and plain `met` per clause. Unknown clauses and names are Refused("bad_input")."""
    known = {clause.id for clause in rulebook.clauses}
    figures: list[FigureValue] = []
    plain: dict[str, bool] = {}
    for clause, given in facts.items():
        if clause not in known:
            raise Refused("bad_input", f"facts 里的条款“{clause}”规则书里没有{_near(clause, known)}", clause)
        indicators = [one for one in rulebook.indicators if one.clause == clause]
        if isinstance(given.get("met"), bool):
            plain[clause] = given["met"]
        figures += _of_clause(clause, given, indicators)
    return figures, plain


def _near(name: str, known: set[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return f"；是不是“{near[0]}”？" if near else "；请核对编号"


def _of_clause(clause: str, given: Mapping[str, Any], indicators: list[Indicator]) -> list[FigureValue]:
    declared = {name: figure for one in indicators for name, figure in one.figures.items()}
    grouped = any(one.by is not None for one in indicators)
    if grouped and given and all(isinstance(value, Mapping) for value in given.values()):
        given = _turned(given)
    figures = []
    for name, value in given.items():
        if name not in declared and name != "met":
            near = _near(name, set(declared))
            names = "、".join(declared) or "met"
            raise Refused("bad_input", f"条款 {clause} 没有名为“{name}”的数据{near}（可写 {names}）", clause)
        figure = declared.get(name)
        label, unit = (figure.label, figure.unit) if figure is not None else ("", "")
        found = exact(value, f"{clause}.{name}")
        if figure is not None:
            found = _as_number(found, figure)
        figures.append(FigureValue(clause, name, found, label, unit))
    return figures


def _turned(by_member: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """{member: {figure: value}} as {figure: {member: value}}."""
    turned: dict[str, dict[str, Any]] = {}
    for member, values in by_member.items():
        for name, value in values.items():
            turned.setdefault(name, {})[member] = value
    return turned


def _as_number(value: Any, figure: Figure) -> Any:
    """Numbers written as texts (`"61200000.00"`) where the figure is one; wrong values are Refused."""
    if isinstance(value, list | tuple):
        return [_as_number(one, figure) for one in value]
    if isinstance(value, Mapping):
        return {key: _as_number(one, figure) for key, one in value.items()}
    wrong = value_problem(value, figure)
    if wrong:
        raise Refused("bad_input", wrong)
    return parse_exact(value) if isinstance(value, str) and is_number(figure) else value


def exact(value: Any, place: str) -> Any:
    """A given value with exact numbers; lists and tables go element by element."""
    if isinstance(value, list | tuple):
        return [exact(one, place) for one in value]
    if isinstance(value, Mapping):
        return {key: exact(one, place) for key, one in value.items()}
    if isinstance(value, float):
        raise Refused("bad_input", f"{place} 的数字 {value} 是浮点数；请写成十进制小数的文字", place)
    if isinstance(value, Decimal):
        return parse_exact(value)
    if isinstance(value, str) and value.strip().endswith(("%", "％")):
        try:
            return parse_exact(value)
        except QuantityError:
            return value
    return value


def merge_figures(measured: list[FigureValue], given: list[FigureValue]) -> list[FigureValue]:
    """What is given goes before what is measured, keeping the measured windows' labels."""
    table = {(one.clause, one.name): one for one in measured}
    for one in given:
        before = table.get((one.clause, one.name))
        table[one.clause, one.name] = replace(one, windows=before.windows) if before is not None else one
    return list(table.values())

"""Figures behind a clause as people read them: numerator and denominator, claimed beside verified, where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from app.services.assessments.evaluating import Work
from app.services.ledger.reading import spoken
from app.services.standing.criteria import say
from kpi.indicators.values import FigureValue, IndicatorValue
from kpi.rulebook.indicators import ByHand, Figure

MOST_PARTS = 60
STATED, MEASURED, TYPED, DUE = "手工认定", "台账", "采购人填报", "按合同期和名单应有"


@dataclass(frozen=True)
class FigureView:
    """One figure. `parts`: its value by window or member, of `size` in all. `ledger`: whose entries are behind it, blank for none."""

    clause: str
    name: str
    title: str
    value: str
    origin: str
    fraction: str = ""
    claimed: str = ""
    measured: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    ledger: str = ""
    size: int = 0


@dataclass(frozen=True)
class Condition:
    """One indicator of the clause: met, unmet, or no data, and how that reads."""

    title: str
    met: bool | None
    text: str
    members: tuple[tuple[str, bool | None, str], ...] = ()


def figures_of(work: Work, sources: Iterable[str]) -> list[FigureView]:
    """The figures that `clause/name` name, in that order."""
    book = work.evaluation.book
    found = []
    for source in dict.fromkeys(sources):
        clause, _, name = source.rpartition("/")
        figure = book.figures.get((clause, name))
        if figure is not None and name != "met":
            found.append(view(work, figure, MOST_PARTS))
    return found


def declared(work: Work, clause: str, name: str) -> Figure | None:
    """The figure as the rulebook has it."""
    own = (one.figures for one in work.rulebook.indicators if one.clause == clause)
    return next((figures[name] for figures in own if name in figures), None)


def ledger_of(rule: Figure | None) -> str:
    """The ledger that a figure counts in; empty where it counts none."""
    ledger = getattr(rule, "ledger", "")
    return ledger if isinstance(ledger, str) else ""


def view(work: Work, figure: FigureValue, most: int | None = None) -> FigureView:
    """The figure with at most so many of its parts; None: all of them."""
    rule = declared(work, figure.clause, figure.name)
    stated = figure.origin == "given"
    ledger = ledger_of(rule)
    before = _measured(work, figure) if stated else None
    origin = STATED if stated else TYPED if isinstance(rule, ByHand) else MEASURED if ledger else DUE
    fraction = "" if figure.denominator is None else f"{say(figure.numerator)} / {say(figure.denominator)}"
    claimed = figure.claimed if not stated and figure.claimed is not None and figure.claimed != figure.value else None
    return FigureView(
        figure.clause, figure.name, spoken(figure.title), _value(figure), origin, fraction,
        "" if claimed is None else _short(claimed, figure.unit), "" if before is None else _short(before, figure.unit),
        tuple(islice(_parts(figure), most)), ledger, len(figure.value) if isinstance(figure.value, Mapping | list | tuple) else 0,
    )  # fmt: skip


def _measured(work: Work, figure: FigureValue) -> Any:
    """What the entries gave where a figure is stated by hand."""
    same = (one for one in work.figures if (one.clause, one.name) == (figure.clause, figure.name))
    return next((one.value for one in same), None)


def _value(figure: FigureValue) -> str:
    return "没有数据" if figure.value is None else _short(figure.value, figure.unit)


def _short(value: Any, unit: str) -> str:
    if isinstance(value, Mapping):
        return f"{len(value)} 个，见明细"
    if isinstance(value, list | tuple):
        held = sum(1 for one in value if one is not None)
        return f"{len(value)} 期，有数据 {held} 期"
    return say(value, unit)


def _parts(figure: FigureValue) -> Iterable[tuple[str, str]]:
    """A list by its windows, a table by its members."""
    value = figure.value
    if isinstance(value, Mapping):
        for member, one in value.items():
            yield str(member), "无数据" if one is None else _short(one, figure.unit)
    if isinstance(value, list | tuple):
        labels = figure.windows if len(figure.windows) == len(value) else [f"第{n}期" for n in range(1, len(value) + 1)]
        for label, one in zip(labels, value, strict=True):
            yield label, "无数据" if one is None else say(one, figure.unit)


def conditions(values: Iterable[IndicatorValue]) -> list[Condition]:
    """Indicators in words; of those split by member, the members that are not met."""
    return [
        Condition(
            one.title, one.met, spoken(one.reason),
            tuple((name, inner.met, spoken(inner.reason)) for name, inner in one.members.items() if inner.met is not True),
        )
        for one in values
    ]  # fmt: skip

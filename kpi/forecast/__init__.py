"""Where the present pace leads by the end of a period, in points and yuan, and what would protect most.

The forecast is no result: nothing is paid on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kpi.evaluation import Evaluation, evaluate
from kpi.forecast.levers import Lever, Outlook, Together, levers, losing, together
from kpi.forecast.pace import Pace, Running
from kpi.forecast.prices import Price, prices
from kpi.indicators.values import FigureValue
from kpi.quantities import Period
from kpi.rulebook.answers import Refused
from kpi.rulebook.given import Days, Given
from kpi.rulebook.loader import Source

__all__ = ["Forecast", "Lever", "Price", "Running", "Together", "forecast", "known_outlook"]


@dataclass(frozen=True, slots=True)
class Forecast:
    """`now` over the figures so far (as if the period ended there), `at_end` at the present pace.

    `at_best`: the best that can still be reached. `levers` by yuan, then points; `prices` by clause: what one
    more shortfall takes from the forecast. `if_met`: at the end, if what has no data is met; None where nothing is open.
    Where it is there, `at_best`, levers and prices are those beside it: without a total nothing is worth any yuan.
    """

    as_of: date
    now: Evaluation
    at_end: Evaluation
    share_gone: Fraction
    provisional: bool
    levers: tuple[Lever, ...]
    together: Together | None = None
    at_best: Evaluation | None = None
    prices: Mapping[str, Price] | None = None
    if_met: Evaluation | None = None


def forecast(
    source: Source, given: Given, measured: Sequence[FigureValue], as_of: date, *, span: Period | None = None,
    running: Mapping[tuple[str, str], Running] | None = None, closed: date | None = None, priced: bool = False,
) -> Forecast:  # fmt: skip
    """The forecast on `as_of`, a day of the span (by default the term).

    `running`: what the windows hold that have begun and are not over, by clause and figure; `closed`: the last
    day that is over (by default `as_of`). `priced`: prices are wanted, too. Refused("bad_input") without a term or outside the span.
    """
    whole = _span(given, as_of, span)
    pace = Pace(source.rulebook, given, whole, as_of, running or {}, closed or as_of)
    projected = [pace.project(figure) for figure in measured]
    end = given.model_copy(update={"period": Days(start=whole.start, end=whole.end)})
    at_end = evaluate(source, end, projected)
    outlook = Outlook(source, end, projected, at_end, pace.held(measured))
    known = known_outlook(outlook)
    found = levers(known)
    lost = {clause for clause, _, _ in losing(known.base)}
    return Forecast(
        as_of, evaluate(source, given, measured), at_end, pace.gone, pace.provisional, found,
        together(known, found), known.repaired(lost) if lost else known.base, prices(known) if priced else None,
        known.base if known is not outlook else None,
    )  # fmt: skip


def known_outlook(outlook: Outlook) -> Outlook:
    """The same where the total is known; else as if what has no data were met, where that gives a total."""
    unknown = set(outlook.base.refused)
    supposed = outlook.supposing(unknown) if unknown and outlook.base.score is None else outlook
    return supposed if supposed.base.score is not None else outlook


def _span(given: Given, as_of: date, span: Period | None) -> Period:
    if given.term is None:
        raise Refused("bad_input", "预测要知道合同期；请在设置里写 term 的起止日期", "term")
    whole = span or Period(given.term.start, given.term.end)
    if not whole.start <= as_of <= whole.end:
        name = "合同期" if span is None else "考核周期"
        raise Refused("bad_input", f"截止日 {as_of} 不在{name} {whole.start} 至 {whole.end} 内", "as_of")
    return whole

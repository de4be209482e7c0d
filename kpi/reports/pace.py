"""Where a condition stands while its assessment period runs: met, on time, or slower than time goes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from kpi.indicators.values import CriterionValue
from kpi.reports.lines import Line, Standing, is_number


def plainly(met: bool | None) -> Standing:
    return "no_data" if met is None else "met" if met else "unmet"


def paced(line: Line, gone: Fraction, value: CriterionValue, once: bool) -> Line:
    """Until the assessment period is over: what its target is reached by is met, the rest on time or slower than time goes.

    `gone`: the share of the period's days that is over; `once`: the condition has a day of its own.
    """
    waits = value.met is None and value.actual is not None and value.windows_due == 0  # none of its windows is over yet
    if value.met is True or line.windows is not None or gone >= 1 or (once and not waits):
        return line
    if line.bound in ("不少于", "大于") and line.unit != "%":
        return replace(line, standing=_pace(line, gone)) if waits or line.share is not None else line
    held = line.so_far.value if line.so_far is not None else None
    if not waits or not is_number(line.target):
        return line
    return replace(line, standing=plainly(_holds(line, held)) if is_number(held) else "running")


def _pace(line: Line, gone: Fraction) -> Standing:
    """Of a target that grows by whole steps no more is expected than the steps that the time gone makes up."""
    held = line.so_far.value if line.so_far is not None and is_number(line.so_far.value) else 0
    if not is_number(line.target):
        return "running"
    if _holds(line, held):
        return "met"
    return "running" if held >= Fraction(line.target * gone).__floor__() else "slow"


def _holds(line: Line, held: int | Fraction) -> bool:
    tests = {"不少于": held >= line.target, "不超过": held <= line.target, "大于": held > line.target}
    return bool(tests.get(line.bound, held == line.target))

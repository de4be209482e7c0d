"""An indicator that is judged member by member (outlet, township, service): what each of them comes to."""

from __future__ import annotations

from typing import Any

from app.services.standing.criteria import say, wanted
from kpi.indicators.values import CriterionValue, IndicatorValue
from kpi.rulebook.indicators import Criterion, Indicator

MOST_NAMED, MOST_KEPT = 20, 120


def members_row(indicator: Indicator, value: IndicatorValue) -> dict[str, Any]:
    """How many, who fails, and by member: whether met and, by criterion, [what it comes to, numerator/denominator].

    Those that fail come first; `wanted` is what the criteria ask for, blank where members differ in it.
    """
    failed = [name for name, one in value.members.items() if one.met is False]
    kept = sorted(value.members.items(), key=lambda pair: (pair[1].met is not False, pair[1].met is not None))[:MOST_KEPT]
    rules, values = indicator.criteria, [one.criteria for _, one in kept]
    return {
        "total": len(value.members), "failed": failed[:MOST_NAMED], "short": len(failed),
        "labels": [rule.label or f"标准 {place}" for place, rule in enumerate(rules, 1)],
        "wanted": [_wanted(rule, [one for each in values for one in each[place : place + 1]]) for place, rule in enumerate(rules)],
        "each": [
            [name, one.met, [_cell(rule, found) for rule, found in zip(rules, one.criteria, strict=False)]] for name, one in kept
        ],
    }  # fmt: skip


def _unit(rule: Criterion) -> str:
    return "%" if rule.percent else rule.unit


def _wanted(rule: Criterion, found: list[CriterionValue]) -> str:
    targets = {one.target for one in found if one.target is not None}
    return wanted(rule, targets.pop(), _unit(rule)) if len(targets) == 1 else ""


def _cell(rule: Criterion, found: CriterionValue) -> list[str]:
    if found.windows_due:
        kept = found.windows_due - len(found.missed) - len(found.without_data)
        return [f"{kept}/{found.windows_due} 期", ""]
    fraction = f"{say(found.numerator)}/{say(found.denominator)}" if found.denominator is not None else ""
    return ["" if found.actual is None else say(found.actual, _unit(rule)), fraction]

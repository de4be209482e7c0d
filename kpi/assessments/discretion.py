"""Assessor's range (视情况, 酌情): the system proposes the lower bound, a person decides inside the range."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from kpi.assessments.context import RuleContext
from kpi.assessments.dispatch import apply_rule, moved
from kpi.assessments.outcomes import RuleOutcome
from kpi.assessments.texts import sentence, times
from kpi.expressions import NoData
from kpi.quantities import plain
from kpi.rulebook.mechanics import Discretion


@apply_rule.register
def discretion(rule: Discretion, context: RuleContext) -> RuleOutcome:
    """Rule of counting 9. Met: nothing may be taken. Unmet: `low` to `high` for each case."""
    count = _cases(rule, context)
    if rule.gives == "earn":
        return _earned(rule, context, count)
    met = context.met(rule.met) if count is None or rule.met is not None else count <= 0
    if met is None:
        raise NoData("达标情况")
    read = (rule.met, rule.count)
    shown = context.shows(*read) or "，".join(one.text for one in context.failed_criteria())
    if met:
        return moved(rule, context, Fraction(0), sentence(shown, "已达标，扣0分"), *read, met=True, earning=False)
    number, named = _number(rule, context, count)
    low, high = context.get(rule.low), context.get(rule.high)
    amount, text = times(number, low, "扣")
    range_text = f"未达标{named}，每项可扣{plain(low)}至{plain(high)}分，建议取下限"
    outcome = moved(rule, context, amount, sentence(shown, range_text, text), *read, met=False, earning=False)
    return replace(outcome, high=number * high, step=context.get(rule.step))


def _earned(rule: Discretion, context: RuleContext, count: Fraction | None) -> RuleOutcome:
    """Met, or cases there are: `low` to `high` for each may be given. Else nothing."""
    met = context.met(rule.met) if count is None or rule.met is not None else count > 0
    if met is None:
        raise NoData("达标情况")
    read = (rule.met, rule.count)
    verb = "加" if context.mode == "bonus" else "得"
    shown = context.shows(*read)
    number = Fraction(1) if count is None else max(Fraction(0), count)
    if not met or number == 0:
        text = sentence(shown, f"不符合条件，{verb}0分")
        return moved(rule, context, Fraction(0), text, *read, met=False, earning=True)
    low, high = context.get(rule.low), context.get(rule.high)
    amount, text = times(number, low, verb)
    cases = f"{plain(number)}件，" if count is not None else ""
    range_text = f"符合条件，{cases}每项可{verb}{plain(low)}至{plain(high)}分，建议取下限"
    outcome = moved(rule, context, amount, sentence(shown, range_text, text), *read, met=True, earning=True)
    return replace(outcome, high=number * high, step=context.get(rule.step))


def _cases(rule: Discretion, context: RuleContext) -> Fraction | None:
    """Number of cases; None where the rule counts none, or where only a plain unmet is known."""
    if rule.count is None:
        return None
    try:
        return context.number(rule.count)
    except NoData:
        if context.has_data and context.decided_met is None:
            raise
        return None


def _number(rule: Discretion, context: RuleContext, count: Fraction | None) -> tuple[Fraction, str]:
    """How often the range applies, at least once, and how that reads."""
    per = context.get(rule.per)
    failed = context.failed_criteria()
    names: list[str] = []
    if per == "window":
        names = list(dict.fromkeys(name for one in failed for name in one.missed or ("本期",)))
    elif per == "criterion":
        names = [one.text for one in failed]
    each = max(Fraction(1), Fraction(len(names)))
    number = each if count is None or count <= 0 else each * count
    if per == "period" or not names:
        return number, f"{plain(number)}件" if count is not None else ""
    return number, f"{plain(number)}个{'时段' if per == 'window' else '要求'}（{'、'.join(names)}）"

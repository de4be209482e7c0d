"""Points that figures decide: checklists, units, percentage points, step tables (which may also be earned)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from kpi.assessments.context import RuleContext
from kpi.assessments.dispatch import apply_rule, moved
from kpi.assessments.outcomes import RuleOutcome
from kpi.assessments.texts import counted, sentence, times, unit_of
from kpi.expressions import NoData
from kpi.quantities import percent, plain, show
from kpi.rulebook.answers import Refused
from kpi.rulebook.mechanics import Band, Checklist, PerPoint, PerUnit, Steps


@apply_rule.register
def checklist(rule: Checklist, context: RuleContext) -> RuleOutcome:
    missing, shown = counted(context, rule.missing, "项")
    amount, text = times(missing, context.get(rule.each), "扣")
    listed = f"共{len(rule.conditions)}项要求" if rule.conditions else ""
    return moved(rule, context, amount, sentence(listed, shown, text), rule.missing, earning=False)


@apply_rule.register
def per_unit(rule: PerUnit, context: RuleContext) -> RuleOutcome:
    counts = rule.count if isinstance(rule.count, tuple) else (rule.count,)
    found = [counted(context, one, rule.unit) for one in counts]
    number = sum((value for value, _ in found), Fraction(0))
    free = context.get(rule.free)
    unit = rule.unit or unit_of(context, counts[0])
    allowance = f"共{plain(number)}{unit}，免计{plain(free)}{unit}" if free else ""
    cap = None if rule.up_to is None else context.get(rule.up_to)
    amount, text = times(max(Fraction(0), number - free), context.get(rule.each), "扣", cap)
    shown = [words for _, words in found]
    return moved(rule, context, amount, sentence(*shown, allowance, text), *counts, earning=False)


@apply_rule.register
def per_point(rule: PerPoint, context: RuleContext) -> RuleOutcome:
    """Rule of counting 6: points of the rate, or of the completion ratio where the target is a count."""
    actual, target = context.number(rule.actual), context.number(rule.target)
    short = _points_short(rule, actual, target)
    step = context.get(rule.step)
    if step <= 0:
        raise Refused("bad_input", f"每档{plain(step)}个百分点不成一档；请把 step 写成大于 0 的数", context.clause)
    rounding = context.get(rule.rounding)
    begun = short / step
    number = {"whole": Fraction(begun.__floor__()), "ceiling": Fraction(begun.__ceil__()), "pro_rata": begun}[
        rounding
    ]
    cap = None if rule.up_to is None else context.get(rule.up_to)
    amount, text = times(number, context.get(rule.each), "扣", cap)
    gap = f"{_rates(rule, actual, target)}，少{show(short)}个百分点"
    size = "" if step == 1 else f"每{plain(step)}个百分点一档，"
    how = {"whole": "按整数计", "ceiling": "不足一档按一档计", "pro_rata": "按比例计"}[rounding]
    shown = context.shows(rule.actual)
    return moved(
        rule, context, amount, sentence(shown, gap, f"{size}{how}{plain(number)}个", text),
        rule.actual, rule.target, earning=False,
    )


def _points_short(rule: PerPoint, actual: Fraction, target: Fraction) -> Fraction:
    if rule.of == "rate":
        return max(Fraction(0), (target - actual) * 100)
    if target <= 0:
        raise NoData("目标值（为 0 时没有完成率）")
    return max(Fraction(0), (1 - actual / target) * 100)


def _rates(rule: PerPoint, actual: Fraction, target: Fraction) -> str:
    if rule.of == "rate":
        return f"实际{percent(actual)}，目标{percent(target)}"
    return f"目标{show(target)}{rule.unit}，完成{percent(actual / target)}"


@apply_rule.register
def steps(rule: Steps, context: RuleContext) -> RuleOutcome:
    value, shown = counted(context, rule.value, rule.unit, None)
    band = covering(rule.table, value, context)
    if band is None:
        reason = f"{shown or plain(value)}，没有一档包含这个值，不能计算；请补全分档或由采购人明确"
        raise Refused("no_band", reason, context.clause)
    earns = rule.gives == "earn"
    verb = "扣" if not earns else "加" if context.mode == "bonus" else "得"
    amount, text = times(Fraction(1), context.get(band.points), verb)
    inside = f"属“{_bounds(band, context)}”一档"
    met = amount > 0 if earns else None
    return moved(rule, context, amount, sentence(shown, inside, text), rule.value, met=met, earning=earns)


def covering(table: Iterable[Band], value: Fraction, context: RuleContext) -> Band | None:
    """The band that holds the value: half open, a boundary moved by `inclusive_top` goes first."""
    found = None
    for band in table:
        low = None if band.at_least is None else context.get(band.at_least)
        top = None if band.below is None else context.get(band.below)
        if band.inclusive_top and value == top and (low is None or low <= value):
            return band
        if found is None and (low is None or low <= value) and (top is None or value < top):
            found = band
    return found


def _bounds(band: Band, context: RuleContext) -> str:
    low = "" if band.at_least is None else f"{plain(context.get(band.at_least))}以上"
    if band.below is None:
        return low or "任意"
    word = "以内" if band.inclusive_top else "以下（不含）"
    return f"{low}{'、' if low else ''}{plain(context.get(band.below))}{word}"

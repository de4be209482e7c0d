"""Points earned from zero, and bonus: per condition, per unit, inside a range, half, by rank, per extra."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from kpi.assessments.context import RuleContext
from kpi.assessments.dispatch import apply_rule, moved
from kpi.assessments.outcomes import RuleOutcome
from kpi.assessments.texts import counted, ending, plus, sentence, times
from kpi.quantities import percent, plain, show
from kpi.rulebook.answers import Refused
from kpi.rulebook.mechanics import (
    ByRank,
    EarnPerCondition,
    EarnPerUnit,
    HalfCredit,
    PerExtra,
    Proportional,
    Steps,
)

ZERO, ONE, HALF = Fraction(0), Fraction(1), Fraction(1, 2)


def _verb(context: RuleContext) -> str:
    """Earning rules earn, even where an item starts full."""
    return "加" if context.mode == "bonus" else "得"


@apply_rule.register
def earn_per_condition(rule: EarnPerCondition, context: RuleContext) -> RuleOutcome:
    gained = [one for one in rule.conditions if context.truth(one.when)]
    amount, text = plus([context.get(one.points) for one in gained], _verb(context))
    held = "、".join(one.label or one.when.text for one in gained)
    words = f"{len(rule.conditions)}项条件符合{len(gained)}项" + (f"（{held}）" if held else "")
    read = [one.when for one in rule.conditions]
    return moved(rule, context, amount, sentence(context.shows(*read), words, text), *read, earning=True)


@apply_rule.register
def earn_per_unit(rule: EarnPerUnit, context: RuleContext) -> RuleOutcome:
    count, shown = counted(context, rule.count, rule.unit)
    above, base, each = context.get(rule.above), context.get(rule.base), context.get(rule.each)
    cap = None if rule.up_to is None else context.get(rule.up_to)
    if count < above:
        text = f"未到起点{plain(above)}{rule.unit}，{_verb(context)}0分"
        return moved(rule, context, ZERO, sentence(shown, text), rule.count, met=False, earning=True)
    more = count - above
    arithmetic = f"{plain(more)} × {plain(each)}"
    if base:
        arithmetic = f"{plain(base)} + {arithmetic}"
    amount, text = ending(base + more * each, arithmetic, _verb(context), cap)
    start = f"起点{plain(above)}{rule.unit}，超出{plain(more)}{rule.unit}" if above else ""
    return moved(rule, context, amount, sentence(shown, start, text), rule.count, met=True, earning=True)


@apply_rule.register
def proportional(rule: Proportional, context: RuleContext) -> RuleOutcome:
    value = context.number(rule.value)
    low, high = context.get(rule.low), context.get(rule.high)
    least, most = context.get(rule.low_points), context.get(rule.high_points)
    if low == high:
        raise Refused("bad_input", "按比例计分的下限和上限相同，没有区间；请核对这条规则", context.clause)
    ratio = min(ONE, max(ZERO, (value - low) / (high - low)))
    arithmetic = f"{plain(ratio)} × {plain(most - least)}"
    if least:
        arithmetic = f"{plain(least)} + {arithmetic}"
    amount, text = ending(least + ratio * (most - least), arithmetic, _verb(context))
    show_one = percent if rule.percent else show
    inside = f"实际{show_one(value)}，区间{show_one(low)}至{show_one(high)}，达到{plain(ratio)}"
    shown = context.shows(rule.value)
    return moved(rule, context, amount, sentence(shown, inside, text), rule.value, met=ratio == 1, earning=True)


@apply_rule.register
def half_credit(rule: HalfCredit, context: RuleContext) -> RuleOutcome:
    """In an item that starts full, what is not credited is lost."""
    share = ONE if context.truth(rule.full) else HALF if context.truth(rule.half) else ZERO
    read = (rule.full, rule.half)
    word = {ONE: "符合全分条件", HALF: "符合半分条件", ZERO: "两个条件都不符合"}[share]
    moves = 1 - share if context.mode == "deduct" else share
    if moves == 0:
        text = f"{word}，{context.verb}0分"
        return moved(rule, context, ZERO, sentence(context.shows(*read), text), *read, met=share == ONE)
    worth = context.need_maximum() if rule.worth is None else context.get(rule.worth)
    amount, text = times(moves, worth, context.verb)
    return moved(rule, context, amount, sentence(context.shows(*read), word, text), *read, met=share == ONE)


@apply_rule.register
def by_rank(rule: ByRank, context: RuleContext) -> RuleOutcome:
    rank = context.number(rule.rank)
    if rank < 1 or rank.denominator != 1:
        raise Refused("bad_input", f"名次“{plain(rank)}”不对；请填 1、2、3 这样的整数", context.clause)
    place = int(rank)
    worth = context.get(rule.points[place - 1]) if place <= len(rule.points) else ZERO
    amount, text = times(ONE, worth, _verb(context))
    named = f"第{place}名" + ("" if place <= len(rule.points) else f"，前{len(rule.points)}名才有分")
    shown = context.shows(rule.rank)
    return moved(rule, context, amount, sentence(shown, named, text), rule.rank, met=worth > 0, earning=True)


@apply_rule.register
def per_extra(rule: PerExtra, context: RuleContext) -> RuleOutcome:
    count, shown = counted(context, rule.count, rule.unit)
    beyond = context.get(rule.beyond)
    more = max(ZERO, count - beyond)
    cap = None if rule.up_to is None else context.get(rule.up_to)
    amount, text = times(more, context.get(rule.each), _verb(context), cap)
    over = f"{plain(beyond)}{rule.unit}以外多{plain(more)}{rule.unit}" if beyond else ""
    return moved(rule, context, amount, sentence(shown, over, text), rule.count, met=more > 0, earning=True)


def full_credit(rule: Any, context: RuleContext) -> Fraction | None:
    """What an earning rule gives where the clause is simply met; None where that cannot be told."""
    match rule:
        case EarnPerCondition():
            return sum((context.get(one.points) for one in rule.conditions), ZERO)
        case EarnPerUnit() | PerExtra():
            return context.maximum if rule.up_to is None else context.get(rule.up_to)
        case Proportional():
            return max(context.get(rule.low_points), context.get(rule.high_points))
        case HalfCredit():
            return context.maximum if rule.worth is None else context.get(rule.worth)
        case Steps():
            return max((context.get(band.points) for band in rule.table), default=None)
    return None

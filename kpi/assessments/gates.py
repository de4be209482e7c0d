"""Rules that lose an item whole: all or nothing, zero if absent, gates, any sub-unit failing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from kpi.assessments.context import RuleContext
from kpi.assessments.dispatch import apply_rule, lost, moved, unmoved
from kpi.assessments.outcomes import RuleOutcome
from kpi.assessments.texts import sentence, times
from kpi.expressions import NoData
from kpi.indicators.book import text_of
from kpi.quantities import plain
from kpi.rulebook.answers import Refused
from kpi.rulebook.mechanics import AllOrNothing, AnyFailing, Gate, Mechanic, NoDeduction, ZeroIf

ONE = Fraction(1)


@apply_rule.register
def all_or_nothing(rule: AllOrNothing, context: RuleContext) -> RuleOutcome:
    """Deducting: unmet loses `worth`. Earning: met gains it."""
    met = context.met(rule.met)
    if met is None:
        raise NoData("达标情况")
    word = "已达标" if met else "未达标"
    shown = context.shows(rule.met)
    if met == (context.mode == "deduct"):
        return moved(rule, context, Fraction(0), sentence(shown, f"{word}，{context.verb}0分"), rule.met, met=met)
    worth = context.need_maximum() if rule.worth is None else context.get(rule.worth)
    amount, text = times(ONE, worth, context.verb)
    return moved(rule, context, amount, sentence(shown, word, text), rule.met, met=met)


@apply_rule.register
def zero_if(rule: ZeroIf, context: RuleContext) -> RuleOutcome:
    shown = context.shows(rule.condition)
    if not context.truth(rule.condition):
        text = sentence(shown, "没有不得分的情形，扣0分")
        return moved(rule, context, Fraction(0), text, rule.condition, met=True, earning=False)
    named = rule.label or "符合不得分的情形"
    if rule.share is None:
        amount, text = times(ONE, context.need_maximum(), "扣")
        return lost(rule, context, sentence(shown, f"{named}，本项不得分", text), rule.condition)
    share = context.number(rule.share)
    amount, text = times(share, context.need_maximum(), "扣")
    words = sentence(shown, f"{named}，扣除满分的{plain(share)}", text)
    return moved(rule, context, amount, words, rule.condition, rule.share, met=False, earning=False)


def unmet_without_data(rules: Sequence[Mechanic], context: RuleContext, outcomes: tuple[RuleOutcome, ...]) -> tuple[RuleOutcome, ...]:
    """Decided as unmet, an item that is lost whole then (不得分) is lost whole, also where no figure says how far.

    Only where nothing else of the clause could take less.
    """
    live = [(rule, one) for rule, one in zip(rules, outcomes, strict=True) if not one.off]
    if len(live) != 1 or not isinstance(live[0][0], ZeroIf) or not live[0][1].no_data or live[0][0].share is not None:
        return outcomes
    rule = live[0][0]
    _, text = times(ONE, context.need_maximum(), "扣")
    whole = lost(rule, context, sentence("", f"{rule.label or '符合不得分的情形'}，本项不得分", text))
    return tuple(whole if one is live[0][1] else one for one in outcomes)


@apply_rule.register
def gate(rule: Gate, context: RuleContext) -> RuleOutcome:
    """A condition apart from the target (rule of counting 12)."""
    shown = context.shows(rule.require)
    named = rule.label or f"前提条件“{rule.require.text}”"
    if context.truth(rule.require):
        return moved(rule, context, Fraction(0), sentence(shown, f"{named}成立，扣0分"), rule.require, earning=False)
    otherwise = context.get(rule.otherwise)
    if otherwise == "refuse":
        reason = f"{sentence(shown, named)}不成立，不能计分；请补足后重新计算，或由采购人改定这一情形如何计分"
        raise Refused("blocked", reason, context.clause)
    if otherwise == "pass":
        return unmoved(rule, context, sentence(shown, f"{named}不成立，按约定照常计分，扣0分"), rule.require, met=False)
    _, text = times(ONE, context.need_maximum(), "扣")
    return lost(rule, context, sentence(shown, f"{named}不成立，本项不得分", text), rule.require)


@apply_rule.register
def any_failing(rule: AnyFailing, context: RuleContext) -> RuleOutcome:
    """A sub-unit without a value (未举办) fails like one below the bound."""
    bound = context.value(rule.at_least)
    values = _named(context, rule)
    if not values:
        raise NoData("各单元的数据")
    failed = [f"{name}{text_of(value, rule.unit)}" for name, value in values if value is None or value < bound]
    shown = f"共{len(values)}个，每个应不少于{text_of(bound, rule.unit)}"
    if not failed:
        text = sentence(shown, "全部达到，扣0分")
        return moved(rule, context, Fraction(0), text, rule.values, rule.at_least, met=True, earning=False)
    _, text = times(ONE, context.need_maximum(), "扣")
    words = sentence(shown, f"未达到{len(failed)}个（{'、'.join(failed)}），本项不得分", text)
    return lost(rule, context, words, rule.values, rule.at_least)


def _named(context: RuleContext, rule: AnyFailing) -> list[tuple[str, Any]]:
    found = context.value(rule.values)
    if isinstance(found, Mapping):
        return list(found.items())
    if isinstance(found, list | tuple):
        return [(f"第{number}个", value) for number, value in enumerate(found, start=1)]
    raise Refused("bad_input", f"“{rule.values.text}”应是各单元的一列数；请核对这条规则的算式", context.clause)


@apply_rule.register
def no_deduction(rule: NoDeduction, context: RuleContext) -> RuleOutcome:
    met = context.met(rule.met)
    word = {True: "已达标", False: "未达标", None: "没有数据"}[met]
    text = sentence(context.shows(rule.met), f"{word}；没有约定扣分，扣0分")
    outcome = unmoved(rule, context, text, rule.met, met=met)
    return replace(outcome, no_data=met is None)

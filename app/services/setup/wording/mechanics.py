"""How items are scored, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.services.setup.wording.names import Place
from app.services.setup.wording.sentences import Teller, says
from kpi.rulebook import mechanics as m

if TYPE_CHECKING:
    from app.services.setup.wording.rules import Words


def reach(words: Words, band: m.Band, place: Place) -> str:
    """The values that a band covers."""
    tell = Teller(words, band, place)
    top = f"不超过 {tell('below')}" if band.inclusive_top else f"小于 {tell('below')}"
    if band.at_least is None:
        return top if band.below is not None else "任何数"
    return f"≥ {tell('at_least')}" + (f" 且{top}" if band.below is not None else "")


@says(m.AllOrNothing, "met", "worth")
def all_or_nothing(words: Words, rule: m.AllOrNothing, place: Place) -> str:
    tell = Teller(words, rule, place)
    when = f"不满足“{tell('met')}”" if rule.met is not None else "不达标"
    return f"{when}的，扣 {tell('worth')} 分" if rule.worth is not None else f"{when}的，本项不得分"


@says(m.Checklist, "conditions", "missing", "each")
def checklist(words: Words, rule: m.Checklist, place: Place) -> str:
    tell = Teller(words, rule, place)
    return f"每缺一项扣 {tell('each')} 分，缺少的项数看“{tell('missing')}”" + tell.if_set("conditions", "：{}")


@says(m.PerUnit, "count", "each", "free", "up_to", "unit")
def per_unit(words: Words, rule: m.PerUnit, place: Place) -> str:
    tell = Teller(words, rule, place)
    unit = rule.unit or "个"
    free = f"，前 {tell('free')} {unit}不扣" if "free" in rule.model_fields_set else ""
    return f"{tell('count')}：每{unit}扣 {tell('each')} 分{free}{tell.if_set('up_to', '，最多扣 {} 分')}"


@says(m.PerPoint, "actual", "target", "of", "each", "step", "rounding", "up_to", "unit")
def per_point(words: Words, rule: m.PerPoint, place: Place) -> str:
    tell = Teller(words, rule, place)
    of = "完成比例" if rule.of == "completion" else "比率"
    return (
        f"{tell('actual')}达不到{tell('target')}的，{of}每少 {tell('step')} 个百分点扣 {tell('each')} 分，{tell('rounding')}"
        f"{tell.if_set('up_to', '，最多扣 {} 分')}"
    )


@says(m.Steps, "value", "table", "unit")
def steps(words: Words, rule: m.Steps, place: Place) -> str:
    tell = Teller(words, rule, place)
    bands = "；".join(f"{reach(words, one, place)}{rule.unit} 扣 {words.value(one.points, 'points', place)} 分" for one in rule.table)
    return f"按“{tell('value')}”分档扣分：{bands}"


@says(m.ZeroIf, "condition", "share")
def zero_if(words: Words, rule: m.ZeroIf, place: Place) -> str:
    tell = Teller(words, rule, place)
    lost = tell.if_set("share", "只失去“{}”这一份") or "本项不得分"
    return f"{tell('condition')}的，{lost}"


@says(m.Gate, "require", "otherwise")
def gate(words: Words, rule: m.Gate, place: Place) -> str:
    tell = Teller(words, rule, place)
    return f"前提：{tell('require')}；不满足时{tell('otherwise')}"


@says(m.AnyFailing, "values", "at_least", "unit")
def any_failing(words: Words, rule: m.AnyFailing, place: Place) -> str:
    tell = Teller(words, rule, place)
    return f"任何一个成员或周期的{tell('values')}不足 {tell('at_least')}{rule.unit}的，本项不得分"


@says(m.Discretion, "met", "low", "high", "step", "count", "per")
def discretion(words: Words, rule: m.Discretion, place: Place) -> str:
    tell = Teller(words, rule, place)
    when = tell.if_set("met", "不满足“{}”") or "不达标"
    each = tell.if_set("count", "，按“{}”逐件计")
    per = f"，{tell('per')}" if "per" in rule.model_fields_set else ""
    return f"{when}的，由评分人在 {tell('low')} 至 {tell('high')} 分之间视情况扣（每档 {tell('step')} 分）{each}{per}"


@says(m.NoDeduction, "met")
def no_deduction(words: Words, rule: m.NoDeduction, place: Place) -> str:
    return "只看是否达标，没有写明扣分，分数不变" + Teller(words, rule, place).if_set("met", "（{}）")


@says(m.EarnPerCondition, "conditions")
def earn_per_condition(words: Words, rule: m.EarnPerCondition, place: Place) -> str:
    parts = []
    for one in rule.conditions:
        tell = Teller(words, one, place)
        parts.append(f"{one.label or tell('when')}得 {tell('points')} 分")
    return "每满足一项得分：" + "；".join(parts)


@says(m.EarnPerUnit, "count", "each", "base", "above", "up_to", "unit")
def earn_per_unit(words: Words, rule: m.EarnPerUnit, place: Place) -> str:
    tell = Teller(words, rule, place)
    unit = rule.unit or "个"
    base = f"达到 {tell('above')} {unit}得 {tell('base')} 分，" if "base" in rule.model_fields_set else ""
    above = f"超过 {tell('above')} {unit}的部分" if "above" in rule.model_fields_set else ""
    return f"{tell('count')}：{base}{above}每{unit}得 {tell('each')} 分{tell.if_set('up_to', '，最多得 {} 分')}"


@says(m.Proportional, "value", "low", "high", "low_points", "high_points", "percent")
def proportional(words: Words, rule: m.Proportional, place: Place) -> str:
    tell = Teller(words, rule, place)
    low, high = (words.quantity(bound, "%" if rule.percent else "", place) for bound in (rule.low, rule.high))
    return f"{tell('value')}：{low} 及以下得 {tell('low_points')} 分，{high} 及以上得 {tell('high_points')} 分，其间按比例"


@says(m.HalfCredit, "full", "half", "worth")
def half_credit(words: Words, rule: m.HalfCredit, place: Place) -> str:
    tell = Teller(words, rule, place)
    return f"{tell('full')}的得{tell.if_set('worth', ' {} 分') or '满分'}；{tell('half')}的得一半；否则不得分"


@says(m.ByRank, "rank", "points")
def by_rank(words: Words, rule: m.ByRank, place: Place) -> str:
    tell = Teller(words, rule, place)
    places = "；".join(f"第 {number} 名 {words.value(one, 'points', place)} 分" for number, one in enumerate(rule.points, 1))
    return f"按{tell('rank')}：{places}；其余 0 分"


@says(m.PerExtra, "count", "beyond", "each", "up_to", "unit")
def per_extra(words: Words, rule: m.PerExtra, place: Place) -> str:
    tell = Teller(words, rule, place)
    unit = rule.unit or "个"
    beyond = f"超过 {tell('beyond')} {unit}的部分" if "beyond" in rule.model_fields_set else ""
    return f"{tell('count')}：{beyond}每{unit}加 {tell('each')} 分{tell.if_set('up_to', '，最多加 {} 分')}"


@says(m.Band, "at_least", "below", "inclusive_top", "points")
def band(words: Words, rule: m.Band, place: Place) -> str:
    return f"{reach(words, rule, place)}：{words.value(rule.points, 'points', place)}"

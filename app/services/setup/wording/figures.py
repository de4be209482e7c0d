"""Fields, checks, figures and targets, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.services.setup.wording.labels import MEASURES
from app.services.setup.wording.names import Place
from app.services.setup.wording.sentences import Teller, says
from kpi.rulebook import indicators as i
from kpi.rulebook import ledgers, rubric
from kpi.rulebook.rounding import Rounding

if TYPE_CHECKING:
    from app.services.setup.wording.rules import Words


@says(ledgers.Field, "type", "required", "unit", "choices", "ledger")
def field(words: Words, rule: ledgers.Field, place: Place) -> str:
    tell = Teller(words, rule, place)
    parts = [tell("type"), "必填" if rule.required else "", tell.if_set("unit", "单位{}"), tell.if_set("choices", "可选{}")]
    return "，".join(part for part in [*parts, tell.if_set("ledger", "填{}里的编号")] if part)


@says(ledgers.CrossRule, "require", "when", "severity", "message")
def cross_rule(words: Words, rule: ledgers.CrossRule, place: Place) -> str:
    tell = Teller(words, rule, place)
    hard = "仍可保存，标为提醒" if rule.severity == "warning" else "不能保存"
    return f"{tell.if_set('when', '{}时，')}应当{tell('require')}；否则{hard}：{rule.message}"


@says(ledgers.EvidenceDue, "kind", "at_least", "when")
def evidence_due(words: Words, rule: ledgers.EvidenceDue, place: Place) -> str:
    return f"{rule.kind}至少 {rule.at_least} 份" + Teller(words, rule, place).if_set("when", "（{}时）")


def _measured(words: Words, rule: Any, place: Place, what: str) -> str:
    """What all measures say: of which ledger, which entries, over which window."""
    tell = Teller(words, rule, place)
    window = f"；{tell('window')}各算一次" if getattr(rule, "window", None) is not None else ""
    return f"{tell('ledger')}{what}{tell.if_set('where', '；只计：{}')}{window}"


_SPOKEN = ("ledger", "where", "window", "label", "unit")


@says(i.Count, *_SPOKEN)
def count(words: Words, rule: i.Count, place: Place) -> str:
    return _measured(words, rule, place, "的条数")


@says(i.Sum, "field", *_SPOKEN)
def total(words: Words, rule: i.Sum, place: Place) -> str:
    return _measured(words, rule, place, f"里{Teller(words, rule, place)('field')}的合计")


@says(i.Distinct, "field", *_SPOKEN)
def distinct(words: Words, rule: i.Distinct, place: Place) -> str:
    return _measured(words, rule, place, f"里不重复的{Teller(words, rule, place)('field')}的个数")


@says(i.Latest, "field", *_SPOKEN)
def latest(words: Words, rule: i.Latest, place: Place) -> str:
    return _measured(words, rule, place, f"里日期最近一条的{Teller(words, rule, place)('field')}")


@says(i.NetGrowth, "field", "per", *_SPOKEN)
def net_growth(words: Words, rule: i.NetGrowth, place: Place) -> str:
    tell = Teller(words, rule, place)
    return _measured(words, rule, place, f"里{tell('field')}期末减期初{tell.if_set('per', '，各{}相加')}")


@says(i.Statistic, "field", *_SPOKEN)
def statistic(words: Words, rule: i.Statistic, place: Place) -> str:
    return _measured(words, rule, place, f"里{Teller(words, rule, place)('field')}的{MEASURES[rule.measure]}")


@says(i.Rate, "hits", "field", *_SPOKEN)
def rate(words: Words, rule: i.Rate, place: Place) -> str:
    tell = Teller(words, rule, place)
    return _measured(words, rule, place, f"里{tell.if_set('field', '{}中')}满足“{tell('hits')}”的占比")


@says(i.WindowsMet, "at_least", "field", "of", *_SPOKEN)
def windows_met(words: Words, rule: i.WindowsMet, place: Place) -> str:
    tell = Teller(words, rule, place)
    what = f"{tell('field')}的{tell('of')}" if rule.field else "条数"
    return _measured(words, rule, place, f"{what}不少于 {tell('at_least')} 的周期数")


@says(i.WindowsDue, "window", "label", "unit")
def windows_due(words: Words, rule: i.WindowsDue, place: Place) -> str:
    return f"应有的周期数（{Teller(words, rule, place)('window')}）"


@says(i.MembersMet, "members", "by", "at_least", "field", "of", *_SPOKEN)
def members_met(words: Words, rule: i.MembersMet, place: Place) -> str:
    tell = Teller(words, rule, place)
    what = f"{tell('field')}的{tell('of')}" if rule.field else "条数"
    return _measured(words, rule, place, f"按{tell('by')}，{what}不少于 {tell('at_least')} 的“{tell('members')}”个数")


@says(i.MembersDue, "members", "label", "unit")
def members_due(words: Words, rule: i.MembersDue, place: Place) -> str:
    return f"“{Teller(words, rule, place)('members')}”的个数"


@says(i.Failing, "require", *_SPOKEN)
def failing(words: Words, rule: i.Failing, place: Place) -> str:
    return _measured(words, rule, place, f"里不满足“{Teller(words, rule, place)('require')}”的条数")


@says(i.Sustained, "key", "start", "end", "months", "inside_term", *_SPOKEN)
def sustained(words: Words, rule: i.Sustained, place: Place) -> str:
    tell = Teller(words, rule, place)
    stay = f"从{tell('start')}到{tell('end')}满 {tell('months')} 个月"
    return _measured(words, rule, place, f"里{stay}的{tell('key')}个数（要在合同期内满期：{tell('inside_term')}）")


@says(i.Streak, "at_least", "within", *_SPOKEN)
def streak(words: Words, rule: i.Streak, place: Place) -> str:
    tell = Teller(words, rule, place)
    where = tell.if_set("within", "最近 {} 期里的期数") or "最长连续期数"
    return _measured(words, rule, place, f"的条数不少于 {tell('at_least')} 的{where}")


@says(i.Repeats, "field", "allowed", *_SPOKEN)
def repeats(words: Words, rule: i.Repeats, place: Place) -> str:
    tell = Teller(words, rule, place)
    return _measured(words, rule, place, f"里出现超过 {tell('allowed')} 次的{tell('field')}个数")


@says(i.ByHand, "type", "label", "unit", "window")
def by_hand(words: Words, rule: i.ByHand, place: Place) -> str:
    return "由采购人认定" + Teller(words, rule, place).if_set("window", "，{}各一次")


_SIGNS = (("at_least", "≥"), ("at_most", "≤"), ("more_than", ">"), ("equals", "="))


@says(i.Criterion, "value", "at_least", "at_most", "more_than", "equals", "label", "unit", "percent", "stated_value")
def criterion(words: Words, rule: i.Criterion, place: Place) -> str:
    subject = rule.label or Teller(words, rule, place)("value")
    unit = "%" if rule.percent else rule.unit
    bounds = [
        f"{sign} {words.quantity(bound, unit, place)}"
        for name, sign in _SIGNS
        if (bound := getattr(rule, name)) is not None
    ]
    return " ".join([subject, *bounds]) if bounds else f"{subject}：{Teller(words, rule, place)('value')}"


@says(
    rubric.TierBand, "tier", "at_least", "inclusive", "meaning", "stated_from", "stated_to", "stated_open",
    "stated_open_from",
)  # fmt: skip
def tier_band(words: Words, rule: rubric.TierBand, place: Place) -> str:
    bound = Teller(words, rule, place)("at_least")
    return f"{bound} 分及以上为{rule.tier}" if rule.inclusive else f"超过 {bound} 分为{rule.tier}"


@says(Rounding, "round", "mode")
def rounding(words: Words, rule: Rounding, place: Place) -> str:
    return str(rule)


@says(rubric.Consequence, "kind", "when", "tier", "steps", "times", "consecutive", "points")
def consequence(words: Words, rule: rubric.Consequence, place: Place) -> str:
    tell = Teller(words, rule, place)
    deed = {"downgrade": f"降 {rule.steps} 档", "at_most": f"档次不高于{rule.tier}", "penalty": f"扣 {tell('points')} 分"}
    times = f"（{'连续' if rule.consecutive else '累计'} {rule.times} 次）" if rule.times > 1 else ""
    return f"{tell('when')}的{times}：{deed.get(rule.kind) or tell('kind')}"


@says(rubric.BonusRule, "rule", "cap")
def bonus_rule(words: Words, rule: rubric.BonusRule, place: Place) -> str:
    return words.say(rule.rule, place) + Teller(words, rule, place).if_set("cap", "，这一项最多 {} 分")

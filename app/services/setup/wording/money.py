"""What is paid and what is taken off, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.services.setup.wording.mechanics import reach
from app.services.setup.wording.names import Place
from app.services.setup.wording.sentences import Teller, says
from kpi.rulebook import payments as p

if TYPE_CHECKING:
    from app.services.setup.wording.rules import Words


def _base(words: Words, rule: Any, place: Place) -> str:
    """What a share is taken of."""
    return "合同价款" if rule.base is None else words.value(rule.base, "base", place)


@says(p.ShareOfPrice, "share", "base")
def share_of_price(words: Words, rule: p.ShareOfPrice, place: Place) -> str:
    return f"{_base(words, rule, place)}的 {words.value(rule.share, 'share', place)}"


@says(p.TierShare, "shares", "base")
def tier_share(words: Words, rule: p.TierShare, place: Place) -> str:
    shares = "；".join(f"{tier} {words.value(share, 'share', place)}" for tier, share in rule.shares.items())
    return f"按档次支付{_base(words, rule, place)}的：{shares}"


@says(p.LinearInScore, "full", "base", "floor", "ceiling")
def linear(words: Words, rule: p.LinearInScore, place: Place) -> str:
    tell = Teller(words, rule, place)
    limits = tell.if_set("floor", "，低于 {} 分的不付") + tell.if_set("ceiling", "，{} 分封顶")
    return f"{_base(words, rule, place)} × 得分 ÷ {tell('full')}{limits}"


@says(p.Interpolated, "points", "base")
def interpolated(words: Words, rule: p.Interpolated, place: Place) -> str:
    points = "；".join(f"{words.value(score)} 分付 {words.value(share, 'share')}" for score, share in rule.points)
    return f"{_base(words, rule, place)}按得分内插：{points}"


@says(p.Holdback, "share", "base", "release")
def holdback(words: Words, rule: p.Holdback, place: Place) -> str:
    tell = Teller(words, rule, place)
    return f"留存{_base(words, rule, place)}的 {tell('share')}，{tell('release')}时返还"


@says(p.Instalments, "number", "base")
def instalments(words: Words, rule: p.Instalments, place: Place) -> str:
    return f"{_base(words, rule, place)}分 {words.value(rule.number)} 期平均支付，最后一期补足"


@says(p.UnitPrice, "unit_price", "count", "cap")
def unit_price(words: Words, rule: p.UnitPrice, place: Place) -> str:
    tell = Teller(words, rule, place)
    return f"单价 {tell('unit_price')} 元 × {tell('count')}{tell.if_set('cap', '，以 {} 为限')}"


@says(p.Stage, "title", "count", "each")
def stage(words: Words, rule: p.Stage, place: Place) -> str:
    tell = Teller(words, rule, place)
    return f"{rule.title}：{tell('count')}，每人 {tell('each')} 元"


@says(p.PerHead, "stages", "cap")
def per_head(words: Words, rule: p.PerHead, place: Place) -> str:
    stages = "；".join(words.say(one, place) for one in rule.stages)
    return f"按人数分阶段支付：{stages}{Teller(words, rule, place).if_set('cap', '，以 {} 为限')}"


@says(p.RateRow, "group", "count", "rate")
def rate_row(words: Words, rule: p.RateRow, place: Place) -> str:
    tell = Teller(words, rule, place)
    return f"{rule.group}：{tell('count')} × {tell('rate')} 元"


@says(p.RateTable, "rows")
def rate_table(words: Words, rule: p.RateTable, place: Place) -> str:
    return "按标准支付：" + "；".join(words.say(one, place) for one in rule.rows)


@says(p.Slabs, "value", "table", "base")
def slabs(words: Words, rule: p.Slabs, place: Place) -> str:
    bands = "；".join(f"{reach(words, one, place)} 为 {words.value(one.points, 'share', place)}" for one in rule.table)
    return f"按“{words.value(rule.value, 'value', place)}”所在的档，支付{_base(words, rule, place)}的比例：{bands}"


@says(p.CohortResult, "count", "each", "check_after_months", "known")
def cohort(words: Words, rule: p.CohortResult, place: Place) -> str:
    tell = Teller(words, rule, place)
    return f"{tell('check_after_months')} 个月后核对（{tell('known')}），{tell('count')}每人 {tell('each')} 元"


@says(p.Balance, "base")
def balance(words: Words, rule: p.Balance, place: Place) -> str:
    return f"{_base(words, rule, place)}减去前面各期后的余额"


@says(p.GateRule, "title", "met", "require", "otherwise")
def gate(words: Words, rule: p.GateRule, place: Place) -> str:
    tell = Teller(words, rule, place)
    met = f"条款 {'、'.join(rule.met)} 达标" if rule.met else ""
    asked = "，且".join(part for part in (met, tell.if_set("require", "{}")) if part)
    return f"{rule.title}{f'（{asked}）' if asked else ''}；不满足时{tell('otherwise')}"


@says(p.SharePerStep, "steps", "share", "base", "up_to")
def share_per_step(words: Words, rule: p.SharePerStep, place: Place) -> str:
    tell = Teller(words, rule, place)
    return f"“{tell('steps')}”每一档扣{_base(words, rule, place)}的 {tell('share')}{tell.if_set('up_to', '，最多 {} 档')}"


@says(p.FixedPerRecord, "count", "each", "population", "up_to")
def fixed(words: Words, rule: p.FixedPerRecord, place: Place) -> str:
    tell = Teller(words, rule, place)
    return f"{tell('count')}：每件扣 {tell('each')} 元{tell.if_set('population', '（范围：{}）')}{tell.if_set('up_to', '，最多 {} 元')}"


@says(p.Escalating, "count", "shares", "base")
def escalating(words: Words, rule: p.Escalating, place: Place) -> str:
    tell, last = Teller(words, rule, place), len(rule.shares)
    shares = "；".join(
        f"第 {number} 次{'起每次' if number == last else ''} {words.value(share, 'share', place)}"
        for number, share in enumerate(rule.shares, 1)
    )
    return f"{tell('count')}，逐次扣{_base(words, rule, place)}的：{shares}"


@says(p.StepTableShare, "value", "table", "base")
def step_table(words: Words, rule: p.StepTableShare, place: Place) -> str:
    bands = "；".join(f"{reach(words, one, place)} 扣 {words.value(one.points, 'share', place)}" for one in rule.table)
    return f"按“{words.value(rule.value, 'value', place)}”分档扣{_base(words, rule, place)}的比例：{bands}"

"""How much a tranche is that takes a share of a sum: one function per mechanic, its sum written out in Chinese."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any, cast

from kpi.payments import by_count
from kpi.payments.bands import band_of
from kpi.payments.context import Context
from kpi.payments.offsets import Amounts, less
from kpi.payments.rounding import rounder_of, yuan_text
from kpi.quantities import Money, Number, percent, show, split, total
from kpi.rulebook.answers import Refused
from kpi.rulebook.base import Answer
from kpi.rulebook.payments import (
    Balance,
    Holdback,
    Instalments,
    Interpolated,
    LinearInScore,
    ShareOfPrice,
    Slabs,
    TierShare,
)
from kpi.rulebook.rounding import Rounding


def amounts_of(rule: Any, context: Context) -> Amounts:
    """The amounts of a tranche's rule. Refused where something is not stated, answered or known."""
    context.rounder = rounder_of(rule, context.payment, context.answers, context.clause)
    return _RULES[type(rule)](rule, context)


def _share(text: str, base: Fraction, share: Number, context: Context, note: str = "") -> tuple[Money, str]:
    """`base × share = amount`, rounded as the rule says."""
    return context.rounder.result(f"{text} × {percent(share)}{note}", base * share)


def share_of_price(rule: ShareOfPrice, context: Context) -> Amounts:
    if rule.share is None:
        raise Refused("not_stated", "支付比例没有约定；请向采购人确认后填写", context.clause)
    base = context.base(rule.base)
    amount, text = _share(yuan_text(base), base, context.answers.get(rule.share), context)
    return [amount], text, False


def tier_share(rule: TierShare, context: Context) -> Amounts:
    if context.tier is None:
        raise Refused("no_data", "还没有考核档次；先完成考核并签字，再计算付款", context.clause)
    if context.tier in rule.stops:
        return _stopped(rule, context)
    if context.tier not in rule.shares:
        raise Refused("not_stated", f"档次“{context.tier}”没有写支付比例；请在规则书里补上", context.clause)
    share = context.answers.get(rule.shares[context.tier])
    outside = context.earlier(context.answers.get(rule.outside))
    base = context.base(rule.base) - total(amount for _, amount in outside).yuan
    amount, text = _share(_base_text(base, outside), base, share, context, f"（{context.tier}）")
    return less(amount, text, rule, context)


def _base_text(base: Fraction, outside: list[tuple[str, Money]]) -> str:
    if not outside:
        return yuan_text(base)
    names = "、".join(f"{title} {amount}" for title, amount in outside)
    return f"（除{names}外的 {yuan_text(base)}）"


def _stopped(rule: TierShare, context: Context) -> Amounts:
    """The tier ends the contract: nothing more is paid, or as the buyer answered."""
    assert context.tier is not None
    way: str = context.answers.get(cast(str | Answer[str], rule.stops[context.tier]))
    if way == "refund":
        paid = context.all_earlier()
        return [-paid], f"档次“{context.tier}”，终止协议，已付的 {paid} 退还", False
    if way == "pro_rata":
        base = context.base(rule.base)
        share, how = _ratio(context.need_score() / context.full_score(), rule.ratio_rounding)
        amount = context.rounder.money(base * share)
        said = context.rounder.said(base * share)
        text = f"档次“{context.tier}”，按得分比例 {percent(share)}{how} 结算：{yuan_text(base)} → {said}{amount}"
        held = dict.fromkeys(context.amounts, Fraction(1))
        return less(amount, text, rule, context, held)
    return [Money(0)], f"档次“{context.tier}”，终止协议，不再支付；已付部分由采购人另行决定", True


def _ratio(exact: Fraction, rounding: Rounding | None) -> tuple[Fraction, str]:
    """A ratio that was worked out, to the places stated, and how that reads."""
    return (exact, "") if rounding is None else (rounding.of(exact), f"（比例{rounding}）")


def linear(rule: LinearInScore, context: Context) -> Amounts:
    score = context.need_score()
    base = context.base(rule.base)
    floor = rule.floor
    if floor is not None and (score < floor or (score == floor and not context.answers.get(rule.floor_paid))):
        amount, text = Money(0), f"得分 {show(score)} {'低于' if score < floor else '不高于'} {show(floor)}，不支付"
        return less(amount, text, rule, context)
    counted = score if rule.ceiling is None else min(score, rule.ceiling)
    ratio, how = _ratio(counted / rule.full, rule.ratio_rounding)
    written = f"{show(counted)} ÷ {show(rule.full)}"
    if how:
        written = f"{percent(ratio, 6)}（{written}，{how.strip('（）')}）"
    amount, text = context.rounder.result(f"{yuan_text(base)} × {written}", base * ratio)
    return less(amount, text, rule, context)


def interpolated(rule: Interpolated, context: Context) -> Amounts:
    score = context.need_score()
    base = context.base(rule.base)
    share, how = _ratio(_between(sorted(rule.points), score, rule.clamp, context), rule.ratio_rounding)
    note = f"（得分 {show(score)} 内插{'，' + how.strip('（）') if how else ''}）"
    amount, text = _share(yuan_text(base), base, share, context, note)
    return less(amount, text, rule, context)


def _between(
    points: list[tuple[Fraction, Fraction]], score: Fraction, clamp: bool, context: Context
) -> Fraction:
    first, last = points[0], points[-1]
    if score < first[0] or score > last[0]:
        if not clamp:
            raise Refused(
                "no_band",
                f"得分 {show(score)} 不在 {show(first[0])} 至 {show(last[0])} 之间，没有约定",
                context.clause,
            )
        return first[1] if score < first[0] else last[1]
    for (low, low_share), (high, high_share) in pairwise(points):
        if low <= score <= high:
            return low_share + (high_share - low_share) * (score - low) / (high - low)
    return first[1]


def holdback(rule: Holdback, context: Context) -> Amounts:
    base = context.base(rule.base)
    amount, text = _share(yuan_text(base), base, context.answers.get(rule.share), context)
    if not context.number(rule.release):
        return [Money(0)], f"预留 {text}，条件未满足，暂不返还", False
    said = "" if context.rounder.usual else f"（{text}）"
    return [amount], f"预留 {amount}{said} 的条件已满足，返还", False


def instalments(rule: Instalments, context: Context) -> Amounts:
    if rule.number is None:
        raise Refused("not_stated", "分几期支付没有约定；请向采购人确认后填写", context.clause)
    number = context.answers.get(rule.number)
    if number.denominator != 1 or number < 1:
        raise Refused("bad_input", f"期数应是正整数，写的是 {show(number)}", context.clause)
    base = Money.of(context.base(rule.base))
    rounder = context.rounder
    parts = split(base, [Fraction(1, int(number))] * int(number), rounder.size, rounder.mode)
    how = "" if rounder.usual else f"（{rounder}）"
    return parts, f"{base} ÷ {int(number)} 期，每期 {parts[0]}{how}，末期 {parts[-1]} 补足尾差", False


def slabs(rule: Slabs, context: Context) -> Amounts:
    value = context.number(rule.value)
    found = band_of(rule.table, value, context)
    if rule.gives == "sum":
        amount = context.rounder.money(found)
        return less(amount, f"{show(value)} 所在档的金额 {context.rounder.said(found)}{amount}", rule, context)
    if rule.gives == "unit_price":
        each, price = context.rounder.unit_price(found)
        amount, text = context.rounder.result(f"{yuan_text(each)} × {show(value)}", each * value)
        return less(amount, f"{show(value)} 所在档的单价 {price}，全部按此计：{text}", rule, context)
    base = context.base(rule.base)
    amount = context.rounder.money(base * found)
    said = context.rounder.said(base * found)
    text = f"{show(value)} 所在档的比例 {percent(found)}：{yuan_text(base)} → {said}{amount}"
    return less(amount, text, rule, context)


def balance(rule: Balance, context: Context) -> Amounts:
    base = Money.of(context.base(rule.base))
    earlier = context.all_earlier()
    return [base - earlier], f"{base} 减前期 {earlier} = {base - earlier}", False


_RULES: dict[type, Callable[[Any, Context], Amounts]] = {
    ShareOfPrice: share_of_price,
    TierShare: tier_share,
    LinearInScore: linear,
    Interpolated: interpolated,
    Holdback: holdback,
    Instalments: instalments,
    Slabs: slabs,
    Balance: balance,
    **by_count.RULES,
}

"""How much a tranche is: one function per mechanic, each with its sum written out in Chinese."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any, cast

from kpi.payments.bands import band_of
from kpi.payments.context import Context
from kpi.quantities import Money, percent, show, split, total
from kpi.rulebook.answers import Refused
from kpi.rulebook.base import Answer
from kpi.rulebook.payments import (
    Balance,
    CohortResult,
    Holdback,
    Instalments,
    Interpolated,
    LinearInScore,
    PerHead,
    RateTable,
    ShareOfPrice,
    Slabs,
    TierShare,
    UnitPrice,
)

#: amounts (several for instalments), explanation, whether a person must decide the rest
Amounts = tuple[list[Money], str, bool]


def amounts_of(rule: Any, context: Context) -> Amounts:
    """The amounts of a tranche's rule. Refused where something is not stated, answered or known."""
    return _RULES[type(rule)](rule, context)


def _less(amount: Money, what: str, ids: tuple[str, ...], context: Context) -> tuple[Money, str]:
    """Advances are offset: `amount` less earlier lines, with the sum written out."""
    text = what
    for title, earlier in context.earlier(ids):
        amount = amount - earlier
        text += f",抵扣{title} {earlier}"
    return amount, f"{text},应付 {amount}" if ids else text


def share_of_price(rule: ShareOfPrice, context: Context) -> Amounts:
    if rule.share is None:
        raise Refused("not_stated", "支付比例没有约定;请向采购人确认后填写", context.clause)
    share = context.answers.get(rule.share)
    base = context.base(rule.base)
    amount = base.share(share)
    return [amount], f"{base} × {percent(share)} = {amount}", False


def tier_share(rule: TierShare, context: Context) -> Amounts:
    if context.tier is None:
        raise Refused("no_data", "还没有考核档次;先完成考核并签字,再计算付款", context.clause)
    if context.tier in rule.stops:
        return _stopped(rule, context)
    if context.tier not in rule.shares:
        raise Refused("not_stated", f"档次“{context.tier}”没有写支付比例;请在规则书里补上", context.clause)
    share = context.answers.get(rule.shares[context.tier])
    outside = context.earlier(context.answers.get(rule.outside))
    base = context.base(rule.base) - total(amount for _, amount in outside)
    amount = base.share(share)
    text = f"{_base_text(base, outside)} × {percent(share)}({context.tier}) = {amount}"
    rest, text = _less(amount, text, context.answers.get(rule.less), context)
    return [rest], text, False


def _base_text(base: Money, outside: list[tuple[str, Money]]) -> str:
    if not outside:
        return str(base)
    names = "、".join(f"{title} {amount}" for title, amount in outside)
    return f"(除{names}外的 {base})"


def _stopped(rule: TierShare, context: Context) -> Amounts:
    """The tier ends the contract: nothing more is paid, or as the buyer answered."""
    assert context.tier is not None
    way: str = context.answers.get(cast(str | Answer[str], rule.stops[context.tier]))
    held = list(context.amounts)
    if way == "refund":
        paid = context.all_earlier()
        return [-paid], f"档次“{context.tier}”,终止协议,已付的 {paid} 退还", False
    if way == "pro_rata":
        base = context.base(rule.base)
        share = context.need_score() / context.full_score()
        amount = base.share(share)
        text = f"档次“{context.tier}”,按得分比例 {percent(share)} 结算:{base} → {amount}"
        rest, text = _less(amount, text, tuple(held), context)
        return [rest], text, False
    return [Money(0)], f"档次“{context.tier}”,终止协议,不再支付;已付部分由采购人另行决定", True


def linear(rule: LinearInScore, context: Context) -> Amounts:
    score = context.need_score()
    base = context.base(rule.base)
    if rule.floor is not None and score < rule.floor:
        amount, text = Money(0), f"得分 {show(score)} 低于 {show(rule.floor)},不支付"
    else:
        counted = score if rule.ceiling is None else min(score, rule.ceiling)
        amount = base.share(counted / rule.full)
        text = f"{base} × {show(counted)} ÷ {show(rule.full)} = {amount}"
    rest, text = _less(amount, text, rule.less, context)
    return [rest], text, False


def interpolated(rule: Interpolated, context: Context) -> Amounts:
    score = context.need_score()
    base = context.base(rule.base)
    share = _between(sorted(rule.points), score, rule.clamp, context)
    amount = base.share(share)
    rest, text = _less(
        amount, f"{base} × {percent(share)}(得分 {show(score)} 内插) = {amount}", rule.less, context
    )
    return [rest], text, False


def _between(
    points: list[tuple[Fraction, Fraction]], score: Fraction, clamp: bool, context: Context
) -> Fraction:
    first, last = points[0], points[-1]
    if score < first[0] or score > last[0]:
        if not clamp:
            raise Refused(
                "no_band",
                f"得分 {show(score)} 不在 {show(first[0])} 至 {show(last[0])} 之间,没有约定",
                context.clause,
            )
        return first[1] if score < first[0] else last[1]
    for (low, low_share), (high, high_share) in pairwise(points):
        if low <= score <= high:
            return low_share + (high_share - low_share) * (score - low) / (high - low)
    return first[1]


def holdback(rule: Holdback, context: Context) -> Amounts:
    base = context.base(rule.base)
    amount = base.share(context.answers.get(rule.share))
    if not context.number(rule.release):
        return (
            [Money(0)],
            f"预留 {base} × {percent(context.answers.get(rule.share))} = {amount},条件未满足,暂不返还",
            False,
        )
    return [amount], f"预留 {amount} 的条件已满足,返还", False


def instalments(rule: Instalments, context: Context) -> Amounts:
    if rule.number is None:
        raise Refused("not_stated", "分几期支付没有约定;请向采购人确认后填写", context.clause)
    number = context.answers.get(rule.number)
    if number.denominator != 1 or number < 1:
        raise Refused("bad_input", f"期数应是正整数,写的是 {show(number)}", context.clause)
    base = context.base(rule.base)
    parts = split(base, [Fraction(1, int(number))] * int(number))
    return parts, f"{base} ÷ {int(number)} 期,每期 {parts[0]},末期 {parts[-1]} 补足尾差", False


def unit_price(rule: UnitPrice, context: Context) -> Amounts:
    each = Money.of(context.number(rule.unit_price))
    count = context.number(rule.count)
    amount = each.share(count)
    text = f"{each} × {show(count)} = {amount}"
    if rule.cap is not None:
        cap = Money.of(context.number(rule.cap))
        amount, text = (cap, f"{text},超过上限,按 {cap}") if amount > cap else (amount, text)
    rest, text = _less(amount, text, rule.less, context)
    return [rest], text, False


def per_head(rule: PerHead, context: Context) -> Amounts:
    excluded = context.number(rule.excluded) if rule.excluded is not None else 0
    amount, texts = Money(0), []
    for stage in rule.stages:
        heads = max(0, context.number(stage.count) - excluded)
        each = Money.of(context.number(stage.each))
        amount = amount + each.share(heads)
        texts.append(f"{stage.title} {show(heads)} 人 × {each} = {each.share(heads)}")
    return _capped(amount, ";".join(texts), rule.cap, context)


def rate_table(rule: RateTable, context: Context) -> Amounts:
    amount, texts = Money(0), []
    for row in rule.rows:
        count, rate = context.number(row.count), Money.of(context.number(row.rate))
        amount = amount + rate.share(count)
        texts.append(f"{row.group} {show(count)} × {rate} = {rate.share(count)}")
    if rule.reimbursed is not None:
        costs = Money.of(context.number(rule.reimbursed))
        amount = amount + costs
        texts.append(f"据实报销 {costs}")
    return _capped(amount, ";".join(texts), rule.pot, context)


def _capped(amount: Money, text: str, cap_rule: Any, context: Context) -> Amounts:
    text = f"{text},合计 {amount}"
    if cap_rule is None:
        return [amount], text, False
    cap = Money.of(context.number(cap_rule))
    return ([cap], f"{text},超过上限,按 {cap}", False) if amount > cap else ([amount], text, False)


def slabs(rule: Slabs, context: Context) -> Amounts:
    value = context.number(rule.value)
    share = band_of(rule.table, value, context)
    base = context.base(rule.base)
    return (
        [base.share(share)],
        f"{show(value)} 所在档的比例 {percent(share)}:{base} → {base.share(share)}",
        False,
    )


def cohort(rule: CohortResult, context: Context) -> Amounts:
    if not context.number(rule.known):
        raise Refused("no_data", f"要等满 {rule.check_after_months} 个月的跟踪结果出来再付", context.clause)
    each, count = Money.of(context.number(rule.each)), context.number(rule.count)
    return (
        [each.share(count)],
        f"满 {rule.check_after_months} 个月仍在的 {show(count)} 人 × {each} = {each.share(count)}",
        False,
    )


def balance(rule: Balance, context: Context) -> Amounts:
    base = context.base(rule.base)
    earlier = context.all_earlier()
    return [base - earlier], f"{base} 减前期 {earlier} = {base - earlier}", False


_RULES: dict[type, Callable[[Any, Context], Amounts]] = {
    ShareOfPrice: share_of_price,
    TierShare: tier_share,
    LinearInScore: linear,
    Interpolated: interpolated,
    Holdback: holdback,
    Instalments: instalments,
    UnitPrice: unit_price,
    PerHead: per_head,
    RateTable: rate_table,
    Slabs: slabs,
    CohortResult: cohort,
    Balance: balance,
}

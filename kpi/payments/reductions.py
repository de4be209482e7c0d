"""扣款: what comes off a payment, one function per mechanic, with the sum written out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from kpi.payments.bands import band_of
from kpi.payments.context import Context
from kpi.payments.decision import ReductionLine
from kpi.payments.rounding import rounder_of, yuan_text
from kpi.quantities import FEN, Money, percent, show, total
from kpi.rulebook.answers import Refused
from kpi.rulebook.payments import Escalating, FixedPerRecord, Payment, Reduction, SharePerStep, StepTableShare


def reduction_lines(
    reductions: tuple[Reduction, ...], context_of: Callable[[str], Context], suspended: bool
) -> tuple[ReductionLine, ...]:
    """Every reduction; zero while payment is suspended. Of one `group` only the largest stays."""
    lines = [_line(rule, context_of(rule.clause), suspended) for rule in reductions]
    return tuple(_largest_of_group(reductions, lines))


def _line(rule: Reduction, context: Context, suspended: bool) -> ReductionLine:
    try:
        context.rounder = rounder_of(rule.amount, context.payment, context.answers, rule.clause)
        if suspended:
            amount, text = Money(0), "暂缓付款、整改期间，尚不扣款"
        elif rule.when is not None and not context.number(rule.when):
            amount, text = Money(0), "扣款条件不成立，不扣"
        else:
            amount, text = _exempted(rule, context, *_RULES[type(rule.amount)](rule.amount, context))
        if amount.fen < 0:
            reason = f"扣款算出来是负数（{text}）；请核对所依据的数据"
            raise Refused("bad_input", reason, rule.clause)
    except Refused as refused:
        return ReductionLine(rule.id, rule.title, rule.clause, None, refused.reason, tuple(context.sources))
    return ReductionLine(
        rule.id, rule.title, rule.clause, amount, text, tuple(dict.fromkeys(context.sources))
    )


def _exempted(rule: Reduction, context: Context, amount: Money, text: str) -> tuple[Money, str]:
    """Nothing where an exemption slip names the clause; what it would have been is said."""
    slip = context.given.exempted.get(rule.clause)
    if not slip or amount.fen <= 0:
        return amount, text
    why = slip if isinstance(slip, str) else "免责认定单"
    return Money(0), f"已免责（{why}），原应扣 {amount}（{text}），不扣"


def _largest_of_group(rules: tuple[Reduction, ...], lines: list[ReductionLine]) -> list[ReductionLine]:
    """Of each group the largest line, of equal ones the first; the others do not stack."""
    best: dict[str, ReductionLine] = {}
    for rule, line in zip(rules, lines, strict=True):
        known = best.get(rule.group)
        if rule.group and line.amount is not None and (known is None or _more(line, known)):
            best[rule.group] = line
    return [
        line if not rule.group or line.amount is None or best[rule.group] is line else _left_out(line)
        for rule, line in zip(rules, lines, strict=True)
    ]


def _more(line: ReductionLine, other: ReductionLine) -> bool:
    return line.amount is not None and other.amount is not None and line.amount > other.amount


def _left_out(line: ReductionLine) -> ReductionLine:
    text = f"{line.explanation}；同类扣款取最大的一项，此项不计"
    return replace(line, amount=Money(0), explanation=text)


def total_of(lines: tuple[ReductionLine, ...]) -> Money | None:
    """Sum of the reductions, None where one cannot be computed."""
    amounts = [line.amount for line in lines]
    if any(amount is None for amount in amounts):
        return None
    return total(amount for amount in amounts if amount is not None)


def capped_total(
    lines: tuple[ReductionLine, ...], payment: Payment, context_of: Callable[[str], Context]
) -> tuple[Money | None, str | None]:
    """All reductions together, never more than `reduction_cap`; what the cap cut, or None. Refused reads as unknown."""
    found = total_of(lines)
    if payment.reduction_cap is None or found is None or found.fen == 0:
        return found, None
    try:
        cap = context_of(payment.clause).limit(payment.reduction_cap)
    except Refused as refused:
        return None, f"扣款合计 {found}，上限还不能计算：{refused.reason}"
    return (found, None) if found <= cap else (cap, f"扣款合计 {found}，超过上限，按 {cap}")


def _share_per_step(rule: SharePerStep, context: Context) -> tuple[Money, str]:
    steps = context.number(rule.steps)
    each = context.answers.get(rule.share)
    base = context.base(rule.base)
    share = each * steps
    limit = context.answers.get(rule.up_to) if rule.up_to is not None else None
    most = None if limit is None else Money.of(base * limit, FEN, context.rounder.mode)
    amount, text = context.rounder.result(
        f"{yuan_text(base)} × {percent(each, 4)} × {show(steps)} 步", base * share
    )
    if limit is not None and most is not None and (share > limit or amount > most):
        return most, f"{show(steps)} 步 × {percent(each, 4)} 超过上限，按 {percent(limit)}：{most}"
    return amount, text


def _fixed_per_record(rule: FixedPerRecord, context: Context) -> tuple[Money, str]:
    count = context.number(rule.count)
    each, price = context.price_of_one(rule.each)
    amount, text = context.rounder.result(f"{show(count)} 例 × {price}", each * count)
    if rule.population is not None:
        text += f"（范围：{context.answers.get(rule.population)}）"
    if rule.up_to is not None:
        limit = context.limit(rule.up_to)
        amount, text = (limit, f"{text}，超过上限，按 {limit}") if amount > limit else (amount, text)
    return amount, text


def _escalating(rule: Escalating, context: Context) -> tuple[Money, str]:
    count = int(context.number(rule.count))
    before = 0 if rule.before is None else int(context.number(rule.before))
    base = context.base(rule.base)
    last = len(rule.shares) - 1
    shares = [context.answers.get(rule.shares[min(index, last)]) for index in range(before, before + count)]
    exact = sum((context.rounder.between(base * share) for share in shares), Fraction(0))
    amount = context.rounder.money(exact)
    said = context.rounder.said(exact)
    earlier = f"以前各期 {before} 次，本期 " if before else ""
    return amount, f"{earlier}{count} 次，依次扣 {'、'.join(map(percent, shares)) or '无'}，共 {said}{amount}"


def _step_table(rule: StepTableShare, context: Context) -> tuple[Money, str]:
    value = context.number(rule.value)
    base = context.base(rule.base)
    share = band_of(_table_in_force(rule, context), value, context)
    amount, said = context.rounder.money(base * share), context.rounder.said(base * share)
    return amount, f"{show(value)} 所在档扣 {percent(share)}：{yuan_text(base)} → {said}{amount}"


def _table_in_force(rule: StepTableShare, context: Context) -> Any:
    """The later table from its date on; which one applies is told by the end of the period."""
    if not rule.from_date:
        return rule.table
    period = context.given.period or context.given.term
    if period is None:
        raise Refused("no_data", f"扣款表自 {rule.from_date} 起换用新表，要先写明考核周期", context.clause)
    return rule.later if period.end >= date.fromisoformat(rule.from_date) else rule.table


_RULES: dict[type, Callable[[Any, Context], tuple[Money, str]]] = {
    SharePerStep: _share_per_step,
    FixedPerRecord: _fixed_per_record,
    Escalating: _escalating,
    StepTableShare: _step_table,
}

"""How much a tranche is that counts: unit price, heads in stages, rates by group, a cohort's later result."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from kpi.expressions import Expression
from kpi.payments.context import Context
from kpi.payments.offsets import Amounts, less
from kpi.payments.rounding import yuan_text
from kpi.quantities import show
from kpi.rulebook.answers import Refused
from kpi.rulebook.payments import CohortResult, PerHead, RateTable, Stage, UnitPrice


def unit_price(rule: UnitPrice, context: Context) -> Amounts:
    each, shown = context.price_of_one(rule.unit_price)
    count = context.number(rule.count)
    amount, text = context.rounder.result(f"{shown} × {show(count)}", each * count)
    if rule.cap is not None:
        cap = context.limit(rule.cap)
        amount, text = (cap, f"{text}，超过上限，按 {cap}") if amount > cap else (amount, text)
    return less(amount, text, rule, context)


def per_head(rule: PerHead, context: Context) -> Amounts:
    common = Fraction(0) if rule.excluded is None else context.number(rule.excluded)
    reached = [Fraction(context.number(stage.count)) for stage in rule.stages]
    later = [Fraction(0)] * len(reached)
    if context.answers.get(rule.once) == "highest":
        later = [*reached[1:], Fraction(0)]
    found = [
        _stage(stage, number, further, common, context)
        for stage, number, further in zip(rule.stages, reached, later, strict=True)
    ]
    return _together([one for one, _ in found], [text for _, text in found], rule.cap, rule, context)


def _stage(
    stage: Stage, reached: Fraction, further: Fraction, common: Fraction, context: Context
) -> tuple[Fraction, str]:
    """A stage's sum, and who is left out of it. Persons who went further are paid there."""
    if further > reached:
        reason = f"“{stage.title}”{show(reached)} 人，后一阶段却有 {show(further)} 人；后一阶段的人应都到过前一阶段，请核对数据"
        raise Refused("bad_input", reason, context.clause)
    out: list[tuple[str, Fraction]] = [("已到后一阶段", further), ("不付", common)]
    for word, expression in (("本阶段不付", stage.excluded), ("以前已付", stage.paid_before)):
        out.append((word, Fraction(0) if expression is None else context.number(expression)))
    heads = max(Fraction(0), reached - sum((number for _, number in out), Fraction(0)))
    each, price = context.price_of_one(stage.each)
    amount = context.rounder.between(each * heads)
    left_out = "".join(f"{word} {show(number)} 人，" for word, number in out if number)
    start = f"{show(reached)} 人，{left_out}计 " if left_out else ""
    return amount, f"{stage.title} {start}{show(heads)} 人 × {price} = {yuan_text(amount)}"


def rate_table(rule: RateTable, context: Context) -> Amounts:
    sums, texts = [], []
    for row in rule.rows:
        count, (rate, price) = context.number(row.count), context.price_of_one(row.rate)
        sums.append(context.rounder.between(rate * count))
        texts.append(f"{row.group} {show(count)} × {price} = {yuan_text(sums[-1])}")
    if rule.reimbursed is not None:
        sums.append(context.sum(rule.reimbursed))
        texts.append(f"据实报销 {yuan_text(sums[-1])}")
    return _together(sums, texts, rule.pot, rule, context)


def _together(
    sums: list[Fraction], texts: list[str], cap_rule: Expression | None, rule: Any, context: Context
) -> Amounts:
    """The sum of stages or groups, never more than the cap or pot."""
    exact = sum(sums, Fraction(0))
    amount = context.rounder.money(exact)
    text = f"{'；'.join(texts)}，合计 {context.rounder.said(exact)}{amount}"
    if cap_rule is not None and amount > (cap := context.limit(cap_rule)):
        amount, text = cap, f"{text}，超过上限，按 {cap}"
    return less(amount, text, rule, context)


def cohort(rule: CohortResult, context: Context) -> Amounts:
    if not context.number(rule.known):
        raise Refused("no_data", f"要等满 {rule.check_after_months} 个月的跟踪结果出来再付", context.clause)
    (each, price), count = context.price_of_one(rule.each), context.number(rule.count)
    start = f"满 {rule.check_after_months} 个月仍在的 {show(count)} 人 × {price}"
    return less(*context.rounder.result(start, each * count), rule, context)


RULES: dict[type, Callable[[Any, Context], Amounts]] = {
    UnitPrice: unit_price,
    PerHead: per_head,
    RateTable: rate_table,
    CohortResult: cohort,
}

"""Offset of advances: earlier tranches come off a sum, whole or in parts that add up to the advance exactly."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from kpi.payments.context import Context
from kpi.quantities import Money, percent
from kpi.rulebook.answers import Answers, Refused

#: amounts (several for instalments), explanation, whether a person must decide the rest
Amounts = tuple[list[Money], str, bool]


def less(
    amount: Money, text: str, rule: Any, context: Context, offset: Mapping[str, Fraction] | None = None
) -> Amounts:
    """`amount` less earlier lines, with the sum written out. `offset` goes before what the rule says."""
    shares = context.answers.get(rule.less) if offset is None else offset
    for (title, earlier), (name, share) in zip(context.earlier(tuple(shares)), shares.items(), strict=True):
        part = earlier if share == 1 else _part(title, earlier, context.offset.get(name, Fraction(0)), share, context)
        amount = amount - part
        text += f"，抵扣{title} {part}" + ("" if share == 1 else f"（{earlier} × {percent(share)}）")
    return [amount], f"{text}，应付 {amount}" if shares else text, False


def _part(title: str, whole: Money, before: Fraction, share: Fraction, context: Context) -> Money:
    """The part of an advance, to the fen. Rounded sums are subtracted, so that the last part balances."""
    if share < 0 or before + share > 1:
        reason = f"{title}已抵扣 {percent(before)}，再抵扣 {percent(share)} 就超过全部；请核对 less 里的比例"
        raise Refused("bad_input", reason, context.clause)
    return whole.share(before + share) - whole.share(before)


def offset_after(rule: Any, before: Mapping[str, Fraction], answers: Answers) -> dict[str, Fraction]:
    """The shares of earlier tranches that are offset once `rule` is paid. What comes off whole is not counted."""
    found = dict(before)
    try:
        shares: Mapping[str, Fraction] = answers.get(getattr(rule, "less", {}))
    except Refused:
        return found  # the tranche itself says what is missing
    for name, share in shares.items():
        if share != 1:
            found[name] = found.get(name, Fraction(0)) + share
    return found

"""Fixed shares that sum to 100%: the last balances, so that the tranches add up to the sum exactly."""

from __future__ import annotations

from fractions import Fraction

from kpi.payments.context import Context
from kpi.payments.offsets import Amounts
from kpi.payments.rounding import rounder_of
from kpi.quantities import Money
from kpi.rulebook.answers import Refused
from kpi.rulebook.payments import Holdback, Plan, ShareOfPrice, Tranche

Fixed = ShareOfPrice | Holdback


def balanced(plan: Plan, tranche: Tranche, context: Context, found: Amounts) -> Amounts:
    """The tranche's amount as its part of the whole sum; what is held back and not released stays nothing."""
    last = tranche is plan.tranches[-1]
    try:
        parts = _parts(plan, context)
    except Refused:
        if last:
            raise  # nobody knows yet what it balances
        return found
    amount = found[0][0]
    if parts is None or (isinstance(tranche.amount, Holdback) and not context.number(tranche.amount.release)):
        return found
    index = plan.tranches.index(tranche)
    base = Money(sum(part.fen for part in parts))
    before = Money(sum(part.fen for part in parts[:index]))
    if last:
        return [parts[index]], f"{base} 减前期 {before} = {parts[index]}（末期补足尾差）", False
    if amount > parts[index]:
        return [parts[index]], f"{found[1]}，不超过余额 {parts[index]}", False
    return found


def after_forfeits(tranche: Tranche, context: Context, found: Amounts) -> Amounts:
    """What of a holdback is left to give back; what was found not to be given back is said with it."""
    amounts, text, by_hand = found
    gone = context.forfeited
    if gone.fen == 0 or not isinstance(tranche.amount, Holdback):
        return found
    left = max(amounts[0] - gone, Money(0))
    said = f"{text}；已认定不予返还 {gone}"
    return [left], said + (f"，返还 {left}" if left.fen else ""), by_hand


def _parts(plan: Plan, context: Context) -> list[Money] | None:
    """What each tranche takes of the sum; None where the plan is not made of fixed shares of one sum."""
    rules = [one.amount for one in plan.tranches if isinstance(one.amount, Fixed)]
    if len(rules) != len(plan.tranches) or len({rule.base for rule in rules}) != 1:
        return None
    shares = [Fraction(context.answers.get(rule.share)) for rule in rules if rule.share is not None]
    if len(shares) != len(rules) or sum(shares) != 1:
        return None
    whole = left = Money.of(context.base(rules[0].base))
    parts = []
    for rule, share in zip(rules[:-1], shares[:-1], strict=True):
        rounder = rounder_of(rule, context.payment, context.answers, context.clause)
        parts.append(min(left, rounder.money(whole.yuan * share)))
        left -= parts[-1]
    return [*parts, left]

"""The table from a mechanic's type to its evaluation. The families register themselves here."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import singledispatch
from typing import Any

from kpi.assessments.context import RuleContext
from kpi.assessments.outcomes import NOTHING, Effect, RuleOutcome
from kpi.expressions import Expression
from kpi.rulebook.answers import Refused


@singledispatch
def apply_rule(rule: Any, context: RuleContext) -> RuleOutcome:
    """The outcome of a rule that is switched on. NoData and Refused pass through to `evaluate`."""
    raise Refused("bad_input", f"不认识的评分方式“{rule.mechanic}”；请按 docs/rulebook.md 改写", context.clause)


def moved(
    rule: Any,
    context: RuleContext,
    amount: Fraction,
    text: str,
    *read: Expression | None,
    met: bool | None = None,
    earning: bool | None = None,
) -> RuleOutcome:
    """An outcome that moves `amount` points for sure: the range is the amount."""
    earns = context.mode != "deduct" if earning is None else earning
    effect: Effect = "earn" if earns else "deduct"
    return RuleOutcome(
        clause=context.clause,
        mechanic=rule.mechanic,
        met=amount == 0 if met is None and not earns else met,
        low=amount,
        high=amount,
        proposed=amount,
        explanation=text,
        sources=context.sources(*read),
        effect=effect,
        label=rule.label,
    )


def unmoved(rule: Any, context: RuleContext, text: str, *read: Expression | None, met: bool | None) -> RuleOutcome:
    """An outcome that moves nothing."""
    return replace(moved(rule, context, NOTHING, text, *read, met=met), effect="none", met=met)


def lost(rule: Any, context: RuleContext, text: str, *read: Expression | None) -> RuleOutcome:
    """The item is lost: 0 points."""
    maximum = context.need_maximum()
    outcome = moved(rule, context, maximum, text, *read, met=False, earning=False)
    return replace(outcome, zero=True)

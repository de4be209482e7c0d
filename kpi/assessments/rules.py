"""One scoring rule, evaluated: switched off, simply met, applied, without data, or refused."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

# The families register their types when they are imported.
from kpi.assessments import deducting, discretion, earning, gates
from kpi.assessments.context import RuleContext
from kpi.assessments.dispatch import apply_rule, moved, unmoved
from kpi.assessments.outcomes import RuleOutcome
from kpi.assessments.texts import PLAIN_MET, times
from kpi.expressions import ExpressionError, NoData
from kpi.rulebook.answers import Refused
from kpi.rulebook.mechanics import (
    AllOrNothing,
    ByRank,
    Discretion,
    EarnPerCondition,
    EarnPerUnit,
    HalfCredit,
    Mechanic,
    NoDeduction,
    PerExtra,
    Proportional,
)

__all__ = ["FAMILIES", "evaluate_rule"]

FAMILIES = (deducting, discretion, earning, gates)
_EARNING = (EarnPerCondition, EarnPerUnit, Proportional, HalfCredit, ByRank, PerExtra)


def evaluate_rule(rule: Mechanic, context: RuleContext) -> RuleOutcome:
    """The rule's outcome. Never raises for what figures, answers or the rulebook lack: that is `refused`."""
    try:
        if context.mode != "bonus" and context.assumed() and not isinstance(rule, NoDeduction):
            return _assumed(rule, context)
        if rule.when is not None and not context.truth(rule.when):
            text = f"“{rule.when.text}”不成立，这条规则不适用，{context.verb}0分"
            return replace(unmoved(rule, context, text, rule.when, met=None), off=True)
        return apply_rule(rule, context)
    except NoData as missing:
        return _without_data(rule, context, missing)
    except Refused as refused:
        return _refused(rule, context, refused)
    except ExpressionError as error:
        return _refused(rule, context, Refused("bad_input", str(error), context.clause))


def _assumed(rule: Mechanic, context: RuleContext) -> RuleOutcome:
    """Only a plain `met` is known: nothing is lost, an earning item earns what it can."""
    earns = isinstance(rule, (*_EARNING, AllOrNothing)) or getattr(rule, "gives", "") == "earn"
    if context.mode == "deduct" or not earns:
        return moved(rule, context, Fraction(0), PLAIN_MET, met=True, earning=False)
    if isinstance(rule, AllOrNothing | Discretion):
        return apply_rule(rule, context)
    worth = earning.full_credit(rule, context)
    if worth is None:
        raise NoData("得分所依据的数量")
    amount, text = times(Fraction(1), worth, context.verb)
    return moved(rule, context, amount, f"已达标；{text}", met=True)


def _without_data(rule: Mechanic, context: RuleContext, missing: NoData) -> RuleOutcome:
    if context.mode == "bonus" and _not_mentioned(context, missing.what):
        return moved(rule, context, Fraction(0), "没有申报加分，加0分", met=False)
    title = "达标情况" if missing.what == "met" else context.book.title(missing.what, context.clause)
    reason = f"没有“{title}”的数据，不能计算；请补录并审核，或由采购人作出决定"
    return replace(_refused(rule, context, Refused("no_data", reason, context.clause)), no_data=True)


def _not_mentioned(context: RuleContext, name: str) -> bool:
    """A bonus that nobody claims gives 0; one that is claimed but lacks a figure must be decided."""
    if context.clause in context.book.given_met:
        return False
    return not context.has_data or (
        context.book.otherwise_met and (context.clause, name) not in context.book.figures
    )


def _refused(rule: Mechanic, context: RuleContext, refused: Refused) -> RuleOutcome:
    return RuleOutcome(
        context.clause, rule.mechanic, None, explanation=refused.reason, refused=refused,
        no_data=refused.kind == "no_data", label=rule.label,
    )

"""A clause inside an item: its rules together, what may be decided, the decision, the clause cap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from kpi.assessments.context import Mode, RuleContext
from kpi.assessments.decisions import Decisions, Range, settle
from kpi.assessments.gates import unmet_without_data
from kpi.assessments.outcomes import NOTHING, ClauseScore, RefusedResult, RuleOutcome
from kpi.assessments.rules import evaluate_rule
from kpi.assessments.texts import clamp
from kpi.indicators.book import FigureBook
from kpi.indicators.values import IndicatorValue
from kpi.quantities import points
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.given import Decision
from kpi.rulebook.mechanics import Mechanic


@dataclass(frozen=True, slots=True)
class Stage:
    """What every item of a sheet looks at."""

    book: FigureBook
    answers: Answers
    indicators: Mapping[str, Sequence[IndicatorValue]]
    decisions: Decisions


def refusal(refused: Refused, clause: str) -> RefusedResult:
    return RefusedResult(clause, refused.kind, refused.reason)


def context_of(
    stage: Stage, clause: str, mode: Mode, decision: Decision | None,
    maximum: Fraction | None = None, no_maximum: Refused | None = None,
) -> RuleContext:
    """The surroundings of a clause's rules. A decision that says nothing of met means unmet."""
    decided_met = None if decision is None else bool(decision.met)
    return RuleContext(
        clause, stage.book, stage.answers, maximum, no_maximum,
        tuple(stage.indicators.get(clause, ())), mode, decided_met,
    )


def score_clause(
    rules: Sequence[Mechanic],
    context: RuleContext,
    decision: Decision | None,
    exempted: str | None = None,
    cap: Fraction | None = None,
) -> ClauseScore:
    """Rules of one clause → points before caps; `cap` only bounds what may be decided.

    Proposed and decided stand apart. A clause that already loses the whole item needs no other figure.
    """
    outcomes = tuple(evaluate_rule(rule, context) for rule in rules)
    if decision is not None and decision.met is False and decision.points is None and not decision.marks:
        outcomes = unmet_without_data(rules, context, outcomes)
    clause = context.clause
    if exempted is not None:
        lost = sum((one.proposed for one in outcomes if one.effect == "deduct"), NOTHING)
        earned = sum((one.proposed for one in outcomes if one.effect == "earn"), NOTHING)
        text = f"已免责（{exempted}），原应扣{points(lost)}分，扣0分"
        return ClauseScore(clause, outcomes, earned=earned, exempted=exempted, explanation=text)
    hard = [one.refused for one in outcomes if one.refused is not None and not one.no_data]
    if hard:
        return _refused(clause, outcomes, hard)
    zero = any(one.zero for one in outcomes)
    missing = [] if zero else [one.refused for one in outcomes if one.refused is not None]
    if missing and decision is None:
        return _refused(clause, outcomes, missing)
    limit = min((one for one in (context.maximum, cap) if one is not None), default=None)
    score = _proposed(context, outcomes, bool(missing), limit)
    return score if decision is None else _decided(score, context, decision, bool(missing))


def _refused(clause: str, outcomes: tuple[RuleOutcome, ...], why: Sequence[Refused]) -> ClauseScore:
    results = tuple(dict.fromkeys(refusal(one, clause) for one in why))
    text = "；".join(one.reason for one in results)
    return ClauseScore(clause, outcomes, high=None, proposed=None, refused=results, explanation=text)


def _proposed(
    context: RuleContext, outcomes: tuple[RuleOutcome, ...], missing: bool, limit: Fraction | None
) -> ClauseScore:
    """Rules together. A decision speaks of points lost where any rule deducts, else of points earned."""
    lost = sum((one.proposed for one in outcomes if one.effect == "deduct"), NOTHING)
    earned = sum((one.proposed for one in outcomes if one.effect == "earn"), NOTHING)
    zero = any(one.zero for one in outcomes)
    kind = "earn" if _earns(context, outcomes) else "deduct"
    moving = [one for one in outcomes if one.effect == kind]
    low = context.maximum if zero else sum((one.low for one in moving), NOTHING)
    high = limit if missing else context.maximum if zero else sum((one.high for one in moving), NOTHING)
    proposed = earned if kind == "earn" else context.maximum if zero else lost
    return ClauseScore(
        context.clause, outcomes,
        _clamped(low, None if zero else limit) or NOTHING,
        _clamped(high, None if zero else limit),
        None if missing else _clamped(proposed, None if zero else limit),
        deducted=context.need_maximum() if zero else lost, earned=earned, zero=zero,
        explanation=_words(outcomes),
    )


def _words(outcomes: Sequence[RuleOutcome]) -> str:
    """What the rules say; those that do not apply are left out unless none does."""
    said = [one for one in outcomes if one.refused is None]
    texts = [one.explanation for one in said if not one.off] or [one.explanation for one in said]
    return "；".join(dict.fromkeys(text for text in texts if text))


def _earns(context: RuleContext, outcomes: Sequence[RuleOutcome]) -> bool:
    return context.mode != "deduct" and not any(one.effect == "deduct" for one in outcomes)


def _clamped(amount: Fraction | None, limit: Fraction | None) -> Fraction | None:
    return amount if amount is None or limit is None else min(amount, limit)


def _decided(score: ClauseScore, context: RuleContext, decision: Decision, missing: bool) -> ClauseScore:
    earning = _earns(context, score.outcomes)
    grid = next((one.step for one in score.outcomes if one.step is not None), None)
    mets = [one.met for one in score.outcomes if one.effect != "none"]
    met = True if mets and all(mets) and not missing else None
    allowed = Range(score.low, score.high, None if missing else grid, met)
    try:
        taken = settle(decision, allowed, score.proposed, context.clause)
    except Refused as refused:
        return replace(score, refused=(refusal(refused, context.clause),), explanation=refused.reason)
    verb = {"deduct": "扣", "earn": "得", "bonus": "加"}[context.mode if earning else "deduct"]
    why = "".join(f"，{word}{text}" for word, text in (("理由：", decision.reason), ("决定人：", decision.by)) if text)
    words = "；".join(part for part in (score.explanation, f"核定{verb}{points(taken)}分{why}") if part)
    outcomes = tuple(_mark(one, taken, score.outcomes) for one in score.outcomes)
    kept = replace(score, outcomes=outcomes, decided=taken, explanation=words, zero=score.zero and not missing)
    return replace(kept, earned=taken) if earning else replace(kept, deducted=taken)


def _mark(outcome: RuleOutcome, taken: Fraction, outcomes: tuple[RuleOutcome, ...]) -> RuleOutcome:
    """The decided points stand at the rule that they settle, where only one can be meant."""
    open_rules = [one for one in outcomes if one.refused is not None or one.low != one.high]
    rest = sum((one.proposed for one in outcomes if one is not outcome), NOTHING)
    alone = len(outcomes) == 1 or (len(open_rules) == 1 and outcome is open_rules[0])
    return replace(outcome, decided=max(NOTHING, taken - rest)) if alone else outcome


def cap_clause(score: ClauseScore, cap: Fraction, earning: bool, named: str = "本条上限") -> ClauseScore:
    """The clause's points, never more than `cap`; the clamp is said."""
    amount = score.earned if earning else score.deducted
    if score.zero or amount <= cap:
        return score
    text = f"{score.explanation}；{clamp(cap, '得' if earning else '扣', named)}"
    return replace(score, explanation=text, earned=cap) if earning else replace(score, explanation=text, deducted=cap)

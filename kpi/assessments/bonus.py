"""Bonus lines, each with its own cap, and the cap over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from kpi.assessments.clauses import Stage, cap_clause, context_of, refusal, score_clause
from kpi.assessments.outcomes import NOTHING, BonusLine, RefusedResult
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.rubric import Bonus, BonusRule


def bonus_line(line: BonusRule, stage: Stage) -> BonusLine:
    """A line of bonus. Decisions stand under `line/clause`, or under the clause."""
    clause = line.rule.clause or line.clause
    decision = stage.decisions.of(line.id, clause)
    context = context_of(stage, clause, "bonus", decision)
    score = score_clause((line.rule,), context, decision)
    refused = score.refused
    try:
        if line.cap is not None and score.earned > 0 and not refused:
            score = cap_clause(score, stage.answers.get(line.cap), True, "加分上限")
    except Refused as why:
        refused = (refusal(why, clause),)
    points = None if refused else score.earned - score.deducted
    return BonusLine(line.id, clause, points, score.outcomes[0], score.decided, refused, score.explanation)


def bonus_sum(
    bonus: Bonus, lines: Sequence[BonusLine], answers: Answers
) -> tuple[Fraction | None, list[RefusedResult]]:
    """All lines under the common cap; None where a line or a needed cap is missing."""
    refused = [why for line in lines for why in line.refused]
    if refused:
        return None, refused
    added = sum((line.points for line in lines if line.points is not None), NOTHING)
    if bonus.cap is None or added <= 0:
        return added, []
    try:
        return min(added, answers.get(bonus.cap)), []
    except Refused as why:
        return None, [refusal(why, lines[0].clause)]

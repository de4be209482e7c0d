"""Bonus lines, each with its own cap, and the caps over a group and over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpi.assessments.clauses import Stage, cap_clause, context_of, refusal, score_clause
from kpi.assessments.outcomes import NOTHING, BonusLine, RefusedResult
from kpi.quantities import plain
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


@dataclass(frozen=True, slots=True)
class BonusSum:
    """All lines under their common caps. `points` None: a line or a needed cap is missing. `note`: what caps cut."""

    points: Fraction | None = NOTHING
    refused: tuple[RefusedResult, ...] = ()
    note: str = ""


def bonus_sum(bonus: Bonus, lines: Sequence[BonusLine], answers: Answers, earlier: Fraction = NOTHING) -> BonusSum:
    """The lines, and what `earlier` sheets gave, under the caps of groups and the cap of all."""
    refused = tuple(why for line in lines for why in line.refused)
    if refused:
        return BonusSum(None, refused)
    notes: list[str] = []
    try:
        added = earlier + sum((_group(bonus, name, lines, answers, notes) for name in _groups(bonus)), NOTHING)
        if bonus.cap is None or added <= 0:
            return BonusSum(added, (), "；".join(notes))
        return BonusSum(_capped(added, answers.get(bonus.cap), "合计", notes), (), "；".join(notes))
    except Refused as why:
        return BonusSum(None, (refusal(why, lines[0].clause),))


def _groups(bonus: Bonus) -> list[str]:
    return list(dict.fromkeys(line.group for line in bonus.rules))


def _group(bonus: Bonus, name: str, lines: Sequence[BonusLine], answers: Answers, notes: list[str]) -> Fraction:
    own = {line.id for line in bonus.rules if line.group == name}
    added = sum((line.points for line in lines if line.id in own and line.points is not None), NOTHING)
    cap = bonus.group_caps.get(name)
    return added if cap is None or added <= 0 else _capped(added, answers.get(cap), name, notes)


def _capped(added: Fraction, cap: Fraction, what: str, notes: list[str]) -> Fraction:
    if added > cap:
        notes.append(f"{what}{plain(added)}分，超过上限{plain(cap)}分")
    return min(added, cap)

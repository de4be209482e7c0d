"""AssessmentScore → the score of the period and its tier: sheets combined, then penalties, tier, consequences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from kpi.assessments import (
    AssessmentScore,
    CombinedScore,
    Running,
    Sheet,
    Stages,
    combine_sheets,
    combines,
    running_of,
    stages_of,
)
from kpi.indicators.book import FigureBook
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import Given
from kpi.tiers.consequences import ConsequenceResult, Ending, TierResult, tier_of, without_tier


@dataclass(frozen=True, slots=True)
class PeriodScore:
    """`score` is what payment goes by, `tier` with its consequences; `reason` says why there is no tier.

    `consequences`: what follows where the rulebook has no tiers, None where nothing is stated; `text` says what took
    effect.
    """

    score: Fraction | None = None
    combined: CombinedScore | None = None
    tier: TierResult | None = None
    reason: str = ""
    text: str = ""
    consequences: tuple[ConsequenceResult, ...] | None = None


def score_period(
    rulebook: Rulebook, answers: Answers, given: Given, book: FigureBook, assessment: AssessmentScore | None
) -> PeriodScore:
    """The score and tier of a period. The book gets `score` and `tier` for the expressions of what follows."""
    combined, score, stages, running = _before_the_tier(rulebook, answers, given, assessment)
    book.extras["score"] = score
    ended = _end(rulebook, answers, given, book, score, stages, running)
    book.extras.update({"score": ended.score, "tier": ended.tier.tier if ended.tier is not None else None})
    return replace(ended, combined=combined)


def _before_the_tier(
    rulebook: Rulebook, answers: Answers, given: Given, assessment: AssessmentScore | None
) -> tuple[CombinedScore | None, Fraction | None, Stages | None, Running | None]:
    """This sheet, together with the year's other sheets where the rulebook (as answered) combines them."""
    rubric = rulebook.rubric
    if rubric is None or assessment is None:
        return None, None, None, None
    try:
        stages = stages_of(rubric, answers, rulebook)
    except Refused:
        return None, None, None, None  # the assessment says why
    bonus = Fraction(0) if "bonus" in stages.sheet else assessment.bonus_total or Fraction(0)
    sheets = [Sheet(one.total, one.label, one.part, bonus=one.bonus) for one in given.sheets]
    sheets.append(Sheet(assessment.total, "本次", given.part, bonus=bonus))
    combined = None
    if combines(rubric, answers, given):
        combined = combine_sheets(rubric, answers, sheets, stages)
    score = assessment.total if combined is None else combined.total
    try:
        return combined, score, stages, running_of(rubric, answers, sheets, stages)
    except Refused:
        return combined, None if combined is not None else score, stages, None


def _end(
    rulebook: Rulebook, answers: Answers, given: Given, book: FigureBook, score: Fraction | None,
    stages: Stages | None, running: Running | None,
) -> PeriodScore:  # fmt: skip
    history = [frozenset(one) for one in given.history]
    known = score is not None and stages is not None and running is not None
    ending = Ending(stages.ending, running.advance) if stages is not None and running is not None else Ending()
    try:
        if rulebook.tiers is None:
            found = without_tier(
                score if known else None, answers, rulebook.consequences, book, given, history, ending
            )
            return PeriodScore(found.score, text=found.explanation, consequences=found.consequences or None)
        if score is None or not known:
            return PeriodScore(reason="总分还不能计算，档次待定")
        tier = tier_of(rulebook.tiers, score, answers, rulebook.consequences, book, given, history, ending)
    except Refused as refused:
        return PeriodScore(score, reason=refused.reason)
    return PeriodScore(tier.score, tier=tier)

"""A score on its way through the steps after the sum: one small change at a time, each with its words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from kpi.quantities import plain, points
from kpi.rulebook.answers import Answers
from kpi.rulebook.order import StepName
from kpi.rulebook.rounding import Rounding
from kpi.rulebook.rubric import Rubric

NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Loss:
    """Points that come off the score for low sheets, and how they add up."""

    points: Fraction = NOTHING
    text: str = ""


@dataclass(slots=True)
class Running:
    """What the steps need beside the score. `words` collects what changed it; the arithmetic can be recomputed."""

    rubric: Rubric
    answers: Answers
    bonus: Fraction = NOTHING
    note: str = ""  # what the caps on bonus cut
    loss: Loss = Loss()
    words: list[str] = field(default_factory=list)

    def through(self, steps: Iterable[StepName | Rounding], score: Fraction) -> Fraction:
        """The score after the steps. Refused where an answer is missing."""
        for step in steps:
            score, text = self.advance(step, score)
            if text:
                self.words.append(text)
        return score

    def advance(self, step: StepName | Rounding, score: Fraction) -> tuple[Fraction, str]:
        """The score after one step, and what it did; nothing is said of a step that changed nothing."""
        if isinstance(step, Rounding):
            after = step.of(score)
            return after, "" if after == score else f"{step}，计{points(after)}分"
        if step == "bonus":
            return self._with_bonus(score)
        if step == "mean_penalty" and self.loss.points:
            left = score - self.loss.points
            floor = "，扣完为止" if left < 0 else ""
            text = f"{self.loss.text}，{plain(score)} - {plain(self.loss.points)} = {points(left)}分{floor}"
            return max(NOTHING, left), text
        if step == "floor" and score < 0:
            return NOTHING, f"{points(score)}分低于0分，计0分"
        if step == "full_marks" and score > self.rubric.total:
            return self.rubric.total, f"{points(score)}分超过满分，计{points(self.rubric.total)}分"
        return score, ""

    def _with_bonus(self, score: Fraction) -> tuple[Fraction, str]:
        if self.rubric.bonus is None or self.bonus == 0:
            return score, ""
        after = score + self.bonus
        note = f"（{self.note}）" if self.note else ""
        text = f"{plain(score)} + 加分{plain(self.bonus)}{note} = {points(after)}分"
        if after <= self.rubric.total or self.answers.get(self.rubric.bonus.may_exceed_total):
            return after, text
        stopped = max(score, self.rubric.total)
        return stopped, f"{text}，加分后不超过满分{plain(self.rubric.total)}分，计{points(stopped)}分"

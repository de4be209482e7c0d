"""Where decisions stand: every clause of every item, every line of bonus; without a rubric every clause with an indicator."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from kpi.assessments import BonusLine, ClauseScore, ItemScore
from kpi.assessments.items import rules_by_clause
from kpi.assessments.outcomes import RefusedResult, RuleOutcome
from kpi.evaluation import Evaluation
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.document import Rulebook
from kpi.rulebook.mechanics import Mechanic
from kpi.rulebook.rubric import Item

Kind = Literal["item", "bonus", "clause"]


@dataclass(frozen=True)
class Place:
    """One clause as it is scored. `item`: the item or the line of bonus; blank where there is no rubric."""

    kind: Kind
    item: str
    clause: str
    rules: tuple[Mechanic, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.item}/{self.clause}" if self.item else self.clause


def places(rulebook: Rulebook) -> dict[str, Place]:
    """Every place by its key, in the order of the sheet."""
    found: list[Place] = []
    rubric = rulebook.rubric
    if rubric is None:
        found = [Place("clause", "", clause) for clause in dict.fromkeys(one.clause for one in rulebook.indicators)]
        return {one.key: one for one in found}
    for item in rubric.items:
        found += [Place("item", item.id, clause, tuple(rules)) for clause, rules in rules_by_clause(item).items()]
    for line in rubric.bonus.rules if rubric.bonus is not None else ():
        found.append(Place("bonus", line.id, line.rule.clause or line.clause, (line.rule,)))
    return {one.key: one for one in found}


@dataclass(frozen=True)
class Standing:
    """What the engine says of one place. `low` to `high` may be decided (`high` None: nothing bounds it)."""

    place: Place
    outcomes: tuple[RuleOutcome, ...]
    low: Fraction
    high: Fraction | None
    proposed: Fraction | None
    decided: Fraction | None
    taken: Fraction
    refused: tuple[RefusedResult, ...]
    explanation: str
    earning: bool
    zero: bool = False
    exempted: str | None = None

    @property
    def no_data(self) -> bool:
        """Whether all that is missing is data: a decision settles it."""
        return bool(self.refused) and all(one.kind == "no_data" for one in self.refused)

    @property
    def free(self) -> bool:
        """Whether a person is to choose within a range."""
        return not self.refused and self.low != self.high

    @property
    def step(self) -> Fraction | None:
        return next((one.step for one in self.outcomes if one.step is not None), None)


def standings(evaluation: Evaluation) -> dict[str, Standing]:
    """What came out at every place of a rubric, by key."""
    sheet = evaluation.assessment
    if sheet is None:
        return {}
    found = {}
    known = places(evaluation.source.rulebook)
    rubric = evaluation.source.rulebook.rubric
    caps = {item.id: item for item in rubric.items} if rubric is not None else {}
    for item in sheet.items:
        for score in item.by_clause:
            place = known[f"{item.id}/{score.clause}"]
            found[place.key] = _of_clause(place, score, item, caps[item.id], evaluation.answers)
    for line in sheet.bonus_lines:
        place = known[f"{line.id}/{line.clause}"]
        found[place.key] = _of_line(place, line)
    return found


def _of_clause(place: Place, score: ClauseScore, item: ItemScore, stated: Item, answers: Answers) -> Standing:
    earning = stated.start == "zero" and not any(one.effect == "deduct" for one in score.outcomes)
    high = score.high
    if high is None:  # nothing is proposed: what a decision may take is bounded by the clause and the item alone
        bounds = [one for one in (item.maximum, _cap(stated, place.clause, answers)) if one is not None]
        high = min(bounds, default=None)
    return Standing(
        place, score.outcomes, score.low, high, score.proposed, score.decided, score.earned if earning else score.deducted,
        score.refused, score.explanation, earning, score.zero, score.exempted,
    )  # fmt: skip


def _cap(item: Item, clause: str, answers: Answers) -> Fraction | None:
    cap = item.clause_caps.get(clause)
    try:
        return None if cap is None else answers.get(cap)
    except Refused:
        return None


def _of_line(place: Place, line: BonusLine) -> Standing:
    outcome = line.outcome
    proposed = None if outcome.refused is not None else outcome.proposed
    return Standing(
        place, (outcome,), outcome.low, None if outcome.refused is not None else outcome.high, proposed, line.decided,
        line.points or Fraction(0), line.refused, line.explanation, earning=outcome.effect != "deduct",
    )  # fmt: skip

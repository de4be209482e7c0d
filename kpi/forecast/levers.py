"""What bringing clauses up to their targets would still protect, one by one and together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from kpi.evaluation import Evaluation, evaluate
from kpi.forecast.pace import Held
from kpi.forecast.repair import repaired, spent
from kpi.indicators.values import FigureValue
from kpi.quantities import Money, points
from kpi.rulebook.given import Given
from kpi.rulebook.loader import Source

_BY_NUMBER = frozenset({"per_unit", "per_point", "checklist", "steps"})


@dataclass(frozen=True, slots=True)
class Lever:
    """What bringing one clause up to its target would protect, points and yuan."""

    clause: str
    title: str
    reason: str
    gain_points: Fraction
    gain_yuan: Money | None

    @property
    def text(self) -> str:
        money = f"，{self.gain_yuan}" if self.gain_yuan is not None and self.gain_yuan.fen else ""
        return f"{self.clause} {self.title}：补足后可保 {points(self.gain_points)} 分{money}（{self.reason}）"


@dataclass(frozen=True, slots=True)
class Together:
    """The fewest clauses, taken by points, whose repair together pays more: a tier is often out of reach of one."""

    clauses: tuple[str, ...]
    total: Fraction | None
    tier: str
    gain_yuan: Money


@dataclass(frozen=True, slots=True)
class Outlook:
    """A forecast that can be repaired: its figures, what follows from them, and what they held when it was made."""

    source: Source
    given: Given
    figures: list[FigureValue]
    base: Evaluation
    held: Mapping[tuple[str, str], Held]

    def repaired(self, clauses: set[str]) -> Evaluation:
        """The forecast with these clauses brought up to their targets, as far as that is still possible.

        Their figures are raised, so that money that rests on them moves, too; where points are still lost then,
        not by a count, and nothing is lost for good, the clauses simply count as met.
        """
        settled = self._undecided(clauses)
        raised = self._with(settled, repaired(self.base.book, self.figures, clauses, self.held))
        left = (clauses & {clause for clause, _, _ in losing(raised.base)}) - counted(raised.base)
        open_ones = {clause for clause in left if not spent(self.base.book, clause, self.held)}
        if not open_ones:
            return raised.base
        return self._met(settled, open_ones, repaired(self.base.book, self.figures, clauses - open_ones, self.held)).base

    def supposing(self, clauses: set[str]) -> Outlook:
        """The forecast if these clauses, which have no data, simply count as met; bonus that is not known counts as none."""
        settled = self._undecided(clauses)
        decided = {**settled.decided, **{key: {"points": 0} for key in without_bonus(self.base)}}
        bonus = {key.rpartition("/")[2] for key in without_bonus(self.base)}
        return self._met(settled.model_copy(update={"decided": decided}), clauses - bonus, self.figures)

    def _undecided(self, clauses: set[str]) -> Given:
        decided = {name: each for name, each in self.given.decided.items() if name.rpartition("/")[2] not in clauses}
        return self.given.model_copy(update={"decided": decided})

    def _met(self, given: Given, clauses: set[str], figures: list[FigureValue]) -> Outlook:
        """The clauses count as met, whatever their figures say."""
        kept = [figure for figure in figures if figure.clause not in clauses]
        facts = {name: table for name, table in given.facts.items() if name not in clauses}
        facts |= {clause: {"met": True} for clause in clauses}
        return self._with(given.model_copy(update={"facts": facts}), kept)

    def _with(self, given: Given, figures: list[FigureValue]) -> Outlook:
        return Outlook(self.source, given, figures, evaluate(self.source, given, figures), self.held)


def levers(outlook: Outlook) -> tuple[Lever, ...]:
    """Each unmet or deducted clause brought up to its target alone, everything else as forecast."""
    found = []
    for clause, title, reason in losing(outlook.base):
        other = outlook.repaired({clause})
        gained = points_between(other, outlook.base)
        money = yuan_between(other, outlook.base)
        if gained > 0 or (money is not None and money.fen > 0):
            found.append(Lever(clause, title, reason, gained, money))
    return tuple(
        sorted(found, key=lambda one: (-(one.gain_yuan or Money(0)).fen, -one.gain_points, one.clause))
    )


def together(outlook: Outlook, found: tuple[Lever, ...]) -> Together | None:
    """Adds lever to lever, the largest first, until the money moves; None where none or one alone does it."""
    if any(one.gain_yuan is not None and one.gain_yuan.fen > 0 for one in found):
        return None
    chosen: list[str] = []
    for lever in sorted(found, key=lambda one: (-one.gain_points, one.clause)):
        chosen.append(lever.clause)
        other = outlook.repaired(set(chosen))
        money = yuan_between(other, outlook.base)
        if money is not None and money.fen > 0:
            return Together(tuple(chosen), other.score, other.tier.tier if other.tier is not None else "", money)
    return None


def losing(evaluation: Evaluation) -> list[tuple[str, str, str]]:
    """Clauses that cost points, are unmet, or have no data; with a reason in words."""
    titles = {clause.id: clause.title for clause in evaluation.source.rulebook.clauses}
    found: dict[str, str] = {}
    if evaluation.assessment is not None:
        for outcome in evaluation.assessment.outcomes:
            if outcome.effect == "deduct" and outcome.proposed > 0:
                found.setdefault(outcome.clause, outcome.explanation)
    for clause, values in evaluation.indicators.items():
        unmet = [value.reason for value in values if value.met is not True and value.scored]
        if unmet:
            found.setdefault(clause, unmet[0])
    return [(clause, titles.get(clause, clause), reason) for clause, reason in found.items()]


def without_bonus(evaluation: Evaluation) -> list[str]:
    """The lines of bonus that are not known, as decisions name them."""
    rubric, sheet = evaluation.source.rulebook.rubric, evaluation.assessment
    if rubric is None or rubric.bonus is None or sheet is None:
        return []
    unknown = {(one.clause, one.mechanic) for one in sheet.outcomes if one.refused is not None}
    return [f"{line.id}/{line.clause}" for line in rubric.bonus.rules if (line.clause, line.rule.mechanic) in unknown]


def counted(evaluation: Evaluation) -> set[str]:
    """Clauses that lose by a number of cases, units or points: it stands for what has happened."""
    outcomes = evaluation.assessment.outcomes if evaluation.assessment is not None else ()
    return {
        one.clause for one in outcomes
        if one.effect == "deduct" and one.proposed > 0 and one.refused is None and one.mechanic in _BY_NUMBER
    }  # fmt: skip


def points_between(better: Evaluation, base: Evaluation) -> Fraction:
    """Points that one has more, as far as they are known on both sides: what is refused counts nothing."""
    if better.score is not None and base.score is not None:
        return better.score - base.score
    return known_points(better) - known_points(base)


def known_points(evaluation: Evaluation) -> Fraction:
    """Bonus less deductions, as far as they are known."""
    sheet = evaluation.assessment
    if sheet is None:
        return Fraction(0)
    return sum(sheet.bonus.values(), Fraction(0)) - sum(sheet.deductions.values(), Fraction(0))


def yuan_between(better: Evaluation, base: Evaluation) -> Money | None:
    """What the chosen plan pays more, reductions included; None where either side cannot be computed."""
    sums = [one.payment.net if one.payment is not None else None for one in (better, base)]
    return None if sums[0] is None or sums[1] is None else sums[0] - sums[1]

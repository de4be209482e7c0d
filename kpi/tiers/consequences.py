"""What follows from a score: penalty, veto, downgrade, at most in the order in force, then remedy and rights."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from kpi.expressions import Expression, ExpressionError, NoData
from kpi.indicators.book import FigureBook
from kpi.quantities import points
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import Event, Given
from kpi.rulebook.order import USUAL, StepName
from kpi.rulebook.rounding import Rounding
from kpi.rulebook.rubric import Consequence, Tiers
from kpi.tiers.bands import band_of, descending

ZERO = Fraction(0)
#: Kinds that stand in the order of operations, and those that follow from its result.
MOVING = ("penalty", "veto", "downgrade", "at_most")
AFTERWARDS = ("remedy", "terminate", "renew")


@dataclass(frozen=True, slots=True)
class ConsequenceResult:
    """`held`: the condition holds in this period. `applied`: it takes effect. None: a figure is missing."""

    id: str
    clause: str
    kind: str
    title: str
    held: bool | None
    applied: bool | None
    text: str


@dataclass(frozen=True, slots=True)
class TierResult:
    """The tier in force with its meaning (excellent, good, pass, poor); `by_score` is before consequences.

    `score`: what is left of the score after penalties, which the tier and the payment go by.
    """

    tier: str
    meaning: str
    explanation: str
    by_score: str = ""
    consequences: tuple[ConsequenceResult, ...] = ()
    penalty: Fraction = ZERO
    score: Fraction | None = None

    def titles(self, kind: str) -> tuple[str, ...]:
        """Titles of what takes effect of a kind, such as the rights to `terminate`."""
        return tuple(one.title for one in self.consequences if one.kind == kind and one.applied)

    @property
    def held(self) -> frozenset[str]:
        """Ids of the conditions that hold: what the next period's `history` needs of this one."""
        return frozenset(one.id for one in self.consequences if one.held)

    @property
    def undecided(self) -> tuple[ConsequenceResult, ...]:
        """Consequences whose condition lacks data; the tier stands only when they are settled."""
        return tuple(one for one in self.consequences if one.held is None)


#: Moves a score by one step: its new value, and what the step did.
Advance = Callable[[StepName | Rounding, Fraction], tuple[Fraction, str]]


@dataclass(frozen=True, slots=True)
class Ending:
    """The steps from the first penalty or tier on; `advance` takes those that only move the score."""

    steps: Sequence[StepName | Rounding] = USUAL[USUAL.index("penalty") :]
    advance: Advance = lambda step, score: (score, "")


def tier_of(
    tiers: Tiers,
    score: Fraction,
    answers: Answers,
    consequences: Sequence[Consequence] = (),
    book: FigureBook | None = None,
    given: Given | None = None,
    history: Sequence[frozenset[str]] = (),
    ending: Ending | None = None,
) -> TierResult:
    """The tier of the score and, with a book, every consequence. Refused where no band covers the score.

    Expressions see `score`, the `tier` so far, and each event kind's id as its number of upheld events.
    `history` holds the earlier periods' `held`, oldest first. What moves the score after the tier moves payment only.
    """
    band, text = band_of(tiers, score, answers)
    if book is None:
        return TierResult(band.tier, band.meaning, text, band.tier, score=score)
    climb = _Climb(answers, consequences, book, given, history, score, tiers, band.tier, [text])
    climb.through(ending or Ending())
    final = next(one for one in tiers.bands if one.tier == climb.tier)
    told = "；".join(filter(None, climb.words))
    return TierResult(climb.tier, final.meaning, told, band.tier, tuple(climb.results), climb.lost, climb.left or ZERO)


@dataclass(frozen=True, slots=True)
class Untiered:
    """What follows where the rulebook has no tiers: the score after penalties, and each consequence."""

    score: Fraction | None
    consequences: tuple[ConsequenceResult, ...]
    explanation: str


def without_tier(
    score: Fraction | None,
    answers: Answers,
    consequences: Sequence[Consequence],
    book: FigureBook,
    given: Given,
    history: Sequence[frozenset[str]] = (),
    ending: Ending | None = None,
) -> Untiered:
    """Penalties, remedies and rights of a rulebook without tiers; `score` None: nothing is scored (yet)."""
    climb = _Climb(answers, consequences, book, given, history, score)
    climb.through(ending or Ending())
    return Untiered(climb.left, tuple(climb.results), "；".join(filter(None, climb.words)))


@dataclass(slots=True)
class _Climb:
    """The tier and what is left of the score while the consequences take effect."""

    answers: Answers
    consequences: Sequence[Consequence]
    book: FigureBook
    given: Given | None
    history: Sequence[frozenset[str]]
    left: Fraction | None
    tiers: Tiers | None = None
    tier: str = ""
    words: list[str] = field(default_factory=list)
    settled: bool = False
    stale: bool = False  # the score moved since the tier was looked up
    lost: Fraction = ZERO
    results: list[ConsequenceResult] = field(default_factory=list)

    def through(self, ending: Ending) -> None:
        """Every step, then what follows from the result."""
        for step in ending.steps:
            if step in MOVING:
                self._take(str(step))
            elif step == "tier":
                self._settle()
            elif self.left is not None:
                self._shift(*ending.advance(step, self.left))
        for kind in AFTERWARDS:
            self._take(kind)

    def _take(self, kind: str) -> None:
        """Every consequence of a kind, in the rulebook's order. Without tiers none can be moved."""
        if self.tiers is not None or kind not in ("veto", "downgrade", "at_most"):
            for rule in _of_kind(self.book.rulebook, self.consequences, kind):
                self._apply(rule)

    def _apply(self, rule: Consequence) -> None:
        if self.stale and not self.settled:
            self.tier = self._band()[0]
        events = upheld(self.book.rulebook, self.given.events if self.given else ())
        held = _holds(rule, self.book, {"score": self.left, "tier": self.tier or None, **events})
        applied = held and _due(rule, self.consequences, self.history)
        text = ""
        if applied and rule.kind == "penalty" and rule.points is not None and self.left is not None:
            text = self._penalise(self.left, self.answers.get(rule.points))
        elif applied and self.tiers is not None:
            self.tier = _moved(rule, self.tier, [one.tier for one in descending(self.tiers)])
        self.results.append(_result(rule, held, applied, self.tier, self.answers))
        self.words += [self.results[-1].text if applied is not False else "", text]

    def _penalise(self, score: Fraction, off: Fraction) -> str:
        """Takes points off; before the tier is settled that may lower it."""
        self.left = max(ZERO, score - off)
        self.lost += score - self.left
        if self.tiers is None or self.settled:
            return f"得分{points(self.left)}分" + ("，档次不再变动" if self.settled and self.tiers is not None else "")
        self.tier, text = self._band()
        self.stale = False
        return text

    def _band(self) -> tuple[str, str]:
        """The tier of the score so far, and how it was found."""
        assert self.tiers is not None
        assert self.left is not None
        band, text = band_of(self.tiers, self.left, self.answers)
        return band.tier, text

    def _shift(self, score: Fraction, text: str) -> None:
        """The score after a step that only moves it."""
        self.stale = self.stale or (self.tiers is not None and score != self.left and not self.settled)
        self.left = score
        self.words.append(text)

    def _settle(self) -> None:
        """The tier is that of the score so far."""
        if self.stale:
            self.tier, text = self._band()
            self.stale = False
            self.words.append(text)
        self.settled = True


def upheld(rulebook: Rulebook, events: Sequence[Event]) -> dict[str, int]:
    """Number of upheld events by kind; kinds without any count 0."""
    return {
        kind.id: sum(1 for one in events if one.kind == kind.id and one.decided == "upheld")
        for kind in rulebook.events
    }


def _of_kind(rulebook: Rulebook, consequences: Sequence[Consequence], kind: str) -> list[Consequence]:
    """Consequences of a kind and those of the event kinds."""
    rules = [one for one in consequences if one.kind == kind]
    for event in rulebook.events:
        if (kind == "veto" and event.veto) or (kind == "terminate" and event.may_terminate):
            raw = {"id": event.id, "clause": event.clauses[0], "kind": kind, "title": event.title}
            rules.append(Consequence.model_validate({**raw, "when": Expression(f"{event.id} > 0")}))
    return rules


def _holds(rule: Consequence, book: FigureBook, own: Mapping[str, Any]) -> bool | None:
    try:
        return bool(book.over(rule.when, rule.clause, own))
    except NoData:
        return False if book.otherwise_met and not book.has_figures(rule.clause) else None
    except ExpressionError as error:
        raise Refused("bad_input", str(error), rule.clause) from error


def _due(rule: Consequence, rules: Sequence[Consequence], history: Sequence[frozenset[str]]) -> bool:
    """Often enough, with this period; a penalty waits until its clause's remedy was due before."""
    before = [rule.id in period for period in history]
    unbroken = next((length for length, held in enumerate(reversed(before)) if not held), len(before))
    run = unbroken if rule.consecutive else sum(before)
    remedies = {one.id for one in rules if one.kind == "remedy" and one.clause == rule.clause}
    first = rule.kind == "penalty" and remedies and not any(remedies & period for period in history)
    return run + 1 >= rule.times and not first


def _moved(rule: Consequence, tier: str, ladder: Sequence[str]) -> str:
    """The tier after a consequence; never above the one before."""
    if rule.tier and rule.tier not in ladder:
        raise Refused("bad_input", f"“{rule.title}”写的档次“{rule.tier}”不在档次表里；请核对", rule.clause)
    now = ladder.index(tier)
    last = len(ladder) - 1
    if rule.kind == "veto":
        return ladder[max(now, ladder.index(rule.tier) if rule.tier else last)]
    if rule.kind == "downgrade":
        return ladder[min(last, now + rule.steps)]
    if rule.kind == "at_most" and rule.tier:
        return ladder[max(now, ladder.index(rule.tier))]
    return tier


def _result(
    rule: Consequence, held: bool | None, applied: bool | None, tier: str, answers: Answers
) -> ConsequenceResult:
    words = {
        "veto": f"一票否决，定为“{tier}”", "downgrade": f"降{rule.steps}档，定为“{tier}”",
        "at_most": f"最高只能为“{rule.tier}”，定为“{tier}”", "remedy": "应提交整改方案并整改",
        "penalty": "处罚", "terminate": "采购人有权解除合同", "renew": "可以续签",
    }[rule.kind]
    if rule.kind == "penalty" and rule.points is not None and applied:
        words = f"处罚扣{points(answers.get(rule.points))}分"
    if held is None:
        words = "没有数据，待定"
    elif held and not applied:
        words = "已发生，未到约定次数或先整改"
    elif not held:
        words = "未发生"
    return ConsequenceResult(rule.id, rule.clause, rule.kind, rule.title, held, applied, f"{rule.title}：{words}")

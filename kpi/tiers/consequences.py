"""What follows from a score: penalty, veto, downgrade, at most, remedy, termination, renewal, in this order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kpi.expressions import Expression, ExpressionError, NoData
from kpi.indicators.book import FigureBook
from kpi.quantities import points
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import Event, Given
from kpi.rulebook.rubric import Consequence, Tiers
from kpi.tiers.bands import band_of, descending

ZERO = Fraction(0)
_ORDER = ("penalty", "veto", "downgrade", "at_most", "remedy", "terminate", "renew")


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


def tier_of(
    tiers: Tiers,
    score: Fraction,
    answers: Answers,
    consequences: Sequence[Consequence] = (),
    book: FigureBook | None = None,
    given: Given | None = None,
    history: Sequence[frozenset[str]] = (),
) -> TierResult:
    """The tier of the score and, with a book, every consequence. Refused where no band covers the score.

    Expressions see `score`, the `tier` so far, and each event kind's id as its number of upheld events.
    `history` holds the earlier periods' `held`, oldest first.
    """
    band, text = band_of(tiers, score, answers)
    if book is None:
        return TierResult(band.tier, band.meaning, text, band.tier, score=score)
    ladder = [one.tier for one in descending(tiers)]
    counts = upheld(book.rulebook, given.events if given is not None else ())
    tier, left = band.tier, score
    results: list[ConsequenceResult] = []
    words = [text]
    for rule in _in_order(book.rulebook, consequences):
        held = _holds(rule, book, {"score": left, "tier": tier, **counts})
        applied = held and _due(rule, consequences, history)
        if applied and rule.kind == "penalty" and rule.points is not None:
            left = max(ZERO, left - answers.get(rule.points))
            after, text = band_of(tiers, left, answers)
            tier = after.tier
        elif applied:
            tier, text = _moved(rule, tier, ladder), ""
        results.append(_result(rule, held, applied, tier, answers))
        words += [results[-1].text if applied is not False else "", text if applied else ""]
    final = next(one for one in tiers.bands if one.tier == tier)
    told = ";".join(filter(None, words))
    return TierResult(tier, final.meaning, told, band.tier, tuple(results), score - left, left)


def upheld(rulebook: Rulebook, events: Sequence[Event]) -> dict[str, int]:
    """Number of upheld events by kind; kinds without any count 0."""
    return {
        kind.id: sum(1 for one in events if one.kind == kind.id and one.decided == "upheld")
        for kind in rulebook.events
    }


def _in_order(rulebook: Rulebook, consequences: Sequence[Consequence]) -> list[Consequence]:
    """Consequences and those of the event kinds, as they take effect."""
    rules = list(consequences)
    for kind in rulebook.events:
        for wanted, name in ((kind.veto, "veto"), (kind.may_terminate, "terminate")):
            if wanted:
                raw = {"id": kind.id, "clause": kind.clauses[0], "kind": name, "title": kind.title}
                rules.append(Consequence.model_validate({**raw, "when": Expression(f"{kind.id} > 0")}))
    return sorted(rules, key=lambda rule: _ORDER.index(rule.kind))


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
        raise Refused("bad_input", f"“{rule.title}”写的档次“{rule.tier}”不在档次表里;请核对", rule.clause)
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
        "veto": f"一票否决,定为“{tier}”", "downgrade": f"降{rule.steps}档,定为“{tier}”",
        "at_most": f"最高只能为“{rule.tier}”,定为“{tier}”", "remedy": "应提交整改方案并整改",
        "penalty": "处罚", "terminate": "采购人有权解除合同", "renew": "可以续签",
    }[rule.kind]
    if rule.kind == "penalty" and rule.points is not None and applied:
        words = f"处罚扣{points(answers.get(rule.points))}分"
    if held is None:
        words = "没有数据,待定"
    elif held and not applied:
        words = "已发生,未到约定次数或先整改"
    elif not held:
        words = "未发生"
    return ConsequenceResult(rule.id, rule.clause, rule.kind, rule.title, held, applied, f"{rule.title}:{words}")

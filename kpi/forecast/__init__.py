"""Where the present pace leads by the end of the term, in points and yuan, and what would protect most.

Counts, sums and the like go on at the mean pace of the days gone by; lists per window are continued by
the windows still to come, each at the mean of those held; rates, latest and extreme values stay as they
are. The forecast is no result: nothing is paid on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from kpi.calendar import CalendarError, WindowKind, due_windows, periods, windows
from kpi.evaluation import Evaluation, evaluate
from kpi.forecast.repair import repaired
from kpi.indicators.values import FigureValue
from kpi.quantities import Money, Period, points
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import Given, work_calendar
from kpi.rulebook.loader import Source

#: measures that grow with time; everything else is a level that stays
_FLOWS = frozenset(
    {"count", "sum", "distinct", "net_growth", "failing", "sustained", "repeats", "windows_met"}
)


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
        money = f",{self.gain_yuan}" if self.gain_yuan is not None and self.gain_yuan.fen else ""
        return f"{self.clause} {self.title}:补足后可保 {points(self.gain_points)} 分{money}({self.reason})"


@dataclass(frozen=True, slots=True)
class Together:
    """The fewest clauses, taken by points, whose repair together pays more: a tier is often out of reach of one."""

    clauses: tuple[str, ...]
    total: Fraction | None
    tier: str
    gain_yuan: Money


@dataclass(frozen=True, slots=True)
class Forecast:
    """`now` over the figures so far, `at_end` at the present pace; `levers` by yuan, then points."""

    as_of: date
    now: Evaluation
    at_end: Evaluation
    share_gone: Fraction
    provisional: bool
    levers: tuple[Lever, ...]
    together: Together | None = None


def forecast(source: Source, given: Given, measured: Sequence[FigureValue], as_of: date) -> Forecast:
    """The forecast on `as_of` (a day of the term). Refused("bad_input") without a term or outside it."""
    term = given.term
    if term is None:
        raise Refused("bad_input", "预测要知道合同期;请在设置里写 term 的起止日期", "term")
    if not term.start <= as_of <= term.end:
        raise Refused("bad_input", f"截止日 {as_of} 不在合同期 {term.start} 至 {term.end} 内", "as_of")
    gone = Fraction((as_of - term.start).days + 1, (term.end - term.start).days + 1)
    answers = Answers(source.rulebook, given.answers)
    pace = _Pace(source.rulebook, answers, given, gone, as_of)
    projected = [pace.project(figure) for figure in measured]
    whole = given.model_copy(update={"period": term})
    at_end = evaluate(source, whole, projected)
    levers = _levers(source, whole, projected, at_end)
    together = _together(source, whole, projected, at_end, levers)
    return Forecast(
        as_of, evaluate(source, given, measured), at_end, gone, pace.provisional, levers, together
    )


class _Pace:
    def __init__(
        self, rulebook: Rulebook, answers: Answers, given: Given, gone: Fraction, as_of: date
    ) -> None:
        self.rulebook, self.answers, self.given = rulebook, answers, given
        self.gone, self.as_of = gone, as_of
        self.provisional = False
        self._due: dict[WindowKind, int] = {}
        self._declared = {
            (one.clause, name): figure for one in rulebook.indicators for name, figure in one.figures.items()
        }

    def project(self, figure: FigureValue) -> FigureValue:
        """The figure at the end of the term."""
        declared = self._declared.get((figure.clause, figure.name))
        measure = getattr(declared, "measure", "by_hand")
        return replace(figure, value=self._value(figure.value, measure, declared), entries=(), windows=())

    def _value(self, value: Any, measure: str, declared: Any) -> Any:
        if isinstance(value, dict):
            return {member: self._value(one, measure, declared) for member, one in value.items()}
        if isinstance(value, list):
            return self._continued(value, declared)
        if measure == "windows_due":
            return self._due_in_term(self.answers.get(declared.window))
        if measure in _FLOWS and isinstance(value, int | Fraction) and not isinstance(value, bool):
            return (Fraction(value) / self.gone).__floor__()
        return value

    def _continued(self, values: list[Any], declared: Any) -> list[Any] | None:
        """The list with the windows still to come; None where not one has ended: there is no pace yet."""
        held = [
            value for value in values if isinstance(value, int | Fraction) and not isinstance(value, bool)
        ]
        kind = (
            self.answers.get(declared.window)
            if declared is not None and declared.window is not None
            else None
        )
        missing = max(0, self._due_in_term(kind) - len(values)) if kind is not None else 0
        if missing and not values:
            return None
        ahead = (Fraction(sum(held)) / len(values)).__floor__() if held else None
        return [*values, *[ahead] * missing]

    def _due_in_term(self, kind: WindowKind) -> int:
        if kind not in self._due:
            self._due[kind] = self._count(kind)
        return self._due[kind]

    def _count(self, kind: WindowKind) -> int:
        assert self.given.term is not None
        term = Period(self.given.term.start, self.given.term.end)
        rules = self.rulebook.windows
        options: dict[str, Any] = {
            "anchor": self.answers.get(rules.anchor),
            "partial": self.answers.get(rules.partial),
            "holidays": self.answers.get(rules.holidays),
        }
        calendar = work_calendar(self.given)
        whole = periods(WindowKind.TERM, term)
        try:
            found = windows(kind, term, calendar=calendar, periods=whole, **options)
        except CalendarError:
            self.provisional = True
            found = windows(kind, term, calendar=calendar.as_provisional(), periods=whole, **options)
        return len(due_windows(found, term))


def _levers(source: Source, given: Given, figures: list[FigureValue], base: Evaluation) -> tuple[Lever, ...]:
    """Each unmet or deducted clause brought up to its target alone, everything else as forecast."""
    found = []
    for clause, title, reason in _losing(base):
        other = _repaired(source, given, figures, base, {clause})
        gained = _points(other) - _points(base)
        money = _yuan(other, base)
        if gained > 0 or (money is not None and money.fen > 0):
            found.append(Lever(clause, title, reason, gained, money))
    return tuple(
        sorted(found, key=lambda one: (-(one.gain_yuan or Money(0)).fen, -one.gain_points, one.clause))
    )


def _repaired(
    source: Source, given: Given, figures: list[FigureValue], base: Evaluation, clauses: set[str]
) -> Evaluation:
    """The forecast with these clauses brought up to their targets.

    Their figures are raised, so that money that rests on them moves, too; where points are still lost then,
    the clauses simply count as met.
    """
    decided = {name: value for name, value in given.decided.items() if name.rpartition("/")[2] not in clauses}
    settled = given.model_copy(update={"decided": decided})
    raised = evaluate(source, settled, repaired(base, figures, clauses))
    if not clauses & {clause for clause, _, _ in _losing(raised)}:
        return raised
    kept = [figure for figure in figures if figure.clause not in clauses]
    facts = {name: table for name, table in given.facts.items() if name not in clauses}
    facts |= {clause: {"met": True} for clause in clauses}
    return evaluate(source, settled.model_copy(update={"facts": facts}), kept)


def _together(
    source: Source, given: Given, figures: list[FigureValue], base: Evaluation, levers: tuple[Lever, ...]
) -> Together | None:
    """Adds lever to lever, the largest first, until the money moves; None where none or one alone does it."""
    if any(one.gain_yuan is not None and one.gain_yuan.fen > 0 for one in levers):
        return None
    chosen: list[str] = []
    for lever in sorted(levers, key=lambda one: (-one.gain_points, one.clause)):
        chosen.append(lever.clause)
        other = _repaired(source, given, figures, base, set(chosen))
        money = _yuan(other, base)
        if money is not None and money.fen > 0:
            return Together(tuple(chosen), other.score, other.tier.tier if other.tier is not None else "", money)
    return None


def _losing(evaluation: Evaluation) -> list[tuple[str, str, str]]:
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


def _points(evaluation: Evaluation) -> Fraction:
    """Points on the sheet as far as they are known: what is refused counts nothing on both sides."""
    sheet = evaluation.assessment
    if sheet is None:
        return Fraction(0)
    if evaluation.score is not None:
        return evaluation.score
    bonus = sum(sheet.bonus.values(), Fraction(0))
    return bonus - sum(sheet.deductions.values(), Fraction(0))


def _yuan(better: Evaluation, base: Evaluation) -> Money | None:
    """What the chosen plan pays more, reductions included; None where either side cannot be computed."""
    sums = [one.payment.net if one.payment is not None else None for one in (better, base)]
    return None if sums[0] is None or sums[1] is None else sums[0] - sums[1]

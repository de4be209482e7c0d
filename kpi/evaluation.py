"""The whole way for one period: figures → indicators → assessment → tier → payment.

`evaluate` is pure: the same rulebook text, given data and measured figures always give the same result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from kpi.assessments import AssessmentScore, CombinedScore, assess
from kpi.assessments.decisions import read_decision
from kpi.expressions import ExpressionError, NoData
from kpi.indicators.book import FigureBook
from kpi.indicators.criteria import evaluate_indicators
from kpi.indicators.facts import figures_from_facts, merge_figures
from kpi.indicators.schedules import reminders
from kpi.indicators.values import FigureValue, IndicatorValue
from kpi.payments import PaymentDecision, pay
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.given import Given
from kpi.rulebook.given_names import mismatches
from kpi.rulebook.loader import Source
from kpi.rulebook.targets import adjusted
from kpi.survey.elements import RecordScore, record_score
from kpi.tiers import (
    ConsequenceResult,
    PeriodScore,
    RightResult,
    TierResult,
    VerdictResult,
    rights_of,
    score_period,
    verdicts_of,
)


@dataclass(frozen=True, slots=True)
class DerivedValue:
    """A derived figure: a number, or a rate with numerator and denominator, or the reason why not."""

    id: str
    clause: str
    title: str
    value: Any
    unit: str = ""
    numerator: Any = None
    denominator: Any = None
    reason: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything that follows from a rulebook and what is given. None or empty: the rulebook has no such stage.

    `score` is what tier and payment go by: the sheets combined, less penalties; None while something is refused.
    `untiered`: the consequences of a rulebook without tiers, None where it states none.
    """

    source: Source
    given: Given
    answers: Answers
    book: FigureBook
    indicators: dict[str, list[IndicatorValue]]
    derived: dict[str, DerivedValue]
    duties: dict[str, bool | None] = field(default_factory=dict)
    assessment: AssessmentScore | None = None
    combined: CombinedScore | None = None
    tier: TierResult | None = None
    verdicts: tuple[VerdictResult, ...] = ()
    rights: tuple[RightResult, ...] = ()
    payment: PaymentDecision | None = None
    records: tuple[RecordScore, ...] = ()
    reminders: dict[str, dict[str, date]] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    score: Fraction | None = None
    untiered: tuple[ConsequenceResult, ...] | None = None

    @property
    def consequences(self) -> tuple[ConsequenceResult, ...]:
        """Remedies, penalties and rights, with or without tiers."""
        return self.tier.consequences if self.tier is not None else self.untiered or ()

    @property
    def due(self) -> tuple[str, ...]:
        """Clauses that are not known to be fulfilled: unmet or without data."""
        return tuple(clause for clause, met in self.duties.items() if met is not True)

    @property
    def refused(self) -> tuple[str, ...]:
        """Clauses whose score is refused."""
        return () if self.assessment is None else self.assessment.refused


def evaluate(source: Source, given: Given, measured: Sequence[FigureValue] = ()) -> Evaluation:
    """Score, tier and payment of one period. `measured` are figures from entries; given facts go before them.

    Raises Refused("bad_input") only where the given data themselves are wrong; what cannot be computed
    is a value with its reason in the result.
    """
    _check(source, given)
    source = replace(source, rulebook=adjusted(source.rulebook, given.targets))
    rulebook = source.rulebook
    answers = Answers(rulebook, given.answers)
    facts, plain = figures_from_facts(rulebook, given.facts)
    figures = merge_figures(list(measured), facts)
    book = FigureBook(rulebook, answers, figures, plain, given.otherwise == "met")
    indicators = evaluate_indicators(book)
    assessment = assess(rulebook.rubric, book, answers, indicators, given) if rulebook.rubric else None
    if assessment is not None:
        book.item_scores = {one.id: one.score for one in assessment.items}
    _take_decisions(book, given)
    period = score_period(rulebook, answers, given, book, assessment)
    verdicts = tuple(verdicts_of(rulebook, indicators, book, answers))
    book.extras.update({one.id: one.passed for one in verdicts})
    payment = _payment(source, book, answers, given, period)
    reasons = tuple(filter(None, [period.reason, period.text]))
    return Evaluation(
        source, given, answers, book, indicators, _derived(book), _duties(book), assessment, period.combined,
        period.tier, verdicts, tuple(rights_of(rulebook, book, answers, given)), payment,
        _records(source, answers, given), reminders(rulebook, answers, given), reasons, period.score, period.consequences,
    )  # fmt: skip


def _take_decisions(book: FigureBook, given: Given) -> None:
    """Where there is no data the decision says whether a clause is met: verdicts and gates read it, too."""
    for name, raw in given.decided.items():
        clause = name.rpartition("/")[2]
        if book.met(clause) is None:
            try:
                decision = read_decision(raw, clause)
            except Refused:
                continue  # the assessment says what is wrong with it
            nothing = decision.points == 0 or (decision.marks and not any(decision.marks))
            book.mets[clause] = decision.met if decision.met is not None else bool(nothing)


def _check(source: Source, given: Given) -> None:
    """Refused("bad_input") where what is given does not fit the rulebook, everything at once."""
    found = mismatches(source.rulebook, given)
    if found:
        about = str(found[0][0][1] if len(found[0][0]) > 1 else found[0][0][0])
        raise Refused("bad_input", "；".join(text for _, text in found), about)


def _payment(
    source: Source,
    book: FigureBook,
    answers: Answers,
    given: Given,
    period: PeriodScore,
) -> PaymentDecision | None:
    if source.rulebook.payment is None:
        return None
    open_penalties = [one for one in period.consequences or () if one.kind == "penalty" and one.held is None]
    undecided = tuple(one.text for one in (period.tier.undecided if period.tier is not None else open_penalties))
    name = period.tier.tier if period.tier is not None else None
    return pay(source.rulebook.payment, book, answers, given, period.score, name, undecided)


def _duties(book: FigureBook) -> dict[str, bool | None]:
    """Every clause with whether it is met; None where nothing is known of it."""
    return {clause.id: book.met(clause.id) for clause in book.rulebook.clauses}


def _derived(book: FigureBook) -> dict[str, DerivedValue]:
    found = {}
    for one in book.rulebook.derived:
        try:
            value = book.value(one.id, one.clause)
            top, bottom = book.rate(one) if one.numerator is not None else (None, None)
            reason = ""
        except NoData as missing:
            value, top, bottom = None, None, None
            reason = f"没有“{book.title(missing.what, one.clause)}”的数据"
        except (Refused, ExpressionError) as error:
            value, top, bottom, reason = None, None, None, str(error)
        sources = _sources(book, one.id, one.clause)
        found[one.id] = DerivedValue(
            one.id, one.clause, one.title, value, one.unit, top, bottom, reason, sources
        )
    return found


def _sources(book: FigureBook, name: str, clause: str) -> tuple[str, ...]:
    """Figures behind a derived one; none while an answer that picks its formula is open."""
    try:
        return book.sources_of_name(name, clause)
    except Refused:
        return ()


def _records(source: Source, answers: Answers, given: Given) -> tuple[RecordScore, ...]:
    surveys = {table.branch: survey for survey in source.rulebook.surveys for table in survey.tables}
    for record in given.records:
        if record.branch not in surveys:
            known = "、".join(surveys) or "（无）"
            raise Refused("bad_input", f"没有“{record.branch}”的要素分值表；现有 {known}", record.branch)
    return tuple(
        record_score(surveys[one.branch], one.branch, one.wrong_or_blank, answers) for one in given.records
    )

"""The 考核细则表 as a page shows it: items, their clauses, what the engine says, what was decided, what still waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from app.services.assessments.earlier import Past, past
from app.services.assessments.evaluating import Work
from app.services.assessments.figures import Condition, FigureView, conditions, figures_of
from app.services.assessments.opens import if_unmet, judged, waits, without_data
from app.services.assessments.places import Place, Standing, places, standings
from app.services.assessments.summing import by_item, judged_words
from app.services.ledger.reading import spoken
from app.services.setup.wording import Place as Where
from app.services.setup.wording import Words
from app.store.scoring import AssessmentAppeal, AssessmentDecision, AssessmentFact, AssessmentMark
from kpi.assessments import ItemScore
from kpi.quantities import plain, points
from kpi.rulebook.answers import Refused as Unanswered

#: How a clause stands on the sheet; the first three wait for somebody.
NO_DATA, CHOOSE, BLOCKED, DECIDED, FIXED, MET, EXEMPT = "no_data", "choose", "blocked", "decided", "fixed", "met", "exempt"
WAITING = frozenset({NO_DATA, CHOOSE, BLOCKED})


@dataclass(frozen=True)
class ClauseView:
    """One clause of an item. Points are texts; `low` to `high` may be decided, `input` is what its box begins with."""

    place: Place
    title: str
    quotes: tuple[str, ...]
    standards: tuple[str, ...]
    state: str
    text: str
    verb: str
    low: str
    high: str
    step: str
    proposed: str
    taken: str
    input: str
    decision: AssessmentDecision | None
    revision: int
    conditions: tuple[Condition, ...]
    figures: tuple[FigureView, ...]
    fact: AssessmentFact | None
    past: Past
    marks: tuple[AssessmentMark, ...] = ()
    met: bool | None = None

    @property
    def waits(self) -> bool:
        return self.state in WAITING

    @property
    def decidable(self) -> bool:
        """Whether a person may decide here: without data, or inside a range."""
        return self.state in {NO_DATA, CHOOSE, DECIDED} or self.low != self.high or (self.state == BLOCKED and bool(self.marks))


@dataclass(frozen=True)
class ItemView:
    """A row of the sheet: an item, a line of bonus, or (without a rubric) a clause."""

    id: str
    number: int
    title: str
    kind: str
    maximum: str
    score: str
    deduction: str
    self_score: str
    note: str
    clauses: tuple[ClauseView, ...]
    text: str
    refused: tuple[str, ...] = ()
    appeal: AssessmentAppeal | None = None

    @property
    def waits(self) -> bool:
        return any(one.waits for one in self.clauses)


class Sheet:
    """Builds the views of one sheet; one item alone after a decision."""

    def __init__(self, work: Work, appeals: Sequence[AssessmentAppeal] = (), *, own: bool = True) -> None:
        """`own`: self scores may be shown."""
        self.work, self.own = work, own
        self.words = Words(work.rulebook, work.evaluation.answers)
        self.clauses = {one.id: one for one in work.rulebook.clauses}
        self.standings = standings(work.evaluation)
        self.places = places(work.rulebook)
        self.appeals: dict[str, AssessmentAppeal] = {one.item: one for one in appeals}

    def items(self) -> list[ItemView]:
        """Every row, in the order of the sheet, bonus last."""
        return [self.item(item_id) for item_id in self.ids()]

    def ids(self) -> list[str]:
        if self.work.rulebook.rubric is None:
            return [one.clause for one in judged(self.work.rulebook)]
        return list(dict.fromkeys(one.item for one in self.places.values()))

    def item(self, item_id: str) -> ItemView:
        """One row; KeyError where there is none."""
        number = self.ids().index(item_id) + 1
        own = [one for one in self.places.values() if item_id == (one.item or one.clause)]
        clauses = tuple(self.clause(one) for one in own)
        if self.work.rulebook.rubric is None:
            return self._bare(item_id, number, clauses)
        if own[0].kind == "bonus":
            return self._bonus(item_id, number, clauses)
        assert self.work.evaluation.assessment is not None
        score = next(one for one in self.work.evaluation.assessment.items if one.id == item_id)
        return self._scored(score, number, clauses)

    # -- rows -----------------------------------------------------------------------------------

    def _scored(self, score: ItemScore, number: int, clauses: tuple[ClauseView, ...]) -> ItemView:
        return ItemView(
            score.id, number, spoken(score.title), "item", _points(score.maximum) or "未约定",
            "" if score.refused else _points(score.score), "" if score.refused else _points(score.deduction),
            *self._self(score.id), clauses, spoken(score.explanation), tuple(spoken(one.reason) for one in score.refused),
            self.appeals.get(score.id),
        )  # fmt: skip

    def _bonus(self, item_id: str, number: int, clauses: tuple[ClauseView, ...]) -> ItemView:
        standing = self.standings[clauses[0].place.key]
        title = spoken(standing.outcomes[0].label) or self._title(clauses[0].place.clause)
        return ItemView(
            item_id, number, f"加分：{title}", "bonus", "", "" if standing.refused else f"+{points(standing.taken)}", "",
            *self._self(item_id), clauses, spoken(standing.explanation),
            tuple(spoken(one.reason) for one in standing.refused), self.appeals.get(item_id),
        )  # fmt: skip

    def _bare(self, clause: str, number: int, clauses: tuple[ClauseView, ...]) -> ItemView:
        text = "；".join(spoken(one.text) for one in clauses[0].conditions)
        return ItemView(
            clause, number, self._title(clause), "clause", "", "", "", *self._self(clause), clauses, text,
            appeal=self.appeals.get(clause),
        )  # fmt: skip

    def _self(self, item_id: str) -> tuple[str, str]:
        """Self score and note, once the contractor has handed them in."""
        row = self.work.self_scores.get(item_id) if self.own else None
        return ("", "") if row is None else (row.points or "", row.note)

    def _title(self, clause: str) -> str:
        found = self.clauses.get(clause)
        return spoken(found.title) if found is not None else clause

    @cached_property
    def unmet(self) -> dict[str, Standing]:
        return if_unmet(self.work)

    # -- clauses --------------------------------------------------------------------------------

    def clause(self, place: Place) -> ClauseView:
        work, standing = self.work, self.standings.get(place.key)
        decision = work.decisions.get(place.key)
        known = self.clauses.get(place.clause)
        quotes = [one.quote for one in known.stated] if known is not None else []
        quotes += [one.quote for rule in place.rules for one in rule.stated]
        own = [one.decision for one in work.every_decision if one.row.id == work.row.id and one.decision.key == place.key]
        state = self._state(place, standing, decision)
        shown = _shown(standing)
        if state in {NO_DATA, BLOCKED} and place.key in self.unmet:
            shown |= _bounds(self.unmet[place.key])
        return ClauseView(
            place, self._title(place.clause), tuple(dict.fromkeys(quotes)),
            tuple(self.words.say(rule, Where(clause=place.clause)) for rule in place.rules),
            state, spoken(standing.explanation) if standing is not None else "",
            **shown, decision=decision, revision=own[-1].revision if own else 0,
            conditions=tuple(conditions(work.evaluation.indicators.get(place.clause, ()))),
            figures=tuple(figures_of(work, self._sources(place, standing))), fact=self._fact(place.clause),
            past=past(work, place, standing), marks=tuple(work.group.marks.get(place.key, {}).values()),
            met=work.evaluation.book.met(place.clause),
        )  # fmt: skip

    def _fact(self, clause: str) -> AssessmentFact | None:
        return self.work.facts.get(clause)

    def _sources(self, place: Place, standing: Standing | None) -> list[str]:
        own = [f"{clause}/{name}" for clause, name in self.work.evaluation.book.figures if clause == place.clause]
        read = [source for one in (standing.outcomes if standing is not None else ()) for source in one.sources]
        return [*read, *own, *self._judged_by(place.clause)]

    def _judged_by(self, clause: str) -> list[str]:
        """The figures, of other clauses too, that the indicators of a clause are judged by."""
        answers, book = self.work.evaluation.answers, self.work.evaluation.book
        criteria = [each for one in self.work.rulebook.indicators if one.clause == clause for each in one.criteria]
        parts = [part for one in criteria for part in (one.value, one.at_least, one.at_most, one.more_than, one.equals) if part is not None]
        try:
            return list(book.sources([answers.get(part) for part in parts], clause))
        except Unanswered:
            return []

    def _state(self, place: Place, standing: Standing | None, decision: AssessmentDecision | None) -> str:
        if standing is None:
            met = self.work.evaluation.book.met(place.clause)
            return DECIDED if decision is not None else NO_DATA if met is None else MET if met else FIXED
        if standing.exempted is not None:
            return EXEMPT
        if waits(self.work, standing):
            empty = without_data(self.work, place, standing)
            return NO_DATA if empty else BLOCKED if standing.refused else CHOOSE
        if standing.decided is not None:
            return DECIDED
        return MET if standing.taken == 0 and not standing.earning else FIXED


def _shown(standing: Standing | None) -> dict[str, Any]:
    """The points of a clause as texts."""
    if standing is None:
        return dict.fromkeys(("verb", "low", "high", "step", "proposed", "taken", "input"), "")
    decided = standing.decided if standing.decided is not None else standing.proposed
    return {
        "verb": "得" if standing.earning else "扣", "taken": points(standing.taken), "input": _plain(decided), **_bounds(standing),
    }  # fmt: skip


def _bounds(standing: Standing) -> dict[str, str]:
    """What may be decided, and what is proposed."""
    return {
        "low": plain(standing.low), "high": _plain(standing.high), "step": _plain(standing.step),
        "proposed": _plain(standing.proposed),
    }  # fmt: skip


def _plain(value: Fraction | None) -> str:
    return "" if value is None else plain(value)


def _points(value: Fraction | None) -> str:
    return "" if value is None else points(value)


# -- the bar --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Totals:
    """What stands in the bar: total, tier, what waits, and why there is no total yet."""

    total: str
    full: str
    tier: str
    meaning: str
    lost: str
    bonus: str
    waiting: int
    unconfirmed: int
    reasons: tuple[str, ...]
    verdicts: tuple[tuple[str, str], ...]
    combined: str = ""


def totals(work: Work, waiting: int, unconfirmed: int) -> Totals:
    """The bar of a sheet."""
    evaluation = work.evaluation
    sheet = evaluation.assessment
    verdicts = tuple((one.title, one.text) for one in evaluation.verdicts)
    if sheet is None:
        words = judged_words(by_item(work))
        verdicts = verdicts or ((("逐条结论", words),) if words else ())
        return Totals("", "", "", "", "", "", waiting, unconfirmed, tuple(map(spoken, evaluation.reasons)), verdicts)
    lost = sum(sheet.deductions.values(), Fraction(0))
    tier = evaluation.tier
    return Totals(
        _points(sheet.total), plain(sheet.full), tier.tier if tier is not None else "", tier.meaning if tier is not None else "",
        points(lost), _points(sheet.bonus_total), waiting, unconfirmed,
        tuple(dict.fromkeys(spoken(one.reason) for one in sheet.reasons)), verdicts,
        spoken(evaluation.combined.explanation) if evaluation.combined is not None else "",
    )  # fmt: skip


def by_state(items: Sequence[ItemView]) -> Mapping[str, int]:
    """How many clauses stand how."""
    found: dict[str, int] = {}
    for item in items:
        for one in item.clauses:
            found[one.state] = found.get(one.state, 0) + 1
    return found

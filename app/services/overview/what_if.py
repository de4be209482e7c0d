"""还来得及做什么: other figures at the period's end, and what score, tier and yuan would follow. Nothing is stored.

The figures are those of the forecast at the present pace; the engine computes what a changed one leads to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from app.services import books, standing
from app.services.ledger.reading import spoken
from app.services.overview.outcomes import (
    Change,
    Outcome,
    as_texts,
    change,
    outcome,
    read,
    scale,
    shown,
    whole,
    worth,
)
from app.services.overview.windows import Windows
from app.services.standing import StandingView, ahead
from app.services.standing.ahead import Ahead
from app.services.standing.criteria import say
from app.store import standing as stored
from app.store.contracts import ContractScope
from kpi.evaluation import Evaluation, evaluate
from kpi.forecast import known_outlook
from kpi.forecast.levers import Outlook, losing
from kpi.forecast.pace import is_number
from kpi.forecast.repair import Bounded, bounded
from kpi.indicators.values import FigureValue
from kpi.quantities import Money, parse_exact, plain
from kpi.rulebook.loader import Source

#: So many suggestions are written out.
MOST_ADVICE = 5
Key = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """One figure that can be changed, or a clause that can be brought up to its target. Numbers as texts.

    `name` is its box; `kind` number or met. `points` and `yuan`: what reaching the target would protect by itself.
    """

    name: str
    kind: str
    clause: str
    title: str
    now: str = ""
    end: str = ""
    target: str = ""
    unit: str = ""
    points: str = ""
    yuan: str = ""
    reason: str = ""
    need: str = ""
    exact: str = ""

    @property
    def gain(self) -> str:
        """`0.5 分、¥47,200.00`; blank where it moves nothing by itself."""
        return "、".join(filter(None, [f"{self.points} 分" if self.points else "", self.yuan]))

    @property
    def advice(self) -> str:
        """`再做 2 场（到 50 场）可保住 0.5 分`."""
        if self.kind == "met":
            return f"补足后可保住 {self.gain}"
        return f"再做 {self.need}{self.unit}（到 {self.target}{self.unit}）可保住 {self.gain}"


def trial(scope: ContractScope) -> Trial | None:
    """The contract's forecast as it was computed last; None where there is none yet, or it could not be computed."""
    view, row = standing.of(scope), stored.with_ahead(scope.session, scope.contract_id)
    if view is None or view.refused or row is None or not row.ahead:
        return None
    book = books.book_by_text(scope, row.rulebook_text_id)
    kept = ahead.read(row.ahead)
    base = Outlook(book.source, kept.given, list(kept.figures), evaluate(book.source, kept.given, kept.figures), kept.held)
    known = known_outlook(base)
    return Trial(book.source, replace(kept, given=known.given, figures=known.figures), view, _titles(base) if known is not base else [])


def _titles(outlook: Outlook) -> list[tuple[str, str]]:
    """Clauses that have no data, with their titles."""
    titles = {one.id: one.title for one in outlook.source.rulebook.clauses}
    return [(clause, spoken(titles.get(clause, clause))) for clause in outlook.base.refused]


class Trial:
    """The forecast of one contract, and what would follow from other figures.

    `assumed`: clauses without data that `kept` takes as met, because without them there is no total and no yuan.
    """

    def __init__(self, source: Source, kept: Ahead, view: StandingView, assumed: Sequence[tuple[str, str]] = ()) -> None:
        self.source, self.ahead, self.view, self.assumed = source, kept, view, assumed
        self.base = evaluate(source, kept.given, kept.figures)
        known = [bound for bound in self._bounds() if bound.key in self.base.book.figures]
        self.bounds = {bound.key: bound for bound in known if is_number(self.base.book.figures[bound.key].value)}
        self.windows = Windows(source, kept, view, self.base, known)

    def _bounds(self) -> Iterator[Bounded]:
        """Figures that a target bounds: numbers can be typed, of lists each window that is still open."""
        clauses = dict.fromkeys([*(clause for clause, _, _ in losing(self.base)), *(one.clause for one in self._indicators())])
        for clause in clauses:
            yield from (bound for bound in bounded(self.base.book, clause) if bound.below is not None)

    def _indicators(self) -> Iterable[Any]:
        return (one for one in self.source.rulebook.indicators if one.duty == "scored")

    # -- what can be changed --------------------------------------------------------------------

    def lines(self) -> list[Line]:
        """What protects most first; figures that are well above their targets come last."""
        losses = {clause: reason for clause, _, reason in losing(self.base)}
        gains = {one["clause"]: one for one in self.view.data.get("levers", ())}
        found = [
            self._number(bound, losses.get(bound.clause, ""), self._own_gain(bound, gains.get(bound.clause)))
            for bound in self.bounds.values()
        ]
        typed = {one.clause for one in found}
        found += [
            self._met(clause, title, reason, gains.get(clause))
            for clause, title, reason in losing(self.base)
            if clause not in typed and (clause in gains or clause in self.base.refused)
        ]
        return sorted(found, key=lambda one: self._order(one, gains))

    def _order(self, one: Line, gains: Mapping[str, Mapping[str, Any]]) -> tuple[Any, ...]:
        """By what the clause protects; a figure that moves nothing by itself comes after."""
        gain = gains.get(one.clause) if one.gain else None
        fen = Money.parse(gain["yuan"]).fen if gain is not None and gain["yuan"] else 0
        points = parse_exact(gain["points"]) if gain is not None else Fraction(0)
        return -fen, -points, one.kind != "met", not one.need, one.clause

    def _own_gain(self, bound: Bounded, gain: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        """What this figure at its target protects: of a clause with several that fall short, each by itself."""
        short = [one for one in self.bounds.values() if one.clause == bound.clause and self._lacks(one) > 0]
        if gain is None or len(short) <= 1:
            return gain
        figures = [self._changed(one, {bound.key: whole(bound)}) for one in self.ahead.figures]
        return worth(evaluate(self.source, self.ahead.given, figures), self.base)

    def _lacks(self, bound: Bounded) -> Fraction:
        """By how much the figure misses its target at the end."""
        value = Fraction(self.base.book.figures[bound.key].value)
        return whole(bound) - value if bound.below else value - whole(bound)

    def _number(self, bound: Bounded, reason: str, gain: Mapping[str, Any] | None) -> Line:
        figure = self.base.book.figures[bound.key]
        held = self.ahead.held.get(bound.key)
        target, lacks = whole(bound), self._lacks(bound)
        need = plain(lacks * scale(bound)) if lacks > 0 and bound.below else ""
        return Line(
            f"f-{bound.clause}/{bound.name}", "number", bound.clause, figure.title,
            say(held.value, figure.unit) if held is not None and is_number(held.value) else "", say(figure.value, figure.unit),
            shown(target * scale(bound)), figure.unit if bound.whole else "%", *as_texts(gain if lacks > 0 else None),
            spoken(reason), need, shown(Fraction(figure.value) * scale(bound)).replace(",", ""),
        )  # fmt: skip

    def _met(self, clause: str, title: str, reason: str, gain: Mapping[str, Any] | None) -> Line:
        points, yuan = as_texts(gain)
        return Line(f"m-{clause}", "met", clause, title, points=points, yuan=yuan, reason=spoken(reason))

    def advice(self, lines: Iterable[Line]) -> list[Line]:
        """The few that protect most, each by itself."""
        return [one for one in lines if one.gain and (one.need or one.kind == "met")][:MOST_ADVICE]

    # -- what follows ---------------------------------------------------------------------------

    def outcome(self, evaluation: Evaluation) -> Outcome:
        return outcome(evaluation)

    def change(self, other: Evaluation) -> Change:
        """What the other way gains or loses."""
        return change(other, self.base)

    def tried(self, typed: Mapping[str, str]) -> Evaluation:
        """The forecast with these figures and clauses instead; Refused where a box cannot be read."""
        values = {name.removeprefix("f-"): text.strip() for name, text in typed.items() if name.startswith("f-") and text.strip()}
        known = {f"{clause}/{name}": bound for (clause, name), bound in self.bounds.items()}
        new = {known[name].key: self._read(known[name], text) for name, text in values.items() if name in known}
        figures = [self._changed(one, new) for one in self.windows.changed(typed)]
        clauses = {name.removeprefix("m-") for name in typed if name.startswith("m-")}
        clauses &= {clause for clause, _, _ in losing(self.base)}
        base = evaluate(self.source, self.ahead.given, figures)
        if not clauses:
            return base
        return Outlook(self.source, self.ahead.given, figures, base, self.ahead.held).repaired(clauses)

    def _read(self, bound: Bounded, text: str) -> Fraction:
        return read(text, self.base.book.figures[bound.key].title, f"f-{bound.clause}/{bound.name}") / scale(bound)

    def _changed(self, figure: FigureValue, new: Mapping[Key, Fraction]) -> FigureValue:
        value = new.get((figure.clause, figure.name))
        if value is None:
            return figure
        kept = value.numerator if value.denominator == 1 else value
        return replace(figure, value=kept, entries=(), windows=())

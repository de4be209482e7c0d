"""Figures of a rulebook → accumulators ready to count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kpi.expressions import Expression
from kpi.indicators import by_hand, counts, extremes, members, occasions, rates, spans
from kpi.indicators.accumulators import REGISTRY, Accumulator
from kpi.indicators.book import FigureBook
from kpi.indicators.facts import exact
from kpi.indicators.grouped import ByMember
from kpi.indicators.scope import Schedule
from kpi.indicators.spec import Condition, Exact, Spec
from kpi.quantities import parse_exact
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import Given
from kpi.rulebook.indicators import (
    ByHand,
    Distinct,
    Failing,
    Figure,
    Indicator,
    MembersDue,
    MembersMet,
    Rate,
    Streak,
    Sustained,
    WindowsDue,
    WindowsMet,
)

#: Importing the families registers them.
FAMILIES = (by_hand, counts, extremes, members, occasions, rates, spans)
#: Measures that keep their own members, or none: they are never split by the indicator's `by`.
_WHOLE = (WindowsDue, MembersDue, MembersMet, ByHand)

Counter = Accumulator | ByMember


@dataclass(frozen=True, slots=True)
class Compiled:
    """A figure of an indicator with its accumulator, or why it cannot be counted."""

    indicator: Indicator
    name: str
    figure: Figure
    counter: Counter | None = None
    refused: Refused | None = None


class Compiler:
    """Compiles the figures of a rulebook for one period. Equal filters are compiled once."""

    def __init__(self, rulebook: Rulebook, answers: Answers, given: Given, schedule: Schedule) -> None:
        self.rulebook, self.answers, self.given, self.schedule = rulebook, answers, given, schedule
        self._book = FigureBook(rulebook, answers, ())
        self._conditions: dict[tuple[str, str], Condition] = {}
        self._fields = {one.id: {field.id for field in one.fields} for one in rulebook.ledgers}

    def figures(self) -> Iterator[Compiled]:
        """Every figure of every indicator, in the rulebook's order."""
        for indicator in self.rulebook.indicators:
            for name, figure in indicator.figures.items():
                try:
                    yield Compiled(indicator, name, figure, self._counter(indicator, name, figure))
                except Refused as refused:
                    yield Compiled(indicator, name, figure, refused=refused)

    def _counter(self, indicator: Indicator, name: str, figure: Figure) -> Counter:
        spec = self._spec(indicator, name, figure)
        family = REGISTRY[figure.measure]
        if indicator.by is None or isinstance(figure, _WHOLE):
            return family(spec)
        listed = self.members(indicator.members) if indicator.members else ()
        return ByMember(lambda: family(spec), indicator.by, listed)

    def _spec(self, indicator: Indicator, name: str, figure: Figure) -> Spec:
        slots = self.schedule.slots(self._window(figure), indicator)
        if isinstance(figure, WindowsDue | MembersDue | ByHand):
            chosen = self.members(figure.members) if isinstance(figure, MembersDue) else ()
            return Spec(figure, slots, members=chosen, given=self._entered(indicator.clause, name))
        if figure.ledger not in self._fields:
            reason = f"“{indicator.title}”的数据 {name} 读台账“{figure.ledger}”，规则书里没有；请核对名称"
            raise Refused("bad_input", reason, indicator.clause)
        return Spec(
            figure,
            slots,
            where=self.condition(figure.ledger, figure.where),
            condition=self.condition(figure.ledger, _tested(figure)),
            bound=self._bound(indicator, figure),
            members=self.members(figure.members) if isinstance(figure, MembersMet) else (),
            until=self._until(figure),
            end=self.schedule.period.end,
            since=self.schedule.term.start if isinstance(figure, Distinct) and figure.first else None,
        )

    def _window(self, figure: Figure) -> Any:
        window = getattr(figure, "window", None)
        return None if window is None else self.answers.get(window)

    def _until(self, figure: Figure) -> Any:
        inside = isinstance(figure, Sustained) and self.answers.get(figure.inside_term)
        return self.schedule.period.end if inside else None

    def _entered(self, clause: str, name: str) -> Any:
        return exact(self.given.facts.get(clause, {}).get(name), f"{clause}.{name}")

    def _bound(self, indicator: Indicator, figure: Figure) -> Exact:
        if isinstance(figure, Streak):
            return figure.at_least
        if not isinstance(figure, WindowsMet | MembersMet):
            return 1
        chosen: Any = self.answers.get(figure.at_least)
        if isinstance(chosen, Expression):
            chosen = self._book.need(chosen, indicator.clause)
        return parse_exact(chosen)

    def members(self, set_id: str) -> tuple[str, ...]:
        """The members of a set: as listed at set-up, else in the rulebook."""
        listed = self.given.members.get(set_id)
        found = next((one for one in self.rulebook.members if one.id == set_id), None)
        chosen: tuple[Any, ...] = tuple(listed) if listed else found.members if found is not None else ()
        if not chosen:
            title = found.title if found is not None else set_id
            raise Refused("unanswered", f"“{title}”还没有名单；请在合同设置的 members 里列出 {set_id}", set_id)
        return tuple(_name(one) for one in chosen)

    def condition(self, ledger: str, expression: Expression | None) -> Condition | None:
        """The compiled filter over the ledger's fields; the same text gives the same function."""
        if expression is None:
            return None
        key = (ledger, expression.text)
        if key not in self._conditions:
            self._conditions[key] = self._compiled(ledger, expression)
        return self._conditions[key]

    def _compiled(self, ledger: str, expression: Expression) -> Condition:
        """A name that is no field but a parameter of the rulebook stands for the parameter's value."""
        run = expression.row_function()
        known = {one.id for one in self.rulebook.parameters} | {one.id for one in self.rulebook.derived}
        named = (expression.names - self._fields[ledger]) & known
        if not named:
            return run
        values = {name: self._book.need(Expression(name), "") for name in named}
        return lambda fields: run({**values, **fields})


def _tested(figure: Figure) -> Expression | None:
    if isinstance(figure, Rate):
        return figure.hits
    return figure.require if isinstance(figure, Failing) else None


def _name(member: Any) -> str:
    if isinstance(member, Mapping):
        return str(member.get("id") or member.get("name") or next(iter(member.values()), ""))
    return str(member)

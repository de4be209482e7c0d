"""Verified entries of a period → every figure of every indicator, in one pass."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any, Self

from kpi.calendar import WorkCalendar
from kpi.expressions import ExpressionError
from kpi.indicators.compiler import Compiled, Compiler, Counter
from kpi.indicators.scope import Schedule
from kpi.indicators.spec import Condition, Entry
from kpi.indicators.values import FigureValue
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import Given
from kpi.rulebook.indicators import ByHand
from kpi.verification import VerifiedEntry

Key = tuple[str, str]


class _Plan:
    """The counters of one ledger. Each filter runs once for an entry, whoever asks."""

    __slots__ = ("counters", "filters")

    def __init__(self) -> None:
        self.filters: list[Condition] = []
        self.counters: list[tuple[Counter, int, list[str] | None]] = []

    def place(self, counter: Counter, ids: list[str] | None) -> None:
        where = counter.spec.where
        if where is not None and where not in self.filters:
            self.filters.append(where)
        self.counters.append((counter, -1 if where is None else self.filters.index(where), ids))

    def change(self, entry: Entry, n: int) -> None:
        fields = entry.fields
        # The last place answers for counters without a filter.
        passed = [bool(run(fields)) for run in self.filters]
        passed.append(True)
        for counter, place, ids in self.counters:
            counter.change(entry, n, passed[place])
            if ids is not None and counter.rests_on(entry):
                ids.append(entry.id)


class Collector:
    """All figures of one period. `add`, `remove` and `merge` are exact in any order.

    `refused`: figures that cannot be counted under the answers given, with the reason. `trace`: keep the ids of
    the entries that each figure rests on (memory grows with entries; `entries_of` lists them otherwise).
    `closed` and `finer`: see Schedule. Memory grows with distinct keys only.
    """

    def __init__(
        self, rulebook: Rulebook, answers: Answers, given: Given, calendar: WorkCalendar | None = None,
        *, trace: bool = False, closed: date | None = None, finer: bool = False,
    ) -> None:  # fmt: skip
        self.schedule = Schedule(rulebook, answers, given, calendar, closed, finer)
        self.figures = list(Compiler(rulebook, answers, given, self.schedule).figures())
        self.refused: dict[Key, Refused] = {
            (one.indicator.clause, one.name): one.refused for one in self.figures if one.refused is not None
        }
        self._ids: dict[Key, list[str]] = {}
        self._plans: dict[str, _Plan] = {}
        for one in self.figures:
            self._place(one, trace)

    def _place(self, one: Compiled, trace: bool) -> None:
        if one.counter is None or one.counter.spec.ledger is None:
            return
        ids = self._ids.setdefault((one.indicator.clause, one.name), []) if trace else None
        self._plans.setdefault(one.counter.spec.ledger, _Plan()).place(one.counter, ids)

    def add(self, entry: Entry) -> None:
        """Count an entry. Refused("bad_input") where a filter cannot read it."""
        self._change(entry, 1)

    def remove(self, entry: Entry) -> None:
        """Undo an `add` of the same entry (not while tracing)."""
        self._change(entry, -1)

    def _change(self, entry: Entry, n: int) -> None:
        plan = self._plans.get(entry.ledger)
        if plan is None:
            return
        try:
            plan.change(entry, n)
        except (ExpressionError, TypeError, AttributeError) as error:
            reason = f"记录 {entry.id}（台账 {entry.ledger}）不能计算：{error}；请核对这条记录和规则书里的算式"
            raise Refused("bad_input", reason, entry.id) from error

    def add_all(self, entries: Iterable[Entry]) -> Self:
        """Count all of the entries."""
        for entry in entries:
            self.add(entry)
        return self

    def merge(self, other: Self) -> None:
        """Take over what a collector of the same rulebook, answers and period counted."""
        for mine, theirs in zip(self.figures, other.figures, strict=True):
            if mine.counter is not None and theirs.counter is not None:
                mine.counter.merge(theirs.counter)  # type: ignore[arg-type]
        for key, ids in other._ids.items():
            self._ids.setdefault(key, []).extend(ids)

    def state(self, ledgers: Collection[str] | None = None) -> dict[str, Any]:
        """What was counted, as plain data: {clause: {name: state}}. `ledgers`: the figures of these alone."""
        table: dict[str, Any] = {}
        for one in self.figures:
            ledger = one.counter.spec.ledger if one.counter is not None else None
            if one.counter is not None and ledger is not None and (ledgers is None or ledger in ledgers):
                table.setdefault(one.indicator.clause, {})[one.name] = one.counter.state()
        return table

    def load(self, state: dict[str, Any]) -> None:
        """Count what `state()` gave in addition."""
        for one in self.figures:
            held = state.get(one.indicator.clause, {}).get(one.name)
            if one.counter is not None and held is not None:
                one.counter.load(held)

    def values(self, claimed: Collector | None = None) -> list[FigureValue]:
        """Every figure. `claimed`: a collector that counted what the contractor claims."""
        theirs: Iterable[Compiled] = claimed.figures if claimed is not None else self.figures
        return [
            self._value(one, other.counter if claimed is not None else None)
            for one, other in zip(self.figures, theirs, strict=True)
        ]

    def _value(self, one: Compiled, claimed: Counter | None) -> FigureValue:
        counter, figure = one.counter, one.figure
        listed = counter is not None and counter.spec.slots.listed
        parts = counter.parts() if counter is not None else None
        value = counter.value() if counter is not None else None
        return FigureValue(
            clause=one.indicator.clause,
            name=one.name,
            value=value,
            label=figure.label,
            unit=figure.unit,
            origin="given" if isinstance(figure, ByHand) else "entries",
            windows=counter.spec.slots.labels if counter is not None and listed else (),
            entries=tuple(self._ids.get((one.indicator.clause, one.name), ())),
            numerator=parts[0] if parts is not None else None,
            denominator=parts[1] if parts is not None else None,
            claimed=claimed.value() if claimed is not None else None,
        )

    def counter(self, clause: str, name: str) -> Counter | None:
        """The accumulator of a figure, None where there is no such figure or it is refused."""
        found = (one for one in self.figures if (one.indicator.clause, one.name) == (clause, name))
        return next((one.counter for one in found), None)

    def missed(self, clause: str, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Labels of the due windows that a figure found unmet, and of those without any data."""
        counter = self.counter(clause, name)
        if counter is None:
            return (), ()
        labels = list(zip(counter.spec.slots.labels, counter.windows(), strict=False))
        unmet = tuple(label for label, met in labels if met is False)
        return unmet, tuple(label for label, met in labels if met is None)


def collect(
    rulebook: Rulebook, answers: Answers, given: Given, calendar: WorkCalendar | None,
    entries: Iterable[VerifiedEntry], *, trace: bool = False,
) -> list[FigureValue]:  # fmt: skip
    """Every figure of every indicator over the entries of the period, in one pass.

    A refused figure has the value None; a Collector says why. Raises Refused("bad_input") without a term.
    """
    return Collector(rulebook, answers, given, calendar, trace=trace).add_all(entries).values()


def entries_of(
    rulebook: Rulebook, answers: Answers, given: Given, calendar: WorkCalendar | None,
    clause: str, name: str, entries: Iterable[Entry],
) -> Iterator[str]:  # fmt: skip
    """Ids of the entries that a figure rests on, by a second pass; nothing is kept."""
    counter = Collector(rulebook, answers, given, calendar).counter(clause, name)
    if counter is None or counter.spec.ledger is None:
        return
    for entry in entries:
        if entry.ledger == counter.spec.ledger and counter.rests_on(entry):
            yield entry.id

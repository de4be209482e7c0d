"""The rollups of the period that runs, as they are now: how many entries are behind a figure, and where they are from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from app.security.terms import Side
from app.services.act import found
from app.services.ledger import rollup_rows, rollups
from app.services.ledger.rollup_machine import Counted
from app.services.ledger.rollup_rows import Who
from app.services.standing.criteria import say
from app.services.standing.inputs import Inputs, gather
from app.store import indicators as stored
from app.store import rollups as kept
from app.store.contracts import ContractScope
from kpi.indicators.accumulators import Bag, put
from kpi.indicators.compiler import Compiled
from kpi.indicators.compiler import Counter as Accumulating
from kpi.quantities import percent
from kpi.rulebook.indicators import Figure, Indicator


@dataclass(frozen=True)
class Behind:
    """Entries behind a figure on one side: how many, spot-checked, found true. `worth`: what they come to, of sums and shares."""

    number: int = 0
    drawn: int = 0
    genuine: int = 0
    worth: str = ""

    @property
    def text(self) -> str:
        """`12 条`; of sums and shares what they come to."""
        return self.worth or f"{self.number:,} 条"


@dataclass(frozen=True)
class Origins:
    """By side and figure: entries by where they are from; and, of sums and shares, the engine's bag by place and month."""

    who: dict[tuple[str, str], Counter[Who]] = field(default_factory=dict)
    bags: dict[tuple[str, str], dict[tuple[str, int], Bag]] = field(default_factory=dict)


@dataclass(frozen=True)
class Live:
    """The period that runs. `plan_id` None: its rollups are missing or outdated, nothing can be told."""

    scope: ContractScope
    inputs: Inputs
    plan_id: int | None
    told: Counted

    @property
    def known(self) -> bool:
        return self.plan_id is not None

    @cached_property
    def compiled(self) -> dict[str, Compiled]:
        """Every figure by clause and name, ready to look at entries."""
        made = rollups.machine(self.scope.session, self.told)
        return {f"{one.indicator.clause}/{one.name}": one for one in made.collectors[Side.VERIFIED].figures}

    def indicator(self, clause: str, number: int) -> Indicator | None:
        """The indicator of a clause with this number."""
        own = [one for one in self.inputs.book.rulebook.indicators if one.clause == clause]
        return own[number] if 0 <= number < len(own) else None

    def figure(self, name: str) -> Figure | None:
        """A figure by clause and name, as the rulebook has it."""
        one = self.compiled.get(name)
        return one.figure if one is not None else None

    def counted(self, place: str = "") -> Mapping[tuple[str, str], Behind]:
        """What is behind every figure, by side and figure; of one place."""
        if self.plan_id is None:
            return {}
        start = rollup_rows.text_of([place])[:-1] + "," if place else ""
        rows = stored.checked(self.scope.session, self.scope.contract_id, self.plan_id, start)
        found = {key: Behind(*one) for key, one in rows.items()}
        for key, bag in self._bags(place, start).items() if place else ():
            one = self.compiled.get(key[1])
            if one is not None and one.counter is not None:
                found[key] = replace(found.get(key, Behind()), worth=worth_text(one.figure, one.counter, bag))
        return found

    def _bags(self, place: str, start: str) -> dict[tuple[str, str], Bag]:
        """What the entries of one place put into sums and shares, by side and figure."""
        assert self.plan_id is not None
        bags: dict[tuple[str, str], Bag] = {}
        for side, figure, key, n in stored.apart(self.scope.session, self.scope.contract_id, self.plan_id, rollup_rows.APART, start):
            at, inner = rollup_rows.apart_of(key)
            if at == place:
                put(bags.setdefault((side, figure.removeprefix(rollup_rows.APART)), {}), inner, n)
        return bags

    @cached_property
    def leaves_out(self) -> bool:
        """Whether verified entries do not count, or it is not known."""
        if self.plan_id is None:
            return True
        return bool(kept.of_figure(self.scope.session, self.scope.contract_id, self.plan_id, rollup_rows.LEFT_OUT, kept.KEY))

    def origins(self, figures: Collection[str]) -> Origins:
        """Where the entries behind these figures are from, and what they put into them there."""
        found = Origins()
        if self.plan_id is None:
            return found
        apart = [f"{rollup_rows.APART}{name}" for name in figures]
        rows = stored.who(self.scope.session, self.scope.contract_id, self.plan_id, figures, apart)
        for side, figure, month, key, n in rows:
            if figure.startswith(rollup_rows.APART):
                place, inner = rollup_rows.apart_of(key)
                cells = found.bags.setdefault((side, figure.removeprefix(rollup_rows.APART)), {})
                cells.setdefault((place, month), {})[inner] = n
                continue
            for who, number in rollup_rows.who_of([(month, key, n)]):
                found.who.setdefault((side, figure), Counter())[who] += number
        return found


def worth_text(figure: Figure, counter: Accumulating, bag: Bag) -> str:
    """What a part of the entries comes to: a sum with its unit, a share with numerator and denominator."""
    value = counter.worth_of(bag)
    if value is None:
        return ""
    if figure.measure != "rate":
        return say(value, getattr(figure, "unit", ""))
    parts = counter.parts_of(bag)
    return percent(value) + (f"（{say(parts[0])}/{say(parts[1])}）" if parts is not None else "")


def live(scope: ContractScope, today: date) -> Live:
    """The period that runs on a day. Refused where the contract has no rulebook or has not begun."""
    inputs = gather(scope, found(scope.contract()), today, money=False)
    span = inputs.span
    told = rollups.counted(
        scope.session, scope, inputs.contract, span.start, span.end, inputs.book, inputs.data, inputs.given.targets
    )
    plan = kept.plan(scope.session, scope.contract_id, span.start, span.end)
    fits = plan is not None and plan.trial is inputs.trial and plan.signature == told.signature
    return Live(scope, inputs, plan.id if plan is not None and fits else None, told)


def grouped(counts: Mapping[Who, int], key: Callable[[Who], str]) -> list[tuple[str, Behind]]:
    """Behind a figure by something of where from, the largest first."""
    table: dict[str, list[int]] = {}
    for who, n in counts.items():
        held = table.setdefault(key(who), [0, 0, 0])
        held[0] += n
        held[1] += n if who.validated is not None else 0
        held[2] += n if who.validated else 0
    return sorted(((name, Behind(held[0], held[1], held[2])) for name, held in table.items()), key=lambda one: (-one[1].number, one[0]))


def whole(counts: Iterable[tuple[str, Behind]]) -> Behind:
    """All groups together."""
    every = [one for _, one in counts]
    return Behind(sum(one.number for one in every), sum(one.drawn for one in every), sum(one.genuine for one in every))

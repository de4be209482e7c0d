"""What a round says: validated rate with numerator, denominator and exact interval, per stratum; what it projects to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from app.security.field_terms import SpotOutcome
from app.services.fieldwork.common import book_of
from app.services.fieldwork.rounds import drawn_ids
from app.store.contracts import ContractScope
from app.store.sampling import Rounds, SpotCheck, SpotRound
from kpi.quantities import floor_units, plain
from kpi.survey.estimates import Interval, interval
from kpi.survey.sampling import Stratum


@dataclass(frozen=True)
class Tally:
    """Outcomes counted. The rate is what was found true of what somebody could tell; `unknown` stands beside it."""

    drawn: int
    genuine: int = 0
    untrue: int = 0
    partly: int = 0
    unknown: int = 0

    @property
    def told(self) -> int:
        return self.genuine + self.untrue + self.partly

    @property
    def left(self) -> int:
        return self.drawn - self.told - self.unknown

    @property
    def rate(self) -> Interval | None:
        return interval(self.genuine, self.told) if self.told else None

    @property
    def worst(self) -> Fraction | None:
        """The rate if nothing that could not be told were true."""
        number = self.told + self.unknown
        return Fraction(self.genuine, number) if number else None


@dataclass(frozen=True)
class Line:
    """One drawn entry: what was found last, and everything before."""

    entry_id: int
    number: str
    frozen_version: int
    stratum: Stratum
    checks: Sequence[SpotCheck] = ()

    @property
    def last(self) -> SpotCheck | None:
        return self.checks[-1] if self.checks else None


@dataclass(frozen=True)
class Result:
    """A round counted. `strata`: name, population, tally; `low` to `high` of `population` are true by projection."""

    lines: Sequence[Line]
    whole: Tally
    strata: Sequence[tuple[str, int, Tally]]
    population: int
    projects: bool = False
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def projected(self) -> tuple[int, int, int] | None:
        """How many of the whole list are true: by the rate, and by the ends of the interval, in whole entries."""
        return projected(self.population, self.whole)


def projected(population: int, tally: Tally) -> tuple[int, int, int] | None:
    """The rate and the ends of its interval times the population, in whole entries, cut off; None without a rate."""
    rate = tally.rate
    if rate is None:
        return None
    low, high = floor_units(population * rate.low), floor_units(population * rate.high)
    return floor_units(population * rate.rate), low, high


def result_of(scope: ContractScope, row: SpotRound) -> Result:
    """The drawn entries with what was found, and the rates."""
    checks: dict[int, list[SpotCheck]] = {}
    for one in Rounds(scope.session, scope.contract_id).checks([row.id]):
        checks.setdefault(one.entry_id, []).append(one)
    lines = [
        Line(key, number, version, stratum, checks.get(key, ()))
        for key, (number, version, stratum) in drawn_ids(scope, row).items()
    ]
    held = {tuple(name): population for name, population, _ in row.allocation.get("rows", ())}
    strata = [
        ("／".join(name), population, tally(one for one in lines if one.stratum == name))
        for name, population in held.items() if name
    ]  # fmt: skip
    plans = [one for one in book_of(scope).rulebook.spot_plans if one.ledger == row.ledger]
    return Result(lines, tally(lines), strata, row.population, any(one.projection == "rate" for one in plans))


def tally(lines: Iterable[Line]) -> Tally:
    words = [one.last.outcome if one.last is not None else "" for one in lines]
    return tallied(words)


def tallied(words: Sequence[str]) -> Tally:
    """Outcomes as words, blank where nothing was found yet."""
    number = {one: words.count(one.value) for one in SpotOutcome}
    return Tally(
        len(words), number[SpotOutcome.GENUINE], number[SpotOutcome.UNTRUE], number[SpotOutcome.PARTLY], number[SpotOutcome.UNKNOWN]
    )


def percent_text(value: Fraction) -> str:
    """92.31%: two places, cut off, so that nothing is rounded over a threshold."""
    return f"{plain(Fraction(floor_units(value * 10_000), 100))}%"

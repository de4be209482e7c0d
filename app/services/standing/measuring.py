"""Figures of the period so far and of every window of the term: from the rollups, or by one pass over the entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from app.clock import business_day
from app.security.terms import Side
from app.services.ledger import feed
from app.services.standing.inputs import Inputs
from app.store.standing import Counted, Pieces
from kpi.calendar import Window, WorkCalendar
from kpi.forecast import Running
from kpi.indicators import finer
from kpi.indicators.collect import Collector
from kpi.indicators.compiler import Compiled
from kpi.indicators.facts import figures_from_facts, merge_figures
from kpi.indicators.values import FigureValue
from kpi.ledger import LedgerEntry
from kpi.quantities import Period
from kpi.rulebook.answers import Refused
from kpi.verification import Verification, VerifiedEntry, as_claimed

Key = tuple[str, str]
Tell = Callable[[int], None]
#: How often the progress is told, in entries.
STEP = 1000
#: Over how many days back the lag of entries is looked at.
LAG_DAYS = 30


@dataclass(frozen=True)
class Cell:
    """A figure in one window: verified, and as claimed. By member where the figure is."""

    window: Window
    value: Any
    claimed: Any


@dataclass(frozen=True)
class Kept:
    """What the rollups hold of a plan: by side the state, with the collector that it is the state of.

    `behind`: verified entries behind a figure (clause/name): how many, spot-checked, found true.
    """

    finer: Mapping[Side, Collector]
    state: Mapping[Side, Mapping[str, Any]]
    number: Mapping[Side, int]
    left_out: Counter[str]
    behind: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)


def so_far(inputs: Inputs) -> tuple[Collector, Collector]:
    """Empty collectors of the period up to today, verified and claimed."""
    given = inputs.given_until(Period(inputs.span.start, inputs.as_of))
    rulebook, answers = inputs.book.rulebook, inputs.book.answers
    held, claims = (Collector(rulebook, answers, given, inputs.calendar, closed=inputs.closed) for _ in range(2))
    return held, claims


@dataclass
class Measured:
    """Figures and counts. `read`: claimed entries; `counted`: those that count; `left_out`: why verified ones do not."""

    inputs: Inputs
    so_far: Collector
    claims: Collector
    whole: Collector
    whole_claims: Collector
    read: int = 0
    counted: int = 0
    later: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    kept: tuple[Kept, Kept] | None = None

    @classmethod
    def of(cls, inputs: Inputs) -> Measured:
        """Collectors for the period so far and for the whole term, verified and claimed each."""
        whole = inputs.given_until(inputs.term)
        rulebook, answers, days = inputs.book.rulebook, inputs.book.answers, inputs.calendar
        return cls(
            inputs, *so_far(inputs), Collector(rulebook, answers, whole, days), Collector(rulebook, answers, whole, days)
        )

    def add_all(self, entries: Iterable[LedgerEntry], tell: Tell = lambda _: None) -> Measured:
        """Counts the entries; what is dated after today waits for its day."""
        verification = Verification(self.inputs.book.rulebook)
        for entry in entries:
            self.read += 1
            if self.read % STEP == 0:
                tell(self.read)
            if entry.date > self.inputs.as_of:
                self.later += 1
                continue
            try:
                self._add(entry, verification)
            except Refused as refused:
                self.left_out[refused.reason] += 1
        return self

    def _add(self, entry: LedgerEntry, verification: Verification) -> None:
        claim = as_claimed(entry)
        if claim is not None:
            self.claims.add(claim)
            self.whole_claims.add(claim)
        found = verification.verify(entry)
        if isinstance(found, VerifiedEntry):
            self.counted += 1
            self.so_far.add(found)
            self.whole.add(found)
        elif entry.state == "verified":
            self.left_out.update(one.message.partition("；")[0] for one in found)

    @classmethod
    def of_rollups(cls, inputs: Inputs, period: Kept, term: Kept) -> Measured:
        """The same from what the database keeps counted, of the period and of the whole term."""
        made = cls.of(inputs)
        for kept, ours in ((period, (made.so_far, made.claims)), (term, (made.whole, made.whole_claims))):
            for side, collector in zip((Side.VERIFIED, Side.CLAIMED), ours, strict=True):
                finer.load(collector, kept.finer[side], kept.state[side])
        made.read, made.counted = term.number[Side.CLAIMED], term.number[Side.VERIFIED]
        made.left_out, made.kept = term.left_out, (period, term)
        return made

    def until(self, last: date) -> list[FigureValue] | None:
        """Figures as they stood at the end of a step, of lists the window that runs; None where entries were read."""
        if self.kept is None:
            return None
        made = Measured.of(self.inputs)
        for kept, ours in zip(self.kept, ((made.so_far, made.claims), (made.whole, made.whole_claims)), strict=True):
            for side, collector in zip((Side.VERIFIED, Side.CLAIMED), ours, strict=True):
                finer.load(collector, kept.finer[side], kept.state[side], last)
        cells = made.cells()
        return [self._running(one, cells.get((one.clause, one.name))) for one in made.so_far.values(claimed=made.claims)]

    @staticmethod
    def _running(figure: FigureValue, cell: Cell | None) -> FigureValue:
        return figure if cell is None else replace(figure, value=cell.value, claimed=cell.claimed, windows=())

    # -- what was counted -----------------------------------------------------------------------

    def figures(self) -> list[FigureValue]:
        """The figures of the period so far, as verified, with what is claimed beside; what is entered by hand first."""
        by_hand, _ = figures_from_facts(self.inputs.book.rulebook, self.inputs.given.facts)
        return merge_figures(self.so_far.values(claimed=self.claims), by_hand)

    def over(self) -> list[FigureValue]:
        """The same, lists over all windows of the term that are over, before the period, too."""
        long = {(one.clause, one.name): one for one in self.whole.values(claimed=self.whole_claims)}
        return [self._over(figure, long[figure.clause, figure.name]) for figure in self.figures()]

    def _over(self, figure: FigureValue, whole: FigureValue) -> FigureValue:
        spans = self.windows((figure.clause, figure.name))
        ended = sum(1 for window in spans if window.end <= self.inputs.closed)
        if not _lists(whole.value):
            return figure
        return FigureValue(
            figure.clause, figure.name, _first(whole.value, ended), figure.label, figure.unit, figure.origin,
            tuple(window.label for window in spans[:ended]), claimed=_first(whole.claimed, ended),
        )  # fmt: skip

    def windows(self, key: Key) -> tuple[Window, ...]:
        """The windows of a figure in the whole term; none where it has a single value."""
        one = self._by_key(self.whole).get(key)
        if one is None or one.counter is None or not one.counter.spec.slots.listed:
            return ()
        return one.counter.spec.slots.windows

    def kind(self, key: Key) -> str:
        """The kind of windows in which a figure is counted; blank where it has one value over the period."""
        windows = self.windows(key)
        return windows[0].kind.value if windows else ""

    def judged(self, key: Key) -> list[tuple[Window, bool | None]]:
        """Windows of the term with whether a figure that judges windows found them met."""
        one = self._by_key(self.whole).get(key)
        return list(zip(self.windows(key), one.counter.windows(), strict=False)) if one and one.counter else []

    def single(self, key: Key) -> Period:
        """The span that a single value covers: the period, or the term up to the day by which it is due."""
        one = self._by_key(self.whole).get(key)
        slots = one.counter.spec.slots if one is not None and one.counter is not None else None
        if slots is None or slots.listed or not slots.windows or slots.windows[0].end == self.inputs.term.end:
            return self.inputs.span
        return Period(slots.windows[0].start, slots.windows[0].end)

    def cells(self) -> dict[Key, Cell]:
        """Every figure's window that runs today."""
        found: dict[Key, Cell] = {}
        day = self.inputs.today
        for figure in self.whole.values(claimed=self.whole_claims):
            key = (figure.clause, figure.name)
            for place, window in enumerate(self.windows(key)):
                if day in window and _lists(figure.value):
                    found[key] = Cell(window, _at(figure.value, place), _at(figure.claimed, place))
        return found

    def running(self, cells: dict[Key, Cell]) -> dict[Key, Running]:
        """What the forecast of the period needs of the windows that run: those that end inside it."""
        gone = Gone(self.inputs)
        return {
            key: Running(cell.value, gone.share(cell.window))
            for key, cell in cells.items()
            if cell.window.end <= self.inputs.span.end and cell.window.end >= self.inputs.today
        }

    def _by_key(self, collector: Collector) -> dict[Key, Compiled]:
        return {(one.indicator.clause, one.name): one for one in collector.figures}


class Gone:
    """Which share of a window is over: by working days, by days where it holds none."""

    def __init__(self, inputs: Inputs) -> None:
        self.calendar: WorkCalendar = inputs.calendar
        self.today, self.closed = inputs.today, inputs.closed
        self._known: dict[tuple[Any, Any], tuple[int, int]] = {}

    def days(self, window: Any) -> tuple[int, int]:
        """Working days that are over, and all of them."""
        key = (window.start, window.end)
        if key not in self._known:
            every = [one.day for one in self.calendar.working_days(window)]
            if not every:
                length = (window.end - window.start).days + 1
                every = [window.start + timedelta(days=place) for place in range(length)]
            self._known[key] = (sum(1 for day in every if day <= self.closed), len(every))
        return self._known[key]

    def share(self, window: Any) -> Fraction:
        return Fraction(*self.days(window))


@dataclass
class Lag:
    """How long after the work its entries are made, by person, over the last days: number, days in all, the longest."""

    inputs: Inputs
    found: dict[int, list[int]] = field(default_factory=dict)

    @property
    def since(self) -> date:
        """The day after which entries are looked at."""
        return self.inputs.as_of - timedelta(days=LAG_DAYS)

    def note(self, author: int, day: date, entered_at: datetime) -> None:
        if day <= self.since:
            return
        days = max(0, (business_day(entered_at) - day).days)
        held = self.found.setdefault(author, [0, 0, 0])
        held[0], held[1], held[2] = held[0] + 1, held[1] + days, max(held[2], days)


def read(inputs: Inputs, rows: Iterable[tuple[Counted, Pieces]], lag: Lag) -> Iterator[LedgerEntry]:
    """Stored entries as the engine takes them; those of ledgers that the rulebook no longer has are left out."""
    for row, pieces in rows:
        lag.note(row.author_id, row.business_date, row.entered_at)
        if (made := feed.engine_entry(inputs.book, row, pieces)) is not None:
            yield made


def _lists(value: Any) -> bool:
    if isinstance(value, dict):
        return bool(value) and all(isinstance(one, list) for one in value.values())
    return isinstance(value, list)


def _first(value: Any, number: int) -> Any:
    if isinstance(value, dict):
        return {member: _first(one, number) for member, one in value.items()}
    return value[:number] if isinstance(value, list) else value


def _at(value: Any, place: int) -> Any:
    if isinstance(value, dict):
        return {member: _at(one, place) for member, one in value.items()}
    return value[place] if isinstance(value, list) and place < len(value) else None

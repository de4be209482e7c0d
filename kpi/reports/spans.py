"""One pass over a contract's entries for a report: the period, those it is compared with, and what has come together.

Figures of a period are those of the rulebook's indicators over the period's days, whatever window they are due in;
what is due, and whether it is met, comes from the assessment period up to the report's last day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from kpi.calendar import WorkCalendar, shift
from kpi.indicators.book import FigureBook
from kpi.indicators.collect import Collector
from kpi.indicators.criteria import evaluate_indicators
from kpi.indicators.facts import figures_from_facts, merge_figures
from kpi.indicators.values import FigureValue, IndicatorValue
from kpi.ledger import LedgerEntry
from kpi.quantities import Period
from kpi.reports.groups import Groups, event_of
from kpi.reports.rules import activity, lasting
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import Days, Given
from kpi.rulebook.indicators import Indicator
from kpi.rulebook.reports import GroupedSection, ReportDuty
from kpi.verification import Verification, VerifiedEntry, as_claimed

#: Of a span: (what had come together by its end, what had before it).
_STEPS = {"now": ("so_far", "until_now"), "before": ("until_now", "until_before")}
STEP = 1000


@dataclass(frozen=True)
class Spans:
    """The days that a report is about. `assessed`: the assessment period that its last day lies in.

    `before`, `year_before`: None where they lie outside the contract's term; `after`: the next period, for what is due.
    """

    period: Period
    assessed: Period
    before: Period | None = None
    year_before: Period | None = None
    after: Period | None = None

    @property
    def so_far(self) -> Period:
        """From the beginning of the assessment period to the report's last day."""
        return Period(self.assessed.start, min(self.period.end, self.assessed.end))

    @property
    def gone(self) -> Fraction:
        """Which share of the assessment period's days is over."""
        return Fraction(self.so_far.days, self.assessed.days)


def earlier(period: Period, term: Period, whole: Iterable[Period]) -> tuple[Period | None, Period | None]:
    """The period before and the same one a year before, of those that there are (`whole`, in order); cut to the term."""
    listed = list(whole)
    place = next((n for n, one in enumerate(listed) if (one.start, one.end) == (period.start, period.end)), None)
    before = listed[place - 1] if place else None
    if place is None:  # a period of somebody's own choice: as many days before it
        before = _cut(Period(shift(period.start, days=-period.days), shift(period.start, days=-1)), term)
    same = Period(shift(period.start, months=-12), shift(period.end, months=-12))
    return before, _cut(same, term)


def _cut(period: Period, term: Period) -> Period | None:
    start, end = max(period.start, term.start), min(period.end, term.end)
    return Period(start, end, period.label) if start <= end else None


@dataclass
class Tally:
    """Entries of one ledger in the period: verified, waiting, found true on a spot check."""

    verified: int = 0
    waiting: int = 0
    validated: int = 0


@dataclass
class Measured:
    """What one pass gives. `left_out`: why verified entries of the period do not count; `stated`: figures given by hand."""

    rulebook: Rulebook
    answers: Answers
    spans: Spans
    collectors: dict[str, Collector]
    due: Collector
    ahead: Collector | None
    groups: dict[str, Groups]
    tallies: dict[str, Tally]
    stated: tuple[FigureValue, ...] = ()
    left_out: Counter[str] = field(default_factory=Counter)
    read: int = 0

    @classmethod
    def of(
        cls, rulebook: Rulebook, given: Given, calendar: WorkCalendar | None, spans: Spans, duties: Iterable[ReportDuty],
        fold: Mapping[str, str],
    ) -> Measured:  # fmt: skip
        """Ready to count. Refused where answers, members or the calendar are missing."""
        answers, whole = Answers(rulebook, given.answers), activity(rulebook)
        named = {
            "now": spans.period, "before": spans.before, "year_before": spans.year_before, "so_far": spans.so_far,
        }  # fmt: skip
        collectors = {
            name: Collector(whole, answers, _over(given, one), calendar) for name, one in named.items() if one is not None
        }
        growing = lasting(whole)
        collectors |= {name: Collector(growing, answers, _over(given, one), calendar) for name, one in _earlier_ends(spans, growing)}
        due = Collector(rulebook, answers, _over(given, spans.so_far), calendar, closed=spans.period.end)
        ahead = Collector(rulebook, answers, _over(given, spans.after), calendar) if spans.after is not None else None
        groups = {
            f"{duty.id}/{number}": Groups(rulebook, answers, _over(given, spans.period), calendar, section, fold, only)
            for duty in duties
            for only in (event_of(rulebook, duty, spans.period.label),)
            for number, section in enumerate(duty.sections)
            if isinstance(section, GroupedSection)
        }
        tallies = {one.id: Tally() for one in rulebook.ledgers}
        by_hand = tuple(figures_from_facts(rulebook, given.facts)[0])
        return cls(rulebook, answers, spans, collectors, due, ahead, groups, tallies, by_hand)

    def add_all(self, entries: Iterable[LedgerEntry], tell: Callable[[int], None] = lambda _: None) -> Measured:
        """Counts the entries up to the report's last day; `tell` hears how many are read."""
        verification = Verification(self.rulebook)
        for entry in entries:
            self.read += 1
            if self.read % STEP == 0:
                tell(self.read)
            if entry.date <= self.spans.period.end:
                self._add(entry, verification)
        return self

    def _add(self, entry: LedgerEntry, verification: Verification) -> None:
        inside = entry.date in self.spans.period
        found = verification.verify(entry)
        tally = self.tallies.get(entry.ledger)
        if not isinstance(found, VerifiedEntry):
            if inside and entry.state == "verified":
                self.left_out.update(one.message.partition("；")[0] for one in found)
            elif inside and tally is not None and not entry.nil and as_claimed(entry) is not None:
                tally.waiting += 1
            return
        if inside and tally is not None and not entry.nil:
            tally.verified += 1
            tally.validated += entry.validated is True
        try:
            for collector in (*self.collectors.values(), self.due):
                collector.add(found)
            if inside:
                for groups in self.groups.values():
                    groups.add(found)
        except Refused as refused:
            self.left_out[refused.reason] += 1

    # -- results ----------------------------------------------------------------------------------

    def judged(self, name: str = "") -> Judged | None:
        """Every indicator over one of the spans; without a name, as it stands on the report's last day."""
        collector = self.collectors.get(name) if name else self.due
        if collector is None:
            return None
        rules = activity(self.rulebook) if name else self.rulebook
        by_hand = self.stated if name in ("", "so_far") else ()
        book = FigureBook(rules, self.answers, merge_figures(self._stepped(name, collector.values()), list(by_hand)))
        return Judged(book, evaluate_indicators(book))

    def _stepped(self, name: str, values: list[FigureValue]) -> list[FigureValue]:
        """Figures of a span; those that grow out of what was before it by how much they did."""
        ends, starts = (self.collectors.get(one) for one in _STEPS.get(name, ("", "")))
        if ends is None or starts is None:
            return values
        by_end, by_start = ({(one.clause, one.name): one.value for one in found.values()} for found in (ends, starts))
        grown = {key: by_end[key] - (value or 0) for key, value in by_start.items() if by_end.get(key) is not None}
        return [replace(one, value=grown.get((one.clause, one.name), one.value)) for one in values]

    def counted(self) -> int:
        return sum(one.verified for one in self.tallies.values())

    def waiting(self) -> int:
        return sum(one.waiting for one in self.tallies.values())


@dataclass(frozen=True)
class Judged:
    """Indicators by clause, with the figures that they rest on."""

    book: FigureBook
    values: Mapping[str, list[IndicatorValue]]

    def each(self) -> Iterator[tuple[Indicator, IndicatorValue]]:
        """Every indicator of the rulebook with its outcome."""
        left = {clause: iter(values) for clause, values in self.values.items()}
        for indicator in self.book.rulebook.indicators:
            yield indicator, next(left[indicator.clause])


def _earlier_ends(spans: Spans, growing: Rulebook) -> Iterator[tuple[str, Period]]:
    """The days of the assessment period before the report's period, and before the one before it."""
    first = spans.assessed.start
    if growing.indicators and first < spans.period.start:
        yield "until_now", Period(first, shift(spans.period.start, days=-1))
        if spans.before is not None and first < spans.before.start:
            yield "until_before", Period(first, shift(spans.before.start, days=-1))


def _over(given: Given, period: Period) -> Given:
    return given.model_copy(update={"period": Days(start=period.start, end=period.end)})

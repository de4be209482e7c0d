"""Which entries a batch has: their days, for whom, and in which way they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from kpi.calendar import Window, WindowKind, WorkCalendar, windows
from kpi.quantities import half_up
from kpi.sampledata.days import Frame
from kpi.sampledata.draws import Draws
from kpi.sampledata.plan import Batch, Deviation, Variant


@dataclass(slots=True)
class Slot:
    """One entry to be drawn. `bound` are the values that `each` gives, `source` the entry it follows."""

    day: date
    window: Window
    bound: Mapping[str, Any] = field(default_factory=dict)
    source: Stored | None = None
    deviation: Deviation | None = None
    variant: Variant | None = None
    nil: bool = False
    place: int = 0


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry that others may refer to: its number, day and the fields that are asked for."""

    id: str
    day: date
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Round:
    """One member of `each`."""

    label: str = ""
    bound: Mapping[str, Any] = field(default_factory=dict)
    source: Stored | None = None


@dataclass(frozen=True, slots=True)
class Timetable:
    """The windows of a contract. `scale` is the size of the sample against the whole."""

    frame: Frame
    calendar: WorkCalendar
    anchor: Any
    holidays: tuple[str, ...]
    scale: Fraction

    def windows(self, batch: Batch) -> tuple[Window, ...]:
        """The windows of a batch; those partly outside the term count, as work is done in them too."""
        term = self.frame.term
        return windows(
            batch.every, term, anchor=self.anchor, partial="include", calendar=self.calendar,
            holidays=self.holidays, periods=(Window(WindowKind.TERM, term.start, term.end, "term", "合同期"),),
        )  # fmt: skip

    def size(self, count: int, scaled: bool) -> int:
        """A count, as it is in a sample of this size."""
        return int(half_up(count * self.scale, 0)) if scaled else count

    def days(self, batch: Batch, window: Window) -> list[date]:
        """The days of a window on which a batch may have entries."""
        first = max(window.start, self.frame.day(batch.from_) or window.start)
        last = min(window.end, self.frame.day(batch.to) or window.end)
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        if batch.on == "working":
            return [day for day in days if self.calendar.is_workday(day)]
        if isinstance(batch.on, tuple):
            return [day for day in days if day.isoweekday() in batch.on]
        return days[:1] if batch.on == "first" else days[-1:] if batch.on == "last" else days


def slots(batch: Batch, timetable: Timetable, rounds: Sequence[Round], draws: Draws) -> list[Slot]:
    """The entries of a batch in the order of their days."""
    follows = batch.each is not None and batch.each.entries is not None
    planned = _following(batch, timetable, rounds, draws) if follows else _planned(batch, timetable, rounds, draws)
    found = sorted(planned, key=lambda slot: slot.day)
    real = [slot for slot in found if not slot.nil]
    for place, slot in enumerate(real):
        slot.place = place
    _vary(batch, timetable, real, draws)
    return found


def _planned(
    batch: Batch, timetable: Timetable, rounds: Sequence[Round], draws: Draws
) -> Iterator[Slot]:
    all_windows = timetable.windows(batch)
    for number, window in enumerate(all_windows, 1):
        days = timetable.days(batch, window)
        if not days:
            continue
        if batch.together:
            days = [draws.pick(days)]
        empty = True
        for one in rounds:
            deviation = _deviation(batch, window, number, len(all_windows), one.label)
            for day in _spread(days, _count(batch, deviation, timetable, draws), draws):
                empty = False
                yield Slot(day, window, one.bound, None, deviation)
        if empty and batch.nil:
            yield Slot(days[-1], window, nil=True)


def _following(
    batch: Batch, timetable: Timetable, rounds: Sequence[Round], draws: Draws
) -> Iterator[Slot]:
    assert batch.each is not None
    each, last = batch.each, timetable.frame.term.end
    all_windows = timetable.windows(batch)
    for one in rounds:
        assert one.source is not None
        if batch.every is WindowKind.TERM:
            soonest, latest = each.after[0], min(each.after[1], (last - one.source.day).days)
            for _ in range(_count(batch, None, timetable, draws) if soonest <= latest else 0):
                day = one.source.day + timedelta(days=draws.integer(soonest, latest))
                yield Slot(day, all_windows[0], one.bound, one.source)
            continue
        ended = one.source.values.get(each.until or "") or last
        for window in all_windows:
            days = [day for day in timetable.days(batch, window) if day >= one.source.day]
            if days and window.start <= ended:
                for day in _spread(days, _count(batch, None, timetable, draws), draws):
                    yield Slot(day, window, one.bound, one.source)


def _spread(days: Sequence[date], count: int, draws: Draws) -> list[date]:
    """Different days while there are enough of them."""
    if count <= len(days):
        return draws.some(days, count)
    return [draws.pick(days) for _ in range(count)]


def _count(batch: Batch, deviation: Deviation | None, timetable: Timetable, draws: Draws) -> int:
    low, high = deviation.count if deviation is not None and deviation.count is not None else batch.count
    if low == high:
        number = draws.about(low * timetable.scale) if batch.scaled else draws.about(low)
        return int(half_up(low * timetable.scale, 0)) if batch.scaled and low.denominator == 1 else number
    return timetable.size(draws.integer(int(low), int(high)), batch.scaled)


def _deviation(batch: Batch, window: Window, number: int, total: int, label: str) -> Deviation | None:
    for one in batch.except_:
        if one.only and label not in one.only:
            continue
        here = number in one.at or number - total - 1 in one.at or window.start.month in one.months
        if here or any(window.start.isoformat()[5:] <= day <= window.end.isoformat()[5:] for day in one.days):
            return one
        if not (one.at or one.months or one.days):
            return one
    return None


def _vary(batch: Batch, timetable: Timetable, found: Sequence[Slot], draws: Draws) -> None:
    free = draws.shuffled(range(len(found))) if any(one.exactly for one in batch.variants) else []
    for variant in batch.variants:
        for _ in range(min(timetable.size(variant.exactly or 0, variant.scaled), len(free))):
            found[free.pop()].variant = variant
    shares = [variant for variant in batch.variants if variant.exactly is None]
    if not shares:
        return
    for slot in found:
        if slot.variant is None:
            slot.variant = next((one for one in shares if draws.chance(one.share)), None)

"""Splitting, merging, removing, keeping: exact for every accumulator of the registry."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, get_args

from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as some

from kpi.indicators.accumulators import REGISTRY
from kpi.indicators.collect import Collector
from kpi.rulebook.indicators import Figure
from kpi.verification import VerifiedEntry
from tests.kpi.indicators.rulebooks import END, FIGURES, START, act, collector

#: A week before the term to a week after it: entries outside must never matter.
DAYS = some.integers(-7, (END - START).days + 7).map(lambda n: START + timedelta(days=n))
TOWNS = some.sampled_from(["东", "西", "北", ""])
FIELDS: dict[str, some.SearchStrategy[Any]] = {
    "firm": some.sampled_from(["甲", "乙", "丙"]),
    "posts": some.integers(0, 4),
    "pay": some.sampled_from([0, 10, -3, Fraction(5, 2), Fraction(1, 100), Fraction(25, 2)]),
    "kind": some.sampled_from(["现场", "网络"]),
    "start": DAYS,
    "end": DAYS,
}


@some.composite
def entries(draw: some.DrawFn) -> list[VerifiedEntry]:
    """Entries with blanks, nil returns, unknown members and dates outside the term."""
    rows = draw(some.lists(some.tuples(
        DAYS, TOWNS, some.booleans(), some.fixed_dictionaries({}, optional=FIELDS)), max_size=14))  # fmt: skip
    return [
        act(number, day, town=town, nil=nil and number % 4 == 0, **({} if nil and number % 4 == 0 else fields))
        for number, (day, town, nil, fields) in enumerate(rows)
    ]


def results(made: Collector) -> dict[tuple[str, str], Any]:
    return {(one.clause, one.name): (one.value, one.numerator, one.denominator) for one in made.values()}


def kept(made: Collector) -> Any:
    return json.loads(json.dumps(made.state(), ensure_ascii=False))


def test_every_measure_of_the_rulebook_has_an_accumulator_and_a_figure_here() -> None:
    declared = {name for one in get_args(get_args(Figure)[0])
                for name in get_args(one.model_fields["measure"].annotation)}  # fmt: skip
    assert set(REGISTRY) == declared
    assert {figure["measure"] for figure in FIGURES.values()} == declared


@settings(max_examples=60, deadline=None)
@over(entries(), some.data())
def test_random_splits_merge_to_one_pass(rows: list[VerifiedEntry], data: some.DataObject) -> None:
    whole = collector().add_all(rows)
    parts = [collector() for _ in range(3)]
    for row in data.draw(some.permutations(rows)):
        parts[data.draw(some.integers(0, 2))].add(row)
    merged = collector()
    for part in data.draw(some.permutations(parts)):
        merged.merge(part)
    assert results(merged) == results(whole)
    assert kept(merged) == kept(whole)


@settings(max_examples=60, deadline=None)
@over(entries(), entries(), some.data())
def test_remove_undoes_add(rows: list[VerifiedEntry], gone: list[VerifiedEntry], data: some.DataObject) -> None:
    whole, changed = collector().add_all(rows), collector()
    steps = [(True, row) for row in rows] + [(True, row) for row in gone]
    for _, row in data.draw(some.permutations(steps)):
        changed.add(row)
    for row in data.draw(some.permutations(gone)):
        changed.remove(row)
    assert results(changed) == results(whole)
    assert kept(changed) == kept(whole)


@settings(max_examples=30, deadline=None)
@over(entries(), entries())
def test_a_removal_may_come_before_the_merge(rows: list[VerifiedEntry], gone: list[VerifiedEntry]) -> None:
    whole, changed, corrections = collector().add_all(rows), collector().add_all([*rows, *gone]), collector()
    for row in gone:
        corrections.remove(row)
    changed.merge(corrections)
    assert results(changed) == results(whole)


@settings(max_examples=60, deadline=None)
@over(entries(), entries())
def test_a_kept_state_goes_on_where_it_stopped(rows: list[VerifiedEntry], more: list[VerifiedEntry]) -> None:
    whole, resumed = collector().add_all([*rows, *more]), collector()
    resumed.load(kept(collector().add_all(rows)))
    resumed.add_all(more)
    assert results(resumed) == results(whole)
    assert kept(resumed) == kept(whole)


@settings(max_examples=40, deadline=None)
@over(entries())
def test_entries_outside_the_term_change_nothing(rows: list[VerifiedEntry]) -> None:
    inside = [row for row in rows if START <= row.date <= END]
    assert results(collector().add_all(rows)) == results(collector().add_all(inside))


def test_what_the_state_tells_apart_differs() -> None:
    """The comparison above can fail: one more entry changes the state of every counting measure."""
    row = act(1, date(2026, 3, 10), town="东", firm="甲", posts=3, pay=Fraction(5, 2), kind="现场", start=START)
    once, empty = kept(collector().add_all([row])), kept(collector())
    assert all(once["K-1"][name] != empty["K-1"][name] for name in once["K-1"])

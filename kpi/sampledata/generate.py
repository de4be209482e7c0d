"""From a rulebook and a plan to a sample: what is given, and a stream of entries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from kpi.calendar import WorkCalendar
from kpi.quantities import Period
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.loader import Source
from kpi.sampledata.checks import check_names
from kpi.sampledata.drawing import draw_all
from kpi.sampledata.order import kept_fields, remembered
from kpi.sampledata.plan import LoadedPlan
from kpi.sampledata.setup import make_frame, make_given
from kpi.sampledata.slots import Timetable
from kpi.sampledata.world import World, make_members, make_pools, make_words


@dataclass(frozen=True, slots=True)
class SampleSet:
    """A sample. `given` is plain data for the set-up file; `entries` can be run through once."""

    contract: str
    term: Period
    given: dict[str, Any]
    entries: Iterator[dict[str, Any]]


def generate(
    source: Source, loaded: LoadedPlan, *, seed: int, today: date, full: bool = False
) -> SampleSet:
    """The sample of a contract as it looks on `today`; the same for the same seed.

    Counts that the plan marks `scaled` come in the plan's `scale`, whole with `full`. Entries are drawn while
    they are read. Raises TextProblems where the plan does not fit the rulebook.
    """
    if loaded.plan.contract != source.rulebook.key:
        message = f"样例方案写的合同是“{loaded.plan.contract}”，规则书是“{source.rulebook.key}”；请用对应的方案"
        raise loaded.problem(("contract",), message)
    world = make_world(source, loaded, seed, today, full)
    return SampleSet(source.rulebook.key, world.frame.term, make_given(world), draw_all(world))


def make_world(source: Source, loaded: LoadedPlan, seed: int, today: date, full: bool) -> World:
    """Everything that the drawing of a sample rests on."""
    rulebook, plan = source.rulebook, loaded.plan
    check_names(loaded, rulebook)
    try:
        answers = Answers(rulebook, plan.answers)
    except Refused as refused:
        raise loaded.problem(("answers",), refused.reason) from refused
    frame = make_frame(loaded, rulebook, answers, today)
    timetable = Timetable(
        frame,
        WorkCalendar(provisional=True),
        answers.get(rulebook.windows.anchor),
        tuple(answers.get(rulebook.windows.holidays)),
        Fraction(1) if full else plan.scale,
    )
    return World(
        source, loaded, seed, frame, timetable, make_pools(loaded, seed, frame, timetable),
        make_members(loaded, source), make_words(plan),
        kept=kept_fields(plan), remembered=remembered(plan, rulebook),
    )  # fmt: skip

"""Behind or ahead: what is done against what should be done by now, by working days."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from kpi.forecast.pace import FLOWS, is_number
from kpi.forecast.repair import Bounded


class Pace(StrEnum):
    """Where a criterion stands now, the worst first. `waiting`: enough is done, but not all of it is verified.

    `behind`: less is done than the share of the window that is gone; `missed`: windows are lost and none runs.
    `empty`: such windows have no record at all, so that they must be decided. `short` and `over`: a level or a
    number of cases that misses its bound whatever the time.
    """

    MISSED = "missed"
    EMPTY = "empty"
    OVER = "over"
    SHORT = "short"
    BEHIND = "behind"
    WAITING = "waiting"
    NO_DATA = "no_data"
    ON = "on"
    AHEAD = "ahead"
    KEPT = "kept"
    MET = "met"

    @property
    def bad(self) -> bool:
        """Whether somebody should do something."""
        return self in {Pace.MISSED, Pace.EMPTY, Pace.OVER, Pace.SHORT, Pace.BEHIND}


WORST_FIRST = tuple(Pace)


@dataclass(frozen=True)
class Progress:
    """`expected`: how much should be done by now; None where time does not matter."""

    pace: Pace
    expected: int | None = None


#: What grows with time: towards it somebody can be behind or ahead.
GROWS = FLOWS | {"members_met"}


def worst(paces: list[Pace]) -> Pace:
    """The one that somebody should look at first; no data where there is none."""
    return min(paces, key=WORST_FIRST.index, default=Pace.NO_DATA)


def progress(bound: Bounded | None, met: bool | None, held: Any, claimed: Any, gone: Fraction) -> Progress:
    """Pace of one criterion over a span of which `gone` is over. `held` is verified, `claimed` what is done."""
    grows = bound is not None and bound.measure in GROWS and not bound.shared and is_number(bound.target)
    if bound is None or not grows or bound.below is None:
        return Progress(Pace.NO_DATA if met is None else Pace.KEPT if met else Pace.SHORT)
    if bound.below is False:
        over = is_number(held) and held > bound.target
        return Progress(Pace.OVER if over else Pace.KEPT if is_number(held) else Pace.NO_DATA)
    return _towards(bound.target, held, claimed, gone)


def _towards(target: Any, held: Any, claimed: Any, gone: Fraction) -> Progress:
    value = held if is_number(held) else 0
    done = max(value, claimed) if is_number(claimed) else value
    share = Fraction(target) * gone
    expected = share.__floor__()
    if value >= target:
        return Progress(Pace.MET, expected)
    if gone >= 1:
        return Progress(Pace.WAITING if done >= target else Pace.SHORT, expected)
    if value >= expected:
        return Progress(Pace.AHEAD if value > share else Pace.ON, expected)
    return Progress(Pace.WAITING if done >= expected else Pace.BEHIND, expected)

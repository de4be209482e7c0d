"""What the indicator stage hands over: figures with their origin, criteria met or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal["met", "unmet", "no_data"]


@dataclass(frozen=True, slots=True)
class FigureValue:
    """One figure of a clause.

    `value`: a number, text, bool or date; a list with one value per due window (None: nothing recorded or
    not held); a dict by member. `entries`: ids of the verified entries that it rests on, `windows`: the
    labels of a list's windows. `claimed`: the same over what the contractor claims, where it is known.
    """

    clause: str
    name: str
    value: Any
    label: str = ""
    unit: str = ""
    origin: Literal["entries", "given", "computed"] = "given"
    windows: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    numerator: Any = None
    denominator: Any = None
    claimed: Any = None

    @property
    def title(self) -> str:
        return self.label or self.name


@dataclass(frozen=True, slots=True)
class CriterionValue:
    """One condition: `met` None is no data. `missed`: labels of the windows that were not met."""

    text: str
    met: bool | None
    actual: Any = None
    target: Any = None
    numerator: Any = None
    denominator: Any = None
    unit: str = ""
    windows_due: int = 0
    missed: tuple[str, ...] = ()
    without_data: tuple[str, ...] = ()
    scored: bool = True


@dataclass(frozen=True, slots=True)
class IndicatorValue:
    """An indicator's outcome. `met` None: no data somewhere and nothing failed, so it must be decided."""

    clause: str
    title: str
    met: bool | None
    criteria: tuple[CriterionValue, ...] = ()
    members: Mapping[str, IndicatorValue] = field(default_factory=dict)
    reason: str = ""
    scored: bool = True

    @property
    def status(self) -> Status:
        return "no_data" if self.met is None else "met" if self.met else "unmet"


def all_met(outcomes: list[bool | None]) -> bool | None:
    """False wins over None, None over True; nothing at all is None."""
    if False in outcomes:
        return False
    return None if None in outcomes or not outcomes else True

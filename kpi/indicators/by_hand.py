"""Figures that the buyer enters."""

from __future__ import annotations

from typing import Any

from kpi.indicators.accumulators import measures
from kpi.indicators.occasions import DueWindows


@measures("by_hand")
class Entered(DueWindows):
    """What was entered; None, or 0 as `empty` says, while nothing was. Reads no entries."""

    __slots__ = ()

    def value(self) -> Any:
        return self.spec.given if self.spec.given is not None else self.empty

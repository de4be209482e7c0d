"""The rulebook as a report counts by it: figures over whatever span is asked for."""

from __future__ import annotations

from kpi.rulebook.document import Rulebook
from kpi.rulebook.indicators import (
    ByHand,
    Figure,
    MembersDue,
    NetGrowth,
    Streak,
    Sustained,
    WindowsDue,
    WindowsMet,
)

#: These count windows and members, or are stated by hand: they stay as they are.
_AS_THEY_ARE = (WindowsDue, MembersDue, WindowsMet, Streak, ByHand)
#: These grow out of what was before the period: a month's is what has come together by its end, less what had before it.
_LASTING = (NetGrowth, Sustained)


def activity(rulebook: Rulebook) -> Rulebook:
    """The rulebook with every figure over the whole of whatever period is asked for."""
    made = tuple(
        one.model_copy(
            update={
                "window": "period", "once_by": None,
                "figures": {name: _single(figure) for name, figure in one.figures.items()},
            }
        )
        for one in rulebook.indicators
    )  # fmt: skip
    return rulebook.model_copy(update={"indicators": made})


def _single(figure: Figure) -> Figure:
    return figure if isinstance(figure, _AS_THEY_ARE) else figure.model_copy(update={"window": None})


def lasting(rulebook: Rulebook) -> Rulebook:
    """The rulebook with nothing but the figures that grow out of what was before."""
    kept = (
        one.model_copy(update={"figures": {name: each for name, each in one.figures.items() if isinstance(each, _LASTING)}})
        for one in rulebook.indicators if one.by is None
    )  # fmt: skip
    return rulebook.model_copy(update={"indicators": tuple(one for one in kept if one.figures)})

"""Orders of operations for the tests: every valid one can be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from kpi.assessments.order import _BEFORE
from kpi.rulebook.order import STEPS, USUAL

MODES = ["half_up", "half_even", "down", "up"]
NAMES = [name for name in STEPS if name != "full_marks"]


def raw(order: Sequence[Any] = USUAL) -> list[Any]:
    """As YAML gives it."""
    return [one if isinstance(one, str) else one.model_dump() for one in order]


@st.composite
def orders(draw: st.DrawFn, without: Sequence[str] = ()) -> list[Any]:
    """A valid order of all steps but those left out, with roundings and further caps put in anywhere they may stand."""
    left = draw(st.permutations([name for name in NAMES if name not in without]))
    order: list[Any] = []
    while left:
        ready = [one for one in left if not any(late == one and early in left for early, late, _ in _BEFORE)]
        order.append(ready[0])
        left.remove(ready[0])
    floor, tier = order.index("floor"), order.index("tier")
    if floor > tier:
        order.insert(tier, order.pop(floor))
    for _ in range(draw(st.integers(0, 2))):
        order.insert(draw(st.integers(order.index("sum") + 1, len(order))), "full_marks")
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(order.index("deductions") + 1, len(order)))
        pooled = "pool_cap" in order and order.index("pool_cap") < at <= order.index("sum")
        if not any(isinstance(one, dict) for one in order[at - 1 : at + 1]):
            order.insert(at, {"round": draw(st.integers(2 if pooled else 0, 3)), "mode": draw(st.sampled_from(MODES))})
    return order

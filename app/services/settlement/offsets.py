"""抵扣: the earlier payments that a line's amount is already less by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.services.act import found
from app.services.settlement.basis import Computed, tranche_of
from kpi.payments import Line
from kpi.payments.offsets import offset_after
from kpi.quantities import percent
from kpi.rulebook.payments import TierShare


def offsets_of(made: Computed, line_id: str) -> Iterator[tuple[Line, int, str]]:
    """Each earlier payment that the line's amount is already less by, with the part in fen and in words."""
    plan, outcome = found(made.rule), found(made.plan)
    tranche = found(tranche_of(plan, line_id))
    before: dict[str, Any] = {}
    for one in plan.tranches[: plan.tranches.index(tranche)]:
        before = offset_after(one.amount, before, made.answers)
    tier = made.evaluation.tier
    if isinstance(tranche.amount, TierShare) and tier is not None and tier.tier in tranche.amount.stops:
        return  # the tier ends the contract: what the rule offsets otherwise is not offset
    shares = made.answers.get(getattr(tranche.amount, "less", {}))
    for name, share in shares.items():
        earlier = next((one for one in outcome.lines if one.id == name), None)
        if earlier is None or earlier.amount is None:
            continue
        start = before.get(name, 0)
        part = earlier.amount if share == 1 else earlier.amount.share(start + share) - earlier.amount.share(start)
        text = f"{earlier.title} {earlier.amount}" + ("全额抵扣" if share == 1 else f" × {percent(share)} = {part}")
        yield earlier, part.fen, text

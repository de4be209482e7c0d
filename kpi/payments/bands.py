"""Step tables and slabs: half-open bands; a value that no band covers is refused."""

from __future__ import annotations

from fractions import Fraction

from kpi.payments.context import Context
from kpi.quantities import show
from kpi.rulebook.answers import Refused
from kpi.rulebook.mechanics import Band


def band_of(table: tuple[Band, ...], value: Fraction, context: Context) -> Fraction:
    """The share of the band that holds `value`."""
    found = None
    for band in table:
        low = None if band.at_least is None else context.answers.get(band.at_least)
        high = None if band.below is None else context.answers.get(band.below)
        above = low is None or value >= low
        if band.inclusive_top and value == high and above:
            return context.answers.get(band.points)  # the boundary belongs to this band, not to the next
        if found is None and above and (high is None or value < high):
            found = band
    if found is not None:
        return context.answers.get(found.points)
    raise Refused(
        "no_band", f"{show(value)} 没有落在约定的任何一档里，不能计算；请采购人明确这一段怎么算", context.clause
    )

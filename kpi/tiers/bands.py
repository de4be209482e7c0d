"""The tier of a score. Bands are half open and compare the score as it is (domain.md, rules 10 and 11)."""

from __future__ import annotations

from fractions import Fraction

from kpi.quantities import half_up, plain, points
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.rubric import TierBand, Tiers


def band_of(tiers: Tiers, score: Fraction, answers: Answers) -> tuple[TierBand, str]:
    """The band of a score and how it was found. Refused("no_band") where no band covers it."""
    rounded = answers.get(tiers.gaps) == "round"
    compared = half_up(score, 0) if rounded else Fraction(score)
    above: TierBand | None = None
    for band in descending(tiers):
        if compared > band.at_least or (compared == band.at_least and band.inclusive):
            inside = "" if above is None else "不含" if above.inclusive else "含"
            top = "" if above is None else f"、{plain(above.at_least)}分以下（{inside}）"
            low = f"{plain(band.at_least)}分以上" + ("" if band.inclusive else "（不含）")
            how = f"四舍五入为{plain(compared)}分，" if rounded and compared != score else ""
            text = f"{points(score)}分，{how}属“{band.tier}”（{low}{top}）"
            return band, text
        above = band
    reason = f"{points(score)}分没有对应的档次，不能定档；请补全档次或由采购人明确"
    raise Refused("no_band", reason, tiers.clause)


def descending(tiers: Tiers) -> list[TierBand]:
    """The bands from the highest to the lowest."""
    return sorted(tiers.bands, key=lambda band: band.at_least, reverse=True)

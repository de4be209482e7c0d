"""Tiers: over what is stated every reachable total has exactly one; the reading covers 0 to the total."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from kpi.checkup.findings import Book, Finding
from kpi.checkup.losses import MOST
from kpi.checkup.reachable import Reach, reach
from kpi.quantities import points
from kpi.rulebook.base import Stated
from kpi.rulebook.rubric import TierBand, Tiers


@dataclass(frozen=True, slots=True)
class Span:
    """A band as the document writes it, in points; None is open. `open_top`: the top lies outside."""

    tier: str
    low: Fraction | None
    high: Fraction | None
    open_top: bool
    stated: tuple[Stated, ...]
    index: int
    open_low: bool = False

    def holds(self, total: Fraction) -> bool:
        if self.low is not None and (total < self.low or (total == self.low and self.open_low)):
            return False
        return self.high is None or total < self.high or (total == self.high and not self.open_top)

    def __str__(self) -> str:
        low = "" if self.low is None else f"{points(self.low)} 分起{'（不含）' if self.open_low else ''}"
        high = "" if self.high is None else f"到 {points(self.high)} 分{'（不含）' if self.open_top else ''}"
        return f"{self.tier}（{low}{high}）"


def tiers(book: Book) -> Iterator[Finding]:
    """Gaps and overlaps between the stated bands, then the reading."""
    if book.rulebook.tiers is None:
        return
    yield from _reading(book, book.rulebook.tiers)
    if book.rulebook.rubric is None or not 0 < book.rulebook.rubric.total <= MOST:
        return
    reached = reach(book, book.rulebook.rubric)
    spans = _spans(book.rulebook.tiers)
    if spans:
        yield from _gaps(book, spans, reached)
        yield from _overlaps(book, spans, reached)
    yield from _unreachable(book, book.rulebook.tiers, reached)


def _spans(tiers: Tiers) -> list[Span]:
    """Stated bands from the lowest to the highest; none where the document states none."""
    found = [
        Span(
            band.tier,
            band.stated_from,
            band.stated_to,
            band.stated_open,
            (*band.stated, *tiers.stated),
            index,
            band.stated_open_from,
        )
        for index, band in enumerate(tiers.bands)
        if band.stated_from is not None or band.stated_to is not None
    ]
    return sorted(found, key=lambda span: (span.low is not None, span.low or Fraction(0)))


def _gaps(book: Book, spans: Sequence[Span], reached: Reach) -> Iterator[Finding]:
    open_totals: dict[int, list[int]] = {}
    for cents in reached.totals:
        total = Fraction(cents, 100)
        if not any(span.holds(total) for span in spans):
            above = next(
                (number for number, span in enumerate(spans) if span.low is not None and span.low > total),
                None,
            )
            open_totals.setdefault(len(spans) if above is None else above, []).append(cents)
    for above, inside in sorted(open_totals.items(), reverse=True):
        below = spans[above - 1] if above else None
        yield _gap(book, below, spans[above] if above < len(spans) else None, inside, reached)


def _gap(book: Book, below: Span | None, upper: Span | None, cents: list[int], reached: Reach) -> Finding:
    low = below.high if below is not None and below.high is not None else Fraction(0)
    high = upper.low if upper is not None and upper.low is not None else Fraction(reached.full, 100)
    example = points(Fraction(cents[-1], 100))
    partly = "" if reached.complete else "（部分考核项没有写明满分，只按写明的扣分推算）"
    index = (upper or below).index  # type: ignore[union-attr]
    between = "、".join(str(span) for span in (upper, below) if span is not None)
    return book.finding(
        "question",
        "tier_gap",
        ("tiers", "bands", index),
        f"{points(low)} 分到 {points(high)} 分之间没有档次（{between}），而得分能落在这里：例如 {example} 分，"
        f"{reached.how(cents[-1])}{partly}",
        f"得分在 {points(low)} 分与 {points(high)} 分之间（如 {example} 分）属于哪一档？",
        about=[book.rulebook.tiers.gaps if book.rulebook.tiers else None],
        quotes=[one for span in (upper, below) if span is not None for one in span.stated],
    )


def _overlaps(book: Book, spans: Sequence[Span], reached: Reach) -> Iterator[Finding]:
    found: dict[tuple[int, int], int] = {}
    for cents in reached.totals:
        held = [span.index for span in spans if span.holds(Fraction(cents, 100))]
        for pair in pairwise(held):
            found.setdefault((pair[0], pair[1]), cents)
    names = {span.index: span for span in spans}
    for (first, second), cents in found.items():
        example = points(Fraction(cents, 100))
        yield book.finding(
            "question",
            "tier_overlap",
            ("tiers", "bands", second),
            f"{names[first]}与{names[second]}重叠：例如 {example} 分（{reached.how(cents)}）两档都算",
            f"得分 {example} 分属于{names[first].tier}还是{names[second].tier}？",
            about=[book.rulebook.tiers.gaps if book.rulebook.tiers else None],
            quotes=[*names[first].stated, *names[second].stated],
        )


def _reading(book: Book, tiers: Tiers) -> Iterator[Finding]:
    """Half-open bands from the highest to the lowest, the lowest from 0."""
    for index, (upper, lower) in enumerate(pairwise(tiers.bands)):
        if lower.at_least >= upper.at_least:
            yield book.finding(
                "error",
                "bands_order",
                ("tiers", "bands", index + 1),
                f"“{lower.tier}”从 {points(lower.at_least)} 分起，不低于它上面的“{upper.tier}”（{points(upper.at_least)} 分起）；"
                "请从高到低排列，各档起点不同",
                f"“{upper.tier}”和“{lower.tier}”各从几分起？",
            )
    lowest = min(tiers.bands, key=lambda band: band.at_least)
    if lowest.at_least > 0 or (lowest.at_least == 0 and not lowest.inclusive):
        yield book.finding(
            "error",
            "bands_not_from_zero",
            ("tiers", "bands", len(tiers.bands) - 1),
            f"{points(lowest.at_least)} 分{'以下' if lowest.inclusive else '和以下'}没有档次；请补上最低一档（at_least: 0）",
            f"得分{'低' if lowest.inclusive else '不高'}于 {points(lowest.at_least)} 分属于哪一档？",
        )


def _first(totals: Sequence[int], band: TierBand) -> int:
    """The place of the first total that the band takes in."""
    find = bisect_left if band.inclusive else bisect_right
    return find(totals, int(band.at_least * 100))


def _unreachable(book: Book, tiers: Tiers, reached: Reach) -> Iterator[Finding]:
    """Bands that no total can reach, where everything needed is stated."""
    if not reached.complete:
        return
    totals = reached.totals
    above: TierBand | None = None
    for index, band in enumerate(tiers.bands):
        below_top = _first(totals, above) if above is not None else len(totals)
        if _first(totals, band) >= below_top:
            yield book.finding(
                "warning",
                "unreachable_tier",
                ("tiers", "bands", index),
                f"没有得分能落进“{band.tier}”这一档",
                f"“{band.tier}”应从几分起？",
            )
        above = band

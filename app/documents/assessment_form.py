"""What the forms of an assessment share: A4 across, the facts above one table, signatures and small print below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.documents.paper import Block, Column, Grid, Pair, Pairs, Paper, Paragraph, Place, Signatures


def columns(named: Iterable[tuple[str, int]], centred: Iterable[int]) -> list[Column]:
    """Columns by title and share; `centred`: the places of those whose texts stand in the middle."""
    middle = frozenset(centred)
    return [Column(title, share, "center" if at in middle else "left") for at, (title, share) in enumerate(named)]


@dataclass(frozen=True)
class AssessmentForm:
    """One form. `draft`: why it is not the told result; `closing`: lines below the table; `ending`: what follows the signatures."""

    title: str
    sheet: str
    day: date
    draft: str
    facts: Sequence[tuple[str, str]]
    grid: Grid
    closing: Sequence[Paragraph]
    places: Sequence[Place]
    ending: Sequence[Block]
    number: str = ""

    def paper(self) -> Paper:
        return Paper(
            self.title, tuple(self._blocks()), number=self.number, look="sheet", direction="landscape", day=self.day, sheet=self.sheet
        )

    def _blocks(self) -> Iterator[Block]:
        if self.draft:
            yield Paragraph(self.draft, indent=False, align="center")
        yield Pairs([Pair(name, words) for name, words in self.facts], beside=2, label_share=16)
        yield self.grid
        yield from self.closing
        yield Signatures(self.places, beside=3)
        yield from self.ending

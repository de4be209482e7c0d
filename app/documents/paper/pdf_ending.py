"""The end of a paper on PDF: no page holds the signatures alone."""

from __future__ import annotations

from typing import Any

from reportlab.platypus import CondPageBreak, KeepTogether

from app.documents.paper.blocks import Block, Grid, Heading, Note, Proof, Signatures

#: Rows of a table that go with the signatures to a new page.
LAST = 3


class Closing(KeepTogether):  # type: ignore[misc]
    """Follows a table without a heading of its own where it fits; else on the next page, under the heading again."""

    def __init__(self, plain: list[Any], headed: list[Any]) -> None:
        super().__init__(plain)
        self.headed = headed

    def split(self, width: float, height: float) -> list[Any]:
        self.wrap(width, height)
        return [*self._content] if height >= self._H else [CondPageBreak(height + 1), *self.headed]


def is_short(block: Any) -> bool:
    """A grid of a few rows, which is never torn apart at the end of a paper."""
    return isinstance(block, Grid) and len(block.every_row) < 2 * LAST


def leads(before: Block, block: Block) -> bool:
    """Whether a block goes with the one behind it; a note above a heading is of the table before."""
    return isinstance(before, Heading) or (isinstance(before, Note) and not isinstance(block, Heading))


def ended(blocks: list[Block]) -> tuple[list[Block], list[Any]]:
    """The blocks, and those at the end that stay together: a table (a short one under its heading), signatures, their proof."""
    for kinds in ([Grid, Signatures, Proof], [Grid, Signatures]):
        if [type(one) for one in blocks[-len(kinds) :]] == kinds:
            start = table = len(blocks) - len(kinds)
            while start and is_short(blocks[table]) and leads(blocks[start - 1], blocks[start]):
                start -= 1
            return blocks[:start], blocks[start:]
    return blocks, []

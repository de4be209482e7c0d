"""The filled 考核细则表, computed once; a workbook, a PDF and a Word file are drawn from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.documents.paper import Block, Column, Grid, Note, Pair, Pairs, Paper, Paragraph, Place, Signatures

COLUMNS = ("序号", "考核项", "满分", "评分标准", "完成情况", "自评", "扣分", "考核得分", "说明")
SHARES = (10, 32, 12, 64, 52, 13, 12, 15, 62)
CENTRED = frozenset({0, 2, 5, 6, 7})
GROUP = "考核组"


@dataclass(frozen=True)
class Line:
    """An item: what is wanted, what was done, what it cost and why. Points are texts."""

    number: str
    title: str
    maximum: str
    standards: tuple[str, ...]
    done: tuple[str, ...]
    self_score: str
    lost: str
    score: str
    reasons: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """As the columns have it."""
        return (
            self.number, self.title, self.maximum, "\n".join(self.standards), "\n".join(self.done), self.self_score, self.lost,
            self.score, "\n".join(self.reasons),
        )  # fmt: skip


@dataclass(frozen=True)
class Signed:
    """A place for a name: who signed, when; blank lines where nobody has yet."""

    party: str
    name: str = ""
    on: str = ""
    note: str = ""

    @property
    def place(self) -> Place:
        """Where they sign; the parties seal too."""
        return Place(self.party, self.name, self.on, seal=not self.party.startswith(GROUP), note=self.note)


@dataclass(frozen=True)
class ScoreSheet:
    """The whole sheet. `facts`: what stands above the table; `totals`: what stands below it; `draft`: it is not the told result."""

    title: str
    draft: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    bonus: tuple[Line, ...]
    totals: tuple[tuple[str, str], ...]
    members: tuple[Signed, ...]
    dissents: tuple[tuple[str, str], ...]
    appeals: tuple[tuple[str, str], ...]
    signatures: tuple[Signed, ...]
    proof: tuple[str, ...]

    @property
    def scored(self) -> bool:
        """Whether there are points at all: a contract may only say met or unmet."""
        return any(one.maximum for one in self.lines)

    def paper(self) -> Paper:
        """As it is drawn: A4 across."""
        day = max((date.fromisoformat(one.on) for one in self.signatures if one.on), default=date(2000, 1, 1))
        return Paper(self.title, tuple(self._blocks()), look="sheet", direction="landscape", day=day, sheet="考核细则表")

    def _blocks(self) -> Iterator[Block]:
        if self.draft:
            yield Paragraph(self.draft, indent=False, align="center")
        yield Pairs([Pair(name, words) for name, words in self.facts], beside=2, label_share=16)
        columns = [
            Column(title, share, "center" if place in CENTRED else "left")
            for place, (title, share) in enumerate(zip(COLUMNS, SHARES, strict=True))
        ]
        yield Grid(columns, [one.cells for one in (*self.lines, *self.bonus)])
        yield Paragraph("　".join(f"{name}：{words}" for name, words in self.totals), indent=False, bold=True)
        for title, pairs in (("申诉", self.appeals), ("不同意见", self.dissents)):
            yield from (Paragraph(f"{title}（{name}）：{words}", indent=False) for name, words in pairs)
        yield Signatures([one.place for one in (*self.members, *self.signatures)], beside=3)
        yield from (Note(words) for words in self.proof)

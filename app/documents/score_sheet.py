"""The filled 考核细则表, computed once; a workbook, a PDF and a Word file are drawn from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.documents.assessment_form import AssessmentForm, columns
from app.documents.paper import Grid, Note, Paper, Paragraph, Place

COLUMNS = (
    ("序号", 10), ("考核项", 32), ("满分", 12), ("评分标准", 64), ("完成情况", 52), ("自评", 13), ("扣分", 12), ("考核得分", 15),
    ("说明", 62),
)  # fmt: skip
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
        totals = Paragraph("　".join(f"{name}：{words}" for name, words in self.totals), indent=False, bold=True)
        voices = (("申诉", self.appeals), ("不同意见", self.dissents))
        return AssessmentForm(
            title=self.title,
            sheet="考核细则表",
            day=day,
            draft=self.draft,
            facts=self.facts,
            grid=Grid(columns(COLUMNS, CENTRED), [one.cells for one in (*self.lines, *self.bonus)]),
            closing=[totals, *(Paragraph(f"{kind}（{name}）：{words}", indent=False) for kind, said in voices for name, words in said)],
            places=[one.place for one in (*self.members, *self.signatures)],
            ending=[Note(words) for words in self.proof],
        ).paper()

"""The filled 考核细则表, computed once; a workbook, a PDF and a Word file are drawn from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt

from app.documents.assessment_form import AssessmentForm, columns
from app.documents.paper import Column, Grid, Note, Paper, Paragraph, Place

COLUMNS = (
    ("序号", 10), ("考核项", 32), ("满分", 12), ("评分标准", 64), ("完成情况", 52), ("自评", 13), ("扣分", 12), ("考核得分", 15),
    ("说明", 62),
)  # fmt: skip
CENTRED = frozenset({0, 2, 5, 6, 7})
#: Columns that only a sheet with points has, and the one that says the result.
POINTS, RESULT = frozenset({2, 6}), 7
#: What the last row of a document's own table says.
SUMMED = frozenset({"满分", "扣分", "加分", "合计"})
#: The columns of a document's own table that are filled in, with their shares.
FILLED = {"self": ("自评", 13), "score": ("考核得分", 15), "note": ("考核说明", 80)}
GROUP = "考核组"
#: So many figures stand under each other; more run on, so that a row is not half a page tall.
FEW, LINE, RUN = 4, "\n", "；"


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
            self.number, self.title, self.maximum, "\n".join(self.standards), (LINE if len(self.done) <= FEW else RUN).join(self.done),
            self.self_score, self.lost,
            self.score, "\n".join(self.reasons),
        )  # fmt: skip


@dataclass(frozen=True)
class FormRow:
    """A row of the document's own table: its texts word for word (blank: it belongs to the one above), and what is filled in.

    `filled` by the names of FILLED; empty where the row is scored in one above.
    """

    texts: tuple[str, ...]
    filled: dict[str, str]


@dataclass(frozen=True)
class Form:
    """The document's own table, filled. `total`: its last row, by the names of FILLED."""

    columns: tuple[str, ...]
    filled: tuple[str, ...]
    rows: tuple[FormRow, ...]
    total: dict[str, str]

    def grid(self) -> Grid:
        """As the document prints it; what stands in one cell there stands in one cell."""
        rows = [(*one.texts, *(one.filled.get(name, "") for name in self.filled)) for one in self.rows]
        open_ones = [self._open(place, one) for place, one in enumerate(self.rows)]
        joined = frozenset((place, column) for place, row in enumerate(open_ones) for column, is_open in enumerate(row) if is_open)
        total = ("合计", *[""] * (len(self.columns) - 1), *(self.total.get(name, "") for name in self.filled))
        return Grid(self._columns(), rows, total=total, joined=joined)

    def _open(self, place: int, row: FormRow) -> list[bool]:
        """Which cells belong to the ones above; what is told has its own room, so that it can be long."""
        texts = [place > 0 and not text for text in row.texts]
        return [*texts, *(place > 0 and not row.filled and name != "note" for name in self.filled)]

    def _columns(self) -> list[Column]:
        """What the document fills in is as wide as its longest text asks for."""
        longest = [max(len(row.texts[place]) for row in self.rows) for place in range(len(self.columns))]
        own = [
            Column(title, round(6 + 3.6 * sqrt(most)), "center" if most < 20 else "left")
            for title, most in zip(self.columns, longest, strict=True)
        ]
        return [*own, *(Column(*FILLED[name], "left" if name == "note" else "center") for name in self.filled)]


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
    form: Form | None = None

    @property
    def scored(self) -> bool:
        """Whether there are points at all: a contract may only say met or unmet."""
        return any(one.maximum for one in self.lines)

    def paper(self) -> Paper:
        """As it is drawn: A4 across."""
        day = max((date.fromisoformat(one.on) for one in self.signatures if one.on), default=date(2000, 1, 1))
        below = [f"{name}：{words}" for name, words in self.totals if self.form is None or name not in SUMMED]
        totals = [Paragraph("　".join(below), indent=False, bold=True)] if below else []
        voices = (("申诉", self.appeals), ("不同意见", self.dissents))
        return AssessmentForm(
            title=self.title,
            sheet="考核细则表",
            day=day,
            draft=self.draft,
            facts=self.facts,
            grid=self.form.grid() if self.form is not None else self._grid(),
            closing=[*totals, *(Paragraph(f"{kind}（{name}）：{words}", indent=False) for kind, said in voices for name, words in said)],
            places=[one.place for one in (*self.members, *self.signatures)],
            ending=[Note(words) for words in self.proof],
        ).paper()

    def _grid(self) -> Grid:
        """The console's own table, where the document shows none; without the columns of points where nothing is scored."""
        left_out = frozenset() if self.scored else POINTS
        shown = [place for place in range(len(COLUMNS)) if place not in left_out]
        every = columns(COLUMNS, CENTRED)
        titles = [every[place] if self.scored or place != RESULT else Column("考核结果", COLUMNS[RESULT][1], "center") for place in shown]
        rows: list[Sequence[str]] = [[one.cells[place] for place in shown] for one in (*self.lines, *self.bonus)]
        return Grid(titles, rows)

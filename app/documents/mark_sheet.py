"""评分表 of the assessment group: one sheet a member, and the summary that shows everybody's marks and what they make together."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.documents.assessment_form import AssessmentForm, columns
from app.documents.paper import Cell, Column, Figure, Grid, Note, Paper, Paragraph, Place, Proof, said
from kpi.capsule import canonical
from kpi.quantities import parse_exact, show

OWN = (("序号", 8), ("考核项和条款", 40), ("评分标准", 62), ("数据和完成情况", 52), ("可评分", 26), ("评分", 16), ("理由", 60))
OWN_CENTRED = frozenset({0, 4, 5})
SUMMARY = (("序号", 8), ("考核项和条款", 52), ("满分", 13))
SUMMARY_CENTRED = frozenset({0, 2})
PERSON, MERGED, SAID = 17, 20, 56
BY_HAND = "本表由系统按各成员已登记的评分生成；空着的评分和签字处供手写，手写的以登记后的为准。"


@dataclass(frozen=True)
class Marked:
    """A clause as it is marked. `verb`: points are taken (扣) or given (得); `marks`: by member in their order, blank for none."""

    title: str
    maximum: str
    verb: str
    standards: tuple[str, ...]
    done: tuple[str, ...]
    allowed: str
    marks: tuple[str, ...]
    reasons: tuple[str, ...]
    merged: str = ""
    said: str = ""


@dataclass(frozen=True)
class MarkSheet:
    """What a sheet says. `member`: whose it is, by its place among `names`; None for the summary. `tag` names it in the code."""

    title: str
    number: str
    tag: str
    facts: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    lines: tuple[Marked, ...]
    closing: tuple[str, ...]
    signs: tuple[str, ...]
    day: date
    draft: str = ""
    member: int | None = None

    @property
    def sha256(self) -> str:
        """The hash of what it says."""
        grid = self.grid()
        rows = [[said(cell) for cell in row] for row in grid.every_row]
        told = {"tag": self.tag, "number": self.number, "title": self.title, "facts": [list(one) for one in self.facts],
                "columns": [one.title for one in grid.columns], "rows": rows, "closing": list(self.closing)}  # fmt: skip
        return hashlib.sha256(canonical(told).encode()).hexdigest()

    def grid(self) -> Grid:
        return self._summary() if self.member is None else self._own(self.member)

    def _own(self, place: int) -> Grid:
        rows: list[Sequence[Cell]] = [
            (
                str(number), one.title, "\n".join(one.standards), "\n".join(one.done), one.allowed,
                points(one.marks[place], one.verb), one.reasons[place],
            )
            for number, one in enumerate(self.lines, 1)
        ]  # fmt: skip
        return Grid(columns(OWN, OWN_CENTRED), rows)

    def _summary(self) -> Grid:
        people = [Column(name, PERSON, "center") for name in self.names]
        heads = [*columns(SUMMARY, SUMMARY_CENTRED), *people, Column("合成结果", MERGED, "center"), Column("说明", SAID)]
        rows: list[Sequence[Cell]] = [
            (
                str(number), one.title, one.maximum, *(points(mark, one.verb) for mark in one.marks), points(one.merged, one.verb),
                one.said,
            )
            for number, one in enumerate(self.lines, 1)
        ]  # fmt: skip
        return Grid(heads, rows)

    def paper(self) -> Paper:
        """As it is drawn: A4 across, like the 考核细则表 that it is filed with."""
        digest = self.sha256
        proof = Proof(f"LYT-{self.tag}\nSHA-256:{digest}", (self.tag, f"SHA-256：{digest}", "扫码核对编号和摘要"))
        return AssessmentForm(
            title=self.title,
            number=self.number,
            sheet="评分汇总" if self.member is None else f"评分表-{self.names[self.member]}",
            day=self.day,
            draft=self.draft,
            facts=self.facts,
            grid=self.grid(),
            closing=[Paragraph(words, indent=False) for words in self.closing],
            places=[Place(who) for who in self.signs],
            ending=[proof, Note(BY_HAND)],
        ).paper()


def points(text: str, verb: str) -> Cell:
    """`扣 2`: the points with what they do; a workbook computes with them."""
    if not text:
        return ""
    exact = parse_exact(text)
    shown = show(exact, 2)
    if shown.endswith("…"):
        return f"{verb}{shown}"
    return Figure(f"{verb}{shown}", Decimal(shown), f'"{verb}"0.##' if "." in shown else f'"{verb}"0')

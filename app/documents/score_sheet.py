"""The filled 考核细则表, computed once; a workbook, a PDF and a Word file are drawn from it."""

from __future__ import annotations

from dataclasses import dataclass

COLUMNS = ("序号", "考核项", "满分", "评分标准", "完成情况", "自评", "扣分", "考核得分", "说明")


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
    def text(self) -> str:
        """The line for the name, a seal for the parties."""
        sealed = "签字" if self.party.startswith("考核组") else "签字、盖章"
        return f"{self.party}（{sealed}）：{self.name}　{self.on}　{self.note}".rstrip("　")


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

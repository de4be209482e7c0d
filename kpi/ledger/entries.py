"""What one row of a ledger is once it is read: a typed entry, or what is wrong with the row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple, get_args

State = Literal["draft", "submitted", "verified", "returned", "withdrawn"]
Severity = Literal["error", "warning"]
#: What is wrong while a row is checked: the Chinese heading, the message, how much it matters.
Wrong = tuple[str, str, Severity]

#: What an office writes for each state, and the identifier itself.
STATES: Mapping[str, State] = {
    "草稿": "draft", "已提交": "submitted", "待审核": "submitted", "已审核": "verified",
    "审核通过": "verified", "已退回": "returned", "退回": "returned", "已撤回": "withdrawn",
    **{state: state for state in get_args(State)},
}


class Evidence(NamedTuple):
    """One piece of evidence: its kind (照片, 签到表) and its hash or file name."""

    kind: str
    name: str


class LedgerEntry(NamedTuple):
    """A typed ledger entry. `fields` holds the typed values by field id; blank fields are absent.

    `date` is the business date (rules of counting 2). Numbers are int or Fraction (money in yuan,
    percentages as ratios, durations in minutes), persons and enterprises their key. `nil`: a return that
    says nothing happened. `validated`: the outcome of a spot check, None where there was none.
    """

    id: str
    ledger: str
    date: date
    fields: dict[str, Any]
    version: int = 1
    state: State = "submitted"
    outlet: str = ""
    author: str = ""
    evidence: tuple[Evidence, ...] = ()
    nil: bool = False
    verifier: str = ""
    validated: bool | None = None


@dataclass(frozen=True, slots=True)
class EntryProblem:
    """What is wrong with a row. An error keeps the entry out, a warning lets it through, marked.

    `line` is the line of a text file or the row of a sheet; `field` the Chinese heading. `message` says
    what is wrong and what to write instead.
    """

    file: str
    line: int
    ledger: str
    field: str
    severity: Severity
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        words = " ".join(part for part in (place, self.ledger, self.field) if part)
        mark = "" if self.severity == "error" else "（提醒）"
        return f"{words}{mark}：{self.message}" if words else f"{mark}{self.message}"


class Checked(NamedTuple):
    """A row after checking: the entry (None when there are errors) and what was found."""

    entry: LedgerEntry | None
    problems: tuple[EntryProblem, ...] = ()


class FieldError(ValueError):
    """A value that a field does not take; the message says what to write instead."""


class FieldWarning(Exception):
    """A value that is taken although something about it looks wrong."""

    def __init__(self, value: Any, message: str) -> None:
        super().__init__(message)
        self.value = value

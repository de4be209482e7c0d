"""What stands in a report that the console makes: one small type per kind of section. Filled in kpi.reports."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from kpi.rulebook.base import Answerable, Identifier, Rule, Stated, Texts
from kpi.rulebook.indicators import Figure


class _Section(Rule):
    """`title` stands as the heading; blank takes the usual one of the kind. `words`: paragraphs before the tables.

    A paragraph may name figures of the report in braces: `本月发布岗位 {某条款/posts} 条`.
    """

    title: str = ""
    words: Texts = ()


class WordsSection(_Section):
    """Paragraphs alone, which staff write or complete: `hint` says what belongs there."""

    shows: Literal["words"]
    hint: str = ""


class TargetsSection(_Section):
    """Activity of the period, what has come together so far, target, share of it. No `clauses`: all indicators."""

    shows: Literal["targets"]
    clauses: Texts = ()


class ComparedSection(_Section):
    """The same figures beside the period before and the same one a year before."""

    shows: Literal["compared"]
    clauses: Texts = ()


class LedgersSection(_Section):
    """How many entries of each ledger are verified, wait, were found true on a spot check. No `ledger`: all."""

    shows: Literal["ledgers"]
    ledger: Texts = ()


class GroupColumn(Rule):
    """A figure kept apart by a field of its ledger (`by`): a choice, a text, or the outlet."""

    by: Identifier
    figure: Figure


class GroupRate(Rule):
    """One column over another: always shown with both."""

    numerator: Identifier
    denominator: Identifier
    label: str
    percent: bool = False


class Ranking(Rule):
    """Only the highest and the lowest rows of a column (or rate)."""

    by: Identifier
    most: int = Field(default=5, ge=1)


class GroupedSection(_Section):
    """A table with a row for each value of a field. `rows` heads the first column.

    `fold`: rows that are outlets are summed up to the township above them; figures that cannot be summed are
    counted anew for the township. `members`: the members of this set all have a row, also those without anything.
    """

    shows: Literal["grouped"]
    rows: str
    columns: dict[Identifier, GroupColumn] = Field(min_length=1)
    rates: dict[Identifier, GroupRate] = Field(default_factory=dict)
    ranked: Ranking | None = None
    fold: Literal["outlet", "township"] = "outlet"
    members: Identifier | None = None

    @field_validator("columns")
    @classmethod
    def _one_way(cls, columns: dict[str, GroupColumn]) -> dict[str, GroupColumn]:
        by: dict[str, str] = {}
        for name, column in columns.items():
            ledger = getattr(column.figure, "ledger", None)
            if ledger is None:
                raise ValueError(f"“{name}”不从台账取数，不能分组；请用 count、sum、distinct 等")
            if by.setdefault(ledger, column.by) != column.by:
                raise ValueError(f"台账 {ledger} 在同一张表里既按 {by[ledger]} 又按 {column.by} 分；请分成两张表")
        return columns

    @field_validator("rates")
    @classmethod
    def _apart(cls, rates: dict[str, GroupRate]) -> dict[str, GroupRate]:
        for name, rate in rates.items():
            if name in (rate.numerator, rate.denominator):
                raise ValueError(f"比率“{name}”的分子或分母写成了自己")
        return rates


class FindingsSection(_Section):
    """Findings registered in the period and how their rectification stands."""

    shows: Literal["findings"]


class ScoreSection(_Section):
    """Assessments whose period ends in the period and that are signed: score of each item, total, tier."""

    shows: Literal["score"]


class PaymentsSection(_Section):
    """What was paid, what the signed results earn, what is left."""

    shows: Literal["payments"]


class BehindSection(_Section):
    """What is behind, and what is due in the next period."""

    shows: Literal["behind"]
    clauses: Texts = ()


ReportSection = Annotated[
    WordsSection
    | TargetsSection
    | ComparedSection
    | LedgersSection
    | GroupedSection
    | FindingsSection
    | ScoreSection
    | PaymentsSection
    | BehindSection,
    Field(discriminator="shows"),
]


class HandedIn(Rule):
    """The entry that a report becomes once it is handed in; its verification is the report's acceptance.

    `fields`: by field id, with `{period}`, `{month}`, `{title}` for what they are of the report, `{buyer}`, `{day}` for
    the day of handing in, and numbers of the report by their id. `evidence`: the kind, or the field, under which the PDF
    is kept beside the entry; `also`: kinds of which whoever hands it in adds files.
    """

    ledger: Identifier
    fields: dict[str, str | bool]
    evidence: str = ""
    also: Texts = ()


class Occasion(Rule):
    """An event after which a report is due: the last entry of `ledger` for each value of `field` (of `values`: no others).

    `quiet_days`: so many days without a further entry end an event that takes several days, such as a spot check.
    """

    ledger: Identifier
    field: Identifier
    values: Texts = ()
    quiet_days: int = Field(default=0, ge=0)


class ReportDuty(Rule):
    """A report or document that the contract owes, and when.

    With `sections` the console makes it; without, it is a deliverable that somebody else makes and that is only
    registered. `within_days`: calendar days after the period's end, None where the document states none. What is owed once
    has `once_by`, its day (08-31, term_start, term_end), and is made `lead_days` before; or `after`, the event that it follows.
    """

    id: Identifier
    clauses: Texts
    title: str
    every: str = "once"
    due: Answerable[str] = ""
    within_days: Answerable[int] | None = None
    once_by: Answerable[str] | None = None
    lead_days: int = Field(default=0, ge=0)
    after: Occasion | None = None
    content: Texts = ()
    copies: str = ""
    made_by: Literal["console", "contractor"] = "contractor"
    sections: tuple[ReportSection, ...] = ()
    handed_in: HandedIn | None = None
    stated: tuple[Stated, ...] = ()

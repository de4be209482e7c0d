"""合同体检: the linter over a whole rulebook. `check` finds, `coverage` says what carries each clause."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kpi.checkup import (
    answering,
    bands,
    carriers,
    definitions,
    forms,
    looking,
    measures,
    money,
    orders,
    points,
    references,
    rounding,
    silences,
    wiring,
)
from kpi.checkup.carriers import Carried, Carrier
from kpi.checkup.findings import Book, Finding, Severity
from kpi.rulebook.loader import Source

__all__ = ["CHECKS", "Carried", "Carrier", "Checkup", "Finding", "Severity", "check", "coverage"]

Check = Callable[[Book], Iterator[Finding]]

#: Every check. Each takes the whole rulebook and yields what it finds.
CHECKS: tuple[Check, ...] = (
    references.references,
    references.expressions,
    definitions.duplicates,
    definitions.circles,
    answering.answers,
    definitions.quotes,
    points.totals,
    points.mechanics,
    points.step_tables,
    bands.tiers,
    orders.orders,
    forms.forms,
    money.payments,
    rounding.roundings,
    silences.maxima,
    silences.weights,
    silences.bonuses,
    silences.populations,
    silences.contradictions,
    silences.open_questions,
    carriers.uncovered,
    measures.fields,
    measures.figures,
    measures.criteria,
    measures.surveys,
    wiring.indicators,
    wiring.comparisons,
    wiring.consequences,
    wiring.surveys,
    looking.checklists,
    looking.complaints,
    looking.polls,
    looking.plans,
)


@dataclass(frozen=True, slots=True)
class Checkup:
    """Findings sorted by place. `not_carried`: clauses that no program can carry, with the reason."""

    key: str
    title: str
    findings: tuple[Finding, ...]
    not_carried: tuple[Carried, ...]

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings of one severity, by place."""
        return tuple(one for one in self.findings if one.severity == severity)

    @property
    def sound(self) -> bool:
        """No errors: open questions do not make a rulebook unusable."""
        return not self.of("error")


def check(source: Source) -> Checkup:
    """Everything that is wrong, open or idle in a rulebook."""
    book = Book(source)
    found = {finding for run in CHECKS for finding in run(book)}
    by_place = sorted(found, key=lambda one: (one.line, one.field, one.code, one.message))
    open_clauses = tuple(one for one in carriers.carried(book).values() if one.not_carried and not one.by)
    return Checkup(book.rulebook.key, book.rulebook.title, tuple(by_place), open_clauses)


def coverage(source: Source) -> dict[str, Carried]:
    """Per clause id, in the order of the rulebook, what carries it or why nothing can."""
    return carriers.carried(Book(source))

"""What an assessment follows from beside its entries and its decisions: book, term, answers, earlier sheets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.security.terms import AssessmentState, OpeningKind
from app.services import books, targets
from app.services.act import found
from app.services.books import Book
from app.services.by_hand import stated
from app.services.standing.inputs import paid
from app.store import assessments, rulebooks, setup
from app.store.assessments import Assessment
from app.store.contracts import Contract, ContractScope
from app.store.setup import OpeningRecord
from kpi.calendar import shift
from kpi.quantities import Money, Period, parse_exact
from kpi.replay import fitting
from kpi.reports.plain_data import plain_data
from kpi.rulebook.answers import Refused as Unanswered
from kpi.rulebook.given import Days, EarlierSheet, Given

#: Raised whenever what is measured, or how it is kept, changes.
REVISION = 1


@dataclass(frozen=True)
class Basis:
    """`given` without facts and decisions; `left_out`: what the rulebook in force does not know."""

    book: Book
    given: Given
    left_out: tuple[str, ...] = ()

    @property
    def signature(self) -> str:
        """Changes with anything that figures or scores follow from, the entries left out."""
        told = {"revision": REVISION, "text": self.book.source.sha256, "given": plain_data(self.given)}
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def basis(scope: ContractScope, row: Assessment) -> Basis:
    """As everything stands now, under the rulebook in force on the period's last day."""
    contract = found(scope.contract())
    version = rulebooks.in_force(scope.session, scope.contract_id, row.until_on)
    book = books.book_by_text(scope, version.rulebook_text_id if version is not None else row.rulebook_text_id)
    openings = confirmed(scope)
    earlier = assessments.every(scope.session, scope.contract_id)
    given = Given(
        price=Money(contract.price_fen) if contract.price_fen is not None else None,
        term=Days(start=contract.starts_on, end=contract.ends_on),
        period=Days(start=row.from_on, end=row.until_on),
        answers=book.given,
        members=book.members,
        calendar=books.calendar_data(scope.session),
        paid=paid(book, [one for one in openings if one.kind == OpeningKind.PAYMENT]),
        part=row.part,
        sheets=tuple(sheets(book, contract, row, earlier, openings)),
        history=tuple(history(row, earlier)),
        targets=targets.in_force(scope.session, scope.contract_id, book, row.until_on),
        facts=stated(scope, Period(row.from_on, row.until_on)),
    )
    fitted, left_out = fitting(book.rulebook, given)
    return Basis(targets.applied(book, fitted.targets), fitted, left_out)


def confirmed(scope: ContractScope) -> list[OpeningRecord]:
    """What happened before the console and a second person has confirmed."""
    return [
        one for one in setup.openings(scope.session, scope.contract_id)
        if one.confirmed_at is not None and one.withdrawn_at is None
    ]  # fmt: skip


def year_of(contract: Contract, day: date) -> tuple[date, date]:
    """The contract year that a day lies in."""
    number = 0
    while shift(contract.starts_on, months=12 * (number + 1)) <= day:
        number += 1
    start = shift(contract.starts_on, months=12 * number)
    return start, shift(contract.starts_on, months=12 * (number + 1), days=-1)


def sheets(
    book: Book, contract: Contract, row: Assessment, rows: Iterable[Assessment], openings: Sequence[OpeningRecord]
) -> list[EarlierSheet]:
    """The signed sheets of the same contract year that this one is combined with, oldest first."""
    if not _combines(book):
        return []
    first, last = year_of(contract, row.until_on)
    others = sorted(
        (one for one in rows if counts(one) and one.id not in {row.id, row.supersedes_id}),
        key=lambda one: (one.until_on, one.number),
    )
    made = [
        EarlierSheet(
            total=parse_exact(one.summary["sheet"]), bonus=parse_exact(one.summary.get("bonus", "0")),
            label=one.label, part=one.part,
        )
        for one in others
        if first <= one.until_on <= last and one.summary.get("sheet") is not None
    ]  # fmt: skip
    return [*_before(openings, first, last), *made]


def _combines(book: Book) -> bool:
    rubric = book.rulebook.rubric
    try:
        return rubric is not None and book.answers.get(rubric.combine) != "single"
    except Unanswered:
        return False


def _before(openings: Sequence[OpeningRecord], first: date, last: date) -> list[EarlierSheet]:
    """Scores on paper from before the console. They name no part: where there are parts they do not fit in."""
    return [
        EarlierSheet(total=parse_exact(one.score), label=one.title)
        for one in openings
        if one.kind == OpeningKind.SCORE and one.score is not None and first <= one.until_on <= last
    ]


def counts(row: Assessment) -> bool:
    """Whether later assessments go by it: signed, and of a whole period."""
    return row.state == AssessmentState.SIGNED and not row.interim


def history(row: Assessment, rows: Iterable[Assessment]) -> list[tuple[str, ...]]:
    """Which conditions of consequences held in the signed assessments before this one, oldest first."""
    earlier = sorted(
        (one for one in rows if counts(one) and one.part == row.part and one.until_on < row.from_on),
        key=lambda one: one.until_on,
    )
    return [tuple(one.summary.get("held", ())) for one in earlier]

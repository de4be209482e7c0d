"""What a contract's standing follows from beside its entries: its book, what is given, the period that runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from app.security.settlement_terms import ForfeitState
from app.security.terms import ContractState
from app.services import targets
from app.services.act import Refused
from app.services.books import Book, book_of, calendar_data, calendar_with
from app.services.by_hand import stated
from app.store import payments, settlement, standing
from app.store.contracts import Contract, ContractScope
from app.store.money import Books
from kpi.calendar import CalendarError, WindowKind, WorkCalendar, periods
from kpi.quantities import Money, Period
from kpi.replay import fitting
from kpi.reports.plain_data import plain_data
from kpi.rulebook.answers import Refused as Unanswered
from kpi.rulebook.given import Days, Given
from kpi.rulebook.payments import Holdback, Instalments

#: Raised whenever what is computed, or how it is kept, changes: every standing is computed anew then.
REVISION = 6


@dataclass(frozen=True)
class Inputs:
    """`given` has no period yet. `span` is the period that runs, `as_of` today inside it, `closed` the last day over.

    `data`: the tables of holidays as they are stored.
    """

    contract: Contract
    book: Book
    given: Given
    left_out: tuple[str, ...]
    calendar: WorkCalendar
    span: Period
    today: date
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def trial(self) -> bool:
        return self.contract.state == ContractState.TRIAL

    @property
    def term(self) -> Period:
        return Period(self.contract.starts_on, self.contract.ends_on)

    @property
    def as_of(self) -> date:
        return min(self.today, self.span.end)

    @property
    def closed(self) -> date:
        return min(self.today - timedelta(days=1), self.span.end)

    @property
    def ledgers(self) -> list[str]:
        return [one.id for one in self.book.rulebook.ledgers]

    def given_until(self, span: Period) -> Given:
        """What is given, with a period."""
        return self.given.model_copy(update={"period": Days(start=span.start, end=span.end)})

    @property
    def digest(self) -> str:
        """Changes with anything but the entries."""
        told = {
            "revision": REVISION, "text": self.book.text_id, "given": plain_data(self.given), "trial": self.trial,
            "left_out": list(self.left_out), "span": [self.span.start.isoformat(), self.span.end.isoformat()],
        }  # fmt: skip
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def gather(scope: ContractScope, contract: Contract, today: date, *, money: bool = True) -> Inputs:
    """Refused where there is nothing to compute yet: no rulebook, or the term has not begun.

    `money`: what was paid is wanted too; pages of figures do without.
    """
    book = book_of(scope, contract)
    if today < contract.starts_on:
        raise Refused(f"合同从 {contract.starts_on} 起，到那天才开始推算")
    span = running_period(book, Period(contract.starts_on, contract.ends_on), today)
    changed = targets.in_force(scope.session, contract.id, book, span.end)
    raw = _given(scope, contract, book, money=money).model_copy(update={"targets": changed, "facts": stated(scope, span)})
    given, left_out = fitting(book.rulebook, raw)
    book = targets.applied(book, given.targets)
    return Inputs(contract, book, given, left_out, calendar_with(raw.calendar, provisional=True), span, today, raw.calendar)


def _given(scope: ContractScope, contract: Contract, book: Book, *, money: bool) -> Given:
    kept = forfeited(scope, book) if money else {}
    return Given(
        price=Money(contract.price_fen) if contract.price_fen is not None else None,
        term=Days(start=contract.starts_on, end=contract.ends_on),
        answers=book.given,
        members=book.members,
        calendar=calendar_data(scope.session),
        paid={**over(scope, kept), **paid_so_far(scope, contract, book)} if money else {},
        forfeited=kept,
    )


def over(scope: ContractScope, kept: Mapping[str, Money]) -> dict[str, Money]:
    """Lines of which nothing is left to give back: nothing of them is to be paid any more."""
    left = Books(scope.session, scope.contract_id).kept_by_line() if kept else {}
    return {line: Money(0) for line in kept if line not in left}


def forfeited(scope: ContractScope, book: Book) -> dict[str, Money]:
    """What of the 质保金 was found not to be given back; nothing is asked where the rulebook keeps nothing."""
    payment, found = book.rulebook.payment, dict[str, Money]()
    plans = payment.plans if payment is not None else ()
    if not any(isinstance(one.amount, Holdback) for plan in plans for one in plan.tranches):
        return found
    for row in settlement.forfeits(scope.session, scope.contract_id):
        if row.state == ForfeitState.AGREED:
            found[row.line] = found.get(row.line, Money(0)) + Money(row.amount_fen)
    return found


def paid_so_far(scope: ContractScope, contract: Contract, book: Book) -> dict[str, Money]:
    """What has been paid on each line of the plan: before the console, and by its payments that were not returned."""
    found = paid(book, standing.payments(scope.session, contract.id))
    for line, fen in payments.paid_by_line(scope.session, contract.id).items():
        found[line] = found.get(line, Money(0)) + Money(fen)
    return found


def paid(book: Book, rows: Sequence[standing.OpeningRecord]) -> dict[str, Money]:
    """What was paid before the console, by line of the plan: instalments one after another."""
    found: dict[str, int] = {}
    several = instalments(book)
    for row in rows:
        name = row.tranche
        if name in several:
            number = 1
            while f"{name}_{number}" in found:
                number += 1
            name = f"{name}_{number}"
        if name:
            found[name] = found.get(name, 0) + (row.amount_fen or 0)
    return {name: Money(fen) for name, fen in found.items()}


def instalments(book: Book) -> frozenset[str]:
    """The tranches that are paid in several lines."""
    payment = book.rulebook.payment
    plans = payment.plans if payment is not None else ()
    return frozenset(one.id for plan in plans for one in plan.tranches if isinstance(one.amount, Instalments))


def running_period(book: Book, term: Period, today: date) -> Period:
    """The assessment period that today lies in; after the term its last one. The term where none is stated."""
    day = min(today, term.end)
    try:
        for window in periods(_every(book), term, anchor=book.answers.get(book.rulebook.windows.anchor)):
            if day in window:
                return Period(window.start, window.end, window.label)
    except (Unanswered, CalendarError):
        return Period(term.start, term.end, "合同期")
    return Period(term.start, term.end, "合同期")


def _every(book: Book) -> WindowKind:
    """How often is assessed; contracts without a rubric are judged by the whole term."""
    rubric = book.rulebook.rubric
    return WindowKind.TERM if rubric is None else WindowKind(book.answers.get(rubric.every))

"""What every part of the home page needs at hand, looked up once for all contracts of a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from sqlalchemy.orm import Session

from app.clock import business_day
from app.security.permissions import P
from app.security.predicates import Person, may
from app.security.terms import ContractState
from app.services import books, standing
from app.services.books import Book
from app.services.standing import StandingView
from app.services.verification.deadlines import Clock
from app.store import settlement, workbench
from app.store.contracts import Contract
from app.store.settlement import Pending
from app.store.workbench import Open
from kpi.calendar import WorkCalendar

RUNNING = (ContractState.TRIAL, ContractState.LIVE)


@dataclass(frozen=True)
class Bench:
    """A person at work: the contracts, and what belongs to each."""

    session: Session
    person: Person
    now: datetime
    contracts: Sequence[Contract] = field(default_factory=tuple)

    @property
    def today(self) -> date:
        return business_day(self.now)

    @cached_property
    def ids(self) -> list[int]:
        return [one.id for one in self.contracts]

    def where(self, *permissions: P) -> list[int]:
        """The running contracts in which the person holds one of the permissions."""
        return [
            one.id for one in self.contracts
            if one.state in RUNNING and any(may(self.person, each, one.id) for each in permissions)
        ]  # fmt: skip

    @cached_property
    def by_id(self) -> dict[int, Contract]:
        return {one.id: one for one in self.contracts}

    @cached_property
    def trials(self) -> dict[int, bool]:
        """The running contracts, and whether they are on trial: then practice entries are what is worked on."""
        return {one.id: one.state == ContractState.TRIAL for one in self.contracts if one.state in RUNNING}

    @cached_property
    def books(self) -> dict[int, Book]:
        """The rulebook of each contract that has one, with its answers."""
        wanted = {one.id: one.rulebook_text_id for one in self.contracts if one.rulebook_text_id is not None}
        texts = workbench.texts(self.session, set(wanted.values()))
        answers = workbench.answers(self.session, wanted)
        return {key: books.assembled(texts[text], text, answers.get(key, ())) for key, text in wanted.items()}

    @cached_property
    def standings(self) -> dict[int, StandingView]:
        return standing.of_many(self.session, self.ids)

    @cached_property
    def payers(self) -> list[int]:
        """The running contracts in whose payments the person takes part."""
        return self.where(P.SCORE, P.SIGN, P.PAYMENT_APPROVE, P.PAYMENT_REQUEST)

    @cached_property
    def pending(self) -> Pending:
        """What there is of settlements in these."""
        return settlement.pending(self.session, self.payers)

    @cached_property
    def calendar(self) -> WorkCalendar:
        """Working days; a year without published holidays counts weekdays and is marked."""
        return books.calendar(self.session, provisional=True)

    def clock(self, contract: Contract) -> Clock:
        """The deadlines of a contract's review."""
        return Clock(self.calendar, contract.review_days, self.today)

    @cached_property
    def open(self) -> dict[int, list[Open]]:
        """What waits in each contract, by ledger and state."""
        cutoffs = {key: self.clock(self.by_id[key]).cutoff for key in self.trials}
        found: dict[int, list[Open]] = {}
        for one in workbench.open_entries(self.session, self.trials, self.person.user_id, cutoffs):
            found.setdefault(one.contract_id, []).append(one)
        return found

    @cached_property
    def latest(self) -> dict[tuple[int, str], date]:
        """The latest day with an entry, by contract and ledger."""
        return workbench.latest_days(self.session, self.trials, self.today)

    def ledger_name(self, contract_id: int, ledger: str) -> str:
        """The ledger's Chinese name; its id where the rulebook no longer has it."""
        book = self.books.get(contract_id)
        found = book.ledger(ledger) if book is not None else None
        return found.name if found is not None else ledger

"""What waits at whom, for the home pages: returned to the author, to be decided on, contested, overdue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.security.permissions import Permission
from app.security.predicates import Person, may
from app.security.terms import ContractState, EntryState
from app.services import books
from app.services.act import found
from app.services.verification.deadlines import Clock, Due
from app.services.verification.queue import Filter, asked
from app.services.verification.stages import CHECK, VERIFY, Stage
from app.store import review_queue, rulebooks
from app.store.contracts import Contract, ContractScope
from app.store.entries import Entries, LedgerEntry
from kpi.calendar import WorkCalendar

MOST_RETURNED = 50


@dataclass(frozen=True)
class Waiting:
    """How many entries wait, by ledger. `to_verify`: for the buyer; `to_check`: for the project manager."""

    to_verify: Mapping[str, int]
    to_check: Mapping[str, int]
    contested: int


@dataclass(frozen=True)
class Overdue:
    """How many waited longer than the contract allows, and until when the oldest had to be decided on."""

    count: int
    oldest: Due | None


def returned_to(scope: ContractScope, user_id: int, size: int = MOST_RETURNED) -> Sequence[LedgerEntry]:
    """The person's entries that were given back, the oldest first; each carries its `return_reason`."""
    return Entries(scope.session, scope.contract_id).waiting_for(user_id, EntryState.RETURNED, size)


def waiting(scope: ContractScope, person: Person | None = None) -> Waiting:
    """What waits in the contract. `person`: only what this person may decide on, own work left out."""
    contract = found(scope.contract())
    trial = contract.state == ContractState.TRIAL
    me = person.user_id if person is not None else None

    def counted(stage: Stage) -> dict[str, int]:
        if person is not None and not may(person, stage.permission, contract.id):
            return {}
        wanted = review_queue.Asked(stage.waits, trial, not_by=me)
        return review_queue.by_ledger(scope.session, contract.id, wanted)

    verifies = person is None or may(person, Permission.ENTRY_VERIFY, contract.id)
    return Waiting(counted(VERIFY), counted(CHECK), objections(scope, contract, trial) if verifies else 0)


def objections(scope: ContractScope, contract: Contract, trial: bool) -> int:
    """How many of the buyer's entries the contractor objects to."""
    if contract.rulebook_text_id is None:
        return 0
    rulebook = books.loaded(rulebooks.text(scope.session, contract.rulebook_text_id).text).rulebook
    ledgers = [each.id for each in rulebook.ledgers if each.enters == "buyer"]
    return review_queue.count_contested(scope.session, contract.id, ledgers, trial)


def overdue(scope: ContractScope, calendar: WorkCalendar, today: date, person: Person | None = None) -> Overdue:
    """What the supervisor should have decided on by now. `person`: own work left out."""
    contract = found(scope.contract())
    clock = Clock(calendar, contract.review_days, today)
    wanted = asked(VERIFY, contract, clock, Filter(overdue=True), person.user_id if person is not None else None)
    count = review_queue.count(scope.session, contract.id, wanted)
    oldest = review_queue.oldest(scope.session, contract.id, wanted) if count else None
    return Overdue(count, clock.due(oldest) if oldest is not None else None)

"""What somebody who records work has before them today: returned entries, drafts, ledgers, follow-ups, the diary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from app.security.permissions import P
from app.security.predicates import may
from app.security.terms import EntryState
from app.services.ledger import gates
from app.services.workbench import due, reminders
from app.services.workbench.bench import Bench
from app.services.workbench.diary import Diary, diary
from app.services.workbench.due import DueLedger
from app.services.workbench.reminders import Reminder
from app.services.workbench.tasks import Task, tasks_of
from app.store import workbench
from app.store.workbench import Own
from kpi.calendar import WindowKind
from kpi.rulebook.ledgers import Ledger

MOST_USED = 5
MOST_WAITING = 50


@dataclass(frozen=True)
class Shortcut:
    """A ledger that the person uses most. `nil`: nothing has been recorded today and a nil return is possible."""

    ledger: Ledger
    nil: bool
    copies: bool


@dataclass(frozen=True)
class Unsaved:
    """Something typed and not saved. `entry_id` None: a new entry."""

    ledger: Ledger
    entry_id: int | None
    at: datetime


@dataclass(frozen=True)
class OwnWork:
    """A person's own work in one contract."""

    contract_id: int
    returned: Sequence[Own]
    drafts: Sequence[Own]
    unsaved: Sequence[Unsaved]
    shortcuts: Sequence[Shortcut]
    due: Sequence[DueLedger]
    reminders: Sequence[Reminder]
    diary: Diary
    tasks: Sequence[Task] = ()

    @property
    def waits(self) -> int:
        """How many things wait for the person."""
        return len(self.returned) + len(self.drafts) + len(self.unsaved)


class OwnDesk:
    """The own work of a person in all contracts, each question asked once."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.ids = bench.where(P.ENTRY_WRITE, P.BUYER_ENTRY_WRITE)

    @cached_property
    def latest(self) -> list[Own]:
        """The person's latest entries: they say which ledgers are used, what waits, and what was done today."""
        bench = self.bench
        return workbench.own(bench.session, self.ids, bench.person.user_id, bench.today)

    @cached_property
    def unsaved(self) -> list[tuple[int, str, int | None, datetime]]:
        return workbench.unsaved(self.bench.session, self.ids, self.bench.person.user_id)

    @cached_property
    def tasks(self) -> dict[int, list[Task]]:
        """What is planned for the person this month."""
        return tasks_of(self.bench, self.ids)

    def used(self, contract_id: int) -> list[str]:
        """Ledgers by how many of the latest entries are in them."""
        counted = Counter(one.ledger for one in self.latest if one.contract_id == contract_id)
        return [ledger for ledger, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]

    def of(self, contract_id: int) -> OwnWork | None:
        """The person's work in a contract; None where they record nothing there."""
        book = self.bench.books.get(contract_id)
        if contract_id not in self.ids or book is None:
            return None
        ledgers = {one.id: one for one in book.rulebook.ledgers}
        mine = [one for one in self.latest if one.contract_id == contract_id and one.ledger in ledgers]
        return OwnWork(
            contract_id,
            [one for one in mine if one.state == EntryState.RETURNED][:MOST_WAITING],
            [one for one in mine if one.state == EntryState.DRAFT][:MOST_WAITING],
            self._unsaved(contract_id, ledgers),
            self._shortcuts(contract_id, ledgers),
            self._due(contract_id),
            reminders.reminders(self.bench, contract_id),
            diary(self.bench.today, [one for one in mine if one.fields is not None], ledgers),
            self.tasks.get(contract_id, ()),
        )

    def _unsaved(self, contract_id: int, ledgers: dict[str, Ledger]) -> list[Unsaved]:
        return [
            Unsaved(ledgers[ledger], entry_id, at)
            for owner, ledger, entry_id, at in self.unsaved if owner == contract_id and ledger in ledgers
        ]  # fmt: skip

    def _shortcuts(self, contract_id: int, ledgers: dict[str, Ledger]) -> list[Shortcut]:
        """The five most used; who is new gets the first of the rulebook instead."""
        used = [name for name in self.used(contract_id) if name in ledgers]
        mine = [one.id for one in ledgers.values() if self._writes(contract_id, one)]
        chosen = [name for name in [*used, *(name for name in mine if name not in used)] if name in mine][:MOST_USED]
        return [self._shortcut(contract_id, ledgers[name], name in used) for name in chosen]

    def _shortcut(self, contract_id: int, ledger: Ledger, copies: bool) -> Shortcut:
        nil = ledger.nil_return and self.last_day(contract_id, ledger) != self.bench.today
        return Shortcut(ledger, nil and self.within_term(contract_id), copies)

    def last_day(self, contract_id: int, ledger: Ledger) -> date | None:
        return self.bench.latest.get((contract_id, ledger.id))

    def within_term(self, contract_id: int) -> bool:
        contract = self.bench.by_id[contract_id]
        return contract.starts_on <= self.bench.today <= contract.ends_on

    def _writes(self, contract_id: int, ledger: Ledger) -> bool:
        return may(self.bench.person, gates.writes(ledger), contract_id)

    def _due(self, contract_id: int) -> list[DueLedger]:
        """What the person's own ledgers still lack today: of the most used ones, and nil returns of all."""
        if not may(self.bench.person, P.ENTRY_WRITE, contract_id):
            return []
        used = set(self.used(contract_id)[:MOST_USED])
        today = (WindowKind.DAY, WindowKind.WORKING_DAY)
        return [
            one for one in due.due_ledgers(self.bench, contract_id, "contractor")
            if one.ledger.id in used or one.kind in today
        ]  # fmt: skip

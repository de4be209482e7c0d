"""What the supervisor has before them: the queue with its deadlines, objections, second signatures, open questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.security.permissions import P
from app.security.predicates import may
from app.security.terms import EntryState
from app.services.standing import IndicatorView
from app.services.verification.deadlines import Due
from app.services.workbench import due
from app.services.workbench.bench import Bench
from app.services.workbench.due import DueLedger
from app.store import workbench


@dataclass(frozen=True)
class QueueOf:
    """What of a ledger waits for review. `due`: until when the oldest is to be decided on."""

    ledger: str
    name: str
    number: int
    overdue: int
    due: Due | None


@dataclass(frozen=True)
class ReviewWork:
    """The buyer's work in one contract."""

    contract_id: int
    queue: Sequence[QueueOf]
    contested: int
    unlocks: int
    openings: int
    questions: Sequence[Mapping[str, Any]]
    due: Sequence[DueLedger]
    behind: Sequence[IndicatorView]

    @property
    def waiting(self) -> int:
        return sum(one.number for one in self.queue)

    @property
    def overdue(self) -> int:
        return sum(one.overdue for one in self.queue)


class ReviewDesk:
    """The reviews of all contracts in which a person verifies."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.ids = bench.where(P.ENTRY_VERIFY)

    @cached_property
    def second(self) -> dict[tuple[str, int], int]:
        """What waits for a second person, by kind and contract."""
        ledgers = {
            key: [one.id for one in self.bench.books[key].rulebook.ledgers if one.enters == "buyer"]
            for key in self.ids if key in self.bench.books
        }  # fmt: skip
        trials = {key: self.bench.trials[key] for key in self.ids}
        return workbench.second_person(self.bench.session, trials, ledgers, self.bench.person.user_id)

    def of(self, contract_id: int) -> ReviewWork | None:
        """The review of a contract; None where the person does not verify there."""
        if contract_id not in self.ids or contract_id not in self.bench.books:
            return None
        view = self.bench.standings.get(contract_id)
        enters = may(self.bench.person, P.BUYER_ENTRY_WRITE, contract_id)
        return ReviewWork(
            contract_id,
            self._queue(contract_id),
            self.second.get(("contested", contract_id), 0),
            self.second.get(("unlocks", contract_id), 0),
            self.second.get(("openings", contract_id), 0),
            view.data.get("open", ()) if view is not None else (),
            due.due_ledgers(self.bench, contract_id, "buyer") if enters else (),
            view.behind if view is not None else (),
        )

    def _queue(self, contract_id: int) -> list[QueueOf]:
        """What waits for a decision, by ledger, the oldest first; own entries are others' to decide on."""
        clock = self.bench.clock(self.bench.by_id[contract_id])
        found = []
        for one in self.bench.open.get(contract_id, ()):
            if one.state == EntryState.SUBMITTED and one.number > one.own:
                name = self.bench.ledger_name(contract_id, one.ledger)
                oldest = clock.due(one.oldest) if one.oldest is not None else None
                found.append(QueueOf(one.ledger, name, one.number - one.own, one.overdue, oldest))
        return sorted(found, key=lambda one: (one.due is None, one.due.on if one.due else None, one.name))

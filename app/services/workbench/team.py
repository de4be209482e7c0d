"""What the project manager has before them: internal checks, returned work, gaps, how late people enter, papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

from app.clock import business_day
from app.security.permissions import P
from app.security.terms import EntryState
from app.services.standing import IndicatorView
from app.services.workbench import due
from app.services.workbench.bench import Bench
from app.services.workbench.due import DueLedger
from app.store import workbench
from kpi.quantities import half_up, plain

#: So many days before a platform's history expires an import is called for.
REMIND_DAYS = 7


@dataclass(frozen=True)
class Waits:
    """How many entries of a ledger wait, without the person's own. `oldest`: when the oldest came in."""

    contract_id: int
    ledger: str
    name: str
    number: int
    oldest: datetime | None


@dataclass(frozen=True)
class Late:
    """How many days after the work somebody makes their entries, on the average and at most."""

    user_id: int
    name: str
    number: int
    mean: str
    most: int
    late: bool


@dataclass(frozen=True)
class ImportDue:
    """A platform's export that should be taken in again before its history expires."""

    name: str
    ledger: str
    last: date
    by: date


@dataclass(frozen=True)
class TeamWork:
    """The supplier's work in one contract as its manager sees it."""

    contract_id: int
    to_check: Sequence[Waits]
    returned: Sequence[Waits]
    due: Sequence[DueLedger]
    behind: Sequence[IndicatorView]
    lag: Sequence[Late]
    unsigned: Sequence[str]
    imports: Sequence[ImportDue]

    @property
    def checks(self) -> int:
        return sum(one.number for one in self.to_check)


class TeamDesk:
    """The teams of all contracts that a person manages."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.ids = bench.where(P.ENTRY_CHECK)

    @cached_property
    def unsigned(self) -> dict[int, list[str]]:
        return workbench.unsigned(self.bench.session, self.ids)

    @cached_property
    def imports(self) -> list[tuple[int, str, str, datetime]]:
        wanted = [key for key in self.ids if self.bench.by_id[key].history_days is not None]
        return workbench.last_imports(self.bench.session, wanted)

    def of(self, contract_id: int) -> TeamWork | None:
        """The team's work in a contract; None where the person does not manage it."""
        if contract_id not in self.ids or contract_id not in self.bench.books:
            return None
        view = self.bench.standings.get(contract_id)
        return TeamWork(
            contract_id,
            waits(self.bench, contract_id, EntryState.TO_CHECK, own=False),
            waits(self.bench, contract_id, EntryState.RETURNED, own=True),
            due.due_ledgers(self.bench, contract_id, "contractor"),
            view.behind if view is not None else (),
            self._late(contract_id),
            self.unsigned.get(contract_id, ()),
            self._imports(contract_id),
        )

    def _late(self, contract_id: int) -> list[Late]:
        """People of the manager's organisation, who enters late first; late is more than a day on the average."""
        view = self.bench.standings.get(contract_id)
        own = self.bench.person.organisation_id
        found = [
            Late(one["id"], one["name"], one["number"], _mean(one), one["most"], one["days"] > one["number"])
            for one in (view.data.get("lag", ()) if view is not None else ()) if one["organisation"] == own
        ]  # fmt: skip
        return sorted(found, key=lambda one: (-Fraction(one.mean), one.name))

    def _imports(self, contract_id: int) -> list[ImportDue]:
        kept = timedelta(days=self.bench.by_id[contract_id].history_days or 0)
        found = []
        for owner, ledger, name, at in self.imports:
            last = business_day(at)
            if owner == contract_id and self.bench.today >= last + max(kept - timedelta(days=REMIND_DAYS), timedelta(days=1)):
                found.append(ImportDue(name, ledger, last, last + kept))
        return found


def _mean(lag: Mapping[str, Any]) -> str:
    return plain(half_up(Fraction(lag["days"], lag["number"]), 1))


def waits(bench: Bench, contract_id: int, state: EntryState, *, own: bool) -> list[Waits]:
    """What waits in a state, by ledger, most first; `own`: with the person's own entries."""
    found = []
    for one in bench.open.get(contract_id, ()):
        number = one.number if own else one.number - one.own
        if one.state == state and number:
            found.append(Waits(contract_id, one.ledger, bench.ledger_name(contract_id, one.ledger), number, one.oldest))
    return sorted(found, key=lambda one: (-one.number, one.name))

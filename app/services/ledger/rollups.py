"""The engine's accumulators kept in the database, changed in the transaction of each decision.

`moving` stands around whatever changes entries: it counts them out as they were and in as they are. The
engine's own accumulators say which rows that touches, so the rows of a plan are at any time exactly the state
of a collector that counted every entry once; `rebuild` and `check` count everything anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from app.security.terms import ContractState, Side
from app.services import books
from app.services.act import Act, found
from app.services.ledger import feed
from app.services.ledger.rollup_machine import Counted, Machine, counted, machine
from app.services.ledger.rollup_rows import flat
from app.store import rollups
from app.store.contracts import ContractScope
from app.store.rollups import Place, RollupPlan
from app.store.standing import stream
from kpi.ledger import LedgerEntry

__all__ = [
    "Moving", "RollupPlan", "check", "counted", "ensure", "machine", "moving", "planned", "rebuild", "recounted", "take_turn",
]  # fmt: skip

Entries = Mapping[int, tuple[LedgerEntry, bool]]


# -- plans ----------------------------------------------------------------------------------------


def ensure(act: Act, scope: ContractScope, first: date, last: date) -> RollupPlan:
    """The plan of a period, counted anew where there is none yet or what decides it has changed."""
    contract = found(scope.contract())
    told = counted(act.session, scope, contract, first, last)
    plan = rollups.plan(act.session, scope.contract_id, first, last)
    trial = contract.state == ContractState.TRIAL
    if plan is not None and plan.signature == told.signature and plan.trial is trial:
        return plan
    return rebuild(act, scope, first, last)


def planned(act: Act, scope: ContractScope) -> Sequence[RollupPlan]:
    """The periods that are counted."""
    return rollups.plans(act.session, scope.contract_id)


def rebuild(act: Act, scope: ContractScope, first: date, last: date) -> RollupPlan:
    """Counts a period anew from its entries. Others that change entries of this contract wait."""
    rollups.hold(act.session, scope.contract_id)
    contract = found(scope.contract())
    told = counted(act.session, scope, contract, first, last)
    trial = contract.state == ContractState.TRIAL
    plan = rollups.plan(act.session, scope.contract_id, first, last)
    if plan is None:
        plan = RollupPlan(contract_id=scope.contract_id, from_on=first, until_on=last, signature="", built_at=act.now)
        act.session.add(plan)
    plan.signature, plan.trial, plan.built_at, plan.drift, plan.checked_at = told.signature, trial, act.now, "", None
    act.session.flush()
    rollups.clear(act.session, scope.contract_id, plan.id)
    rollups.fill(act.session, scope.contract_id, plan.id, recounted(act.session, scope, told, trial))
    return plan


def recounted(session: Session, scope: ContractScope, told: Counted, trial: bool) -> Counter[Place]:
    """Every row of a period, counted from all its entries in one pass."""
    made = Machine(session, told)
    proved = [ledger.id for ledger in told.book.rulebook.ledgers if ledger.evidence]
    for row, pieces in stream(session, scope.contract_id, trial=trial, proved=proved):
        entry = feed.engine_entry(told.book, row, pieces)
        if entry is not None:
            made.take(entry)
    rows = made.own
    for side, collector in made.collectors.items():
        rows.update(flat(side, collector.state()))
    return Counter({place: n for place, n in rows.items() if n})


def check(act: Act, scope: ContractScope) -> list[str]:
    """Recounts every plan and compares; what differs is told, and noted on the plan as an alarm."""
    rollups.hold(act.session, scope.contract_id)
    problems = []
    for plan in rollups.plans(act.session, scope.contract_id):
        told = counted(act.session, scope, found(scope.contract()), plan.from_on, plan.until_on)
        if plan.signature != told.signature:
            continue  # counted anew before it is read
        fresh = recounted(act.session, scope, told, plan.trial)
        held = rollups.held(act.session, scope.contract_id, plan.id)
        plan.checked_at, plan.drift = act.now, difference(held, fresh)
        if plan.drift:
            problems.append(f"{plan.from_on} 至 {plan.until_on}：{plan.drift}")
    return problems


def difference(held: Mapping[Place, int], fresh: Mapping[Place, int]) -> str:
    """What differs, in words; blank where nothing does."""
    wrong = [place for place in held.keys() | fresh.keys() if held.get(place, 0) != fresh.get(place, 0)]
    if not wrong:
        return ""
    first = min(wrong)
    return (
        f"有 {len(wrong)} 处与重新汇总的不同，第一处是 {first[1]}"
        f"（{Side.of(first[0]).label}）：记的是 {held.get(first, 0)}，应为 {fresh.get(first, 0)}"
    )


# -- keeping up ------------------------------------------------------------------------------------


@dataclass
class Moving:
    """Entries on the move: those that were there before, and those that came."""

    before: dict[int, tuple[LedgerEntry, bool]]
    ids: set[int] = field(default_factory=set)

    def came(self, ids: Iterable[int]) -> None:
        """New entries, to be counted in."""
        self.ids.update(ids)


def take_turn(act: Act, scope: ContractScope) -> None:
    """For who holds rows before they move: waiting for the rollups while holding rows, two would wait for each other."""
    if rollups.plans(act.session, scope.contract_id):
        rollups.hold(act.session, scope.contract_id)


@contextmanager
def moving(act: Act, scope: ContractScope, ids: Iterable[int] = ()) -> Iterator[Moving]:
    """Around a change of entries: counts them out as they were, and in as they are at the end."""
    held = rollups.plans(act.session, scope.contract_id)
    if not held:
        yield Moving({})
        return
    rollups.hold(act.session, scope.contract_id)
    contract = found(scope.contract())
    wanted, book, data = set(ids), books.book_of(scope, contract), books.calendar_data(act.session)
    moved = Moving(feed.by_id(scope, book, wanted), wanted)
    yield moved
    act.session.flush()
    after = feed.by_id(scope, book, moved.ids)
    for plan in held:
        told = counted(act.session, scope, contract, plan.from_on, plan.until_on, book, data)
        if plan.signature == told.signature:
            rollups.change(act.session, scope.contract_id, plan.id, deltas(act.session, told, moved.before, after, plan.trial))


def deltas(
    session: Session, told: Counted, before: Entries, after: Entries, trial: bool
) -> Counter[Place]:
    """What changes in the rows of a plan."""
    made = machine(session, told)
    rows: Counter[Place] = Counter()
    with made.lock:
        for entries, sign in ((before, -1), (after, 1)):
            for place, n in made.rows(entry for entry, practice in entries.values() if practice is trial).items():
                rows[place] += sign * n
    return rows

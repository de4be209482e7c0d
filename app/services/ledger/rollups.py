"""The engine's accumulators kept in the database, changed in the transaction of each decision.

`moving` stands around whatever changes entries: it counts them out as they were and in as they are. The
engine's own accumulators say which rows that touches, so the rows of a plan are at any time exactly the state
of a collector that counted every entry once; `rebuild` and `check` count everything anew.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.security.terms import ContractState, Side
from app.services import books
from app.services.act import Act, found
from app.services.books import Book
from app.services.ledger import feed
from app.store import rollups
from app.store.contracts import Contract, ContractScope
from app.store.rollups import Place, RollupPlan
from app.store.standing import stream
from kpi.indicators.collect import Collector
from kpi.ledger import LedgerEntry
from kpi.rulebook.answers import Refused as Unanswered
from kpi.rulebook.given import Days, Given
from kpi.verification import Verification, VerifiedEntry, as_claimed

#: Raised whenever what is counted, or how it is kept, changes: every plan is counted anew then.
REVISION = 1
_KEPT = 16
Entries = Mapping[int, tuple[LedgerEntry, bool]]
PARTS = {"rows": "key", "entries": "entry", "nils": "nil"}


@dataclass(frozen=True)
class Counted:
    """What decides what is counted in a period, the entries left out."""

    book: Book
    given: Given
    calendar_text: str

    @property
    def signature(self) -> str:
        told = [
            REVISION, self.book.source.sha256, self.given.model_dump_json(), self.calendar_text,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def counted(
    session: Session, scope: ContractScope, contract: Contract, first: date, last: date,
    book: Book | None = None, data: dict[str, Any] | None = None,
) -> Counted:  # fmt: skip
    """The present book, answers, members, term and calendar of a period; `book` and `data` where they are at hand."""
    book = books.book_of(scope, contract) if book is None else book
    data = books.calendar_data(session) if data is None else data
    given = Given(
        term=Days(start=contract.starts_on, end=contract.ends_on),
        period=Days(start=first, end=last),
        answers={key: value for key, value in book.given.items() if book.rulebook.assumption(key)},
        members={key: value for key, value in book.members.items() if any(one.id == key for one in book.rulebook.members)},
        calendar=data,
    )
    return Counted(book, given, json.dumps(data, ensure_ascii=False, sort_keys=True, default=str))


class Machine:
    """A collector of one plan that is empty between uses; one use at a time."""

    def __init__(self, session: Session, told: Counted) -> None:
        self.lock = threading.Lock()
        calendar = books.calendar(session, provisional=True)
        self.collectors = {
            side: Collector(told.book.rulebook, told.book.answers, told.given, calendar) for side in Side
        }
        self.verification = Verification(told.book.rulebook)

    def rows(self, entries: Iterable[LedgerEntry]) -> Counter[Place]:
        """The rows that these entries are counted in together: one look at the figures for any number of them.

        An entry that a filter cannot read counts nowhere.
        """
        counted: list[tuple[Side, VerifiedEntry]] = []
        for entry in entries:
            for side, one in self.sides(entry):
                try:
                    self.collectors[side].add(one)
                except Unanswered:
                    continue
                counted.append((side, one))
        rows: Counter[Place] = Counter()
        ledgers = {one.ledger for _, one in counted}
        for side in {side for side, _ in counted}:
            rows.update(flat(side, self.collectors[side].state(ledgers)))
        for side, one in counted:
            self.collectors[side].remove(one)
        return rows

    def sides(self, entry: LedgerEntry) -> Iterator[tuple[Side, VerifiedEntry]]:
        """The entry as it is claimed and, where it counts, as verified."""
        claim = as_claimed(entry)
        if claim is not None:
            yield Side.CLAIMED, claim
        judged = self.verification.verify(entry)
        if isinstance(judged, VerifiedEntry):
            yield Side.VERIFIED, judged


_machines: OrderedDict[tuple[str, str], Machine] = OrderedDict()
_machines_lock = threading.Lock()


def machine(session: Session, told: Counted) -> Machine:
    """The machine of what is counted, made once a process."""
    key = (told.signature, str(session.get_bind().engine.url))
    with _machines_lock:
        held = _machines.get(key)
        if held is None:
            held = _machines[key] = Machine(session, told)
            while len(_machines) > _KEPT:
                _machines.popitem(last=False)
        _machines.move_to_end(key)
    return held


def flat(side: Side, state: Mapping[str, Any]) -> Counter[Place]:
    """A collector's state as rows."""
    rows: Counter[Place] = Counter()
    for clause, figures in state.items():
        for name, held in figures.items():
            for member, inner in members_of(held):
                for part, short in PARTS.items():
                    for row in inner[part]:
                        cell, key, n = row if part == "rows" else (row[0], None, row[1])
                        text = "" if part == "rows" and key is None else text_of(key) if part == "rows" else ""
                        rows[side.value, f"{clause}/{name}", member, short, cell, text] += n
    return rows


def text_of(key: Any) -> str:
    return json.dumps(key, ensure_ascii=False, separators=(",", ":"))


def members_of(held: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The states inside a figure's: one, or one a member and what all have in common."""
    if "members" not in held:
        yield "", held
        return
    yield "*", held["common"]
    for member, inner in held["members"].items():
        yield f"={member}", inner


def state_of(rows: Mapping[Place, int], side: Side) -> dict[str, Any]:
    """The state of a collector again."""
    state: dict[str, Any] = {}
    for (one, figure, member, part, cell, text), n in rows.items():
        if one != side:
            continue
        clause, _, name = figure.rpartition("/")
        held = state.setdefault(clause, {}).setdefault(name, {})
        if member:
            held.setdefault("common", empty())
            held.setdefault("members", {})
            held = held["common"] if member == "*" else held["members"].setdefault(member[1:], empty())
        elif not held:
            held.update(empty())
        if part == "key":
            held["rows"].append([cell, json.loads(text) if text else None, n])
        else:
            held["entries" if part == "entry" else "nils"].append([cell, n])
    return state


def empty() -> dict[str, list[Any]]:
    return {"rows": [], "entries": [], "nils": []}


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
        for side, one in made.sides(entry) if entry is not None else ():
            try:
                made.collectors[side].add(one)
            except Unanswered:
                continue  # an entry that a filter cannot read counts nowhere; `moving` leaves it out too
    rows: Counter[Place] = Counter()
    for side, collector in made.collectors.items():
        rows.update(flat(side, collector.state()))
    return rows


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

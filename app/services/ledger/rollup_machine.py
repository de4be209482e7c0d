"""What counts entries for the rollups: the engine's collectors, under one book, one period, one calendar."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.security.terms import Side
from app.services import books, targets
from app.services.books import Book
from app.services.ledger import rollup_rows as as_rows
from app.services.ledger.rollup_rows import Who
from app.store.contracts import Contract, ContractScope
from app.store.rollups import Place
from kpi.indicators.collect import Collector
from kpi.indicators.compiler import Compiled
from kpi.ledger import LedgerEntry
from kpi.rulebook.answers import Refused as Unanswered
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import ChangedTarget, Days, Given
from kpi.verification import Verification, VerifiedEntry, as_claimed

#: Raised whenever what is counted, or how it is kept, changes: every plan is counted anew then.
REVISION = 4
#: Measures whose parts by place and month are kept beside; a count is its entries, different ones do not add up.
APART = frozenset({"sum", "rate", "failing"})
_KEPT = 16


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
    book: Book | None = None, data: dict[str, Any] | None = None, changed: Mapping[str, ChangedTarget] | None = None,
) -> Counted:  # fmt: skip
    """The present book, answers, members, term, calendar and targets of a period; those given that are at hand."""
    book = books.book_of(scope, contract) if book is None else book
    data = books.calendar_data(session) if data is None else data
    given = Given(
        term=Days(start=contract.starts_on, end=contract.ends_on),
        period=Days(start=first, end=last),
        answers={key: value for key, value in book.given.items() if book.rulebook.assumption(key)},
        members={key: value for key, value in book.members.items() if any(one.id == key for one in book.rulebook.members)},
        calendar=data,
        targets=targets.in_force(session, contract.id, book, last) if changed is None else dict(changed),
    )
    return Counted(targets.applied(book, given.targets), given, json.dumps(data, ensure_ascii=False, sort_keys=True, default=str))


class Machine:
    """A collector of one plan that is empty between uses; one use at a time."""

    def __init__(self, session: Session, told: Counted) -> None:
        self.lock = threading.Lock()
        self._told, self._calendar = told, books.calendar(session, provisional=True)
        self.verification = Verification(told.book.rulebook)
        self._places = places_of(told.book.rulebook)
        self.collectors: dict[Side, Collector] = {}
        self.figures: dict[Side, dict[str, list[Compiled]]] = {}
        self.own: Counter[Place] = Counter()
        self.unread = False
        self.clear()

    def clear(self) -> None:
        """Empty collectors."""
        told, self.unread = self._told, False
        for side in Side:
            made = Collector(told.book.rulebook, told.book.answers, told.given, self._calendar, finer=True)
            self.collectors[side], self.figures[side] = made, {}
            for one in made.figures:
                if one.counter is not None and one.counter.spec.ledger is not None:
                    self.figures[side].setdefault(one.counter.spec.ledger, []).append(one)
        self.own = Counter()

    def rows(self, entries: Iterable[LedgerEntry]) -> Counter[Place]:
        """The rows that these entries are counted in together: one look at the figures for any number of them."""
        given = list(entries)
        taken = [one for entry in given for one in self.take(entry)]
        rows, self.own = self.own, Counter()
        ledgers = {one.ledger for one in given}
        for side, collector in self.collectors.items():
            rows.update(as_rows.flat(side, collector.state(ledgers)))
        if self.unread:
            self.clear()  # one that could not be read may have been counted in part
            return rows
        for side, one in taken:
            self.collectors[side].remove(one)
        return rows

    def take(self, entry: LedgerEntry) -> list[tuple[Side, VerifiedEntry]]:
        """Counts an entry, as it is claimed and, where it counts, as verified.

        An entry that a filter cannot read counts nowhere.
        """
        taken = []
        for side, one in self.sides(entry):
            try:
                self.collectors[side].add(one)
            except Unanswered as refused:
                self.own[as_rows.left_out(refused.reason)] += 1
                self.unread = True
                break
            self.own[as_rows.every(side)] += 1
            self._note(side, entry, one)
            taken.append((side, one))
        return taken

    def sides(self, entry: LedgerEntry) -> Iterator[tuple[Side, VerifiedEntry]]:
        """The entry as it is claimed and, where it counts, as verified."""
        claim = as_claimed(entry)
        if claim is not None:
            yield Side.CLAIMED, claim
        judged = self.verification.verify(entry)
        if isinstance(judged, VerifiedEntry):
            yield Side.VERIFIED, judged
        elif entry.state == "verified":
            for one in judged:
                self.own[as_rows.left_out(one.message.partition("；")[0])] += 1

    def _note(self, side: Side, entry: LedgerEntry, one: VerifiedEntry) -> None:
        """Of every figure that rests on the entry: where it is from; of sums and shares what it puts into them."""
        month = entry.date.year * 12 + entry.date.month - 1
        about = Who(month, place_of(entry, self._places), entry.author, entry.validated)
        for each in self.figures[side].get(entry.ledger, ()):
            assert each.counter is not None
            name = f"{each.indicator.clause}/{each.name}"
            if each.counter.rests_on(one):
                self.own[as_rows.who(side, name, about)] += 1
            if each.figure.measure in APART:
                for key, n in each.counter.keys(one).items():
                    self.own[as_rows.apart(side, name, about, key)] += n


def places_of(rulebook: Rulebook) -> dict[str, str]:
    """The field of each ledger that says where an entry is from, if no outlet does: one that members are told apart by."""
    told = {one.by for one in rulebook.indicators} | {
        getattr(figure, "by", None) for one in rulebook.indicators for figure in one.figures.values()
    }
    found = {}
    for ledger in rulebook.ledgers:
        field = next((each for each in ledger.fields if each.id in told and not each.personal), None)
        if field is not None:
            found[ledger.id] = field.id
    return found


def place_of(entry: LedgerEntry, places: Mapping[str, str]) -> str:
    """Where an entry is from: its outlet, else the field of `places_of`; blank where nothing says it."""
    if entry.outlet:
        return entry.outlet
    value = entry.fields.get(places.get(entry.ledger, ""))
    return "、".join(map(str, value)) if isinstance(value, tuple) else "" if value is None else str(value)


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

"""The entries behind a figure: exactly those that the engine counts, found by the engine's own look at each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.security.terms import EntryState, Side
from app.services.indicators.live import Live
from app.services.ledger import feed, reading, stored
from app.services.ledger.rollup_machine import place_of, places_of
from app.store import behind as store
from app.store.behind import Cursor, Row
from app.store.entries import number_text
from app.store.evidence import links
from kpi.expressions import ExpressionError
from kpi.indicators.compiler import Compiled
from kpi.indicators.spec import Entry, member_of
from kpi.ledger import LedgerEntry, conversions
from kpi.ledger.entries import FieldError
from kpi.rulebook.ledgers import Field, Ledger
from kpi.verification import Verification, VerifiedEntry, as_claimed

SIZE, CHUNK = 50, 400
#: So many entries are looked at for a page; where few of them are behind the figure, the next page goes on.
MOST_LOOKED_AT = 4000
STATES = {
    Side.CLAIMED: (EntryState.SUBMITTED.value, EntryState.VERIFIED.value), Side.VERIFIED: (EntryState.VERIFIED.value,),
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """Which of the entries behind a figure. Days are inside; `place`, `author` and `member` narrow."""

    side: Side = Side.VERIFIED
    first: date | None = None
    last: date | None = None
    place: str | None = None
    author: int | None = None
    member: str = ""
    after: Cursor | None = None
    errors: tuple[str, ...] = ()

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Asked:
        """As an address says it; what cannot be read is told and left out."""
        errors: list[str] = []
        days = {name: _day(given.get(name, ""), errors) for name in ("from", "until")}
        author = given.get("author", "")
        return cls(
            Side.CLAIMED if given.get("side") == Side.CLAIMED else Side.VERIFIED, days["from"], days["until"],
            given["place"][:120] if "place" in given else None,
            int(author) if author.isascii() and author.isdigit() and len(author) < 16 else None,
            given.get("member", "")[:120], Cursor.of(given.get("after", "")), tuple(errors),
        )  # fmt: skip


def _day(text: str, errors: list[str]) -> date | None:
    try:
        return conversions.day(text.strip()) if text.strip() else None
    except FieldError as error:
        errors.append(reading.spoken(str(error)))
        return None


@dataclass(frozen=True)
class Line:
    """One entry as the list shows it. `value`: what the figure reads of it, nothing personal."""

    id: int
    number: str
    day: date
    place: str
    author_id: int
    state: EntryState
    value: str
    validated: bool | None


@dataclass(frozen=True)
class Page:
    """Some of the entries. `after`: where the next page goes on; None: there are no more."""

    ledger: Ledger
    lines: list[Line] = field(default_factory=list)
    after: Cursor | None = None
    looked_at: int = 0


class Look:
    """Looks at entries for one figure on one side."""

    def __init__(self, live: Live, one: Compiled, ledger: Ledger, asked: Asked) -> None:
        assert one.counter is not None
        self.live, self.one, self.ledger, self.asked, self.counter = live, one, ledger, asked, one.counter
        self.book = live.inputs.book
        self.verification = Verification(self.book.rulebook)
        self.places = places_of(self.book.rulebook)

    def page(self) -> Page:
        """A page of them, newest first."""
        lines: list[Line] = []
        looked, after = 0, self.asked.after
        while looked < MOST_LOOKED_AT:
            chunk = self._chunk(after)
            for row, entry in self._entries(chunk):
                looked, after = looked + 1, Cursor(row.business_date, row.id)
                if entry is not None and self.counts(entry):
                    lines.append(self._line(row, entry))
                if len(lines) == SIZE:
                    return Page(self.ledger, lines, after, looked)
            if len(chunk) < CHUNK:
                return Page(self.ledger, lines, None, looked)
        return Page(self.ledger, lines, after, looked)

    def _chunk(self, after: Cursor | None) -> list[Row]:
        span, asked = self.live.inputs.span, self.asked
        first, last = self.counter.spec.slots.windows[0].start if self._windows else span.start, span.end
        days = (max(first, asked.first or first), min(last, asked.last or last))
        return store.rows(
            self.live.scope.session, self.live.scope.contract_id, self.ledger.id, STATES[asked.side], days, CHUNK,
            trial=self.live.inputs.trial, author=asked.author, after=after,
        )  # fmt: skip

    @property
    def _windows(self) -> bool:
        return bool(self.counter.spec.slots.windows)

    def _entries(self, chunk: list[Row]) -> Iterator[tuple[Row, LedgerEntry | None]]:
        ids = [row.id for row in chunk] if self.ledger.evidence else []
        pieces = links.kinds_of(self.live.scope.session, self.live.scope.contract_id, ids)
        for row in chunk:
            yield row, feed.engine_entry(self.book, row, pieces.get(row.id, ()))

    def counts(self, entry: LedgerEntry) -> bool:
        """Whether the figure rests on the entry, and the entry is one of those asked for."""
        taken = self._taken(entry)
        if taken is None:
            return False
        try:
            rests = self.counter.rests_on(taken)
        except (ExpressionError, TypeError, AttributeError):
            return False  # an entry that a filter cannot read counts nowhere
        asked = self.asked
        if asked.member and asked.member not in member_of(taken, self.one.indicator.by or "outlet"):
            return False
        return rests and (asked.place is None or place_of(entry, self.places) == asked.place)

    def _taken(self, entry: LedgerEntry) -> Entry | None:
        if self.asked.side is Side.CLAIMED:
            return as_claimed(entry)
        found = self.verification.verify(entry)
        return found if isinstance(found, VerifiedEntry) else None

    def _line(self, row: Row, entry: LedgerEntry) -> Line:
        return Line(
            row.id, number_text(row.ledger, row.number), row.business_date, place_of(entry, self.places), row.author_id,
            EntryState.of(row.state), self._value(row), row.validated,
        )  # fmt: skip

    def _value(self, row: Row) -> str:
        """The field that the figure counts, with its unit."""
        read = read_field(self.ledger, self.one)
        if read is None:
            return ""
        text = stored.shown(row.fields.get(read.id), read)
        return f"{text}{read.unit}" if text and read.unit and not text.startswith("¥") else text


def read_field(ledger: Ledger, one: Compiled) -> Field | None:
    """The field that a figure counts, where it may be shown to everybody."""
    name: Any = getattr(one.figure, "field", None)
    found = ledger.field(name) if isinstance(name, str) else None
    return None if found is None or found.personal or found.type == "person" else found

"""The queue of what waits for a person's decision: filtered, oldest first, contested entries on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from app.security.terms import ContractState, EntryDeed
from app.services.act import Act
from app.services.verification.deadlines import Clock
from app.services.verification.judging import Judge
from app.services.verification.stages import VERIFY, Stage
from app.store import review_queue
from app.store.contracts import Contract, ContractScope
from app.store.review_queue import Asked, Cursor, Line

PAGE = 40
MOST_CONTESTED = 20
FREQUENT = 6


@dataclass(frozen=True)
class Filter:
    """What of the queue is shown or decided on; empty fields do not narrow."""

    ledger: str | None = None
    author_id: int | None = None
    outlet_id: int | None = None
    from_on: date | None = None
    until_on: date | None = None
    batch_id: int | None = None
    warned: bool | None = None
    nil: bool | None = None
    again: bool = False
    overdue: bool = False

    def plain(self) -> dict[str, Any]:
        """The fields that narrow, as JSON and addresses hold them."""
        found = {key: value for key, value in asdict(self).items() if value is not None and (value or key in {"nil", "warned"})}
        return {key: value.isoformat() if isinstance(value, date) else value for key, value in found.items()}

    @property
    def narrows(self) -> bool:
        return self != Filter()


@dataclass(frozen=True)
class Window:
    """Which page of the queue: after a line, or the page that ends before one."""

    after: Cursor | None = None
    before: Cursor | None = None


WHOLE = Window()


@dataclass(frozen=True)
class Queue:
    """One page. `own`: entries that the person made and others decide on, counted where nothing else waits.

    `first`: nothing comes before it; `more`: the queue goes on after it.
    """

    lines: Sequence[Line]
    contested: Sequence[Line]
    total: int
    own: int
    first: bool
    more: bool
    ledgers: Mapping[str, str]
    clock: Clock

    def all(self) -> list[Line]:
        """Everything on the page in its order."""
        return [*self.contested, *self.lines]

    def place(self, entry_id: int | None) -> int | None:
        """The place of an entry on the page."""
        ids = [line.id for line in self.all()]
        return ids.index(entry_id) if entry_id in ids else None


def asked(
    stage: Stage, contract: Contract, clock: Clock, wanted: Filter, not_by: int | None
) -> Asked:
    """The filter as the store takes it. Trial entries wait during the trial run alone, real ones after it."""
    values = {key: value for key, value in asdict(wanted).items() if key != "overdue"}
    return Asked(
        stage.waits, contract.state == ContractState.TRIAL, **values,
        before=clock.cutoff if wanted.overdue else None, not_by=not_by,
    )  # fmt: skip


def queue(
    act: Act, scope: ContractScope, judge: Judge, clock: Clock, wanted: Filter, window: Window = WHOLE
) -> Queue:
    """The page of the queue that the person sees; own entries are counted where nothing else waits."""
    contract, me = judge.contract, act.person().user_id
    mine = asked(judge.stage, contract, clock, wanted, me)
    rows = review_queue.page(
        act.session, contract.id, mine, me, PAGE + 1, after=window.after, before=window.before
    )
    back = window.before is not None
    shown = rows[-PAGE:] if back else rows[:PAGE]
    first = window.after is None and (not back or len(rows) <= PAGE)
    alone = first and not back and len(rows) <= PAGE
    total = len(rows) if alone else review_queue.count(act.session, contract.id, mine)
    own = 0 if rows else review_queue.count(act.session, contract.id, replace(mine, not_by=None))
    return Queue(
        shown, objections(act, judge, wanted) if first else [], total, own, first, back or len(rows) > PAGE,
        {each.id: each.name for each in judge.book.rulebook.ledgers}, clock,
    )  # fmt: skip


def objections(act: Act, judge: Judge, wanted: Filter) -> list[Line]:
    """What the contractor objects to in the buyer's ledgers; the buyer answers it first."""
    if judge.stage is not VERIFY or wanted not in {Filter(), Filter(ledger=wanted.ledger)}:
        return []
    ledgers = [each.id for each in judge.book.rulebook.ledgers if each.enters == "buyer" and wanted.ledger in {None, each.id}]
    trial = judge.contract.state == ContractState.TRIAL
    return review_queue.contested(act.session, judge.contract.id, ledgers, trial, act.person().user_id, MOST_CONTESTED)


def frequent_reasons(scope: ContractScope, deed: EntryDeed) -> list[str]:
    """What this contract's entries were given back for most often lately, the most frequent first."""
    counted: dict[str, int] = {}
    for reason in review_queue.reasons(scope.session, scope.contract_id, deed):
        counted[reason] = counted.get(reason, 0) + 1
    latest = list(counted)
    return sorted(counted, key=lambda reason: (-counted[reason], latest.index(reason)))[:FREQUENT]


def cursor(line: Line) -> Cursor:
    """The cursor that a page after this line begins with."""
    return Cursor(line.submitted_at, line.id)


def cursor_of(text: str) -> Cursor | None:
    """A cursor from an address; None where it is none."""
    moment, _, key = text.partition("~")
    try:
        at = datetime.fromisoformat(moment)
        return Cursor(at, int(key)) if at.tzinfo is not None and int(key) > 0 else None
    except ValueError:
        return None


def cursor_text(at: Cursor) -> str:
    return f"{at.at.isoformat()}~{at.entry_id}"

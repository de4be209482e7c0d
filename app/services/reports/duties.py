"""Which reports a contract owes for which periods, by when; and which the console should make now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.security.terms import ContractState
from app.services import books
from app.services.act import Refused
from app.services.books import Book
from app.services.reports import occasions
from app.services.reports.delivering import Expected
from app.services.reports.due import Owed, within
from app.store import archive, reports
from app.store.archive import Deliverable
from app.store.contracts import Contract, ContractScope
from kpi.calendar import CalendarError, Partial, WindowKind, windows
from kpi.quantities import Period
from kpi.rulebook.answers import Refused as Unanswered
from kpi.rulebook.reports import ReportDuty

#: The job's name, as the page of jobs shows it.
JOB = "报告生成"
#: Contracts whose reports are made by themselves.
RUNNING = (ContractState.LIVE.value, ContractState.CLOSED.value)
#: How often a report can be owed: a window that ends by itself.
REGULAR = frozenset(
    {WindowKind.WEEK, WindowKind.MONTH, WindowKind.QUARTER, WindowKind.HALF_YEAR, WindowKind.YEAR, WindowKind.TERM}
)
#: A report on a period of somebody's own choice.
SPECIAL = ReportDuty(id="special", clauses=(), title="专项报告", every="once")


def made_here(book: Book) -> list[ReportDuty]:
    """The reports that the console makes."""
    return [one for one in book.rulebook.reports if one.sections]


def duty_of(book: Book, duty_id: str) -> ReportDuty | None:
    """The duty of this id that the console makes; a special report is always possible."""
    return next((one for one in (*made_here(book), SPECIAL) if one.id == duty_id), None)


def kind_of(duty: ReportDuty) -> WindowKind | None:
    """The window that the report covers; None where it is made on occasion."""
    try:
        kind = WindowKind(duty.every)
    except ValueError:
        return None
    return kind if kind in REGULAR else None


def periods_of(book: Book, contract: Contract, kind: WindowKind, *, partial: Partial = "include") -> list[Period]:
    """The periods of a kind in the contract's term, in order, a first or last piece included; none while that is open."""
    term = Period(contract.starts_on, contract.ends_on)
    try:
        found = windows(kind, term, anchor=book.answers.get(book.rulebook.windows.anchor), partial=partial)
    except (Unanswered, CalendarError):
        return []
    return [Period(one.start, one.end, one.label) for one in found]


def owed(book: Book, contract: Contract, duty: ReportDuty) -> Iterator[Owed]:
    """Every report of a duty in the term, in order."""
    kind = kind_of(duty)
    spans = periods_of(book, contract, kind) if kind is not None else []
    for place, period in enumerate(spans):
        yield Owed(duty, period, _due(book, duty, period, spans[place + 1] if place + 1 < len(spans) else None))


def _due(book: Book, duty: ReportDuty, period: Period, following: Period | None) -> date | None:
    days = within(book, duty)
    if days is not None:
        return period.end + timedelta(days=days)
    if duty.within_days is not None:
        return None
    return following.end if following is not None else period.end + timedelta(days=period.days)


# -- what should be made now ----------------------------------------------------------------------


@dataclass(frozen=True)
class Wish:
    """Reports of one contract and one period that are to be made together: one pass over the entries."""

    contract_id: int
    kind: str
    period: Period
    duties: tuple[str, ...]

    @property
    def key(self) -> str:
        """The name of the run: it exists once."""
        return f"{self.contract_id}|{self.kind}|{self.period.start}|{self.period.end}"


def wished(session: Session, today: date) -> list[Wish]:
    """The reports of ended periods that nobody has made: the latest one of each duty, and all after one that was made."""
    found: list[Wish] = []
    contracts = reports.contracts(session, RUNNING)
    last = reports.last_until(session, [one.id for one in contracts])
    for contract, book in _running(session, contracts):
        found += _of_contract(session, book, contract, last, today)
    return found


def _running(session: Session, contracts: Sequence[Contract]) -> Iterator[tuple[Contract, Book]]:
    for contract in contracts:
        try:
            yield contract, books.book_of(ContractScope(session, contract.id), contract)
        except Refused:
            continue


def _of_contract(
    session: Session, book: Book, contract: Contract, last: dict[tuple[int, str], date], today: date
) -> Iterator[Wish]:
    together: dict[tuple[str, date, date], tuple[Period, list[str]]] = {}
    for kind, one in _unmade(session, book, contract, last, today):
        together.setdefault((kind, one.period.start, one.period.end), (one.period, []))[1].append(one.duty.id)
    for (kind, _, _), (period, ids) in together.items():
        yield Wish(contract.id, kind, period, tuple(ids))


def _unmade(
    session: Session, book: Book, contract: Contract, last: dict[tuple[int, str], date], today: date
) -> Iterator[tuple[str, Owed]]:
    """(kind of period, what is owed) of everything that is over and that nobody has made."""
    for duty in made_here(book):
        kind = kind_of(duty)
        if kind is not None:
            over = [one for one in owed(book, contract, duty) if one.period.end < today]
            made = last.get((contract.id, duty.id))
            due = _latest(book, contract, kind, over) if made is None else (one for one in over if one.period.end > made)
            yield from ((kind.value, one) for one in due)
    some = [one for one in made_here(book) if occasions.is_occasional(one)]
    held = reports.made_of(session, contract.id, [one.id for one in some]) if some else {}
    for duty in some:
        scope = ContractScope(session, contract.id)
        yield from ((duty.id, one) for one in occasions.unmade(scope, book, contract, duty, held, today))


def _latest(book: Book, contract: Contract, kind: WindowKind, over: Sequence[Owed]) -> Sequence[Owed]:
    """The last one that is over; where that is a piece of a month or week, the last whole one before it as well."""
    whole = {(one.start, one.end) for one in periods_of(book, contract, kind, partial="whole")}
    last_whole = [one for one in over if (one.period.start, one.period.end) in whole][-1:]
    return last_whole + [one for one in over[-1:] if one not in last_whole]


def read_key(key: str) -> tuple[str, date, date]:
    """Kind, first and last day of a run's name."""
    _, kind, start, end = key.split("|")
    return kind, date.fromisoformat(start), date.fromisoformat(end)


def outstanding(session: Session, contract: Contract, book: Book, today: date) -> Sequence[Owed]:
    """Periods that are over, whose report the console makes, and that have none: made at the next tick, or failed."""
    last = reports.last_until(session, [contract.id])
    return [one for _, one in _unmade(session, book, contract, last, today)]


def all_owed(scope: ContractScope, book: Book, contract: Contract, duty: ReportDuty) -> Iterator[Owed]:
    """Every report of a duty: of its periods, of its day, of its events."""
    yield from owed(book, contract, duty)
    yield from occasions.occasions(scope, book, contract, duty)


# -- what others make -----------------------------------------------------------------------------


#: A deliverable with a day of its own is entered so long before.
AHEAD = timedelta(days=30)


def expected(session: Session, today: date) -> Iterator[tuple[int, list[Expected]]]:
    """Deliverables of running contracts that became due, by contract: of periods that are over, or of their day."""
    for contract, book in _running(session, reports.contracts(session, RUNNING)):
        scope, there = ContractScope(session, contract.id), archive.deliverables(session, contract.id)
        duties = [one for one in book.rulebook.reports if not one.sections and one.made_by == "contractor"]
        coming = [each for duty in duties for each in _after_entered(_periodic(book, contract, duty, today), there)]
        coming += [each for duty in duties for each in _occasional(scope, book, contract, duty, today)]
        if coming:
            yield contract.id, coming


def _periodic(book: Book, contract: Contract, duty: ReportDuty, today: date) -> list[Expected]:
    """Of every period that is over, in order."""
    return [
        Expected(duty, one.period.label, one.due)
        for one in owed(book, contract, duty) if one.period.end < today and one.due is not None
    ]  # fmt: skip


def _after_entered(over: Sequence[Expected], there: Sequence[Deliverable]) -> Sequence[Expected]:
    """Those after the last one in the register: also the months of a stop. With none in it the last alone, as with reports.

    One that was given another name is known by its day.
    """
    entered = {(row.duty, mark) for row in there for mark in (row.title, row.due_on)}
    places = [place for place, one in enumerate(over) if {(one.duty.id, one.title), (one.duty.id, one.due)} & entered]
    return over[places[-1] + 1 :] if places else over[-1:]


def _occasional(scope: ContractScope, book: Book, contract: Contract, duty: ReportDuty, today: date) -> Iterator[Expected]:
    day = occasions.last_day(book, contract, duty)
    if day is not None and day - AHEAD <= today:
        yield Expected(duty, "", day + timedelta(days=within(book, duty) or 0))
    if duty.after is not None:
        yield from (Expected(duty, one.period.label, one.due or today) for one in occasions.occasions(scope, book, contract, duty))

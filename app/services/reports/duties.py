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
from app.store import reports
from app.store.contracts import Contract, ContractScope
from kpi.calendar import CalendarError, WindowKind, windows
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


@dataclass(frozen=True)
class Owed:
    """A report of one period. `due`: the last day; where the document states none, the end of the next period."""

    duty: ReportDuty
    period: Period
    due: date | None

    @property
    def key(self) -> tuple[str, date, date]:
        return self.duty.id, self.period.start, self.period.end


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


def periods_of(book: Book, contract: Contract, kind: WindowKind) -> list[Period]:
    """The periods of a kind in the contract's term, in order, a first or last piece included; none while that is open."""
    term = Period(contract.starts_on, contract.ends_on)
    try:
        found = windows(kind, term, anchor=book.answers.get(book.rulebook.windows.anchor), partial="include")
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
    days = None
    if duty.within_days is not None:
        try:
            days = int(book.answers.get(duty.within_days))
        except Unanswered:
            return None
    if days is not None:
        return period.end + timedelta(days=days)
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
    for contract in contracts:
        try:
            book = books.book_of(ContractScope(session, contract.id), contract)
        except Refused:
            continue
        found += _of_contract(book, contract, last, today)
    return found


def _of_contract(
    book: Book, contract: Contract, last: dict[tuple[int, str], date], today: date
) -> Iterator[Wish]:
    together: dict[tuple[str, date, date], tuple[Period, list[str]]] = {}
    for duty in made_here(book):
        kind = kind_of(duty)
        if kind is None:
            continue
        over = [one for one in periods_of(book, contract, kind) if one.end < today]
        made = last.get((contract.id, duty.id))
        for period in over[-1:] if made is None else [one for one in over if one.end > made]:
            together.setdefault((kind.value, period.start, period.end), (period, []))[1].append(duty.id)
    for (kind_word, _, _), (period, ids) in together.items():
        yield Wish(contract.id, kind_word, period, tuple(ids))


def read_key(key: str) -> tuple[str, date, date]:
    """Kind, first and last day of a run's name."""
    _, kind, start, end = key.split("|")
    return kind, date.fromisoformat(start), date.fromisoformat(end)


def outstanding(session: Session, contract: Contract, book: Book, today: date) -> Sequence[Owed]:
    """Periods that are over, whose report the console makes, and that have none: made at the next tick, or failed."""
    last = reports.last_until(session, [contract.id])
    wishes = list(_of_contract(book, contract, last, today))
    wanted = {(duty, one.period.start, one.period.end) for one in wishes for duty in one.duties}
    return [one for duty in made_here(book) for one in owed(book, contract, duty) if one.key in wanted]

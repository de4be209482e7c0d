"""Windows that run without an entry: what is still to be recorded today, this week, this month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from app.services.books import Book
from app.services.verification.deadlines import Due, due_of
from app.services.workbench.bench import Bench
from app.store.contracts import Contract
from kpi.calendar import CalendarError, Deadline, Window, WindowKind, WorkCalendar, windows
from kpi.quantities import Period
from kpi.rulebook.answers import Refused
from kpi.rulebook.document import Rulebook
from kpi.rulebook.ledgers import Ledger

#: From the shortest to the longest: a ledger that is due today is told once.
ORDER = (
    WindowKind.DAY, WindowKind.WORKING_DAY, WindowKind.WEEK, WindowKind.HOLIDAY, WindowKind.MONTH, WindowKind.QUARTER,
    WindowKind.HALF_YEAR, WindowKind.YEAR, WindowKind.PERIOD, WindowKind.TERM,
)  # fmt: skip
WORDS = {
    WindowKind.DAY: "今天", WindowKind.WORKING_DAY: "今天", WindowKind.WEEK: "本周", WindowKind.HOLIDAY: "这个节假日",
    WindowKind.MONTH: "本月", WindowKind.QUARTER: "本季度", WindowKind.HALF_YEAR: "本半年",
    WindowKind.YEAR: "本合同年", WindowKind.PERIOD: "本考核期", WindowKind.TERM: "合同期内",
}  # fmt: skip
#: These are told as long as they run; longer ones only when so few working days are left.
ALWAYS = frozenset({WindowKind.DAY, WindowKind.WORKING_DAY, WindowKind.WEEK, WindowKind.HOLIDAY, WindowKind.MONTH})
SOON = 20


@dataclass(frozen=True)
class DueLedger:
    """A ledger without an entry in a window that runs. `word`: 今天, 本周; `latest`: its last entry's day."""

    contract_id: int
    ledger: Ledger
    word: str
    kind: WindowKind
    start: date
    due: Due
    latest: date | None


def due_ledgers(bench: Bench, contract_id: int, side: str) -> list[DueLedger]:
    """The ledgers of a side that lack an entry now, the most urgent first."""
    contract, book = bench.by_id[contract_id], bench.books.get(contract_id)
    if book is None or not contract.starts_on <= bench.today <= contract.ends_on:
        return []
    running = Running(book, contract, bench.calendar, bench.today)
    found = []
    for ledger in book.rulebook.ledgers:
        if ledger.enters != side:
            continue
        latest = bench.latest.get((contract_id, ledger.id))
        lacking = next((one for one in running.of(ledger) if latest is None or latest < one.start), None)
        if lacking is not None and (told := _told(bench, contract_id, ledger, lacking, latest)) is not None:
            found.append(told)
    return sorted(found, key=lambda one: (one.due.on, ORDER.index(one.kind), one.ledger.name))


def _told(bench: Bench, contract_id: int, ledger: Ledger, window: Window, latest: date | None) -> DueLedger | None:
    due = due_of(bench.calendar, Deadline(window.end), bench.today)
    if window.kind not in ALWAYS and due.days_left > SOON and ledger.enters != "buyer":
        return None
    return DueLedger(contract_id, ledger, WORDS[window.kind], window.kind, window.start, due, latest)


class Running:
    """The windows of a contract that run today, each kind found once."""

    def __init__(self, book: Book, contract: Contract, calendar: WorkCalendar, today: date) -> None:
        self.book, self.calendar, self.today = book, calendar, today
        self.term = Period(contract.starts_on, contract.ends_on)
        self._known: dict[WindowKind, Window | None] = {}
        self._kinds = kinds(book)

    def of(self, ledger: Ledger) -> Iterator[Window]:
        """The ledger's running windows, the shortest first; the buyer's without any: the whole term."""
        wanted = self._kinds.get(ledger.id) or ({WindowKind.TERM} if ledger.enters == "buyer" else set())
        for kind in sorted(wanted, key=ORDER.index):
            if (window := self.now(kind)) is not None:
                yield window

    def now(self, kind: WindowKind) -> Window | None:
        """The window of a kind that holds today."""
        if kind not in self._known:
            self._known[kind] = self._found(kind)
        return self._known[kind]

    def _found(self, kind: WindowKind) -> Window | None:
        if kind in (WindowKind.DAY, WindowKind.WORKING_DAY):
            off = kind is WindowKind.WORKING_DAY and not self.calendar.is_workday(self.today)
            return None if off else Window(kind, self.today, self.today, "", "")
        if kind in (WindowKind.PERIOD, WindowKind.TERM):
            return Window(kind, self.term.start, self.term.end, "", "")
        rules, get = self.book.rulebook.windows, self.book.answers.get
        try:
            holidays = get(rules.holidays) if kind is WindowKind.HOLIDAY else ()
            found = windows(
                kind, self.term, anchor=get(rules.anchor), partial=get(rules.partial), calendar=self.calendar,
                holidays=holidays,
            )  # fmt: skip
        except (Refused, CalendarError):
            return None  # an open question: the set-up says which
        return next((one for one in found if self.today in one), None)


def kinds(book: Book) -> dict[str, set[WindowKind]]:
    """The windows in which each ledger must have something, by the indicators that read it."""
    found: dict[str, set[WindowKind]] = {}
    for ledger, kind in _windows(book.rulebook, book):
        if kind not in (WindowKind.EACH, WindowKind.ONCE):
            found.setdefault(ledger, set()).add(kind)
    return found


def _windows(rulebook: Rulebook, book: Book) -> Iterable[tuple[str, WindowKind]]:
    for indicator in rulebook.indicators:
        for figure in indicator.figures.values():
            ledger, window = getattr(figure, "ledger", None), getattr(figure, "window", None)
            if ledger is None or window is None or getattr(figure, "empty", "") == "zero":
                continue
            try:
                yield ledger, WindowKind(book.answers.get(window))
            except Refused:
                continue

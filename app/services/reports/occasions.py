"""Reports and deliverables that are owed once or after an event: when that was, and what is due of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from app.services.books import Book
from app.services.reports.due import Owed, within
from app.store import reports
from app.store.contracts import Contract, ContractScope
from kpi.calendar import CalendarError, first_occurrence
from kpi.quantities import Period
from kpi.rulebook.answers import Refused as Unanswered
from kpi.rulebook.reports import ReportDuty

#: A report that was made by hand so shortly before an event is the one for it: the application comes with it.
NEAR = timedelta(days=30)
EDGES = {"term_start": "start", "term_end": "end"}
#: What was made already, by duty: labels and last days.
Made = Mapping[str, list[tuple[str, date]]]


def is_occasional(duty: ReportDuty) -> bool:
    return duty.once_by is not None or duty.after is not None


def last_day(book: Book, contract: Contract, duty: ReportDuty) -> date | None:
    """The day by which a duty of `once_by` is due; None where it has none, or its question is open."""
    if duty.once_by is None:
        return None
    try:
        return _day(book.answers.get(duty.once_by), Period(contract.starts_on, contract.ends_on))
    except (Unanswered, CalendarError, ValueError):
        return None


def _day(told: object, term: Period) -> date | None:
    """`term_start`, `term_end`, the first 08-31 of the term, or a date."""
    if isinstance(told, date):
        return told
    text = str(told).strip()
    if text in EDGES:
        day: date = getattr(term, EDGES[text])
        return day
    return date.fromisoformat(text) if len(text) > len("08-31") else first_occurrence(int(text[:2]), int(text[3:]), term)


def occasions(scope: ContractScope, book: Book, contract: Contract, duty: ReportDuty) -> Iterator[Owed]:
    """Every report of a duty that is owed once or after an event, as far as the day is known."""
    days = within(book, duty)
    day = last_day(book, contract, duty)
    if day is not None:
        end = max(contract.starts_on, day - timedelta(days=duty.lead_days))
        yield Owed(duty, Period(contract.starts_on, end), day + timedelta(days=days or 0))
    if duty.after is not None:
        for label, seen in events(scope, duty):
            end = min(max(seen, contract.starts_on), contract.ends_on)
            yield Owed(duty, Period(contract.starts_on, end, label), seen + timedelta(days=duty.after.quiet_days + (days or 0)))


def events(scope: ContractScope, duty: ReportDuty) -> list[tuple[str, date]]:
    """(name, last day) of each event: what the ledger's entries say in the field."""
    after = duty.after
    if after is None:
        return []
    known = reports.last_by_field(scope.session, scope.contract_id, after.ledger, after.field)
    return sorted(((value, day) for value, day in known.items() if not after.values or value in after.values), key=lambda one: one[1])


def unmade(scope: ContractScope, book: Book, contract: Contract, duty: ReportDuty, made: Made, today: date) -> Iterator[Owed]:
    """Those that are over and that nobody has made yet; the report of one event is never taken for that of another."""
    before = made.get(duty.id, [])
    if duty.once_by is not None and before:
        return
    quiet = timedelta(days=duty.after.quiet_days if duty.after is not None else 0)
    known = list(occasions(scope, book, contract, duty))
    names = {one.period.label for one in known}
    by_hand = [until for label, until in before if label not in names]
    there = set(before)
    for one in known:
        label, end = one.period.label, one.period.end
        near = any(timedelta(0) <= end - until <= NEAR for until in by_hand)
        made_already = any(label == other or end == until for other, until in there)
        if end + quiet < today and (duty.once_by is not None or not (near or made_already)):
            there.add((label, end))
            yield one

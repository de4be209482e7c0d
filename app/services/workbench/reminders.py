"""Follow-ups that the rulebook's schedules make due, such as the calls before a loan falls due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.services.books import Book
from app.services.verification.deadlines import Due, due_of
from app.services.workbench.bench import Bench
from app.store import workbench
from app.store.entries import number_text
from kpi.calendar import Deadline, shift
from kpi.rulebook.answers import Refused
from kpi.rulebook.ledgers import FieldType, Ledger
from kpi.rulebook.rubric import Offset
from kpi.rulebook.rubric import Schedule as Rule

#: So many days before a step it is announced; so many days after it, it is still told as not done.
AHEAD, BEHIND = 7, 30
MOST = 300


@dataclass(frozen=True)
class Acting:
    """Where a step is recorded: a ledger whose `action` field names it and whose `reference` names the case."""

    ledger: Ledger
    reference: str
    action: str
    own: str  # the schedule's own field that holds the same reference; blank: the entry itself is referred to


@dataclass(frozen=True)
class Reminder:
    """One step of a schedule that is due for one entry. `case`: what it is about, as people name it."""

    contract_id: int
    title: str
    case: str
    about: str
    ledger: str
    entry_id: int
    on: date
    due: Due
    acting: Acting | None
    action: str


def reminders(bench: Bench, contract_id: int) -> list[Reminder]:
    """What is due or overdue and not recorded as done, the oldest first."""
    book = bench.books.get(contract_id)
    if book is None or contract_id not in bench.trials:
        return []
    found = [one for rule in book.rulebook.schedules for one in _of_rule(bench, contract_id, book, rule)]
    return sorted(found, key=lambda one: (one.on, one.case))


def _of_rule(bench: Bench, contract_id: int, book: Book, rule: Rule) -> Iterator[Reminder]:
    ledger = book.ledger(rule.ledger)
    if ledger is None:
        return
    field = None if rule.field == ledger.date else rule.field
    rows = workbench.dated(
        bench.session, contract_id, ledger.id, field, span(rule, bench.today), bench.trials[contract_id], MOST
    )
    acting = acting_of(book, ledger, rule)
    cases = {key: case_of(ledger, acting, number, fields) for key, number, _, fields in rows}
    done: set[tuple[str, str]] = set()
    if acting is not None:
        done = workbench.acted(
            bench.session, contract_id, acting.ledger.id, acting.reference, set(cases.values()), acting.action
        )
    for key, _, day, _ in rows:
        for step in rule.steps.values():
            on = moved(bench, book, rule, shift(day, months=step.months, days=step.days))
            near = bench.today - timedelta(days=BEHIND) <= on <= bench.today + timedelta(days=AHEAD)
            if near and (cases[key], step.action or step.title) not in done:
                due = due_of(bench.calendar, Deadline(on), bench.today)
                yield Reminder(
                    contract_id, step.title or step.action, cases[key], f"{ledger.name}，{day}", ledger.id, key, on,
                    due, acting, step.action or step.title,
                )  # fmt: skip


def span(rule: Rule, today: date) -> tuple[date, date]:
    """The dates whose steps can be due about now."""
    offsets = [_days(step) for step in rule.steps.values()] or [0]
    first = today - timedelta(days=BEHIND + max(offsets))
    return first, today + timedelta(days=AHEAD - min(offsets))


def _days(step: Offset) -> int:
    """About how many days a step is away from its date; a month as its longest."""
    return 31 * step.months + step.days


def moved(bench: Bench, book: Book, rule: Rule, day: date) -> date:
    """A step moved to the working day before, where the rulebook (as answered) says so."""
    try:
        previous = book.answers.get(rule.move) == "previous_working_day"
    except Refused:
        previous = False
    return bench.calendar.workday_on_or_before(day).date if previous else day


def acting_of(book: Book, ledger: Ledger, rule: Rule) -> Acting | None:
    """The ledger in which the steps are recorded: it lists them as choices and refers to the same case."""
    actions = {step.action for step in rule.steps.values() if step.action}
    own = {field.ledger: field.id for field in ledger.fields if field.type is FieldType.REFERENCE}
    for other in book.rulebook.ledgers:
        choice = next((field for field in other.fields if actions and actions <= set(field.choices)), None)
        for field in other.fields if choice is not None and other.id != ledger.id else ():
            if field.type is FieldType.REFERENCE and choice is not None:
                if field.ledger == ledger.id:
                    return Acting(other, field.id, choice.id, "")
                if field.ledger in own:
                    return Acting(other, field.id, choice.id, own[field.ledger])
    return None


def case_of(ledger: Ledger, acting: Acting | None, number: int, fields: dict[str, object]) -> str:
    """What the follow-up refers to: the shared reference, else the entry's own number."""
    own = acting.own if acting is not None else ""
    return str(fields.get(own) or number_text(ledger.id, number)) if own else number_text(ledger.id, number)

"""Follow-ups by the rulebook's schedules: due, overdue, done."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.services.ledger import write
from app.services.ledger.write import Typed
from app.services.workbench.reminders import Reminder
from tests.factories.ground import FrozenClock
from tests.factories.office import BOOK, Office, office
from tests.services.acting import act_of
from tests.services.benches import own

LEDGERS = """ledgers:
  - id: loans
    name: 贷款台账
    clauses: [LK-1]
    fields:
      - {id: date, name: 发放日, type: date, required: true}
      - {id: amount, name: 金额, type: money, required: true}
  - id: due
    name: 到期台账
    clauses: [LK-1]
    fields:
      - {id: date, name: 到期日, type: date, required: true}
      - {id: loan, name: 贷款编号, type: reference, ledger: loans, required: true}
      - {id: next, name: 复查日, type: date}
  - id: calls
    name: 催收记录
    clauses: [LK-1]
    fields:
      - {id: date, name: 催收日, type: date, required: true}
      - {id: loan, name: 贷款编号, type: reference, ledger: loans, required: true}
      - {id: action, name: 方式, type: choice, required: true, choices: [前一周电话, 当日核对, 别的]}
"""
SCHEDULES = """
schedules:
  - id: loan_calls
    clause: LK-1
    ledger: due
    field: date
    given: loan_due
    steps:
      week: {days: -7, title: 到期前一周打电话, action: 前一周电话}
      day: {title: 到期当日与银行核对, action: 当日核对}
    move: previous_working_day
  - id: reviews
    clause: LK-1
    ledger: due
    field: next
    given: loan_review
    steps: {review: {months: 1, title: 复查}}
"""


@pytest.fixture
def made(session: Session, tmp_path: Path) -> Office:
    book = tmp_path / "loans.yaml"
    book.write_text(BOOK.read_text("utf-8").replace("ledgers:\n", LEDGERS, 1) + SCHEDULES, "utf-8")
    return office(session, book)


def enter(session: Session, made: Office, ledger: str, **raw: Any) -> None:
    write.enter(act_of(session, made["field_staff"]), made.scope(session), ledger, Typed(raw))


def told(session: Session, made: Office) -> list[tuple[str, str, date, int]]:
    return [(each.title, each.case, each.on, each.due.days_left) for each in found(session, made)]


def found(session: Session, made: Office) -> list[Reminder]:
    return list(own(session, made).reminders)


@pytest.fixture
def loan(session: Session, made: Office) -> str:
    """A loan that falls due on Sunday, 15 March."""
    enter(session, made, "loans", date="2026-01-05", amount="1000")
    enter(session, made, "due", date="2026-03-15", loan="loans-000001")
    return "loans-000001"


def test_a_step_is_announced_a_week_before_and_told_until_it_is_done(
    session: Session, made: Office, loan: str, clock: FrozenClock
) -> None:
    assert told(session, made) == [("到期前一周打电话", loan, date(2026, 3, 6), 1)], "8 March is a Sunday"
    clock.forward(days=4)
    assert told(session, made) == [
        ("到期前一周打电话", loan, date(2026, 3, 6), -1), ("到期当日与银行核对", loan, date(2026, 3, 13), 4)
    ]  # fmt: skip
    enter(session, made, "calls", date="2026-03-09", loan=loan, action="前一周电话")
    assert [title for title, *_ in told(session, made)] == ["到期当日与银行核对"]
    clock.forward(days=40)
    assert told(session, made) == [], "after a month nobody is reminded any more"


def test_another_act_or_another_loan_does_not_count(session: Session, made: Office, loan: str) -> None:
    enter(session, made, "loans", date="2026-01-06", amount="1000")
    enter(session, made, "calls", date="2026-03-05", loan=loan, action="别的")
    enter(session, made, "calls", date="2026-03-05", loan="loans-000002", action="前一周电话")
    assert len(found(session, made)) == 1


def test_where_it_is_recorded(session: Session, made: Office, loan: str) -> None:
    [reminder] = found(session, made)
    assert reminder.acting is not None
    assert (reminder.acting.ledger.id, reminder.acting.reference, reminder.acting.action) == ("calls", "loan", "action")
    assert reminder.action == "前一周电话"


def test_a_date_inside_an_entry_has_steps_too(session: Session, made: Office, loan: str) -> None:
    enter(session, made, "due", date="2026-06-30", loan=loan, next="2026-02-08")
    assert ("复查", date(2026, 3, 8)) in [(title, on) for title, _, on, _ in told(session, made)]


def test_dates_far_away_are_left_alone(session: Session, made: Office) -> None:
    enter(session, made, "loans", date="2026-01-05", amount="1000")
    for day in ("2026-07-01", "2026-01-20"):
        enter(session, made, "due", date=day, loan="loans-000001")
    assert found(session, made) == []

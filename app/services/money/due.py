"""Due and overdue: every signed statement that is not paid, with its clocks by contract and by law."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.clock import business_day
from app.security.settlement_terms import RequestState
from app.services.money.clock import Agreed, Clocks, Declared, Facts, clocks
from app.services.money.declaring import as_declared
from app.services.workbench.bench import Bench
from app.store import money_due
from app.store.money_due import Owed
from kpi.calendar import CalendarError, Deadline, WorkCalendar
from kpi.quantities import Money
from kpi.rulebook.document import Rulebook
from kpi.rulebook.payments import Tranche


@dataclass(frozen=True)
class DuePayment:
    """A payment that is owed. `state`: where it stands, in a few words."""

    owed: Owed
    open: Money
    clocks: Clocks

    @property
    def state(self) -> str:
        if self.owed.request_state is None:
            return "等供应商申请付款"
        return RequestState.of(self.owed.request_state).label

    @property
    def late_days(self) -> int:
        return self.clocks.late_days


def tranche_of(rulebook: Rulebook | None, line: str) -> Tranche | None:
    """The tranche of a line: an instalment is called by its tranche with a number behind."""
    if rulebook is None or rulebook.payment is None:
        return None
    every = [one for plan in rulebook.payment.plans for one in plan.tranches]
    same = next((one for one in every if one.id == line), None)
    return same or next((one for one in every if line.startswith(f"{one.id}_")), None)


def acceptance_until(calendar: WorkCalendar, asked_on: date, asked: Mapping[str, Any]) -> Deadline:
    """When the agreed time for acceptance is over: `days` after the contractor asked, of the calendar or working days."""
    if asked.get("calendar_days"):
        return Deadline(asked_on + timedelta(days=asked["days"]), provisional=False)
    return calendar.add_working_days(asked_on, asked["days"])


def agreed_of(row: Owed, calendar: WorkCalendar) -> Agreed | None:
    """The time that the contract gives for the acceptance; None where nobody asked for one, or no time was agreed."""
    if row.asked_at is None or row.asked is None or row.asked.get("days") is None:
        return None
    asked_on, days = business_day(row.asked_at), f"{row.asked['days']} {'天' if row.asked.get('calendar_days') else '个工作日'}"
    try:
        return Agreed(asked_on, days, acceptance_until(calendar, asked_on, row.asked).date)
    except CalendarError:
        return None


def facts_of(row: Owed, tranche: Tranche | None, calendar: WorkCalendar) -> Facts:
    """What the clocks go by. The law's begins at the acceptance, else when the signed result was there."""
    paid_out = row.open_fen == 0 and row.paid_fen > 0
    accepted = row.accepted_on or (business_day(row.assessed_at) if row.assessed_at is not None else None)
    return Facts(
        unpaid=Money(row.open_fen if not paid_out else row.paid_fen), accepted_on=accepted,
        confirmed_on=business_day(row.signed_at), invoiced_on=business_day(row.invoiced_at) if row.invoiced_at else None,
        paid_on=row.last_paid_on if paid_out else None, working_days=tranche.working_days if tranche else None,
        calendar_days=tranche.calendar_days if tranche else None, agreed=agreed_of(row, calendar),
        inspected=row.accepted_on is not None,
    )  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """What deadlines go by; asked for only where something is owed."""

    rulebooks: Callable[[], Mapping[int, Rulebook]]
    calendar: Callable[[], WorkCalendar]

    @classmethod
    def of(cls, bench: Bench) -> Rules:
        """Those of the contracts on a person's desk."""
        return cls(lambda: {key: book.rulebook for key, book in bench.books.items()}, lambda: bench.calendar)


def due_payments(session: Session, contract_ids: Collection[int], rules: Rules, today: date) -> list[DuePayment]:
    """What these contracts owe, the most urgent first; two questions for any number of contracts."""
    rows = [one for one in money_due.owed(session, contract_ids) if one.open_fen > 0] if contract_ids else []
    if not rows:
        return []
    declared, rulebooks, calendar = declared_of(session, contract_ids), rules.rulebooks(), rules.calendar()
    found = []
    for one in rows:
        facts = facts_of(one, tranche_of(rulebooks.get(one.contract_id), one.line), calendar)
        found.append(DuePayment(one, Money(one.open_fen), clocks(calendar, facts, declared.get(one.contract_id), today)))
    return sorted(found, key=lambda each: (each.clocks.binding is None, each.clocks.binding or today, each.owed.statement_id))


def declared_of(session: Session, contract_ids: Collection[int]) -> dict[int, Declared]:
    return {key: as_declared(row) for key, row in money_due.declarations(session, contract_ids).items()}


def clocks_of(
    session: Session, contract_id: int, line: str, rulebook: Rulebook | None, calendar: WorkCalendar, today: date
) -> Clocks | None:
    """The clocks of one line of a contract, paid or not; None where nothing is signed yet."""
    row = next((one for one in money_due.owed(session, [contract_id]) if one.line == line), None)
    if row is None:
        return None
    declared = declared_of(session, [contract_id]).get(contract_id)
    return clocks(calendar, facts_of(row, tranche_of(rulebook, line), calendar), declared, today)

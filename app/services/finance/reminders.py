"""Payments that are due soon or overdue, on the home page of who pays them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from app.security.permissions import P
from app.services.money.due import Rules, due_payments
from app.services.verification.deadlines import due_of
from app.services.workbench import waiting
from app.services.workbench.bench import Bench
from app.services.workbench.waiting import Waiting
from kpi.calendar import Deadline

#: So many days before its last day a payment is announced.
AHEAD = 15


@waiting.register
def payments(bench: Bench) -> Iterator[Waiting]:
    """By the clock that binds: of the contract or of the law, whichever ends first."""
    ids = bench.where(P.FUNDS_MANAGE)
    until = bench.today + timedelta(days=AHEAD)
    for one in due_payments(bench.session, ids, Rules.of(bench), bench.today):
        if one.clocks.binding is not None and one.clocks.binding <= until:
            due = due_of(bench.calendar, Deadline(one.clocks.binding), bench.today)
            word = f"逾期 {one.late_days} 天，利息 {one.clocks.interest}" if one.late_days else one.state
            yield Waiting(one.owed.contract_id, "付款", f"{one.owed.title} {one.open}", "money.overview", due=due, note=word)

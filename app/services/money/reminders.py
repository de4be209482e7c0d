"""What of the money waits for finance on the home page: overdue payments, accounts to check, guarantees, budgets that close."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from app.security.money_terms import GuaranteeKind
from app.security.permissions import P
from app.services.money.guarantees import AHEAD, watched
from app.services.verification.deadlines import due_of
from app.services.workbench import waiting
from app.services.workbench.bench import Bench
from app.services.workbench.waiting import Waiting
from app.store import money_funds
from kpi.calendar import Deadline
from kpi.quantities import Money


@waiting.register
def accounts(bench: Bench) -> Iterator[Waiting]:
    """Accounts that another person of finance entered."""
    ids = bench.where(P.FUNDS_MANAGE)
    if not ids:
        return
    for row in money_funds.accounts_waiting(bench.session, ids):
        if row.entered_by != bench.person.user_id:
            yield Waiting(row.contract_id, "核对", "收款账户：对照盖章函件", "money.funds", note=row.name, signs=True)


@waiting.register
def guarantees(bench: Bench) -> Iterator[Waiting]:
    """Letters that expire, and guarantees to be returned, soon or already."""
    ids = bench.where(P.FUNDS_MANAGE)
    if not ids:
        return
    until = bench.today + timedelta(days=AHEAD)
    for row in money_funds.guarantees_near(bench.session, ids, until):
        for one in watched(row, bench.calendar, bench.today):
            if one.due.on <= until:
                title = f"{GuaranteeKind.of(row.kind).label} {Money(row.left_fen)}"
                yield Waiting(row.contract_id, one.word, title, "money.guarantee", {"guarantee_id": row.id}, one.due)


@waiting.register
def budgets(bench: Bench) -> Iterator[Waiting]:
    """Budgets that the treasury closes within a month."""
    ids = bench.where(P.FUNDS_MANAGE)
    if not ids:
        return
    for row in money_funds.sources_closing(bench.session, ids, bench.today, bench.today + timedelta(days=AHEAD)):
        due = due_of(bench.calendar, Deadline(row.closes_on or bench.today), bench.today)
        left = f"余额 {Money(row.amount_fen - row.used_fen)}"
        yield Waiting(row.contract_id, "指标关账", row.document, "money.funds", due=due, note=left)

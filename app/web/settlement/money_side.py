"""What the pages of a payment show of its money: the clocks by contract and by law, the budgets that it is paid from."""

from __future__ import annotations

from typing import Any

from flask import g

from app.services import books
from app.services.money import spending
from app.services.money.clock import Clocks
from app.services.money.due import DuePayment, Rules, clocks_of, due_payments
from app.services.money.spending import Purse
from app.store import payments
from app.store.payments import PaymentRequest
from app.web.access import current_contract, current_person, current_scope
from app.web.papers import today
from kpi.calendar import WorkCalendar
from kpi.quantities import Money
from kpi.rulebook.document import Rulebook


def clocks(line: str) -> Clocks | None:
    """The clocks of a line, paid or not; None where nothing of it is signed."""
    scope = current_scope()
    return clocks_of(scope.session, scope.contract_id, line, rulebook(), calendar(), today())


def rulebook() -> Rulebook | None:
    contract = current_contract()
    return books.book_of(current_scope(), contract).rulebook if contract.rulebook_text_id is not None else None


def calendar() -> WorkCalendar:
    return books.calendar(current_scope().session, provisional=True)


def due_by_line() -> dict[str, DuePayment]:
    """What is owed and when, by line of the plan."""
    scope, book = current_scope(), rulebook()
    rules = Rules(lambda: {scope.contract_id: book} if book is not None else {}, calendar)
    return {one.owed.line: one for one in due_payments(scope.session, [scope.contract_id], rules, today())}


def purse(row: PaymentRequest) -> Purse:
    """What the request's line has been allotted and not paid yet; read once for a page."""
    if "purse" not in g:
        g.purse = spending.purses_of(current_scope()).get(row.line, Purse())
    held: Purse = g.purse
    return held


def allotted(row: PaymentRequest) -> list[dict[str, Any]]:
    """What the line still has of each budget. Nothing for the contractor, and once the request is over."""
    if current_person().organisation_id == current_contract().supplier_id or row.state in payments.OVER:
        return []
    held = purse(row)
    return [{"row": held.sources[key], "left": Money(fen)} for key, fen in held.left.items() if fen > 0]
